import {
  type BlockRef,
  type BlockView,
  type Chain,
  type RuntimeInfo,
  readNetuids,
} from '../../chain/index.ts';
import { isTaoscopeError, type TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { BlockEvents } from '../event-rows.ts';
import type { Origin } from '../retention.ts';
import type { Snapshot, SnapshotStore } from '../rows.ts';
import { type BlockClock, readClock } from './epochs.ts';
import { type EventReading, epochEvent, readEvents } from './events/index.ts';
import { type BlockReading, type ReadOptions, readBlock } from './read.ts';
import { collectWeights, type WeightReading, type WeightsWanted } from './weights.ts';

/** What of a block is read besides the clock. */
export interface RecordOptions extends ReadOptions {
  /** Only those of these subnets are read whose epoch ran in the block, instead of all chosen ones. */
  onlyAtEpochOf?: readonly number[] | undefined;
  /** What happened in the block; movements of stake from so many rao on. */
  events?: { readonly minStakeRao: bigint } | undefined;
  /** `changes`: whole matrices at epochs, and rows when they change. `all`: whole matrices of all subnets that are read. */
  weights?: 'changes' | 'all' | undefined;
}

/** A block that was read: what it says of itself and what was read at it. */
export interface Recorded extends BlockClock {
  readonly block: BlockRef;
  readonly runtime: RuntimeInfo;
  readonly reading: BlockReading;
  /** Absent when they were not asked for, or could not be read. */
  readonly events?: EventReading | undefined;
  readonly weights?: readonly WeightReading[] | undefined;
  /** What was asked for and could not be read, while the rest of the block could. */
  readonly lacking: readonly Lack[];
}

export interface Lack {
  readonly what: 'events' | 'neurons' | 'weights';
  /** Absent when it is lacking of all. */
  readonly netuid?: number | undefined;
  readonly error: TaoscopeError;
}

/** Reads of a block what is asked for. What fails for the block (no state, no node) is thrown. */
export async function record(chain: Chain, view: BlockView, options: RecordOptions): Promise<Recorded> {
  const lacking: Lack[] = [];
  const [state, happened] = await Promise.all([
    readState(view, options),
    options.events && orLack('events', lacking, () => readHappened(chain, view, options)),
  ]);
  for (const failure of state.reading.failures) lacking.push({ what: 'neurons', ...failure });
  const recorded = { block: view.block, runtime: view.runtime, ...state, lacking };
  const events = happened && withEpochs(happened, state.epochs);
  if (options.weights === undefined) return { ...recorded, events };
  const wanted = weightsWanted({ ...recorded, events }, options);
  const weights = await orLack('weights', lacking, async () => {
    const { readings, failures } = await collectWeights(view, wanted);
    for (const failure of failures) lacking.push({ what: 'weights', ...failure });
    return readings;
  });
  return { ...recorded, events, weights };
}

/** Reads what happened in a block, and nothing else of it but the clock. */
export async function recordEvents(
  chain: Chain,
  view: BlockView,
  options: Pick<RecordOptions, 'netuids' | 'events' | 'signal'>,
): Promise<BlockEvents & EventReading> {
  const { netuids, signal } = options;
  const clocks = netuids === 'all' ? await readNetuids(view, signal) : netuids;
  const [{ timestampMs, epochs }, happened] = await Promise.all([
    readClock(view, clocks, signal),
    readHappened(chain, view, options),
  ]);
  return { block: view.block, timestampMs, ...withEpochs(happened, epochs) };
}

async function readHappened(
  chain: Chain,
  view: BlockView,
  { netuids, events, signal }: Pick<RecordOptions, 'netuids' | 'events' | 'signal'>,
): Promise<EventReading> {
  const { number } = view.block;
  const parent = () => chain.view({ number: number - 1, hash: view.header.parentHash }, signal);
  return readEvents(view, { netuids, minStakeRao: events?.minStakeRao, parent, signal });
}

function withEpochs(happened: EventReading, epochs: readonly number[]): EventReading {
  const events = [...epochs.map(epochEvent), ...happened.events];
  return { ...happened, events: events.sort((a, b) => a.place - b.place) };
}

type State = BlockClock & { readonly reading: BlockReading };

async function readState(view: BlockView, options: RecordOptions): Promise<State> {
  const { onlyAtEpochOf, signal } = options;
  if (onlyAtEpochOf === undefined) {
    const reading = await readBlock(view, options);
    const netuids = reading.subnets.map(({ netuid }) => netuid);
    return { ...(await readClock(view, netuids, signal)), reading };
  }
  const clock = await readClock(view, onlyAtEpochOf, signal);
  const { epochs } = clock;
  if (epochs.length === 0) return { ...clock, reading: { subnets: [], metagraphs: [], failures: [] } };
  return { ...clock, reading: await readBlock(view, { ...options, netuids: epochs }) };
}

async function orLack<T>(
  what: Lack['what'],
  lacking: Lack[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (caught) {
    const error = toTaoscopeError(caught);
    if (isOfTheConnection(error)) throw error;
    lacking.push({ what, error });
    return undefined;
  }
}

/** Failures that would be those of any other reading as well, and say nothing about what was read. */
function isOfTheConnection(error: TaoscopeError): boolean {
  if (isTaoscopeError(error, 'rpc-refused')) return error.retryable;
  return (['unreachable', 'timeout', 'aborted', 'wrong-chain'] as const).some((code) =>
    isTaoscopeError(error, code),
  );
}

function weightsWanted(
  { reading, epochs, events }: Pick<Recorded, 'reading' | 'epochs' | 'events'>,
  { weights, concurrency, signal }: RecordOptions,
): WeightsWanted {
  const whole = reading.subnets.filter(({ netuid }) => weights === 'all' || epochs.includes(netuid));
  const changed = new Map<string, { netuid: number; mechanism: number; uids: number[] }>();
  for (const { kind, netuid, mechanism = 0, uid } of events?.events ?? []) {
    const isCommit = kind === 'weights-committed';
    if (netuid === undefined || !(isCommit || kind === 'weights-set' || kind === 'weights-revealed'))
      continue;
    const key = `${netuid}/${mechanism}`;
    const of = changed.get(key) ?? { netuid, mechanism, uids: [] };
    changed.set(key, of);
    if (!isCommit && uid !== undefined) of.uids.push(uid);
  }
  return {
    epochs: whole.flatMap(({ netuid, mechanisms, n }) =>
      Array.from({ length: mechanisms }, (_, mechanism) => ({ netuid, mechanism, n })),
    ),
    changed: [...changed.values()],
    concurrency,
    signal,
  };
}

/** Stores the facts, the snapshots, the weights and the events of blocks; answers the snapshots. */
export async function saveRecorded(
  rows: SnapshotStore,
  blocks: readonly Recorded[],
  origin: Origin,
): Promise<readonly Snapshot[]> {
  await rows.saveSubnets(
    blocks.flatMap(({ block, timestampMs, reading }) =>
      reading.subnets.map((facts) => ({ facts, block, timestampMs, origin })),
    ),
  );
  const snapshots = blocks.flatMap(({ reading, epochs }) =>
    reading.metagraphs.map((metagraph) => ({ metagraph, epoch: epochs.includes(metagraph.netuid), origin })),
  );
  await rows.saveSnapshots(snapshots);
  const weights = blocks.flatMap((block) => block.weights ?? []);
  if (weights.length > 0) await rows.saveWeights(weights, origin);
  const happened = blocks.flatMap(({ block, timestampMs, events }) =>
    events === undefined ? [] : [{ block, timestampMs, events: events.events }],
  );
  if (happened.length > 0) await rows.saveEvents(happened, origin);
  return snapshots;
}
