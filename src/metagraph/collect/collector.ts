import type { BlockHeader, BlockRef, Chain, FollowEvent, HeadKind, RuntimeInfo } from '../../chain/index.ts';
import { type Logger, mapOrdered, retry, type TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { Snapshot, SnapshotStore } from '../rows.ts';
import type { EventKind } from './events/index.ts';
import type { ReadOptions } from './read.ts';
import { type Lack, type Recorded, type RecordOptions, record, saveRecorded } from './record.ts';
import { refresh } from './refresh.ts';

export interface CollectorOptions extends Omit<ReadOptions, 'signal'> {
  chain: Chain;
  rows: SnapshotStore;
  logger: Logger;
  heads: HeadKind;
  /** A snapshot of all chosen subnets every so many blocks, besides one of a subnet at each of its epochs. */
  everyBlocks: number;
  /** What happens in each block; movements of stake from so many rao on. Default: not read. */
  events?: RecordOptions['events'];
  /** Weights, bonds and commits at epochs, and weights when they change. Default `false`. */
  weights?: boolean | undefined;
  /** Waits between tries; each doubles. Default: half a second to 15 seconds. */
  patience?: { readonly firstWaitMs: number; readonly maxWaitMs: number } | undefined;
}

/** What the collector tells while it works. */
export type CollectorEvent =
  | { readonly type: 'head'; readonly head: BlockRef }
  | { readonly type: 'snapshot'; readonly netuid: number; readonly mechanism: number; readonly block: number }
  | {
      readonly type: 'events';
      readonly block: number;
      /** Absent for what concerns no single subnet. */
      readonly netuid: number | undefined;
      readonly kinds: readonly EventKind[];
    }
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
  /** Events stored, and those that could not be interpreted. */
  readonly events: number;
  readonly eventsSkipped: number;
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

/** A followed block that was read, or what else the follower told, waiting to be stored. */
type Work =
  | (Recorded & { readonly type: 'block'; readonly header: BlockHeader })
  | Exclude<FollowEvent, { type: 'block' }>;

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
    events: 0,
    eventsSkipped: 0,
    missing: 0,
    errors: 0,
  };
  /** The chosen subnets that exist, as of the last full reading. */
  let known: readonly number[] | undefined;
  /** Those that have begun since, each with its block. */
  const begun = new Map<number, number>();
  /** The first block of this start. */
  let first: number | undefined;

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
  async function work(event: FollowEvent, signal: AbortSignal): Promise<Work> {
    stats.queue++;
    if (event.type !== 'block') return event;
    const { number } = event.header;
    const failures: TaoscopeError[] = [];
    try {
      return await retry(() => read(event.header, failures, signal), {
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

  /** Reads a block. What it lacks is asked for again, as often as a whole block would be; then the block does without. */
  async function read(
    header: BlockHeader,
    failures: readonly TaoscopeError[],
    signal: AbortSignal,
  ): Promise<Work> {
    const view = await chain.view(header, signal);
    first ??= header.number;
    const isFull = known === undefined || header.number % everyBlocks === 0;
    const recorded = await record(chain, view, {
      ...options,
      onlyAtEpochOf: isFull ? undefined : [...new Set([...(known ?? []), ...begun.keys()])],
      // What was set before the start is in no block that follows.
      weights: options.weights ? (header.number === first ? 'all' : 'changes') : undefined,
      signal,
    });
    const again = recorded.lacking.find(
      (lack) => !isAbsence(lack) && mayReadAgain(lack.error, [...failures, lack.error]),
    );
    if (again !== undefined) throw again.error;
    for (const lack of recorded.lacking) count(lack.error, `block ${header.number} has no ${nameOf(lack)}`);
    for (const netuid of begunIn(recorded)) begun.set(netuid, header.number);
    if (isFull) {
      known = recorded.reading.subnets.map(({ netuid }) => netuid);
      for (const [netuid, block] of begun) if (block <= header.number) begun.delete(netuid);
    }
    return { type: 'block', header, ...recorded };
  }

  /** Stores what was read. Blocks come last: a crash before them is repaired by reading the same blocks again. */
  async function store(batch: readonly Work[]): Promise<void> {
    const blocks = withoutReplaced(batch);
    for (const item of batch) {
      if (item.type === 'retracted') await rows.retract(item.from);
      if (item.type !== 'missing') continue;
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
    for (const { block, lacking } of blocks) {
      const reason = reasonOf(lacking);
      if (reason !== undefined) await rows.saveGap({ from: block.number, to: block.number, reason });
    }
    await rows.saveBlocks(blocks.map((block) => ({ ...block, eventsRead: block.events !== undefined })));

    stats.queue -= batch.length;
    stats.blocks += blocks.length;
    stats.snapshots += snapshots.length;
    const last = batch.findLast((item) => item.type !== 'retracted');
    if (last !== undefined) stats.lastBlock = last.type === 'block' ? last.block.number : last.to;
    announce(snapshots);
    for (const block of blocks) announceEvents(block);
  }

  function announceEvents({ block, events }: Recorded): void {
    stats.events += events?.events.length ?? 0;
    stats.eventsSkipped += events?.skipped ?? 0;
    for (const [netuid, list] of Map.groupBy(events?.events ?? [], (event) => event.netuid))
      emit({
        type: 'events',
        block: block.number,
        netuid,
        kinds: [...new Set(list.map(({ kind }) => kind))],
      });
  }

  function announce(snapshots: readonly Snapshot[]): void {
    for (const { metagraph } of snapshots) {
      const { netuid, mechanism, block } = metagraph;
      stats.lastSnapshotBlock = Math.max(block.number, stats.lastSnapshotBlock ?? 0);
      emit({ type: 'snapshot', netuid, mechanism, block: block.number });
    }
  }

  async function* followed(signal: AbortSignal): AsyncGenerator<FollowEvent> {
    const after = await rows.lastProcessedBlock();
    // A run that was killed may have stored what was read of a best block, and not the block: another may come in its place.
    if (heads === 'best' && after !== undefined) await rows.retract(after.number + 1);
    stats.lastBlock = after?.number;
    for await (const event of chain.follow({ kind: heads, after, signal })) {
      if (event.type === 'block' && event.head.hash !== stats.head?.hash) {
        stats.head = event.head;
        stats.headSeenAt = Date.now();
        emit({ type: 'head', head: event.head });
      }
      yield event;
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
        netuids: [netuid],
        source: options.source,
        concurrency: options.concurrency,
        weights: options.weights ? 'all' : undefined,
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

/** A chosen subnet that is not there at a block: nothing of it is missing. */
function isAbsence({ what, error }: Lack): boolean {
  return what === 'neurons' && error.code === 'not-found';
}

function nameOf({ what, netuid }: Lack): string {
  return netuid === undefined ? what : `${what} of netuid ${netuid}`;
}

/** What is named in the gaps of a block that was stored. Whether its events were read the block itself says. */
function reasonOf(lacking: readonly Lack[]): string | undefined {
  const named = lacking.filter((lack) => lack.what !== 'events' && !isAbsence(lack));
  const [first] = named;
  if (first === undefined) return undefined;
  const others = named.length === 1 ? '' : `, and ${named.length - 1} more`;
  return `${first.error.code}: no ${nameOf(first)}${others}: ${first.error.parts.failed}`;
}

/** Subnets that began in a block: their clocks are looked at from the next one on. */
function begunIn({ events }: Recorded): number[] {
  const begun = events?.events.filter(({ kind }) => kind === 'subnet-added') ?? [];
  return begun.flatMap(({ netuid }) => netuid ?? []);
}

/** The blocks of a batch that no later one of it replaces. */
function withoutReplaced(batch: readonly Work[]): (Work & { readonly type: 'block' })[] {
  let blocks: (Work & { readonly type: 'block' })[] = [];
  for (const item of batch) {
    if (item.type === 'block') blocks.push(item);
    else if (item.type === 'retracted') blocks = blocks.filter(({ block }) => block.number < item.from);
  }
  return blocks;
}
