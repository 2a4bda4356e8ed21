/** How many values become one. */
export type Aggregate = 'mean' | 'sum' | 'std' | 'max' | 'min';

/**
 * One figure of many, as pandas computes it: `std` is that of a sample (n - 1), so one value has none; absent values are
 * passed over, and of nothing but absent values there is nothing (`sum` too: `min_count=1`). Absent is `null` or NaN.
 */
export function aggregated(values: readonly (number | null)[], how: Aggregate): number | null {
  let [count, sum, max, min] = [0, 0, -Infinity, Infinity];
  for (const value of values) {
    if (isAbsent(value)) continue;
    count++;
    sum += value;
    if (value > max) max = value;
    if (value < min) min = value;
  }
  if (count === 0) return null;
  switch (how) {
    case 'mean':
      return sum / count;
    case 'sum':
      return sum;
    case 'max':
      return max;
    case 'min':
      return min;
    case 'std': {
      if (count === 1) return null;
      const mean = sum / count;
      // The squares of the distances, not the sum of squares: large coins of small spread would cancel to nonsense.
      const squares = values.reduce<number>(
        (all, value) => all + (isAbsent(value) ? 0 : (value - mean) ** 2),
        0,
      );
      return Math.sqrt(squares / (count - 1));
    }
  }
}

function isAbsent(value: number | null): value is null {
  return value === null || Number.isNaN(value);
}
