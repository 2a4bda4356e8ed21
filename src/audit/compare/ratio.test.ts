import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeCounts, ratioOf } from './ratio.ts';

describe("the interval is Wilson's", () => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (a, b, low, high) => {
    const ratio = ratioOf(a, b);
    expect(ratio?.low.toFixed(4)).toBe(low.toFixed(4));
    expect(ratio?.high.toFixed(4)).toBe(high.toFixed(4));
  });

  test('it holds the ratio, lies between 0 and 1, and does not mind who counted what', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (a, b) => {
        fc.pre(a + b > 0);
        const ratio = ratioOf(a, b)!;
        expect(ratio).toEqual(ratioOf(b, a));
        expect(ratio.low).toBeGreaterThanOrEqual(0);
        expect(ratio.high).toBeLessThanOrEqual(1);
        expect(ratio.low - 1e-12).toBeLessThanOrEqual(ratio.ratio);
        expect(ratio.high + 1e-12).toBeGreaterThanOrEqual(ratio.ratio);
      }),
    );
  });
});

describe('judging counts', () => {
  test('8 of 10 are too few to tell; 80 000 of 100 000 are not', () => {
    expect(judgeCounts(8, 10)).toMatchObject({ state: 'too-few' });
    expect(judgeCounts(80_000, 100_000)).toMatchObject({ state: 'disagrees' });
    expect(judgeCounts(100_000, 80_000)).toMatchObject({ state: 'disagrees' });
  });

  test('9 of 10 agree: 0.9 is not below 0.9', () => {
    expect(judgeCounts(9, 10).state).toBe('agrees');
  });

  test('nothing on either side is nothing, and not a division by zero', () => {
    expect(judgeCounts(0, 0)).toEqual({ ratio: undefined, state: 'nothing' });
    expect(judgeCounts(0, 1).state).toBe('too-few');
    expect(judgeCounts(0, 1_000).state).toBe('disagrees');
  });

  test('counters that were cut off to whole numbers may lack one each', () => {
    // 400 counters of one call an hour: each shows 0 where the validator has one.
    expect(judgeCounts(100, 500, { slack: 400 }).state).toBe('too-few');
    expect(judgeCounts(100, 500, { slack: 300 }).state).toBe('disagrees');
  });
});
