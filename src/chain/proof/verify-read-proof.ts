import { fromHex, type Hex, sameBytes, TaoscopeError, toHex } from '../../shared/index.ts';
import { blake2b256, DecodeFailure } from '../codec/index.ts';
import { decodeTrieNode, type Hashed, type Inlined, nibblesOf, type TrieNode } from './trie-node.ts';

/** Something claimed of the state at a block, and the nodes that are to prove it. */
export interface ReadClaim {
  /** From the block's header. */
  readonly stateRoot: Hex;
  /** Raw storage key. */
  readonly key: Hex;
  /** `undefined`: the key is claimed to be absent. */
  readonly value: Uint8Array | undefined;
  readonly nodes: readonly Uint8Array[];
}

/** What a proof shows of one key. */
export interface Shown {
  readonly value: Uint8Array | undefined;
  /** Positions of the nodes that were needed for it. */
  readonly used: ReadonlySet<number>;
}

/** A key of 4096 nibbles has at most as many nodes on its way; real ones have about ten. */
const MAX_KEY_BYTES = 2_048;
const MAX_NODES = 4_098;

/** The runtime's code, the largest value there is, has about 1 MB. */
const MAX_PROOF_BYTES = 32 * 1024 * 1024;

/**
 * Proves, without any node and from nothing but the state root, that a key has a value in the state, or that it has none.
 * Returns when it is so; throws `falsified`, with the reason, when the nodes do not show it, show something else, or when
 * there is a node among them that plays no part.
 */
export function verifyReadProof({ stateRoot, key, value, nodes }: ReadClaim): void {
  const shown = readThroughProof(stateRoot, key, nodes);
  if (shown.used.size !== nodes.length) {
    throw refuted('holds more than was needed', `${nodes.length} nodes`, `${shown.used.size}`);
  }
  if (shown.value === undefined ? value === undefined : value !== undefined && sameBytes(shown.value, value))
    return;
  throw refuted('shows another value', describe(shown.value), describe(value));
}

/** What the nodes show of a key. Nodes that play no part are let pass. Throws `falsified` when they do not lead to an answer. */
export function readThroughProof(stateRoot: Hex, key: Hex, nodes: readonly Uint8Array[]): Shown {
  const path = nibblesOf(boundedKey(key));
  const byHash = indexNodes(nodes);
  const used = new Set<number>();

  const fetch = (hash: Uint8Array, what: string): Uint8Array => {
    const at = byHash.get(toHex(hash));
    if (at === undefined) throw refuted(`lacks ${what}`, `no node of hash ${toHex(hash)}`, 'that node');
    used.add(at);
    return nodes[at]!;
  };
  const open = (place: Inlined | Hashed, what: string): Uint8Array =>
    'bytes' in place ? place.bytes : fetch(place.hash, what);

  let at = 0;
  let bytes = fetch(fromHex(stateRoot), 'the root of the state');
  for (;;) {
    const node = decode(bytes);
    if (node === undefined || !continues(path, at, node.partial)) return { value: undefined, used };
    at += node.partial.length;
    if (at === path.length) {
      // The bytes of a proof may be let go while the value is kept.
      const value = node.value && open(node.value, 'the value itself').slice();
      return { value, used };
    }
    const child = node.children?.[path[at]!];
    if (child === undefined) return { value: undefined, used };
    at += 1;
    bytes = open(child, `the node at nibble ${at} of the key`);
  }
}

function indexNodes(nodes: readonly Uint8Array[]): Map<Hex, number> {
  const size = nodes.reduce((sum, node) => sum + node.length, 0);
  if (nodes.length > MAX_NODES || size > MAX_PROOF_BYTES) {
    const most = `at most ${MAX_NODES} nodes of ${MAX_PROOF_BYTES} bytes together`;
    throw refuted('is too big', `${nodes.length} nodes of ${size} bytes`, most);
  }
  const byHash = new Map<Hex, number>();
  for (const [at, node] of nodes.entries()) {
    const hash = toHex(blake2b256(node));
    if (byHash.has(hash)) throw refuted('holds a node twice', hash, 'each node once');
    byHash.set(hash, at);
  }
  return byHash;
}

function decode(bytes: Uint8Array): TrieNode | undefined {
  try {
    return decodeTrieNode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeFailure)) throw error;
    throw refuted(
      'holds a node that is none',
      `${error.message} at byte ${error.offset}`,
      'a node of a trie',
    );
  }
}

/** Whether the partial key of a node is what comes next in the path. */
function continues(path: Uint8Array, at: number, partial: Uint8Array): boolean {
  return sameBytes(path.subarray(at, at + partial.length), partial);
}

function boundedKey(key: Hex): Uint8Array {
  const bytes = fromHex(key);
  if (bytes.length <= MAX_KEY_BYTES) return bytes;
  throw refuted('is of too long a key', `${bytes.length} bytes`, `at most ${MAX_KEY_BYTES} bytes`);
}

function describe(value: Uint8Array | undefined): string {
  return value === undefined ? 'no value' : `${value.length} bytes of hash ${toHex(blake2b256(value))}`;
}

function refuted(what: string, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('falsified', { failed: `a storage read proof ${what}`, got, expected });
}
