import { type Outcome, outcomeError, type SignedExtrinsic } from '../../chain/index.ts';
import { type Hex, throwIfAborted } from '../../shared/index.ts';
import { type CommitRecord, isDone } from './commit-record.ts';
import type { CommitTime, RevealWindow } from './reveal-window.ts';

/** What is true of a commit at one block. */
export interface CommitLook {
  readonly block: number;
  /** When it was committed, where its hash waits on the chain. */
  readonly waiting?: CommitTime | undefined;
  /** Whether a reveal that lands in the next block would be in time. */
  window(commit: CommitTime): RevealWindow;
}

/** Everything that carrying a commit through does to the world. */
export interface CommitPort {
  look(record: CommitRecord, signal?: AbortSignal): Promise<CommitLook>;
  sign(record: CommitRecord, what: 'commit' | 'reveal', signal?: AbortSignal): Promise<SignedExtrinsic>;
  /** Submits, and follows to the outcome. */
  send(extrinsic: SignedExtrinsic, signal?: AbortSignal): Promise<Outcome>;
  /** Follows without submitting. */
  watch(extrinsic: SignedExtrinsic, signal?: AbortSignal): Promise<Outcome>;
  /** Settles when the head is at this block or beyond. */
  reach(block: number, signal?: AbortSignal): Promise<void>;
  /** Settles when the record is safe on the disk. */
  save(record: CommitRecord): Promise<void>;
}

