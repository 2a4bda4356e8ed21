import type { SmoothFunction } from '../url/figure-search.ts';

export type Cells = readonly (number | null)[];

/**
 * One line smoothed over the last `window` snapshots (1 to 100), this one included. Windows at the start are short and
 * used as they are; absent values are left out of a window and stay absent themselves. `std` is the sample's (n - 1), so
 * absent where fewer than two values are.
 */
export function smoothLine(values: Cells, window: number, by: SmoothFunction): Cells {
  if (window <= 1) return values;
  return values.map((value, index) => {
    if (value === null) return null;
    const seen: number[] = [];
    for (let at = Math.max(0, index - window + 1); at <= index; at += 1) {
      const each = values[at];
      if (each !== null && each !== undefined) seen.push(each);
    }
    return REDUCE[by](seen);
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** Of at least one value. */
const REDUCE: Record<SmoothFunction, (values: readonly number[]) => number | null> = {
  mean,
  sum,
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  std: (values) => {
    if (values.length < 2) return null;
    const middle = mean(values);
    return Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
  },
};

/** How a smoothed figure says so: `mean of 7 snapshots`. */
export function smoothingNote(window: number, by: SmoothFunction): string | undefined {
  return window <= 1 ? undefined : `${by} of ${window} snapshots`;
}
