import { consensusOf } from './consensus.ts';
import { normaliseDense } from './normalise.ts';
import type { WeightEpoch } from './types.ts';

type Vector = ArrayLike<number>;

/** Total variation: half the sum of absolute differences. 0 the same, 1 nothing in common, for vectors that sum to 1. */
export function totalVariation(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / 2;
}

/** 1 - cosine of the angle, 0 to 1 for weights. Two empty vectors are the same (0), an empty and another are not (1). */
export function cosineDistance(a: Vector, b: Vector): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (aa === 0 || bb === 0) return aa === bb ? 0 : 1;
  return Math.min(1, Math.max(0, 1 - ab / Math.sqrt(aa * bb)));
}

/** Columns of equal length, in the order of the epoch's rows. */
export interface ConsensusDistances {
  readonly uid: readonly number[];
  readonly hotkey: readonly string[];
  /** Total variation, 0 to 1. */
  readonly l1: readonly number[];
  /** Cosine distance, 0 to 1. */
  readonly cosine: readonly number[];
}

/** How far each validator's row is from the consensus of the same epoch. Rows that give nothing to others are left out. */
export function consensusDistances(epoch: WeightEpoch, consensus = consensusOf(epoch)): ConsensusDistances {
  const distances = {
    uid: [] as number[],
    hotkey: [] as string[],
    l1: [] as number[],
    cosine: [] as number[],
  };
  for (const row of epoch.rows) {
    const weights = normaliseDense(row, epoch.n);
    if (!weights.some((weight) => weight > 0)) continue;
    distances.uid.push(row.uid);
    distances.hotkey.push(epoch.hotkeys[row.uid] ?? '');
    distances.l1.push(totalVariation(weights, consensus));
    distances.cosine.push(cosineDistance(weights, consensus));
  }
  return distances;
}
