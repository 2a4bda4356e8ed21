import type { WeightAction, WeightEpoch } from './types.ts';

/** Columns of equal length, in the order of the epoch's rows. */
export interface WeightAges {
  readonly uid: readonly number[];
  readonly hotkey: readonly string[];
  /** Blocks since the last weights action; null where the last update is not known or lies in the future. */
  readonly age: readonly (number | null)[];
}

/**
 * How old each validator's weights are at an epoch. Under commit-reveal that is the age of the last commit. Before spec
 * 397 a newcomer inherits the last update of the neuron it replaced: give `lastUpdates` not older than the registration.
 */
export function weightAges({ block, rows, hotkeys, lastUpdates }: WeightEpoch): WeightAges {
  return {
    uid: rows.map(({ uid }) => uid),
    hotkey: rows.map(({ uid }) => hotkeys[uid] ?? ''),
    age: rows.map(({ uid }) => {
      const last = lastUpdates?.[uid];
      return last === undefined || last > block ? null : block - last;
    }),
  };
}

/** A row per reveal whose commit is known, ascending by block of the reveal. Columns of equal length. */
export interface RevealDelays {
  readonly hotkey: readonly string[];
  readonly commit: readonly number[];
  readonly reveal: readonly number[];
  /** Blocks from the commit to its reveal. */
  readonly delay: readonly number[];
}

/**
 * Pairs reveals with commits of the same hotkey, oldest first: the chain opens them in the order they were made. A commit
 * that was dropped (its reveal failed) shifts that pairing, so a reveal takes the newest commits it could belong to when
 * more wait than are opened: what waits longer than {@link MOST_WAITING} commits is given up.
 *
 * @param actions ascending by block
 */
export function revealDelays(actions: readonly WeightAction[]): RevealDelays {
  const waiting = new Map<string, number[]>();
  const columns = {
    hotkey: [] as string[],
    commit: [] as number[],
    reveal: [] as number[],
    delay: [] as number[],
  };
  for (const { block, hotkey, kind } of actions) {
    if (kind === 'set') continue;
    let queue = waiting.get(hotkey);
    if (queue === undefined) {
      queue = [];
      waiting.set(hotkey, queue);
    }
    if (kind === 'commit') {
      queue.push(block);
      if (queue.length > MOST_WAITING) queue.shift();
      continue;
    }
    const commit = queue.shift();
    if (commit === undefined) continue;
    columns.hotkey.push(hotkey);
    columns.commit.push(commit);
    columns.reveal.push(block);
    columns.delay.push(block - commit);
  }
  return columns;
}

/** Unrevealed commits a hotkey may have at once (`TooManyUnrevealedCommits`). */
export const MOST_WAITING = 10;
