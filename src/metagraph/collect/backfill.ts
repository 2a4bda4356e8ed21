import type { BlockView, Chain } from '../../chain/index.ts';
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
import { type Recorded, type RecordOptions, record, recordEvents, saveRecorded } from './record.ts';

export interface BackfillOptions {
  chain: Chain;
  rows: SnapshotStore;
  logger: Logger;
  netuids: Netuids;
  /** First and last block, both included; blocks are `from`, `from + step` … */
  from: number;
  to: number;
  step: number;
  /** Also what happened in every block from `from` to `to`, not only in each step's. Default: not read. */
  events?: RecordOptions['events'];
  /**
   * Also weights, bonds and commits of the chosen subnets at each step, and at the last epoch that ran since the step
   * before. Default `false`.
   */
  weights?: boolean | undefined;
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
 * A block whose state is gone everywhere is named in the gaps and counted as missing; it does not stop the others. So is
 * one of which something cannot be read, but what can be is stored.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillProgress> {
  const { chain, from, to, step, signal } = options;
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
  const jobs = await jobsOf(options);
  const stride = options.events === undefined ? step : 1;
  const total = Math.floor((to - from) / stride) + 1;
  const progress = createProgress(total, options.onProgress);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);

  let next = from;
  const work = async () => {
    while (next <= to) {
      throwIfAborted(both);
      const number = next;
      next += stride;
      const due = jobs.filter((job) => (number - from) % job.step === 0 && !job.stored.has(number));
      let outcome: 'skipped' | Outcome = 'skipped';
      for (const job of due) {
        const one = await recordBlock(number, job, options, both);
        if (outcome !== 'missing') outcome = one;
      }
      progress.count(outcome);
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

type Outcome = 'done' | 'missing';

/** One kind of thing that is stored of blocks, on its own: what fails for one does not keep the other from being stored. */
interface Job {
  readonly step: number;
  /** Blocks of which it is stored already. */
  readonly stored: ReadonlySet<number>;
  /** Reads and stores it. Throws what may be tried again. */
  run(view: BlockView, signal: AbortSignal): Promise<void>;
  /** Names a block of which it is missing. */
  miss(number: number, error: TaoscopeError): Promise<void>;
}

async function jobsOf(options: BackfillOptions): Promise<readonly Job[]> {
  const snapshots = await snapshotJob(options);
  const { events } = options;
  return events === undefined ? [snapshots] : [snapshots, await eventsJob(options, events)];
}

async function snapshotJob(options: BackfillOptions): Promise<Job> {
  const { chain, rows, netuids, source, from, to, step, weights = false } = options;
  const what = { of: 'snapshots', weights } as const;
  /** Blocks under way of which something is lacking. */
  const partly = new Map<number, Recorded>();
  const save = async (recorded: readonly Recorded[]) => {
    for (const { runtime, block } of recorded) await rows.saveRuntime(runtime, block.number);
    await saveRecorded(rows, recorded, 'backfill');
  };
  /** What ran between this step and the one before: weights are compared epoch by epoch. */
  const readEpochs = async ({ block, reading }: Recorded, signal: AbortSignal): Promise<Recorded[]> => {
    const after = Math.max(from - 1, block.number - step);
    const between = reading.subnets.filter(
      ({ lastEpochBlock = 0 }) => lastEpochBlock > after && lastEpochBlock < block.number,
    );
    const found: Recorded[] = [];
    for (const [number = 0, subnets] of Map.groupBy(between, ({ lastEpochBlock }) => lastEpochBlock)) {
      const view = await chain.view(await chain.blockAt(number, signal), signal);
      const ran = subnets.map(({ netuid }) => netuid);
      found.push(
        await record(chain, view, {
          ...{ netuids: ran, onlyAtEpochOf: ran, source, concurrency: 2, signal },
          weights: 'changes',
        }),
      );
    }
    return found;
  };
  return {
    step,
    stored: await rows.backfilledBlocks(netuids, from, to, what),
    async run(view, signal) {
      const { number } = view.block;
      const recorded = await record(chain, view, {
        ...{ netuids, source, concurrency: 2, signal },
        weights: weights ? 'all' : undefined,
      });
      const epochs = weights ? await readEpochs(recorded, signal) : [];
      const lacking = [recorded, ...epochs].flatMap((each) => each.lacking);
      // That a subnet is not there says nothing of what else is lacking.
      const lack = lacking.find(({ error }) => error.code !== 'not-found') ?? lacking[0];
      if (lack !== undefined) {
        partly.set(number, recorded);
        throw lack.error;
      }
      partly.delete(number);
      await save([...epochs, recorded]);
      await rows.saveBackfilled(netuids, number, what);
      // A gap says that something of the block is missing, not which: a few subnets do not fill it.
      if (netuids === 'all') await rows.fillGap({ from: number, to: number });
    },
    async miss(number, { code, parts }) {
      const recorded = partly.get(number);
      partly.delete(number);
      if (recorded !== undefined) await save([recorded]);
      await rows.saveGap({ from: number, to: number, reason: `${code}: ${parts.failed}` });
    },
  };
}

async function eventsJob(
  { chain, rows, netuids, from, to }: BackfillOptions,
  events: { readonly minStakeRao: bigint },
): Promise<Job> {
  const what = { of: 'events', ...events } as const;
  return {
    step: 1,
    stored: await rows.backfilledBlocks(netuids, from, to, what),
    async run(view, signal) {
      const happened = await recordEvents(chain, view, { netuids, events, signal });
      await rows.saveEvents([happened], 'backfill');
      await rows.saveBackfilled(netuids, view.block.number, what);
    },
    // The state of the block may well be stored: what lacks the events is known by what has them.
    miss: async () => {},
  };
}

async function recordBlock(
  number: number,
  job: Job,
  { chain, logger, firstWaitMs = 500 }: BackfillOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  // A subnet that is not there yet at this block is the rule in old ranges: one more look is enough against a lie.
  let absences = 0;
  try {
    return await retry(
      async () => {
        const view = await chain.view(await chain.blockAt(number, signal), signal);
        try {
          await job.run(view, signal);
        } catch (error) {
          if (isTaoscopeError(error, 'not-found')) absences++;
          throw error;
        }
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
    await job.miss(number, error);
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
