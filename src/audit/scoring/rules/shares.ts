import type { MinerAtInstant } from '../types.ts';
import { exactSum } from './exact-sum.ts';

/** A figure per hotkey. */
export type ByHotkey = ReadonlyMap<string, number>;

/** Each one's part of the sum; all 0 when the sum is 0. */
export function shares(values: ByHotkey): Map<string, number> {
  const total = exactSum(values.values());
  return mapValues(values, (value) => (total > 0 ? value / total : 0));
}

/** Each one's part of the sum; all the same when the sum is 0. */
export function sharesOrUniform(values: ByHotkey): Map<string, number> {
  const total = exactSum(values.values());
  return mapValues(values, (value) => (total > 0 ? value / total : 1 / values.size));
}

/** Unique chutes, bent so that breadth pays more than in proportion: see `split` of the profile. All 0 when nobody has any. */
export function splitShares(
  values: ByHotkey,
  { stat, includeZeros, hi, lo }: { stat: 'mean' | 'median'; includeZeros: boolean; hi: number; lo: number },
): Map<string, number> {
  const counted = [...values.values()].filter((value) => includeZeros || value > 0);
  const most = Math.max(0, ...counted);
  if (most === 0) return mapValues(values, () => 0);
  const middle = stat === 'mean' ? exactSum(counted) / counted.length : median(counted);
  return shares(mapValues(values, (value) => (value / most) ** (value >= middle ? hi : lo)));
}

/** The middle one, or the mean of the two middle ones; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/**
 * The hotkeys that another of their coldkey beats, each with the one that does. Equal ones: the first by text is kept (the published
 * auditor keeps whichever the database answered first).
 */
export function beatenOfColdkey(values: ByHotkey, miners: readonly MinerAtInstant[]): Map<string, string> {
  const coldkeys = new Map(miners.map(({ hotkey, coldkey }) => [hotkey, coldkey]));
  const best = new Map<string, string>();
  const beaten = new Map<string, string>();
  for (const [hotkey] of [...values].sort(byValueThenKey)) {
    const coldkey = coldkeys.get(hotkey);
    if (coldkey === undefined) continue;
    const kept = best.get(coldkey);
    if (kept === undefined) best.set(coldkey, hotkey);
    else beaten.set(hotkey, kept);
  }
  return beaten;
}

/** Largest first; equal ones by the code units of the key. */
export function byValueThenKey(
  [keyA, a]: readonly [string, number],
  [keyB, b]: readonly [string, number],
): number {
  return b - a || (keyA < keyB ? -1 : keyA > keyB ? 1 : 0);
}

export function mapValues(
  values: ByHotkey,
  change: (value: number, key: string) => number,
): Map<string, number> {
  return new Map([...values].map(([key, value]) => [key, change(value, key)]));
}

/** Adds up by hotkey, each sum in no order. */
export function sumByHotkey<T extends { readonly hotkey: string }>(
  items: Iterable<T>,
  figure: (item: T) => number,
): Map<string, number> {
  const groups = Map.groupBy(items, ({ hotkey }) => hotkey);
  return new Map([...groups].map(([hotkey, group]) => [hotkey, exactSum(group.map(figure))]));
}
