import type { Chain } from '../../chain/index.ts';
import {
  type ErrorCode,
  isTaoscopeError,
  type Logger,
  retry,
  TaoscopeError,
  throwIfAborted,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { SnapshotStore } from '../rows.ts';
import type { Netuids } from './read.ts';
import { record, saveRecorded } from './record.ts';

export interface BackfillOptions {
  chain: Chain;
  rows: SnapshotStore;
  logger: Logger;
  netuids: Netuids;
  /** First and last block, both included; blocks are `from`, `from + step` … */
  from: number;
  to: number;
  step: number;
  /** Blocks read at the same time. */
  workers: number;
  source: 'auto' | 'storage';
  signal?: AbortSignal | undefined;
  /** The wait before a block's second try; each later one doubles. Default 500 ms. */
  firstWaitMs?: number | undefined;
  onProgress?: ((progress: BackfillProgress) => void) | undefined;
}

export interface BackfillProgress {
  readonly total: number;
  /** Blocks stored by this run. */
  readonly done: number;
  /** Blocks that were stored already. */
  readonly skipped: number;
  /** Blocks that no endpoint still has, or that failed for good. */
  readonly missing: number;
  readonly ratePerSecond: number;
  readonly secondsLeft?: number | undefined;
}

/**
 * Records past blocks. What is stored already is skipped, so a run that was stopped or killed is resumed by running it again.
 * A block whose state is gone everywhere is named in the gaps and counted as missing; it does not stop the others.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillProgress> {
  const { chain, rows, from, to, step, signal } = options;
  if (from > to) throw emptyRange(from, to);
  const head = await chain.head('finalized', signal);
  if (to > head.number) {
    throw new TaoscopeError('usage', {
      failed: 'cannot backfill blocks that are not final yet',
      got: `up to ${to}`,
      expected: `at most ${head.number}, the finalized head`,
      todo: 'choose an earlier last block',
    });
  }
  const total = Math.floor((to - from) / step) + 1;
  const stored = await rows.backfilledBlocks(options.netuids, from, to);
  const progress = createProgress(total, options.onProgress);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);

  let next = from;
  const work = async () => {
    while (next <= to) {
      throwIfAborted(both);
      const number = next;
      next += step;
      if (stored.has(number)) progress.count('skipped');
      else progress.count(await recordBlock(number, options, both));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.workers, total) }, work));
  } catch (error) {
    stop.abort();
    throw error;
  }
  return progress.current();
}

/** The error for a range that ends before it begins. */
export function emptyRange(from: number, to: number): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'cannot backfill this range',
    got: `from ${from} to ${to}`,
    expected: 'a first block that is not after the last',
    todo: 'swap them',
  });
}

/** Besides what says so itself: a gateway that restarts, a node that answers null. */
const TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set(['not-found', 'rpc-refused', 'undecodable']);

async function recordBlock(
  number: number,
  options: BackfillOptions,
  signal: AbortSignal,
): Promise<'done' | 'missing'> {
  const { chain, rows, logger, netuids, firstWaitMs = 500 } = options;
  // A subnet that is not there yet at this block is the rule in old ranges: one more look is enough against a lie.
  let absences = 0;
  try {
    return await retry(
      async () => {
        const view = await chain.view(await chain.blockAt(number, signal), signal);
        const recorded = await record(view, { ...options, concurrency: 2, signal });
        const failure = recorded.reading.failures[0];
        if (failure !== undefined) {
          if (isTaoscopeError(failure.error, 'not-found')) absences++;
          throw failure.error;
        }
        await rows.saveRuntime(view.runtime, number);
        await saveRecorded(rows, [recorded], 'backfill');
        await rows.saveBackfilled(netuids, number);
        // A gap says that nothing of the block was recorded: a few subnets do not fill it.
        if (netuids === 'all') await rows.fillGap({ from: number, to: number });
        return 'done' as const;
      },
      {
        tries: 6,
        firstWaitMs,
        signal,
        mayRetry: (error) => absences < 2 && (error.retryable || TRIED_AGAIN.has(error.code)),
      },
    );
  } catch (caught) {
    const error = toTaoscopeError(caught);
    // Only what is wrong with this block lets the others go on.
    if (
      !(
        ['state-pruned', 'undecodable', 'unsupported', 'not-found', 'response-too-big', 'falsified'] as const
      ).some((code) => isTaoscopeError(error, code))
    )
      throw error;
    logger.warn(
      { block: number, code: error.code },
      `block ${number} could not be backfilled: ${error.parts.failed}`,
    );
    await rows.saveGap({ from: number, to: number, reason: `${error.code}: ${error.parts.failed}` });
    return 'missing';
  }
}

function createProgress(total: number, tell: BackfillOptions['onProgress']) {
  const counts = { done: 0, skipped: 0, missing: 0 };
  const startedAt = performance.now();
  const current = (): BackfillProgress => {
    const seconds = (performance.now() - startedAt) / 1000;
    const worked = counts.done + counts.missing;
    const ratePerSecond = worked === 0 ? 0 : worked / seconds;
    const left = total - worked - counts.skipped;
    return {
      total,
      ...counts,
      ratePerSecond,
      secondsLeft: ratePerSecond === 0 ? undefined : left / ratePerSecond,
    };
  };
  return {
    current,
    count(outcome: keyof typeof counts) {
      counts[outcome]++;
      tell?.(current());
    },
  };
}
