import { describe, expect, test } from 'vitest';
import { checkAgain, checkListedAgain } from './check-again.ts';
import { BOB, HOUR, listed, NOON } from './testing/made-up.ts';

describe('the bytes of a verified report, downloaded again', () => {
  const stored = 'aa'.repeat(32);
  test('are the same', () => {
    expect(checkAgain(listed(), stored, { outcome: 'fetched', sha256: stored })).toMatchObject({
      verdict: 'verified',
    });
  });
  test.each(['fetched', 'malformed'] as const)('are others (%s)', (outcome) => {
    const again = { outcome, sha256: 'bb'.repeat(32), detail: 'no JSON' };
    expect(checkAgain(listed(), stored, again)).toMatchObject({ verdict: 'mismatch', reason: 'rewritten' });
  });
  test('cannot be had any more: that says nothing about them', () => {
    expect(checkAgain(listed(), stored, { outcome: 'unpublished', detail: '404' })).toBeUndefined();
    expect(
      checkAgain(listed(), stored, { outcome: 'transport', code: 'timeout', detail: '' }),
    ).toBeUndefined();
  });
});

describe('a list, fetched again', () => {
  const known = listed();
  test('the same lines, and new ones', () => {
    const next = listed({ end: NOON + HOUR, block: 5_000_300 });
    expect(checkListedAgain([known], [known, known, next])).toEqual([]);
  });
  test.each([{ block: 5_000_001 }, { end: NOON + HOUR, start: NOON }, { path: 'made-up/elsewhere.json' }])(
    'the same entry with %o',
    (own) => {
      const line = listed({ ...own, entryId: known.entryId });
      const [verdict, ...others] = checkListedAgain([known], [line]);
      expect(others).toEqual([]);
      expect(verdict).toMatchObject({ check: 'again', verdict: 'mismatch', reason: 'rewritten' });
      expect(verdict?.evidence.fields).toContain(Object.keys(own)[0]);
    },
  );
  test('two lines of one list that contradict each other', () => {
    const other = listed({ block: 5_000_001, entryId: known.entryId });
    expect(checkListedAgain([], [known, other])).toHaveLength(2);
  });
  test('the same id of another account is another entry', () => {
    expect(checkListedAgain([known], [listed({ hotkey: BOB, entryId: known.entryId })])).toEqual([]);
  });
});
