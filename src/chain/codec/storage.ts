import { fromHex, type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import { type Codec, decodeAll, encodeAll } from './codec.ts';
import { Cursor } from './cursor.ts';
import { undecodable } from './failure.ts';
import { HASHERS, type HasherName, hashedKey, nameHash } from './hashers.ts';

/** One storage item of a pallet: how its keys are made and its values read. */
export interface StorageEntry {
  readonly pallet: string;
  readonly item: string;
  readonly value: Codec;
  readonly keys: readonly { readonly hasher: HasherName; readonly codec: Codec }[];
  /** What the chain reads where the key is absent; `undefined` when the item is optional. */
  readonly fallback: Uint8Array | undefined;
  /** The key of all, or (with fewer keys than the map has) the prefix of some entries. `usage` when there are too many keys. */
  key(keys: readonly unknown[]): Hex;
  /** The keys inside a full storage key; a key behind a one-way hasher is `undefined`. */
  keysOf(key: Hex): unknown[];
}

export interface StorageDescription {
  prefix: string;
  pallet: string;
  item: string;
  value: Codec;
  keys: readonly { hasher: HasherName; codec: Codec }[];
  fallback: Uint8Array | undefined;
}

/** Key = twox128(pallet prefix), twox128(item), hashed keys. */
export function createStorageEntry({
  prefix,
  pallet,
  item,
  value,
  keys,
  fallback,
}: StorageDescription): StorageEntry {
  const head = toHex(Buffer.concat([nameHash(prefix), nameHash(item)]));
  const name = `${pallet}.${item}`;
  return {
    pallet,
    item,
    value,
    keys,
    fallback,
    key(given) {
      if (given.length > keys.length) throw tooManyKeys(name, given.length, keys.length);
      let hex: string = head;
      for (let i = 0; i < given.length; i++) {
        const { hasher, codec } = keys[i]!;
        hex += hashedKey(hasher, encodeAll(codec, given[i]));
      }
      return hex as Hex;
    },
    keysOf(key) {
      if (!key.startsWith(head)) {
        throw new TaoscopeError('falsified', {
          failed: `a key is not one of ${name}`,
          got: key.slice(0, 80),
          expected: `${head}…`,
        });
      }
      const cursor = new Cursor(fromHex(`0x${key.slice(head.length)}`));
      try {
        const found = keys.map(({ hasher, codec }) => {
          const { hashBytes, reversible, hash } = HASHERS[hasher];
          const start = cursor.offset;
          cursor.skip(hashBytes);
          if (!reversible) return undefined;
          const value = codec.decode(cursor);
          const expected = hash(cursor.bytes.subarray(start + hashBytes, cursor.offset));
          if (Buffer.compare(expected, cursor.bytes.subarray(start, cursor.offset)) !== 0)
            cursor.fail('the hash in a key is not the hash of the key', start);
          return value;
        });
        cursor.end();
        return found;
      } catch (error) {
        throw undecodable(error, `a storage key of ${name}`);
      }
    },
  };
}

/** The value that the chain reads for an absent key: the metadata's default, decoded; `undefined` for optional items. */
export function defaultOf(entry: StorageEntry): unknown {
  return entry.fallback === undefined
    ? undefined
    : decodeAll(entry.value, entry.fallback, `the default of ${entry.pallet}.${entry.item}`);
}

function tooManyKeys(name: string, given: number, expected: number): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `${name} was asked with too many keys`,
    got: `${given}`,
    expected: `at most ${expected}`,
  });
}
