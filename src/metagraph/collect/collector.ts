import type { BlockHeader, BlockRef, Chain, FollowEvent, HeadKind, RuntimeInfo } from '../../chain/index.ts';
import { type Logger, mapOrdered, retry, type TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { Snapshot, SnapshotStore } from '../rows.ts';
import { readClock } from './epochs.ts';
import type { ReadOptions } from './read.ts';
import { type Recorded, record, saveRecorded } from './record.ts';
import { refresh } from './refresh.ts';

export interface CollectorOptions extends Omit<ReadOptions, 'signal'> {
  chain: Chain;
  rows: SnapshotStore;
  logger: Logger;
  heads: HeadKind;
  /** A snapshot of all chosen subnets every so many blocks, besides one of a subnet at each of its epochs. */
  everyBlocks: number;
  /** Waits between tries; each doubles. Default: half a second to 15 seconds. */
  patience?: { readonly firstWaitMs: number; readonly maxWaitMs: number } | undefined;
}

/** What the collector tells while it works. */
export type CollectorEvent =
  | { readonly type: 'head'; readonly head: BlockRef }
  | { readonly type: 'snapshot'; readonly netuid: number; readonly mechanism: number; readonly block: number }
  | { readonly type: 'runtime'; readonly runtime: RuntimeInfo; readonly block: number };

export interface CollectorStats {
  /** The newest head announced by the followed kind. */
  readonly head?: BlockRef | undefined;
  readonly headSeenAt?: number | undefined;
  readonly lastBlock?: number | undefined;
  readonly lastSnapshotBlock?: number | undefined;
  readonly runtime?: RuntimeInfo | undefined;
  /** Blocks begun and not yet stored. */
  readonly queue: number;
  readonly blocks: number;
  readonly snapshots: number;
  readonly missing: number;
  readonly errors: number;
  readonly lastError?: { readonly at: number; readonly message: string } | undefined;
}

/** Records the chosen subnets, block after block, without gaps. */
export interface Collector {
  /** Follows the chain until the signal fires; throws only what no waiting mends (the store, another chain). */
  run(signal: AbortSignal): Promise<void>;
  /** Reads a subnet at the head now and stores it. Answers the block and how many snapshots were stored. */
  refresh(netuid: number, signal?: AbortSignal): Promise<{ block: number; snapshots: number }>;
  stats(): CollectorStats;
  /** Tells of each event; answers how to stop. */
  subscribe(listener: (event: CollectorEvent) => void): () => void;
}

/** A followed block that was read, or a range that could not be had, waiting to be stored. */
type Work =
  | (Recorded & { readonly type: 'block'; readonly header: BlockHeader })
  | { readonly type: 'missing'; readonly from: number; readonly to: number; readonly reason: string };

/** Replaced best blocks are stored over (rows are keyed by block number), so `retracted` needs no work. */
type WorkEvent = Exclude<FollowEvent, { type: 'retracted' }>;

/** Blocks read ahead of the one being stored: enough to hide the node's latency, few enough to stay near the head. */
const READ_AHEAD = 4;

/** Waits between tries of what may pass by itself: a node that is away, a node that lies. */
const PATIENCE = { firstWaitMs: 500, maxWaitMs: 15_000 };

/** Failures of a block's reading that end the collector instead of leaving a gap. */
const FATAL = new Set(['aborted', 'wrong-chain']);

/**
 * How often a block is read before it is named as missing. A silence or a rate limit says nothing about the block, so it
 * is waited out; a contradiction may be the state's own, and a refusal may last: they must not stop the blocks behind.
 */
function triesOf(error: TaoscopeError): number {
  switch (error.code) {
    case 'falsified':
      return 12;
    case 'rpc-refused':
      return error.retryable ? Number.POSITIVE_INFINITY : 4;
    // A gateway that restarts, or a node that answers null, says so of blocks that are there.
    case 'not-found':
    case 'undecodable':
      return 4;
    default:
      return error.retryable ? Number.POSITIVE_INFINITY : 1;
  }
}

/** Whether a block whose readings failed so (the last one included) may be read again. Failures of one bound count together. */
export function mayReadAgain(error: TaoscopeError, failures: Iterable<TaoscopeError>): boolean {
  const tries = triesOf(error);
  if (tries === Number.POSITIVE_INFINITY) return true;
  let same = 0;
  for (const failure of failures) if (triesOf(failure) === tries) same++;
  return same < tries;
}

export function createCollector(options: CollectorOptions): Collector {
  const { chain, rows, logger, heads, everyBlocks } = options;
  const patience = { ...PATIENCE, ...options.patience, tries: Number.POSITIVE_INFINITY };
  const listeners = new Set<(event: CollectorEvent) => void>();
  const stats: { -readonly [K in keyof CollectorStats]: CollectorStats[K] } = {
    queue: 0,
    blocks: 0,
    snapshots: 0,
    missing: 0,
    errors: 0,
  };
  /** The chosen subnets that exist, as of the last full reading. */
  let known: readonly number[] | undefined;

  function emit(event: CollectorEvent): void {
    for (const listener of listeners) listener(event);
  }

  function count(error: TaoscopeError, where: string): void {
    const { failed, got } = error.parts;
    const message = `${where}: ${failed}${got === undefined ? '' : ` (${got})`}`;
    stats.errors++;
    stats.lastError = { at: Date.now(), message };
    logger.warn({ code: error.code, ...error.fields }, message);
  }

  /** The work of one event. Waits out what passes; names as missing what does not (pruned state, undecodable bytes). */
  async function work(event: WorkEvent, signal: AbortSignal): Promise<Work> {
    stats.queue++;
    if (event.type === 'missing') return event;
    const { number } = event.header;
    const failures: TaoscopeError[] = [];
    try {
      return await retry(() => read(event.header, signal), {
        ...patience,
        signal,
        mayRetry: (error) => {
          // What is waited out for ever is not kept: it may be days.
          if (triesOf(error) !== Number.POSITIVE_INFINITY) failures.push(error);
          return mayReadAgain(error, failures);
        },
        onRetry: (error) => count(error, `block ${number} is read again`),
      });
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (FATAL.has(error.code)) throw error;
      count(error, `block ${number} could not be read`);
      return { type: 'missing', from: number, to: number, reason: `${error.code}: ${error.parts.failed}` };
    }
  }

  async function read(header: BlockHeader, signal: AbortSignal): Promise<Work> {
    const view = await chain.view(header, signal);
    if (known === undefined || header.number % everyBlocks === 0) {
      const recorded = await record(view, { ...options, signal });
      known = recorded.reading.subnets.map(({ netuid }) => netuid);
      return { type: 'block', header, ...recorded };
    }
    const clock = await readClock(view, known, signal);
    if (clock.epochs.length > 0) {
      return {
        type: 'block',
        header,
        ...(await record(view, { ...options, netuids: clock.epochs, signal })),
      };
    }
    const reading = { subnets: [], metagraphs: [], failures: [] };
    return { type: 'block', header, block: view.block, runtime: view.runtime, ...clock, reading };
  }

  /** Stores what was read. Blocks come last: a crash before them is repaired by reading the same blocks again. */
  async function store(batch: readonly Work[]): Promise<void> {
    const blocks = batch.filter((item) => item.type === 'block');
    for (const item of batch) {
      if (item.type === 'block') continue;
      await rows.saveGap(item);
      stats.missing += item.to - item.from + 1;
    }
    for (const { runtime, block } of blocks) {
      if (stats.runtime?.metadataHash === runtime.metadataHash) continue;
      await rows.saveRuntime(runtime, block.number);
      stats.runtime = runtime;
      emit({ type: 'runtime', runtime, block: block.number });
    }
    const snapshots = await saveRecorded(rows, blocks, 'follow');
    await rows.saveBlocks(blocks);

    stats.queue -= batch.length;
    stats.blocks += blocks.length;
    stats.snapshots += snapshots.length;
    const last = batch.at(-1);
    if (last !== undefined) stats.lastBlock = last.type === 'block' ? last.block.number : last.to;
    for (const { reading } of blocks) {
      for (const { netuid, error } of reading.failures) count(error, `netuid ${netuid} could not be read`);
    }
    announce(snapshots);
  }

  function announce(snapshots: readonly Snapshot[]): void {
    for (const { metagraph } of snapshots) {
      const { netuid, mechanism, block } = metagraph;
      stats.lastSnapshotBlock = Math.max(block.number, stats.lastSnapshotBlock ?? 0);
      emit({ type: 'snapshot', netuid, mechanism, block: block.number });
    }
  }

  async function* followed(signal: AbortSignal): AsyncGenerator<WorkEvent> {
    const after = await rows.lastProcessedBlock();
    stats.lastBlock = after?.number;
    for await (const event of chain.follow({ kind: heads, after, signal })) {
      if (event.type === 'block' && event.head.hash !== stats.head?.hash) {
        stats.head = event.head;
        stats.headSeenAt = Date.now();
        emit({ type: 'head', head: event.head });
      }
      if (event.type !== 'retracted') yield event;
    }
  }

  /** Follows and stores until the signal fires or something fails. */
  async function followAndStore(signal: AbortSignal): Promise<void> {
    const running = new AbortController();
    const both = AbortSignal.any([signal, running.signal]);
    // While one batch is being stored the next blocks are read; all that is ready is stored together.
    let ready: Work[] = [];
    let storing: Promise<void> | undefined;
    let failure: unknown;
    async function flush(): Promise<void> {
      try {
        while (ready.length > 0) {
          const batch = ready;
          ready = [];
          await store(batch);
        }
      } catch (error) {
        failure = error;
        running.abort(error);
      } finally {
        storing = undefined;
      }
    }
    stats.queue = 0;
    try {
      for await (const item of mapOrdered(followed(both), READ_AHEAD, (event) => work(event, both))) {
        ready.push(item);
        storing ??= flush();
        // Back-pressure: never more than a few batches' worth in memory.
        if (ready.length >= 4 * READ_AHEAD) await storing;
      }
    } catch (error) {
      // What failed first is what is told, not the abort that it caused.
      failure ??= error;
    } finally {
      running.abort();
      await storing;
    }
    if (failure !== undefined) throw failure;
  }

  return {
    async run(signal) {
      try {
        await retry(() => followAndStore(signal), {
          ...patience,
          signal,
          // A full disk may be freed, but not by waiting here: whoever runs us must know.
          mayRetry: (error) => error.fault === 'peer' && error.retryable,
          onRetry: (error) => count(error, 'following begins again behind the last stored block'),
        });
      } catch (caught) {
        if (!signal.aborted) throw caught;
      }
    },

    async refresh(netuid, signal) {
      const { block, snapshots } = await refresh(chain, rows, await chain.head(heads, signal), {
        ...options,
        netuids: [netuid],
        signal,
      });
      announce(snapshots);
      return { block: block.number, snapshots: snapshots.length };
    },

    stats: () => ({ ...stats }),

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
