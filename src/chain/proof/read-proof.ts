import { fromHex, type Hex, TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { Rpc } from '../rpc/index.ts';
import { isDeclined } from '../runtimes.ts';
import type { BlockHeader, ReadProof } from '../types.ts';
import { readThroughProof } from './verify-read-proof.ts';

/** Most hex text of one proof, characters: beyond it the answer is no proof of a few keys. */
const MAX_CHARS = 64 * 1024 * 1024;

/**
 * Asks a node for a storage read proof (`state_getReadProof`) and believes it only when it leads from the header's state root to
 * each key. Nodes of the trie that no key needs are dropped, so that what is kept can be checked to the last byte.
 *
 * Errors: `unsupported` (the node gives no proofs, or its header is not that of the block hash, so that there is nothing to prove anything
 * against), `state-pruned`, `falsified` (the answer proves nothing), and those of every request.
 */
export async function readProof(
  rpc: Rpc,
  header: BlockHeader,
  keys: readonly Hex[],
  signal?: AbortSignal,
): Promise<ReadProof> {
  if (!header.verified) throw notOffered(header, 'a header that is not of the block hash');
  try {
    return await rpc.request('state_getReadProof', [keys, header.hash], {
      signal,
      check: (answer) => checkedProof(answer, header, keys),
    });
  } catch (error) {
    // Stand-ins without a trie of their own refuse in many ways.
    throw isDeclined(error) ? notOffered(header, toTaoscopeError(error).parts.got, error) : error;
  }
}

function checkedProof(answer: unknown, header: BlockHeader, keys: readonly Hex[]): ReadProof {
  const { at, proof } = (answer ?? {}) as { at?: unknown; proof?: unknown };
  if (String(at).toLowerCase() !== header.hash || !Array.isArray(proof) || !proof.every(isHexText))
    throw noProof(answer);
  if (proof.reduce((sum: number, node: string) => sum + node.length, 0) > MAX_CHARS) throw noProof(answer);
  const nodes = proof.map((node) => fromHex(node as string));
  const shown = keys.map((key) => readThroughProof(header.stateRoot, key, nodes));
  return {
    nodes: nodes.filter((_, position) => shown.some(({ used }) => used.has(position))),
    values: shown.map(({ value }) => value),
  };
}

function isHexText(value: unknown): value is string {
  return typeof value === 'string' && /^0x(?:[0-9a-fA-F]{2})*$/.test(value);
}

function noProof(answer: unknown): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: 'an answer is no storage read proof of the block asked for',
    got: (JSON.stringify(answer) ?? 'nothing').slice(0, 120),
    expected: '{ at, proof: [node in hex, …] }',
  });
}

function notOffered({ number }: BlockHeader, got: string | undefined, cause?: unknown): TaoscopeError {
  return new TaoscopeError(
    'unsupported',
    {
      failed: `the node gives no storage read proof at block ${number}`,
      got,
      expected: 'an answer to state_getReadProof',
      todo: 'name an endpoint that offers it, where proofs are wanted',
    },
    { cause },
  );
}
