import { averageLinkage, cutLinkage, type Merge } from './linkage.ts';

/** A row per hotkey and block, in any order; columns of equal length. The last row of a repeated pair counts. */
export interface StakeColumns {
  readonly block: readonly number[];
  readonly hotkey: readonly string[];
  /** Any unit common to all. */
  readonly stake: readonly number[];
}

/** Columns of equal length, by hotkey in ascending order of the text. */
export interface StakeCorrelationClusters {
  readonly hotkey: readonly string[];
  /** Number of its cluster, 0 the largest. */
  readonly cluster: readonly number[];
  /** The same hotkeys as leaves of the tree: those that move together side by side. */
  readonly order: readonly string[];
  readonly merges: readonly Merge[];
  /** Pearson correlation of the changes, by place and place; null where it is not defined. */
  readonly correlation: readonly (readonly (number | null)[])[];
}

// Two points always lie on a line.
const LEAST_CHANGES = 3;

/**
 * Hotkeys grouped by how their stake *changes* from block to block: who is staked to by the same hand or for the same
 * reason. A hotkey whose stake never changes, or that shares fewer than three changes with another, correlates with
 * nobody and stays alone.
 *
 * @param options.threshold average of 1 - correlation up to which groups are joined, 0 to below 1. Default 0.3.
 */
export function stakeCorrelationClusters(
  columns: StakeColumns,
  options: { threshold?: number } = {},
): StakeCorrelationClusters {
  const { threshold = 0.3 } = options;
  const hotkeys = [...new Set(columns.hotkey)].sort();
  const changes = changesOf(columns, hotkeys);
  const correlation = hotkeys.map((_, a) =>
    hotkeys.map((_, b) => (a === b ? selfCorrelation(changes[a]!) : pearson(changes[a]!, changes[b]!))),
  );
  const linkage = averageLinkage(hotkeys.length, (a, b) => 1 - (correlation[a]![b] ?? 0));
  return {
    hotkey: hotkeys,
    // At 1 the uncorrelated would join.
    cluster: cutLinkage(hotkeys.length, linkage, Math.min(threshold, 1 - 1e-9)),
    order: linkage.order.map((place) => hotkeys[place]!),
    merges: linkage.merges,
    correlation,
  };
}

/** By hotkey, by block after the first: the change since the block before, NaN where it was missing at either. */
function changesOf({ block, hotkey, stake }: StakeColumns, hotkeys: readonly string[]): Float64Array[] {
  const blocks = [...new Set(block)].sort((a, b) => a - b);
  const placeOfBlock = new Map(blocks.map((each, place) => [each, place]));
  const placeOfHotkey = new Map(hotkeys.map((each, place) => [each, place]));
  const series = hotkeys.map(() => new Float64Array(blocks.length).fill(Number.NaN));
  block.forEach((each, row) => {
    series[placeOfHotkey.get(hotkey[row]!)!]![placeOfBlock.get(each)!] = stake[row]!;
  });
  return series.map((values) =>
    Float64Array.from({ length: Math.max(0, blocks.length - 1) }, (_, i) => values[i + 1]! - values[i]!),
  );
}

function selfCorrelation(changes: Float64Array): number | null {
  return pearson(changes, changes) === null ? null : 1;
}

function pearson(a: Float64Array, b: Float64Array): number | null {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i]! + b[i]!)) continue;
    n++;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  if (n < LEAST_CHANGES) return null;
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [ab, aa, bb, sizeA, sizeB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i]! + b[i]!)) continue;
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
    sizeA += a[i]! ** 2;
    sizeB += b[i]! ** 2;
  }
  // What is left of equal changes after subtracting their mean is rounding, not movement.
  if (aa <= 1e-20 * sizeA || bb <= 1e-20 * sizeB) return null;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}
