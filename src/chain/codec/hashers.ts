import {
  Blake2128,
  Blake2128Concat,
  Blake2256,
  Twox64Concat,
  Twox128,
  Twox256,
} from '@polkadot-api/substrate-bindings';
import { toHex } from '../../shared/index.ts';

/** How a storage map hashes a key: the metadata's `StorageHasher`. */
export type HasherName =
  | 'Blake2128'
  | 'Blake2256'
  | 'Blake2128Concat'
  | 'Twox128'
  | 'Twox256'
  | 'Twox64Concat'
  | 'Identity';

interface Hasher {
  readonly hash: (key: Uint8Array) => Uint8Array;
  /** Bytes of hash in front of (or instead of) the key. */
  readonly hashBytes: number;
  /** The key itself follows the hash, so that it can be read back. */
  readonly reversible: boolean;
}

export const HASHERS: Readonly<Record<HasherName, Hasher>> = {
  Identity: { hash: (key) => key, hashBytes: 0, reversible: true },
  Twox64Concat: { hash: Twox64Concat, hashBytes: 8, reversible: true },
  Blake2128Concat: { hash: Blake2128Concat, hashBytes: 16, reversible: true },
  Blake2128: { hash: Blake2128, hashBytes: 16, reversible: false },
  Blake2256: { hash: Blake2256, hashBytes: 32, reversible: false },
  Twox128: { hash: Twox128, hashBytes: 16, reversible: false },
  Twox256: { hash: Twox256, hashBytes: 32, reversible: false },
};

// The same accounts are hashed for item after item and block after block; Blake2 and xxHash in JavaScript are slow.
const hashed = new Map<string, string>();
const HASHED_MAX = 131_072;

/** The part of a storage key that one key makes, as hex digits. */
export function hashedKey(name: HasherName, key: Uint8Array): string {
  const digits = toHex(key).slice(2);
  if (name === 'Identity') return digits;
  const id = `${name}:${digits}`;
  const known = hashed.get(id);
  if (known !== undefined) return known;
  const made = toHex(HASHERS[name].hash(key)).slice(2);
  if (hashed.size >= HASHED_MAX) hashed.clear();
  hashed.set(id, made);
  return made;
}

const names = new Map<string, Uint8Array>();

/** twox128 of a pallet's or item's name: half of a storage prefix. */
export function nameHash(name: string): Uint8Array {
  let hash = names.get(name);
  if (hash === undefined) {
    hash = Twox128(Buffer.from(name, 'utf8'));
    names.set(name, hash);
  }
  return hash;
}
