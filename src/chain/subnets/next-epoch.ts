/** What decides when a subnet's next epoch runs; `undefined` where the runtime has no such item. */
export interface EpochClock {
  readonly netuid: number;
  readonly block: number;
  readonly tempo: number;
  /** Since spec 423. */
  readonly lastEpochBlock?: number | undefined;
  /** Since spec 423: an epoch asked for by the owner; 0 for none. */
  readonly pendingEpochAt?: number | undefined;
  readonly blocksSinceLastStep?: number | undefined;
}

/** An epoch runs after this many blocks, whatever the tempo (spec 423, `run_coinbase.rs`). */
const LONGEST_PERIOD = 50_400;

/**
 * First block behind the given one at which an epoch is due; `undefined` when none ever is (tempo 0 before spec 423).
 * Before spec 423 the clock is the block number alone, since then it is kept per subnet
 * (`pallets/subtensor/src/coinbase/run_coinbase.rs`; reference, section 5.4).
 */
export function nextEpochBlock(clock: EpochClock): number | undefined {
  const { netuid, block, tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep } = clock;
  if (lastEpochBlock === undefined) {
    if (tempo === 0) return undefined;
    const period = tempo + 1;
    // 0 blocks left: the epoch ran in this very block.
    const left = tempo - ((block + netuid + 1) % period);
    return block + (left === 0 ? period : left);
  }
  const due = [lastEpochBlock + tempo];
  if (pendingEpochAt !== undefined && pendingEpochAt > 0) due.push(pendingEpochAt);
  if (blocksSinceLastStep !== undefined) due.push(block + LONGEST_PERIOD + 1 - blocksSinceLastStep);
  // What is due already was put off, since only a few epochs may run in one block.
  return Math.max(block + 1, Math.min(...due));
}
