import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Aggregate } from './aggregate.ts';
import { smooth } from './smooth.ts';

/*
 * pandas 3.1:
 *   s = pd.Series([1, 4, np.nan, 2, 8.])
 *   s.rolling(w, min_periods=1).agg(a).where(s.notna()).round(12).tolist()
 */
const LINE = [1, 4, null, 2, 8];
const EXPECTED: [number, Aggregate, (number | null)[]][] = [
  [2, 'mean', [1, 2.5, null, 2, 5]],
  [2, 'sum', [1, 5, null, 2, 10]],
  [2, 'std', [null, 2.12132034356, null, null, 4.242640687119]],
  [2, 'max', [1, 4, null, 2, 8]],
  [2, 'min', [1, 1, null, 2, 2]],
  [3, 'mean', [1, 2.5, null, 3, 5]],
  [3, 'sum', [1, 5, null, 6, 10]],
  [3, 'std', [null, 2.12132034356, null, Math.SQRT2, 4.242640687119]],
  [3, 'max', [1, 4, null, 4, 8]],
  [3, 'min', [1, 1, null, 2, 2]],
];

test.each(EXPECTED)('a window of %i, %s, is what pandas computes', (window, aggregate, expected) => {
  const found = smooth(LINE, { window, aggregate });
  for (const [at, value] of expected.entries()) {
    if (value === null) expect(found[at]).toBeNull();
    else expect(found[at]).toBeCloseTo(value, 11);
  }
  expect(found).toHaveLength(expected.length);
});

test('a window of 1 changes nothing, and an empty line stays empty', () => {
  expect(smooth(LINE, { window: 1, aggregate: 'std' })).toEqual(LINE);
  expect(smooth([], { window: 9, aggregate: 'mean' })).toEqual([]);
  expect(smooth([null, null], { window: 2, aggregate: 'sum' })).toEqual([null, null]);
});

test('the spread of large coins does not cancel to nonsense', () => {
  // pd.Series([1e15, 1e15 + 2]).std() == 1.4142135623730951
  expect(smooth([1e15, 1e15 + 2], { window: 2, aggregate: 'std' })[1]).toBeCloseTo(Math.SQRT2, 12);
});

test('each line is smoothed on its own: what stands before another line does not reach it', () => {
  const line = fc.array(fc.option(fc.integer({ min: -100, max: 100 }), { nil: null }), { maxLength: 20 });
  fc.assert(
    fc.property(line, fc.integer({ min: 1, max: 100 }), (values, window) => {
      const found = smooth(values, { window, aggregate: 'mean' });
      for (let at = 0; at < values.length; at++) {
        const seen = values.slice(Math.max(0, at + 1 - window), at + 1).filter((value) => value !== null);
        const own = values[at] ?? null;
        const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
        expect(found[at]).toBe(own === null || window === 1 ? own : mean);
      }
    }),
  );
});
