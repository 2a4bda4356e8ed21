import { Cursor } from '../codec/index.ts';

/** A node of Substrate's base-16 Merkle-Patricia trie. */
export interface TrieNode {
  /** Part of the key that all below this node share, one nibble per byte. */
  readonly partial: Uint8Array;
  /** What is stored under the key that ends here: the value, or (layout V1, 33 bytes and more) its Blake2-256. */
  readonly value: Inlined | Hashed | undefined;
  /** By next nibble; `undefined` for a leaf. A node of fewer than 32 bytes lies inside its parent. */
  readonly children: readonly (Inlined | Hashed | undefined)[] | undefined;
}

export interface Inlined {
  readonly bytes: Uint8Array;
}

export interface Hashed {
  readonly hash: Uint8Array;
}

/** What the top bits of a node's first byte say; the bits below them begin the number of nibbles of its partial key. */
interface Kind {
  readonly mask: number;
  readonly bits: number;
  readonly branch: boolean;
  readonly value: 'none' | 'inlined' | 'hashed';
}

const KINDS: readonly Kind[] = [
  { bits: 0b0100_0000, mask: 0b1100_0000, branch: false, value: 'inlined' },
  { bits: 0b1000_0000, mask: 0b1100_0000, branch: true, value: 'none' },
  { bits: 0b1100_0000, mask: 0b1100_0000, branch: true, value: 'inlined' },
  { bits: 0b0010_0000, mask: 0b1110_0000, branch: false, value: 'hashed' },
  { bits: 0b0001_0000, mask: 0b1111_0000, branch: true, value: 'hashed' },
];

const HASH_BYTES = 32;

/**
 * Decodes a node of layout V0 or V1; `undefined` for the one node of an empty trie. Throws `DecodeFailure` for anything that a chain
 * would not write: unknown kinds, a padding that is not zero, a branch without children, bytes left over.
 * Source: polkadot-sdk `substrate/primitives/trie/src/{node_codec,node_header,lib}.rs`.
 */
export function decodeTrieNode(bytes: Uint8Array): TrieNode | undefined {
  const cursor = new Cursor(bytes);
  const first = cursor.u8();
  if (first === 0) {
    cursor.end();
    return undefined;
  }
  const kind = KINDS.find(({ mask, bits }) => (first & mask) === bits);
  if (kind === undefined) return cursor.fail(`there is no kind of node with first byte ${first}`, 0);
  const partial = decodePartial(cursor, nibbleCount(cursor, first & ~kind.mask & 0xff, ~kind.mask & 0xff));
  const present = kind.branch ? decodeBitmap(cursor) : 0;
  const value = decodeValue(cursor, kind.value);
  const children = kind.branch
    ? Array.from({ length: 16 }, (_, nibble) => ((present >> nibble) & 1 ? decodeChild(cursor) : undefined))
    : undefined;
  cursor.end();
  return { partial, value, children };
}

/** The number in the first byte, when all its bits are set, goes on: bytes of 255 each stand for so many more, the first other one ends it. */
function nibbleCount(cursor: Cursor, low: number, max: number): number {
  if (low < max) return low;
  let count = max - 1;
  for (;;) {
    const byte = cursor.u8();
    if (byte < 255) return count + byte + 1;
    count += 255;
  }
}

/** Two nibbles a byte, high one first; of an odd number the first byte holds only one, below four zero bits. */
function decodePartial(cursor: Cursor, count: number): Uint8Array {
  const start = cursor.offset;
  const bytes = cursor.take(Math.ceil(count / 2));
  const nibbles = nibblesOf(bytes);
  if (count % 2 === 0) return nibbles;
  if (nibbles[0] !== 0) cursor.fail('the padding of a partial key is not zero', start);
  return nibbles.subarray(1);
}

function decodeBitmap(cursor: Cursor): number {
  const present = cursor.u16();
  if (present === 0) cursor.fail('a branch has no children', cursor.offset - 2);
  return present;
}

function decodeValue(cursor: Cursor, kind: Kind['value']): TrieNode['value'] {
  switch (kind) {
    case 'none':
      return undefined;
    case 'inlined':
      return { bytes: cursor.take(cursor.count(1)) };
    case 'hashed':
      return { hash: cursor.take(HASH_BYTES) };
  }
}

function decodeChild(cursor: Cursor): Inlined | Hashed {
  const start = cursor.offset;
  const bytes = cursor.take(cursor.count(1));
  if (bytes.length === 0 || bytes.length > HASH_BYTES)
    cursor.fail(`a child has ${bytes.length} bytes, 1 to ${HASH_BYTES} were expected`, start);
  return bytes.length === HASH_BYTES ? { hash: bytes } : { bytes };
}

/** The nibbles of bytes, high one first, one per byte. */
export function nibblesOf(bytes: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(bytes.length * 2);
  for (const [i, byte] of bytes.entries()) {
    nibbles[2 * i] = byte >> 4;
    nibbles[2 * i + 1] = byte & 15;
  }
  return nibbles;
}
