import type { SparseRow } from './types.ts';

/** A row as fractions of its own sum; `targets` ascending, no zeros. Empty when the row gives nothing to others. */
export interface WeightFractions {
  readonly uid: number;
  readonly targets: readonly number[];
  readonly weights: readonly number[];
}

/**
 * A stored row as fractions that sum to 1, without the weight a validator gives itself, as in the epoch (Yuma masks the
 * diagonal and normalises again). What cannot be a weight (a target outside 0 to n - 1, a value that is not positive and
 * finite) is left out; of a repeated target the values are added.
 */
export function normalise(row: SparseRow, n: number): WeightFractions {
  const dense = normaliseDense(row, n);
  const targets: number[] = [];
  const weights: number[] = [];
  dense.forEach((weight, uid) => {
    if (weight > 0) {
      targets.push(uid);
      weights.push(weight);
    }
  });
  return { uid: row.uid, targets, weights };
}

/** The same as a column of length `n` by uid, all zeros for a row that gives nothing to others. */
export function normaliseDense(row: SparseRow, n: number): Float64Array {
  const dense = new Float64Array(n);
  let sum = 0;
  row.targets.forEach((target, index) => {
    const value = row.values[index] ?? 0;
    if (target === row.uid || !(target >= 0 && target < n) || !Number.isInteger(target)) return;
    if (!(value > 0) || !Number.isFinite(value)) return;
    dense[target] = dense[target]! + value;
    sum += value;
  });
  return sum > 0 ? dense.map((value) => value / sum) : dense;
}
