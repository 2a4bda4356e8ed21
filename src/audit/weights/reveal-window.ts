import { type BlockView, readSubnet } from '../../chain/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import { indexOf } from './weight-rules.ts';

/** What decides when a commit may be revealed, in the words of the runtime's era. */
export type RevealClock =
  /** Specs 151 to 204: in the interval of blocks that follows the commit's. */
  | { readonly kind: 'interval'; readonly blocks: number }
  /** Specs 205 to 422: so many epochs later, epochs being reckoned from the block number. */
  | { readonly kind: 'reckoned'; readonly tempo: number; readonly epochs: number; readonly index: number }
  /** Since spec 423: so many epochs later, epochs being counted as they run. */
  | {
      readonly kind: 'counted';
      readonly epoch: number;
      readonly epochs: number;
      readonly tempo: number;
      /** First block at which the next epoch is due. */
      readonly nextEpochBlock: number;
    };

/** When something was committed. */
export interface CommitTime {
  readonly block: number;
  /** Where the chain stores it (since spec 423). */
  readonly epoch?: number | undefined;
}

/** Whether a reveal that lands in a given block is in time, and the blocks in which it would be, as far as they are known. */
export interface RevealWindow {
  readonly standing: 'early' | 'open' | 'over';
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/**
 * Whether what was committed may be revealed in a block (`is_reveal_block_range`, `get_epoch_index` and `is_commit_expired` in
 * `pallets/subtensor/src/subnets/weights.rs`). The chain goes by tempo and period of that block, not of the commit's: so read the clock anew.
 */
export function revealWindow(clock: RevealClock, commit: CommitTime, block: number): RevealWindow {
  switch (clock.kind) {
    case 'interval': {
      if (clock.blocks === 0) return { standing: 'open', first: commit.block };
      const first = commit.block - (commit.block % clock.blocks) + clock.blocks;
      return placed(block, first, first + clock.blocks - 1);
    }
    case 'reckoned': {
      const period = clock.tempo + 1;
      const offset = clock.index + 1;
      const epoch = Math.floor((commit.block + offset) / period) + clock.epochs;
      const first = Math.max(0, epoch * period - offset);
      return placed(block, first, epoch * period - offset + clock.tempo);
    }
    case 'counted': {
      if (commit.epoch === undefined) throw noEpoch(commit);
      const wanted = commit.epoch + clock.epochs;
      // An epoch that is due in the block has begun for what else is in that block.
      const now = clock.epoch + (clock.nextEpochBlock <= block ? 1 : 0);
      const startOf = (epoch: number) => clock.nextEpochBlock + (epoch - clock.epoch - 1) * clock.tempo;
      if (now > wanted) return { standing: 'over' };
      if (now === wanted) return { standing: 'open', last: startOf(wanted + 1) - 1 };
      return { standing: 'early', first: startOf(wanted), last: startOf(wanted + 1) - 1 };
    }
  }
}

/** Reads the clock of a mechanism at the view's block; `unsupported` where the runtime has no commits of hashes. */
export async function readRevealClock(
  view: BlockView,
  netuid: number,
  mechanism: number,
  signal?: AbortSignal,
): Promise<RevealClock> {
  const read = async (item: string, key: number) =>
    Number((await view.storage('SubtensorModule', item, [key], signal)) ?? 0);
  const has = (item: string) => view.hasStorage('SubtensorModule', item);
  if (has('SubnetEpochIndex')) {
    const facts = await readSubnet(view, netuid, signal);
    return {
      kind: 'counted',
      epoch: await read('SubnetEpochIndex', netuid),
      epochs: await read('RevealPeriodEpochs', netuid),
      tempo: facts.tempo,
      nextEpochBlock: facts.nextEpochBlock ?? Number.POSITIVE_INFINITY,
    };
  }
  if (has('RevealPeriodEpochs')) {
    return {
      kind: 'reckoned',
      tempo: await read('Tempo', netuid),
      epochs: await read('RevealPeriodEpochs', netuid),
      index: indexOf(netuid, mechanism),
    };
  }
  if (has('WeightCommitRevealInterval'))
    return { kind: 'interval', blocks: await read('WeightCommitRevealInterval', netuid) };
  throw new TaoscopeError('unsupported', {
    failed: 'this runtime has no commits of hashes',
    got: `${view.runtime.specName} ${view.runtime.specVersion}`,
    expected: 'spec 151 or later',
  });
}

function placed(block: number, first: number, last: number): RevealWindow {
  return { standing: block < first ? 'early' : block > last ? 'over' : 'open', first, last };
}

function noEpoch(commit: CommitTime): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `the commit of block ${commit.block} does not say its epoch`,
    expected: 'its epoch, as this runtime stores it',
  });
}
