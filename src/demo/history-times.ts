const HOUR_MS = 3_600_000;
/** When in its hour the block is made that carries the commitments of the hour before. */
const COMMIT_MS = 66_000;
/** The week and an hour that the stand-in for Chutes lists. */
const LISTED_MS = 169 * HOUR_MS;
/** Shorter than an hour, so that each hour has a block for its commitments. */
const LONGEST_STEP_MS = 3_000_000;
/** As on the real chain. */
const BLOCK_MS = 12_000;

/** Time between blocks of a history, ms, when nobody says what it should be. */
export function stepOf(blocks: number, chutes: boolean): number {
  return chutes ? Math.min(LONGEST_STEP_MS, Math.ceil(LISTED_MS / blocks)) : BLOCK_MS;
}

/** Times (ms, ascending) of the blocks to be made before the present begins: the history of a new chain, or what a kept one has missed. */
export function historyTimes(plan: {
  readonly startMs: number;
  readonly stepMs: number;
  readonly blocks: number;
  /** Time of the last block that was kept; `undefined` for a new chain. */
  readonly restoredMs: number | undefined;
  readonly chutes: boolean;
}): number[] {
  const { startMs, stepMs, blocks, restoredMs, chutes } = plan;
  if (restoredMs === undefined) {
    const from = startMs - blocks * stepMs;
    if (chutes) return hurriedTimes(from, startMs, stepMs);
    return Array.from({ length: blocks }, (_, at) => from + at * stepMs);
  }
  // A pause of less than an hour leaves no report out that could not be published now.
  if (!chutes || startMs - restoredMs < HOUR_MS) return [];
  const step = Math.min(stepMs, LONGEST_STEP_MS);
  return hurriedTimes(Math.max(restoredMs + step, startMs - LISTED_MS), startMs, step);
}

/**
 * Times of blocks that are made in a hurry, from `fromMs` on and all before `toMs`: a step apart, but in each hour one is moved to a minute
 * past the full hour, when reports are due. Ascending, in ms.
 */
export function hurriedTimes(fromMs: number, toMs: number, stepMs: number): number[] {
  const times: number[] = [];
  let before = fromMs - stepMs;
  for (let at = fromMs; at < toMs; at += stepMs) {
    const due = dueAt(at);
    const time = before < due && due < at ? due : at;
    times.push(time);
    before = time;
  }
  // The hour that ended last is not left for the first block of the present.
  const last = dueAt(toMs);
  return before < last && last < toMs ? [...times, last] : times;
}

function dueAt(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS + COMMIT_MS;
}