export interface AdvanceOptions {
  /** Wait for the reveal; else a commit whose time has not come is answered as it is. */
  readonly wait: boolean;
  /** A plan that is older is not sent any more: its weights are of another time. Default 360 blocks, 72 minutes. */
  readonly maxAgeBlocks?: number | undefined;
  /** Told of every state, after it is saved. */
  readonly onStep?: ((record: CommitRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MAX_AGE_BLOCKS = 360;

/** Errors of a reveal after which there is nothing left to reveal. */
const GONE: ReadonlySet<string> = new Set([
  'ExpiredWeightCommit',
  'NoWeightsCommitFound',
  'InvalidRevealCommitHashNotMatch',
]);

/**
 * Carries a commit on from wherever it stands, be it new or left behind by a crash: planned, committed, then revealed, or honestly ended.
 *
 * Whatever is sent is signed and saved first, and the same bytes are sent again until their era is over: so nothing is committed or
 * revealed twice, and nothing that landed is forgotten. What cannot be known ends this call with an error and leaves the record as it is,
 * for the next call; so does a reveal that the chain refuses while its time is not over.
 *
 * Errors: `timeout` (an outcome that is not known), `rpc-refused` (a refused reveal), `aborted`, those of reading the chain.
 */
export async function advanceCommit(
  start: CommitRecord,
  port: CommitPort,
  options: AdvanceOptions,
): Promise<CommitRecord> {
  const journey: Journey = { record: start, port, options, own: new Set() };
  while (!isDone(journey.record)) {
    throwIfAborted(options.signal);
    const step = journey.record.state === 'planned' ? await commitStep(journey) : await revealStep(journey);
    if (step === 'early') break;
  }
  return journey.record;
}

interface Journey {
  record: CommitRecord;
  readonly port: CommitPort;
  readonly options: AdvanceOptions;
  /** Extrinsics that this call signed; others were perhaps sent before it. */
  readonly own: Set<Hex>;
}

async function update(journey: Journey, change: Partial<CommitRecord>): Promise<undefined> {
  const record = { ...journey.record, ...change };
  await journey.port.save(record);
  journey.record = record;
  journey.options.onStep?.(record);
}

async function sign(journey: Journey, what: 'commit' | 'reveal'): Promise<undefined> {
  const extrinsic = await journey.port.sign(journey.record, what, journey.options.signal);
  journey.own.add(extrinsic.hash);
  return update(journey, { [what]: extrinsic });
}

async function commitStep(journey: Journey): Promise<undefined> {
  const { record, port, options } = journey;
  const look = await port.look(record, options.signal);
  if (look.waiting !== undefined) return committed(journey, look.waiting);
  if (record.commit === undefined) {
    const age = look.block - record.plannedAt;
    if (age <= (options.maxAgeBlocks ?? MAX_AGE_BLOCKS)) return sign(journey, 'commit');
    const reason = `it was planned ${age} blocks ago, and is on the chain at none`;
    return update(journey, { state: 'expired', reason });
  }
  const outcome = await settle(journey, record.commit, look);
  switch (outcome.status) {
    case 'included':
      return committed(journey, { block: outcome.block.number });
    case 'failed':
    case 'refused':
      return update(journey, { state: 'failed', reason: reasonOf(outcome, 'the commit') });
    case 'expired':
      // In no block, and never will be: signed anew, if the plan is still fresh.
      return update(journey, { commit: undefined });
    case 'unknown':
      throw outcomeError(outcome, 'the commit');
  }
}

function committed(journey: Journey, { block, epoch }: CommitTime): Promise<undefined> {
  return update(journey, { state: 'committed', committedAt: block, committedEpoch: epoch });
}

async function revealStep(journey: Journey): Promise<'early' | undefined> {
  const { record, port, options } = journey;
  const look = await port.look(record, options.signal);
  const since: CommitTime = look.waiting ?? { block: record.committedAt ?? 0, epoch: record.committedEpoch };
  if (look.block < since.block) {
    await port.reach(since.block, options.signal);
    return undefined;
  }
  if (record.reveal !== undefined) return revealSent(journey, record.reveal, look);
  const window = look.window(since);
  if (window.standing === 'over') {
    const until = window.last === undefined ? '' : `, which ended with block ${window.last}`;
    return update(journey, { state: 'expired', reason: `it was not revealed in its time${until}` });
  }
  if (look.waiting === undefined) {
    const reason = `the chain no longer has it at block ${look.block}, before its time was over: the hotkey may have lost its uid`;
    return update(journey, { state: 'failed', reason });
  }
  if (window.standing === 'open') return sign(journey, 'reveal');
  if (!options.wait) return 'early';
  const { first } = window;
  await port.reach(
    first !== undefined && Number.isFinite(first) ? first - 1 : look.block + 1,
    options.signal,
  );
  return undefined;
}

async function revealSent(journey: Journey, reveal: SignedExtrinsic, look: CommitLook): Promise<undefined> {
  const outcome = await settle(journey, reveal, look);
  switch (outcome.status) {
    case 'included':
      return update(journey, { state: 'revealed', revealedAt: outcome.block.number, reason: undefined });
    case 'expired':
      return update(journey, { reveal: undefined });
    case 'failed':
    case 'refused': {
      const reason = reasonOf(outcome, 'the reveal');
      if (outcome.status === 'failed' && GONE.has(outcome.error.name))
        return update(journey, { state: 'expired', reason });
      await update(journey, { reveal: undefined, reason });
      throw outcomeError(outcome, 'the reveal');
    }
    case 'unknown':
      throw outcomeError(outcome, 'the reveal');
  }
}

/** The outcome of an extrinsic that was signed and saved, and perhaps sent. */
async function settle(journey: Journey, extrinsic: SignedExtrinsic, { block }: CommitLook): Promise<Outcome> {
  const { port, options, own } = journey;
  if (block >= extrinsic.lastBlock) return port.watch(extrinsic, options.signal);
  const outcome = await port.send(extrinsic, options.signal);
  if (outcome.status !== 'refused' || own.has(extrinsic.hash)) return outcome;
  // An earlier run may have sent it, through another node: only its blocks can tell.
  const seen = await port.watch(extrinsic, options.signal);
  return seen.status === 'expired' ? outcome : seen;
}

function reasonOf(outcome: Outcome, what: string): string {
  const parts = outcomeError(outcome, what)?.parts;
  return parts === undefined ? '' : `${parts.failed}: ${parts.got ?? ''}`;
}
