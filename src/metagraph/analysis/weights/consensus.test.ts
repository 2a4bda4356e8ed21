import { describe, expect, it } from 'vitest';
import { consensusOf, medianConsensus, weightedMedian } from './consensus.ts';

// `test_math_weighted_median_col_sparse`, pallets/subtensor/src/tests/math.rs @ 14bc6f9f9: kappa is 1 - majority's complement.
const SCORES = [
  [0, 0.1, 0],
  [0, 0.2, 0.4],
  [0, 0.3, 0.1],
  [0, 0.4, 0.5],
];
const medians = (stakes: number[], majority: number, scores = SCORES) =>
  [0, 1, 2].map((j) =>
    weightedMedian(
      scores.map((row) => row[j]!),
      stakes,
      majority,
    ),
  );

describe('weightedMedian', () => {
  it("agrees with the chain's own tests", () => {
    expect(medians([0, 0.75, 0.25, 0], 0.24)).toEqual([0, 0.3, 0.4]);
    expect(medians([0, 0.75, 0.25, 0], 0.26)).toEqual([0, 0.2, 0.4]);
    expect(medians([0, 0.75, 0.25, 0], 0.76)).toEqual([0, 0.2, 0.1]);
    expect(medians([0, 0.3, 0.2, 0.5], 0.51, [...SCORES.slice(0, 3), [0, 0, 0.5]])).toEqual([0, 0, 0.4]);
  });

  it('takes the upper side on the boundary', () => {
    expect(weightedMedian([1, 2], [50, 50], 0.5)).toBe(2);
  });

  it('is 0 without scores or without stake', () => {
    expect(weightedMedian([], [])).toBe(0);
    expect(weightedMedian([3], [0])).toBe(0);
  });
});

describe('consensusOf', () => {
  const epoch = {
    block: 100,
    n: 4,
    hotkeys: ['a', 'b', 'c', 'd'],
    stakes: [60, 30, 10, 0],
    rows: [
      { uid: 0, targets: [2, 3], values: [50, 50] },
      { uid: 1, targets: [2, 3], values: [80, 20] },
      { uid: 2, targets: [3], values: [65535] },
    ],
  };

  it('is the median of the rows, by stake, divided by its sum', () => {
    // Column 2: 0 (10), 0.5 (60), 0.8 (30): half of 100 is passed at 0.5. Column 3: 0.2 (30), 0.5 (60), 1 (10): 0.5.
    expect([...medianConsensus(epoch)]).toEqual([0, 0, 0.5, 0.5]);
    // For 90 % of the stake: column 2 falls to 0.5 at exactly 10 below (upper side), column 3 to 0.2.
    expect([...medianConsensus(epoch, 0.9)]).toEqual([0, 0, 0.5 / 0.7, 0.2 / 0.7]);
  });

  it('ignores rows without permit', () => {
    // Without validator 0 the stakes are 30 and 10: column 2 0.8, column 3 0.2.
    expect([...medianConsensus({ ...epoch, permits: [false, true, true, false] })]).toEqual([0, 0, 0.8, 0.2]);
  });

  it("prefers the chain's own, unless that is all zero", () => {
    expect([...consensusOf({ ...epoch, consensus: [0, 0, 300, 100] })]).toEqual([0, 0, 0.75, 0.25]);
    expect([...consensusOf({ ...epoch, consensus: [0, 0, 0, 0] })]).toEqual([0, 0, 0.5, 0.5]);
  });

  it('is all zeros when nobody weighs anybody', () => {
    expect([...consensusOf({ ...epoch, rows: [] })]).toEqual([0, 0, 0, 0]);
  });
});
