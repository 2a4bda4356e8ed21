import { expect, test } from 'vitest';
import { coverageText, standingOf } from './standing.ts';

test('a clean week is said in one breath', () => {
  expect(standingOf({ verified: 168 })).toEqual({ sentence: 'All 168 hours are verified.', tone: 'good' });
  expect(standingOf({ verified: 1 }).sentence).toBe('The hour is verified.');
});

test('what is not verified is named, the worst first, and what is not judged last', () => {
  expect(standingOf({ verified: 167, mismatch: 1 })).toEqual({
    sentence: '167 of 168 hours verified; 1 mismatch.',
    tone: 'bad',
  });
  expect(standingOf({ verified: 0, mismatch: 2 }).sentence).toBe('0 of 2 hours verified; 2 mismatches.');
  expect(standingOf({ verified: 160, uncommitted: 2, unverifiable: 3, none: 1, stale: 2 })).toEqual({
    sentence: '160 of 168 hours verified; 3 unverifiable, 2 uncommitted, 2 stale, 1 not judged yet.',
    tone: 'warn',
  });
});

test('hours without a verdict are neither good nor bad', () => {
  expect(standingOf({ verified: 167, none: 1 })).toEqual({
    sentence: '167 of 168 hours verified; 1 not judged yet.',
    tone: 'quiet',
  });
  expect(standingOf({ none: 24 })).toEqual({ sentence: 'No hour is judged yet.', tone: 'quiet' });
  expect(standingOf({})).toEqual({ sentence: 'No hour is due yet.', tone: 'quiet' });
});

test('as long as tables wait, nothing is said to be well', () => {
  expect(standingOf({ verified: 168 }, 504)).toEqual({
    sentence: 'All 168 hours are verified so far; 504 tables wait to be checked.',
    tone: 'quiet',
  });
  expect(standingOf({ verified: 167, mismatch: 1 }, 1)).toEqual({
    sentence: '167 of 168 hours verified; 1 mismatch. 1 table waits to be checked.',
    tone: 'bad',
  });
});

test('almost everything is not everything', () => {
  expect(coverageText(604_800, 604_800)).toBe('604,800 of 604,800 s (100 %)');
  expect(coverageText(604_799, 604_800)).toBe('604,799 of 604,800 s (99.99 %)');
  expect(coverageText(601_200, 604_800)).toBe('601,200 of 604,800 s (99.4 %)');
  expect(coverageText(0, 0)).toBe('nothing was due');
});
