import { type Codec, unencodable } from './codec.ts';
import { within } from './failure.ts';
import { u16, u32, u64 } from './primitives.ts';

/** `Vec<T>` of any type. */
export function vec(inner: Codec): Codec<unknown[]> {
  const { decode, encode, minBytes } = inner;
  const name = `Vec<${inner.name}>`;
  return {
    name,
    minBytes: 1,
    decode: (cursor) => {
      const count = cursor.count(minBytes);
      const items: unknown[] = new Array(count);
      let i = 0;
      try {
        for (; i < count; i++) items[i] = decode(cursor);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
      return items;
    },
    encode: (value, writer) => {
      if (!Array.isArray(value)) throw unencodable(name, value, 'an array');
      writer.compact(value.length);
      for (const item of value) encode(item, writer);
    },
  };
}

/** `[T; N]` of any type but u8. */
export function array(inner: Codec, length: number): Codec<unknown[]> {
  const { decode, encode } = inner;
  const name = `[${inner.name}; ${length}]`;
  return {
    name,
    minBytes: inner.minBytes * length,
    decode: (cursor) => {
      if (length > Math.max(65_536, cursor.left)) cursor.fail(`an array of ${length} cannot fit`);
      const items: unknown[] = [];
      for (let i = 0; i < length; i++) items.push(decode(cursor));
      return items;
    },
    encode: (value, writer) => {
      if (!Array.isArray(value) || value.length !== length)
        throw unencodable(name, value, `an array of ${length}`);
      for (const item of value) encode(item, writer);
    },
  };
}

/** `Vec<bool>`, as `Active` and `ValidatorPermit` are kept. */
export const boolVec: Codec<boolean[]> = withFastDecode(
  'Vec<bool>',
  (cursor) => {
    const count = cursor.count(1);
    const start = cursor.skip(count);
    const { bytes } = cursor;
    const items: boolean[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const byte = bytes[start + i]!;
      if (byte > 1) cursor.fail(`a bool is 0 or 1, not ${byte}`, start + i);
      items[i] = byte === 1;
    }
    return items;
  },
  (value, writer) => writer.u8(value ? 1 : 0),
);

/** `Vec<u16>`, as the score vectors are kept. */
export const u16Vec: Codec<number[]> = withFastDecode(
  'Vec<u16>',
  (cursor) => {
    const count = cursor.count(2);
    let at = cursor.skip(count * 2);
    const { bytes } = cursor;
    const items: number[] = new Array(count);
    for (let i = 0; i < count; i++, at += 2) items[i] = bytes[at]! | (bytes[at + 1]! << 8);
    return items;
  },
  u16.encode,
);

/** `Vec<u32>`. */
export const u32Vec: Codec<number[]> = withFastDecode(
  'Vec<u32>',
  (cursor) => {
    const count = cursor.count(4);
    let at = cursor.skip(count * 4);
    const items: number[] = new Array(count);
    for (let i = 0; i < count; i++, at += 4) items[i] = cursor.view.getUint32(at, true);
    return items;
  },
  u32.encode,
);

/** `Vec<u64>`, as `Emission` and `LastUpdate` are kept. */
export const u64Vec: Codec<bigint[]> = withFastDecode(
  'Vec<u64>',
  (cursor) => {
    const count = cursor.count(8);
    let at = cursor.skip(count * 8);
    const items: bigint[] = new Array(count);
    for (let i = 0; i < count; i++, at += 8) items[i] = cursor.view.getBigUint64(at, true);
    return items;
  },
  u64.encode,
);

/** `Vec<[u8; N]>`, above all of accounts: views, not copies. */
export function fixedBytesVec(length: number): Codec<Uint8Array[]> {
  return withFastDecode(
    `Vec<[u8; ${length}]>`,
    (cursor) => {
      const count = cursor.count(length);
      let at = cursor.skip(count * length);
      const { buffer, byteOffset } = cursor.bytes;
      at += byteOffset;
      const items: Uint8Array[] = new Array(count);
      for (let i = 0; i < count; i++, at += length) items[i] = new Uint8Array(buffer, at, length);
      return items;
    },
    (value, writer) => {
      if (!(value instanceof Uint8Array) || value.length !== length)
        throw unencodable(`[u8; ${length}]`, value, `${length} bytes`);
      writer.raw(value);
    },
  );
}

/** `Vec<Compact<u8 … u32>>`, as the metagraph's score vectors travel. */
export function compactSmallVec(inner: Codec<number>, max: number): Codec<number[]> {
  return withFastDecode(
    `Vec<${inner.name}>`,
    (cursor) => {
      const count = cursor.count(1);
      const { bytes } = cursor;
      const items: number[] = new Array(count);
      for (let i = 0; i < count; i++) {
        const at = cursor.offset;
        const first = bytes[at];
        // Most scores are 0 or below 64: one byte. The rest takes the general way.
        if (first !== undefined && (first & 3) === 0 && first >> 2 <= max) {
          cursor.offset = at + 1;
          items[i] = first >> 2;
        } else {
          items[i] = cursor.compact(max);
        }
      }
      return items;
    },
    inner.encode,
  );
}

/** `Vec<Compact<u64 …>>`, as the metagraph's stakes and emissions travel. */
export function compactBigVec(inner: Codec<bigint>, bits: number): Codec<bigint[]> {
  return withFastDecode(
    `Vec<${inner.name}>`,
    (cursor) => {
      const count = cursor.count(1);
      const items: bigint[] = new Array(count);
      for (let i = 0; i < count; i++)
        items[i] = cursor.bytes[cursor.offset] === 0 ? zero(cursor) : cursor.compactBig(bits);
      return items;
    },
    inner.encode,
  );
}

/** `Vec<(u16, u16)>`: a row of `Weights` or `Bonds`. */
export const u16PairVec: Codec<[number, number][]> = withFastDecode(
  'Vec<(u16, u16)>',
  (cursor) => {
    const count = cursor.count(4);
    let at = cursor.skip(count * 4);
    const { bytes } = cursor;
    const items: [number, number][] = new Array(count);
    for (let i = 0; i < count; i++, at += 4) {
      items[i] = [bytes[at]! | (bytes[at + 1]! << 8), bytes[at + 2]! | (bytes[at + 3]! << 8)];
    }
    return items;
  },
  ([first, second], writer) => {
    u16.encode(first, writer);
    u16.encode(second, writer);
  },
);

function zero(cursor: { offset: number }): bigint {
  cursor.offset++;
  return 0n;
}

function withFastDecode<T>(
  name: string,
  decode: Codec<T[]>['decode'],
  encodeItem: (item: T, writer: Parameters<Codec['encode']>[1]) => void,
): Codec<T[]> {
  return {
    name,
    minBytes: 1,
    decode,
    encode: (value, writer) => {
      if (!Array.isArray(value)) throw unencodable(name, value, 'an array');
      writer.compact(value.length);
      for (const item of value) encodeItem(item, writer);
    },
  };
}
