import { type BlockRef, type BlockView, type Chain, readCommitment } from '../../chain/index.ts';
import {
  fromHex,
  isTaoscopeError,
  parseAccount,
  sameBytes,
  throwIfAborted,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { ListedReport } from '../types.ts';
import type { BlockTimeReading, CommitmentReading, FailedReading, NoSuchBlock } from '../verify/readings.ts';

/** What the chain says about the block that a report names. */
export interface ChainEvidence {
  readonly commitment: CommitmentReading;
  readonly blockTime: BlockTimeReading;
  /** `false` while the block may still be undone: what was read of it is to be read once more. */
  readonly final?: boolean | undefined;
}

/** Reads evidence from the chain; an answer that could not be had, or not be believed, is an outcome and not an error. */
export interface EvidenceReader {
  /** Errors: only what is our own doing (`aborted`, `internal`, …). */
  read(report: ListedReport, netuid: number, signal?: AbortSignal): Promise<ChainEvidence>;
}

/** Blocks whose views are kept: reports of one hour name blocks close to each other, many the same one. */
const KEPT_VIEWS = 64;

/**
 * Reads commitments and block times. Where the node gives a storage read proof, the value must be the one that it proves: a node that
 * says otherwise is not believed (`rpc`).
 */
export function createEvidenceReader(chain: Chain): EvidenceReader {
  const views = new Map<number, Promise<BlockView>>();
  /** Without proofs a node's word is all there is; asked once. */
  let proves = chain.readProof !== undefined;
  /** Newest block that is known to be final. */
  let finalized = -1;

  function viewAt(block: BlockRef, signal: AbortSignal | undefined): Promise<BlockView> {
    const known = views.get(block.number);
    if (known !== undefined) return known;
    const view = chain.view(block, signal);
    views.set(block.number, view);
    view.catch(() => views.delete(block.number));
    const oldest = views.keys().next().value;
    if (views.size > KEPT_VIEWS && oldest !== undefined) views.delete(oldest);
    return view;
  }

  async function viewOf(number: number, signal: AbortSignal | undefined): Promise<BlockView> {
    return viewAt(await chain.blockAt(number, signal), signal);
  }

  async function readAt(view: BlockView, report: ListedReport, netuid: number, signal?: AbortSignal) {
    const account = parseAccount(report.hotkey);
    const commitment = await readCommitment(view, netuid, account, signal);
    const key = commitment?.key ?? view.storageKey('Commitments', 'CommitmentOf', [netuid, account]);
    const proven = await provenValue(view, key, signal);
    const told = commitment === undefined ? undefined : fromHex(commitment.value);
    if (proven !== 'unproven' && !same(proven.value, told)) return contradicted(view);
    const { number, hash } = view.block;
    return {
      outcome: 'read',
      at: { number, hash },
      key,
      value: commitment?.value,
      commitment:
        commitment === undefined
          ? undefined
          : { at: { number, hash }, setAt: commitment.setAt, fields: commitment.fields },
      setAtMs:
        commitment === undefined || commitment.setAt === number
          ? undefined
          : await timeOf(commitment.setAt, signal),
    } satisfies CommitmentReading;
  }

  async function provenValue(view: BlockView, key: `0x${string}`, signal?: AbortSignal) {
    if (!proves || chain.readProof === undefined) return 'unproven';
    try {
      const { values } = await chain.readProof(view.header, [key], signal);
      return { value: values[0] };
    } catch (error) {
      if (!isTaoscopeError(error, 'unsupported')) throw error;
      proves = false;
      return 'unproven';
    }
  }

  /** When a block was made; `undefined` where that cannot be told: also of a block that the node does not have (any more). */
  async function timeOf(number: number, signal?: AbortSignal): Promise<number | undefined> {
    try {
      return await (await viewOf(number, signal)).timestamp(signal);
    } catch (error) {
      if (!isTaoscopeError(error, 'not-found')) failureOf(error, signal);
      return undefined;
    }
  }

  /** The view of a block, or why there is none. */
  async function viewFor(
    number: number,
    signal?: AbortSignal,
  ): Promise<BlockView | NoSuchBlock | FailedReading> {
    try {
      if (number > finalized) finalized = Math.max(finalized, (await chain.head('finalized', signal)).number);
      const view = await viewOf(number, signal);
      // What may still be undone is looked up again the next time.
      if (number > finalized) views.delete(number);
      return view;
    } catch (error) {
      if (isTaoscopeError(error, 'not-found')) return { outcome: 'no-block', head: finalized };
      return failureOf(error, signal);
    }
  }

  return {
    async read(report, netuid, signal) {
      const view = await viewFor(report.block, signal);
      if ('outcome' in view) return { commitment: view, blockTime: view };
      const [commitment, blockTime] = await Promise.all([
        readAt(view, report, netuid, signal).catch((error): CommitmentReading => failureOf(error, signal)),
        view.timestamp(signal).then(
          (ms): BlockTimeReading =>
            ms === undefined
              ? { outcome: 'failed', reason: 'rpc', detail: 'the chain has no clock' }
              : { outcome: 'read', ms, hash: view.block.hash },
          (error): BlockTimeReading => failureOf(error, signal),
        ),
      ]);
      return { commitment, blockTime, final: report.block <= finalized };
    },
  };
}

/** What a node could not, or would not, tell. What is no fault of a node is thrown on. */
function failureOf(caught: unknown, signal: AbortSignal | undefined): FailedReading {
  throwIfAborted(signal);
  const error = toTaoscopeError(caught);
  if (error.code === 'state-pruned')
    return { outcome: 'failed', reason: 'pruned', detail: error.parts.got ?? error.parts.failed };
  if (error.fault !== 'peer' && error.code !== 'unsupported') throw error;
  const { host } = error.fields;
  return {
    outcome: 'failed',
    reason: 'rpc',
    detail: `${error.code}: ${error.parts.got ?? error.parts.failed}`,
    ...(typeof host === 'string' ? { host } : {}),
  };
}

function contradicted(view: BlockView): FailedReading {
  return {
    outcome: 'failed',
    reason: 'rpc',
    detail: `the node gives another value than its proof for block ${view.block.number} shows`,
  };
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBytes(a, b);
}
