import { cosineDistance } from '../../analysis/weights/distance.ts';
import { normaliseDense } from '../../analysis/weights/normalise.ts';
import { orderBySimilarity, similarityClusters } from '../../analysis/weights/similarity-clusters.ts';
import type { WeightEpoch } from '../../analysis/weights/types.ts';

/** Which validators weigh alike, and in which order rows and columns of a matrix show it. */
export interface Alike {
  /** Largest first. */
  readonly clusters: readonly AlikeCluster[];
  /** By uid; who gives to itself alone is in none. */
  readonly clusterOf: ReadonlyMap<number, number>;
  /** All uids with a row. */
  readonly rowOrder: number[];
  /** All uids that receive weight. */
  readonly columnOrder: number[];
}

export interface AlikeCluster {
  readonly uids: readonly number[];
  /** Mean cosine similarity of two of them, 0 to 1; absent for a single. */
  readonly similarity?: number | undefined;
}

// Columns are compared in pairs: beyond this many they stay in the order of uids.
const MOST_COLUMNS = 1_024;

/**
 * Groups the validators of a matrix.
 *
 * @param threshold mean cosine similarity from which groups are joined, 0 to 1
 */
export function alike(epoch: WeightEpoch, threshold: number): Alike {
  const { uid, cluster, order } = similarityClusters(epoch, { threshold: 1 - threshold });
  const clusterOf = new Map(uid.map((one, at) => [one, cluster[at] as number]));
  const rows = new Map(epoch.rows.map((row) => [row.uid, normaliseDense(row, epoch.n)]));
  const groups = [...Map.groupBy(uid, (one) => clusterOf.get(one) as number)].sort(([a], [b]) => a - b);
  const received = new Set(epoch.rows.flatMap(({ targets }) => targets).filter((one) => one < epoch.n));
  const columns = [...received].sort((a, b) => a - b);
  return {
    clusters: groups.map(([, uids]) => ({
      uids,
      similarity: meanOfPairs(uids, (a, b) => 1 - cosineDistance(rows.get(a) ?? [], rows.get(b) ?? [])),
    })),
    clusterOf,
    rowOrder: [...order, ...[...rows.keys()].filter((one) => !clusterOf.has(one))],
    columnOrder:
      columns.length > MOST_COLUMNS ? columns : orderBySimilarity(epoch).filter((one) => received.has(one)),
  };
}

/** The mean of a figure over all pairs; absent where there is no pair. */
export function meanOfPairs<T>(items: readonly T[], figure: (a: T, b: T) => number): number | undefined {
  if (items.length < 2) return undefined;
  let sum = 0;
  for (const [at, a] of items.entries()) for (const b of items.slice(at + 1)) sum += figure(a, b);
  return sum / ((items.length * (items.length - 1)) / 2);
}
