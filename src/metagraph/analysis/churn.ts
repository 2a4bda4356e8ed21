import { assertAscending, type LongTable } from './long-table.ts';

/** Each against the block before it on the axis; the first has none before it. */
export interface Churn {
  /** Hotkeys that were not there before. */
  readonly added: (number | null)[];
  /** Hotkeys that are there no longer. */
  readonly removed: (number | null)[];
  /** Size of the symmetric difference: added + removed. */
  readonly changed: (number | null)[];
}

/**
 * How the set of hotkeys changes from block to block (`plot_churn`, dashboards.md 3.3). A uid that goes to another hotkey
 * is one added and one removed; a hotkey that changes its uid is neither.
 */
export function churn({ blocks, frame }: LongTable, hotkey: readonly string[]): Churn {
  assertAscending(blocks);
  const sets = blocks.map(() => new Set<string>());
  for (let row = 0; row < frame.length; row++) sets[frame[row] as number]?.add(hotkey[row] as string);
  const added: (number | null)[] = [];
  const removed: (number | null)[] = [];
  for (const [at, now] of sets.entries()) {
    const before = sets[at - 1];
    added.push(before === undefined ? null : countMissing(now, before));
    removed.push(before === undefined ? null : countMissing(before, now));
  }
  return {
    added,
    removed,
    changed: added.map((more, at) => (more === null ? null : more + (removed[at] ?? 0))),
  };
}

/** How many of `some` are not among `others`. */
function countMissing(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let count = 0;
  for (const one of some) if (!others.has(one)) count++;
  return count;
}
