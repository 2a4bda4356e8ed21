import {
  type AccountId,
  type Hex,
  isTaoscopeError,
  TaoscopeError,
  toTaoscopeError,
} from '../../shared/index.ts';
import type { BlockRef, BlockView, Chain, ChainEvent, HeadKind } from '../types.ts';
import { type DispatchFailure, dispatchFailure } from './dispatch-failure.ts';
import { explainRefusal, mayBeKnown, type PoolRefusal } from './pool-refusal.ts';
import type { SignedExtrinsic } from './sign-call.ts';

/** What became of an extrinsic. */
export type Outcome =
  | {
      readonly status: 'included';
      readonly hash: Hex;
      readonly block: BlockRef;
      readonly index: number;
      readonly events: readonly ChainEvent[];
    }
  /** It is in a block, and did nothing but use its nonce. */
  | {
      readonly status: 'failed';
      readonly hash: Hex;
      readonly block: BlockRef;
      readonly index: number;
      readonly error: DispatchFailure;
    }
  /** The node would not take it, so it is in no block. */
  | { readonly status: 'refused'; readonly hash: Hex; readonly refusal: PoolRefusal }
  /** Its era is over, and it is in no block of it. */
  | { readonly status: 'expired'; readonly hash: Hex; readonly lastBlock: number }
  /** It may have taken effect or not; `block` where it is known to be in one. */
  | {
      readonly status: 'unknown';
      readonly hash: Hex;
      readonly reason: string;
      readonly block?: BlockRef | undefined;
    };

