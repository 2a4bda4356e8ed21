import { type Hex, isTaoscopeError, TaoscopeError } from '../shared/index.ts';
import { parseHash } from './hash.ts';
import { fetchHeader } from './header.ts';
import type { Rpc } from './rpc/index.ts';
import type { BlockHeader, HeadKind } from './types.ts';

/** The hash of the head: `chain_getFinalizedHead`, or `chain_getBlockHash` without a number for the best one. */
export function fetchHeadHash(rpc: Rpc, kind: HeadKind, signal?: AbortSignal): Promise<Hex> {
  const method = kind === 'finalized' ? 'chain_getFinalizedHead' : 'chain_getBlockHash';
  return rpc.request(method, [], { signal, check: (result) => parseHash(result, 'the hash of the head') });
}

/**
 * The hash of the head for one read, also from a stand-in that knows only one way to name it. Not for following: it may take
 * the best block for the finalized one.
 */
async function fetchHeadHashAnyWay(rpc: Rpc, kind: HeadKind, signal?: AbortSignal): Promise<Hex> {
  const check = (result: unknown): Hex => parseHash(result, 'the hash of the head');
  try {
    return await fetchHeadHash(rpc, kind, signal);
  } catch (error) {
    if (!isTaoscopeError(error, 'unsupported')) throw error;
    if (kind === 'finalized') return fetchHeadHashAnyWay(rpc, 'best', signal);
    return rpc.request('chain_getHead', [], { signal, check });
  }
}

/** The header of the head; verified against its hash, unless a node that cannot is allowed, which may also lack a way to name it. */
export async function fetchHead(
  rpc: Rpc,
  kind: HeadKind,
  signal?: AbortSignal,
  { strict }: { strict: boolean } = { strict: true },
): Promise<BlockHeader> {
  const hash = await (strict ? fetchHeadHash : fetchHeadHashAnyWay)(rpc, kind, signal);
  return fetchHeader(rpc, hash, { strict, signal });
}

/** The hash of the canonical block of a number (`chain_getBlockHash`); `not-found` when every endpoint says it has none. */
export function fetchHashAt(rpc: Rpc, number: number, signal?: AbortSignal): Promise<Hex> {
  return rpc.request('chain_getBlockHash', [number], {
    signal,
    check(result) {
      if (result === null)
        throw new TaoscopeError('not-found', { failed: `the node has no block ${number}` });
      return parseHash(result, `the hash of block ${number}`);
    },
  });
}

/** The verified header of the canonical block of a number; `falsified` when the node names the hash of another block. */
export async function fetchHeaderAt(rpc: Rpc, number: number, signal?: AbortSignal): Promise<BlockHeader> {
  const hash = await fetchHashAt(rpc, number, signal);
  const header = await fetchHeader(rpc, hash, { strict: true, signal });
  if (header.number === number) return header;
  throw new TaoscopeError('falsified', {
    failed: `the hash of block ${number} belongs to another block`,
    got: `block ${header.number}`,
    expected: `block ${number}`,
  });
}

/** The lowest number from `from` to `to` whose block can be had. The block `to` is known to be there; what is missing is taken to be at the bottom. */
export async function findFirstBlock(
  rpc: Rpc,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<number> {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await hasBlock(rpc, middle, signal)) high = middle;
    else low = middle + 1;
  }
  return high;
}

async function hasBlock(rpc: Rpc, number: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await fetchHeaderAt(rpc, number, signal);
    return true;
  } catch (error) {
    if (isTaoscopeError(error, 'not-found')) return false;
    throw error;
  }
}
