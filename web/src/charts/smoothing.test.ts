import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SMOOTH_FUNCTIONS } from '../url/figure-search.ts';
import { smoothingNote, smoothLine } from './smoothing.ts';

// By hand, as pandas' rolling(3, min_periods=1) has it but for the absent value, which stays absent. The windows are
// [4], [4, 1], [1, 7] and [1, 7, 7]; the last one's deviation is sqrt((16 + 4 + 4) / 2).
const VALUES = [4, null, 1, 7, 7];

describe('smoothing', () => {
  it('uses short windows at the start, and leaves absent values out of a window', () => {
    expect(smoothLine(VALUES, 3, 'mean')).toEqual([4, null, 2.5, 4, 5]);
    expect(smoothLine(VALUES, 3, 'sum')).toEqual([4, null, 5, 8, 15]);
    expect(smoothLine(VALUES, 3, 'max')).toEqual([4, null, 4, 7, 7]);
    expect(smoothLine(VALUES, 3, 'min')).toEqual([4, null, 1, 1, 1]);
  });

  it('takes the deviation of the sample, which one value does not have', () => {
    const [first, second, third, fourth, fifth] = smoothLine(VALUES, 3, 'std');
    expect([first, second]).toEqual([null, null]);
    expect(third).toBeCloseTo(2.12132, 5);
    expect(fourth).toBeCloseTo(4.24264, 5);
    expect(fifth).toBeCloseTo(3.4641, 4);
  });

  it('changes nothing with a window of one, and nothing in an empty line', () => {
    expect(smoothLine(VALUES, 1, 'std')).toBe(VALUES);
    expect(smoothLine([], 10, 'mean')).toEqual([]);
  });

  it('stays between the least and the largest value, and absent where it was', () => {
    const line = fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: 60 });
    fc.assert(
      fc.property(line, fc.integer({ min: 2, max: 100 }), (values, window) => {
        const present = values.filter((value) => value !== null);
        const smooth = smoothLine(values, window, 'mean');
        expect(smooth.map((value) => value === null)).toEqual(values.map((value) => value === null));
        for (const value of smooth) {
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(Math.min(...present) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...present) + 1e-6);
        }
      }),
    );
  });
});

it('says how a figure is smoothed', () => {
  expect(smoothingNote(1, 'mean')).toBeUndefined();
  expect(SMOOTH_FUNCTIONS.map((by) => smoothingNote(7, by))[0]).toBe('mean of 7 snapshots');
});