export interface WatchOptions {
  /** Heads among which it is looked for. Default `finalized`: what is seen there stays. */
  readonly heads?: HeadKind | undefined;
  /** Longest time without an answer, ms. Default: the rest of its era at 12 seconds a block, and ten minutes. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What watching needs to know of an extrinsic; it may come from an earlier run of the program. */
export type Watched = Pick<SignedExtrinsic, 'hash' | 'nonce' | 'from' | 'lastBlock'> & {
  readonly signer: AccountId;
};

type ChainParts = Pick<Chain, 'head' | 'submit' | 'follow' | 'view' | 'nextIndex'>;

const BLOCK_MS = 12_000;
const GRACE_MS = 600_000;

/**
 * Submits an extrinsic and follows the chain until it is in a block or its era is over. A connection that breaks is no failure of the
 * extrinsic: it is looked for in the blocks all the same, and where nothing can be known the outcome is `unknown`.
 * Sent once at most by one call; sending the same bytes again is harmless, since a nonce is used once.
 *
 * Errors: `aborted`; all else is an outcome.
 */
export async function submitAndWatch(
  chain: ChainParts,
  extrinsic: SignedExtrinsic & Pick<Watched, 'signer'>,
  options: WatchOptions = {},
): Promise<Outcome> {
  const { hash } = extrinsic;
  try {
    await chain.submit(extrinsic.bytes, options.signal);
  } catch (caught) {
    const error = toTaoscopeError(caught);
    if (error.code === 'aborted') throw error;
    if (error.code === 'rpc-refused') {
      const refusal = explainRefusal(error);
      return mayBeKnown(refusal)
        ? await watchRefused(chain, extrinsic, refusal, options)
        : { status: 'refused', hash, refusal };
    } else if (error.fault !== 'peer') throw error;
    // Else it may have arrived: the blocks will tell.
  }
  return watchExtrinsic(chain, extrinsic, options);
}

/** A node that knows the extrinsic, or its nonce, has it in a block by now, if at all (or in its pool: then it lies ahead). */
async function watchRefused(
  chain: ChainParts,
  extrinsic: Watched,
  refusal: PoolRefusal,
  options: WatchOptions,
): Promise<Outcome> {
  if (refusal.name !== 'Stale') return watchExtrinsic(chain, extrinsic, options);
  const { number } = await chain.head('best', options.signal);
  const lastBlock = Math.min(extrinsic.lastBlock, number);
  const outcome = await watchExtrinsic(chain, { ...extrinsic, lastBlock }, options);
  return outcome.status === 'expired' ? { status: 'refused', hash: extrinsic.hash, refusal } : outcome;
}

/** Looks for an extrinsic in the blocks of its era, from the first on: those that are there, then those to come. */
export async function watchExtrinsic(
  chain: ChainParts,
  extrinsic: Watched,
  { heads = 'finalized', patienceMs, signal }: WatchOptions = {},
): Promise<Outcome> {
  const { hash, from, lastBlock } = extrinsic;
  const eraMs = (lastBlock - from.number + 1) * BLOCK_MS;
  const patience = AbortSignal.timeout(patienceMs ?? eraMs + GRACE_MS);
  const either = signal === undefined ? patience : AbortSignal.any([patience, signal]);
  let missing = false;
  try {
    // Nothing follows a block that the extrinsic's last one does not come after.
    if (lastBlock <= from.number) return { status: 'expired', hash, lastBlock };
    for await (const event of chain.follow({ kind: heads, after: from, signal: either })) {
      if (event.type === 'missing') {
        missing = true;
        if (event.to >= lastBlock) break;
      }
      if (event.type !== 'block') continue;
      const { header } = event;
      if (header.number > lastBlock) break;
      const outcome = await findIn(await chain.view(header, either), hash, either);
      if (outcome !== undefined) return outcome;
      if (header.number === lastBlock) break;
    }
    return missing ? await byNonce(chain, extrinsic, either) : { status: 'expired', hash, lastBlock };
  } catch (caught) {
    if (signal?.aborted) throw caught;
    const { parts } = toTaoscopeError(caught);
    const reason = patience.aborted
      ? 'the chain did not tell in time'
      : `${parts.failed}${parts.got === undefined ? '' : `: ${parts.got}`}`;
    return { status: 'unknown', hash, reason };
  }
}

/** The outcome, when the block holds the extrinsic. */
async function findIn(view: BlockView, hash: Hex, signal: AbortSignal): Promise<Outcome | undefined> {
  const found = (await view.extrinsics(signal)).find((candidate) => candidate.hash === hash);
  if (found === undefined) return undefined;
  const { block } = view;
  const { index } = found;
  let events: readonly ChainEvent[];
  try {
    events = (await view.events(signal)).filter(({ extrinsicIndex }) => extrinsicIndex === index);
  } catch (error) {
    if (!isTaoscopeError(error) || error.code === 'aborted') throw error;
    const reason = `it is in block ${block.number}, whose events cannot be read: ${error.parts.failed}`;
    return { status: 'unknown', hash, reason, block };
  }
  const error = dispatchFailure(view, events);
  return error === undefined
    ? { status: 'included', hash, block, index, events }
    : { status: 'failed', hash, block, index, error };
}

/** Blocks of the era could not be had: only an unused nonce proves that none of them holds it. */
async function byNonce(
  chain: ChainParts,
  { hash, nonce, signer, lastBlock }: Watched,
  signal: AbortSignal,
): Promise<Outcome> {
  if ((await chain.nextIndex(signer, signal)) <= nonce) return { status: 'expired', hash, lastBlock };
  return { status: 'unknown', hash, reason: 'blocks of its era cannot be had, and its nonce is used' };
}

/** The outcome as an error for people: `undefined` when it was included. */
export function outcomeError(outcome: Outcome, what: string): TaoscopeError | undefined {
  switch (outcome.status) {
    case 'included':
      return undefined;
    case 'failed': {
      const { pallet, name, docs } = outcome.error;
      return new TaoscopeError('rpc-refused', {
        failed: `the chain refused ${what}`,
        got: `${pallet === undefined ? '' : `${pallet}.`}${name}${docs === '' ? '' : `: ${docs}`}`,
        expected: `success in block ${outcome.block.number}`,
      });
    }
    case 'refused':
      return new TaoscopeError('rpc-refused', {
        failed: `the node would not take ${what}`,
        got: `${outcome.refusal.name}: ${outcome.refusal.meaning}`,
        expected: `a node that takes it (it said: ${outcome.refusal.said})`,
      });
    case 'expired':
      return new TaoscopeError(
        'timeout',
        {
          failed: `${what} was in no block up to ${outcome.lastBlock}, its last`,
          todo: 'try again; it can no longer take effect',
        },
        { retryable: true },
      );
    case 'unknown':
      return new TaoscopeError(
        'timeout',
        {
          failed: `whether ${what} took effect is not known`,
          got: outcome.reason,
          expected: `extrinsic ${outcome.hash} in a block`,
          todo: 'look on the chain before sending it again',
        },
        { retryable: false },
      );
  }
}
