/** Blocks and instants of a made-up chain whose head is now: 12 s a block, block 0 on a full hour. */
export interface Clock {
  /** Newest stored block, a multiple of 10. */
  readonly head: number;
  /** Seconds since the epoch of block 0. */
  readonly genesis: number;
}

export const BLOCK_SECONDS = 12;
export const DAY_BLOCKS = 7_200;
export const HOUR_BLOCKS = 300;
/** Snapshots are taken every so many blocks. */
export const STEP_BLOCKS = 10;
/** 20 epochs a day. */
export const EPOCH_BLOCKS = 360;
/** Blocks of one partition of the tables. */
export const WEEK_BLOCKS = 50_400;

// About where mainnet is; a multiple of an hour's blocks.
const BLOCK_OF_THIS_HOUR = 8_910_000;

export function clockAt(nowMs: number): Clock {
  const hour = Math.floor(nowMs / 3_600_000) * 3_600;
  const since = Math.floor((nowMs / 1000 - hour) / BLOCK_SECONDS / STEP_BLOCKS) * STEP_BLOCKS;
  return { head: BLOCK_OF_THIS_HOUR + since, genesis: hour - BLOCK_OF_THIS_HOUR * BLOCK_SECONDS };
}
