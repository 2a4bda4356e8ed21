import { expect, test } from 'vitest';
import type { AuditIncentivesBody } from '../../api/types.ts';
import { comparisonSentences, distance, sharePercent } from './incentives-sentence.ts';

type Side = AuditIncentivesBody['sides']['weight'];

function body(weight: Partial<Side>, counted = 168): AuditIncentivesBody {
  const side: Side = {
    block: 7,
    at: null,
    missing: null,
    l1: 0,
    largest: 0,
    owedUnpaid: 0,
    paidUnowed: 0,
    paidOtherwise: 0,
    rankChanges: 0,
    resolution: 0,
    ...weight,
  };
  return {
    sides: { weight: side, incentive: side, published: side },
    hours: { wanted: 168, counted, enough: counted >= 160, missing: [] },
  } as unknown as AuditIncentivesBody;
}

test('L1 counts what went elsewhere twice, so half of it is said', () => {
  expect(comparisonSentences(body({ l1: 0.0106, largest: 0.00529 }), 'weight')).toEqual([
    '0.5300 % of what is paid by the validator’s own weights goes elsewhere than the rules say (L1 distance 0.0106 of at most 2); no miner is off by more than 0.5290 % of all.',
  ]);
});

test('what is grave comes first, in the singular and the plural', () => {
  const [first, , third] = comparisonSentences(
    body({ l1: 0.2, owedUnpaid: 1, paidUnowed: 2, paidOtherwise: 1 }),
    'weight',
  );
  expect(first).toBe(
    '1 miner is owed something and paid nothing; 2 miners are paid something and owed nothing.',
  );
  expect(third).toBe('1 miner is paid otherwise, beyond what rounding and tolerance allow.');
});

test('nothing that differs is said plainly, and missing hours are never left out', () => {
  expect(comparisonSentences(body({}), 'incentive')).toEqual([
    'Every miner is paid by consensus incentive exactly what the rules give.',
  ]);
  expect(comparisonSentences(body({}, 165), 'weight')[1]).toBe(
    '165 of the 168 hours of the window count; what was earned in the others is not in the figures.',
  );
});

test('where too few hours count, that comes before anybody is said to be paid wrongly', () => {
  const said = comparisonSentences(body({ l1: 1, largest: 0.3, paidUnowed: 9 }, 5), 'weight');
  expect(said[0]).toBe('Only 5 of the 168 hours of the window count: too little to say who is paid wrongly.');
  expect(said[1]).toBe('9 miners are paid something and owed nothing.');
});

test('a side that is not there is no agreement', () => {
  expect(comparisonSentences(body({ missing: 'pruned <b>', l1: null }), 'weight')).toEqual([
    'There is nothing to compare with: pruned <b>',
  ]);
  expect(comparisonSentences(body({ l1: null }), 'weight')).toEqual(['There is nothing to compare with.']);
});

test('shares show one part of 65,535, and what is less is not said to be nothing', () => {
  expect(sharePercent(1 / 65_535)).toBe('0.0015 %');
  expect(sharePercent(0)).toBe('0 %');
  expect(sharePercent(1e-9)).toBe('<0.0001 %');
  expect(sharePercent(-1e-9)).toBe('−<0.0001 %');
  expect(sharePercent(-0.0955)).toBe('−9.5500 %');
  expect(distance(0)).toBe('0');
  expect(distance(8e-6)).toBe('0.000008');
  expect(distance(1e-9)).toBe('<0.000001');
  expect(distance(1.5)).toBe('1.5000');
});
