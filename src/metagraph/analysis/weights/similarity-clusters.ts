import { cosineDistance } from './distance.ts';
import { averageLinkage, cutLinkage, type Merge } from './linkage.ts';
import { normaliseDense } from './normalise.ts';
import type { WeightEpoch } from './types.ts';

/** Columns of equal length, in the order of the epoch's rows; rows that give nothing to others are left out. */
export interface SimilarityClusters {
  readonly uid: readonly number[];
  readonly hotkey: readonly string[];
  /** Number of its cluster, 0 the largest. */
  readonly cluster: readonly number[];
  /** Uids of the same validators as leaves of the tree: alike ones side by side. */
  readonly order: readonly number[];
  /** The tree; leaves are places in the columns. */
  readonly merges: readonly Merge[];
}

/**
 * Validators grouped by what they weigh.
 *
 * @param options.threshold average cosine distance up to which groups are joined, 0 to 1. Default 0.05.
 */
export function similarityClusters(
  epoch: WeightEpoch,
  options: { threshold?: number } = {},
): SimilarityClusters {
  const { threshold = 0.05 } = options;
  const rows = epoch.rows
    .map(({ uid, ...rest }) => ({ uid, weights: normaliseDense({ uid, ...rest }, epoch.n) }))
    .filter(({ weights }) => weights.some((weight) => weight > 0));
  const linkage = averageLinkage(rows.length, (a, b) => cosineDistance(rows[a]!.weights, rows[b]!.weights));
  return {
    uid: rows.map(({ uid }) => uid),
    hotkey: rows.map(({ uid }) => epoch.hotkeys[uid] ?? ''),
    cluster: cutLinkage(rows.length, linkage, threshold),
    order: linkage.order.map((place) => rows[place]!.uid),
    merges: linkage.merges,
  };
}

/** All uids of an epoch, those that get like weights from like validators side by side; those that get none come last. */
export function orderBySimilarity(epoch: WeightEpoch): number[] {
  const rows = epoch.rows.map((row) => normaliseDense(row, epoch.n));
  const columns = Array.from({ length: epoch.n }, (_, uid) => rows.map((row) => row[uid]!));
  const weighed = columns.flatMap((column, uid) => (column.some((weight) => weight > 0) ? [uid] : []));
  const { order } = averageLinkage(weighed.length, (a, b) =>
    cosineDistance(columns[weighed[a]!]!, columns[weighed[b]!]!),
  );
  const seen = new Set(weighed);
  return [
    ...order.map((place) => weighed[place]!),
    ...Array.from({ length: epoch.n }, (_, uid) => uid).filter((uid) => !seen.has(uid)),
  ];
}
