import { expect, test } from 'vitest';
import {
  knownSides,
  minerName,
  orderMiners,
  type PaidMiner,
  rankChange,
  stateOn,
  usualSide,
} from './incentives-marks.ts';

const NONE = { paid: null, delta: null, relative: null, rank: null };
const paidBy = (expected: number, paid: number | null, rank: number | null = null) =>
  paid === null
    ? NONE
    : { paid, delta: paid - expected, relative: expected === 0 ? null : paid / expected - 1, rank };

function miner(
  uid: number | null,
  expected: number,
  weight: number | null,
  more: Partial<PaidMiner> = {},
): PaidMiner {
  return {
    hotkey: `5Do9mxQvJjkFFUtiqWa86hd7uw3s21CV4ZUVACALGMZTtF${uid ?? 'x'}`,
    coldkey: null,
    uid,
    state: 'agrees',
    expected,
    rank: null,
    weight: paidBy(expected, weight),
    incentive: NONE,
    published: NONE,
    contributions: [],
    explanations: [],
    ...more,
  };
}

const summary = (missing: string | null) => ({
  block: null,
  at: null,
  missing,
  l1: null,
  largest: null,
  owedUnpaid: null,
  paidUnowed: null,
  paidOtherwise: null,
  rankChanges: null,
  resolution: null,
});

test('something for nothing and nothing for something come before any difference, however large', () => {
  const miners = [
    miner(0, 0.5, 0.9, { state: 'paid-otherwise' }),
    miner(1, 0, 0.001, { state: 'paid-unowed' }),
    miner(2, 0.001, 0, { state: 'owed-unpaid' }),
    miner(3, 0.1, 0.1),
  ];
  expect(orderMiners(miners, 'weight', 'delta', 0).map(({ uid }) => uid)).toEqual([2, 1, 0, 3]);
  expect(orderMiners(miners, 'weight', 'share', 0).map(({ uid }) => uid)).toEqual([0, 3, 2, 1]);
});

test('a single miner, and one without a uid, keep their place', () => {
  expect(orderMiners([miner(0, 1, 1)], 'weight', 'delta', 0)).toHaveLength(1);
  const twins = [miner(null, 0.1, 0.1), miner(0, 0.1, 0.1)];
  expect(orderMiners(twins, 'weight', 'delta', null).map(({ uid }) => uid)).toEqual([0, null]);
  expect(orderMiners(twins, 'published', 'share', null).map(({ uid }) => uid)).toEqual([0, null]);
});

test('the standing on another side than the own row allows for rounding and for nothing else', () => {
  const on = (expected: number, paid: number | null) =>
    stateOn(miner(7, expected, expected, { incentive: paidBy(expected, paid) }), 'incentive', 0.0001);
  expect(on(0.2, 0)).toBe('owed-unpaid');
  expect(on(0.00005, 0)).toBe('agrees');
  expect(on(0, 0.2)).toBe('paid-unowed');
  expect(on(0, 0)).toBe('agrees');
  expect(on(0.2, 0.20005)).toBe('agrees');
  expect(on(0.2, 0.21)).toBe('paid-otherwise');
  expect(on(0.2, null)).toBe('unknown');
  expect(stateOn(miner(7, 0.2, 0, { state: 'agrees' }), 'weight', 0)).toBe('agrees');
});

test('a side of which nothing is known is not judged by', () => {
  const sides = { weight: summary(null), incentive: summary('later'), published: summary(null) };
  expect(knownSides(sides)).toEqual(['weight', 'published']);
  expect(usualSide(sides, 'incentive')).toBe('weight');
  expect(usualSide(sides, 'published')).toBe('published');
  const nothing = { weight: summary('a'), incentive: summary('b'), published: summary('c') };
  expect(usualSide(nothing, 'incentive')).toBe('incentive');
  expect(usualSide(nothing, undefined)).toBe('weight');
});

test('uid 0 is a uid, and who has none goes by the account', () => {
  expect(minerName({ uid: 0, hotkey: 'x' })).toBe('UID 0');
  expect(minerName({ uid: null, hotkey: '5Do9mxQvJjkFFUtiqWa86hd7uw3s21CV4ZUVACALGMZTtFti' })).toBe(
    '5Do9mx…TtFti',
  );
});

test('a smaller rank is a gain, and without a rank there is no change', () => {
  expect(rankChange(miner(1, 0.1, 0.1, { rank: 6 }), 5)).toBe(1);
  expect(rankChange(miner(1, 0.1, 0.1, { rank: 5 }), 5)).toBe(0);
  expect(rankChange(miner(1, 0, 0.1), 5)).toBeUndefined();
});
