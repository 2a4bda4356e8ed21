import { type Codec, unencodable } from './codec.ts';
import { type Cursor, littleEndian } from './cursor.ts';

/** Integers of up to 32 bits: numbers. */
export const u8 = small('u8', 1, 0, 0xff, (c) => c.u8());
export const u16 = small('u16', 2, 0, 0xffff, (c) => c.u16());
export const u32 = small('u32', 4, 0, 0xffff_ffff, (c) => c.u32());
export const i8 = small('i8', 1, -0x80, 0x7f, (c) => c.view.getInt8(c.skip(1)));
export const i16 = small('i16', 2, -0x8000, 0x7fff, (c) => c.view.getInt16(c.skip(2), true));
export const i32 = small('i32', 4, -0x8000_0000, 0x7fff_ffff, (c) => c.view.getInt32(c.skip(4), true));

/** Wider ones: bigints. */
export const u64 = big('u64', 8, false, (c) => c.u64());
export const u128 = big('u128', 16, false, u128Of);
export const u256 = big('u256', 32, false, (c) => littleEndian(c.bytes, c.skip(32), 32));
export const i64 = big('i64', 8, true, (c) => c.view.getBigInt64(c.skip(8), true));
export const i128 = big('i128', 16, true, (c) => BigInt.asIntN(128, u128Of(c)));
export const i256 = big('i256', 32, true, (c) => BigInt.asIntN(256, littleEndian(c.bytes, c.skip(32), 32)));

export const bool: Codec<boolean> = {
  name: 'bool',
  minBytes: 1,
  decode: (cursor) => cursor.bool(),
  encode: (value, writer) => {
    if (typeof value !== 'boolean') throw unencodable('bool', value);
    writer.u8(value ? 1 : 0);
  },
};

/** A struct or tuple without fields. */
export const unit: Codec<undefined> = { name: '()', minBytes: 0, decode: () => undefined, encode: () => {} };

/** A length and that many bytes: a view, not a copy. */
export const byteVec: Codec<Uint8Array> = {
  name: 'Vec<u8>',
  minBytes: 1,
  decode: (cursor) => cursor.take(cursor.count(1)),
  encode: (value, writer) => {
    if (!(value instanceof Uint8Array)) throw unencodable('Vec<u8>', value, 'a Uint8Array');
    writer.compact(value.length);
    writer.raw(value);
  },
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text; the chain's `str` is always valid UTF-8. */
export const str: Codec<string> = {
  name: 'str',
  minBytes: 1,
  decode: (cursor) => {
    const start = cursor.offset;
    const bytes = cursor.take(cursor.count(1));
    try {
      return utf8.decode(bytes);
    } catch {
      return cursor.fail('text is not UTF-8', start);
    }
  },
  encode: (value, writer) => {
    if (typeof value !== 'string') throw unencodable('str', value);
    byteVec.encode(Buffer.from(value, 'utf8'), writer);
  },
};

export const char: Codec<string> = {
  name: 'char',
  minBytes: 4,
  decode: (cursor) => {
    const point = cursor.u32();
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      cursor.fail(`${point} is no character`, cursor.offset - 4);
    return String.fromCodePoint(point);
  },
  encode: (value, writer) => {
    const point = typeof value === 'string' ? value.codePointAt(0) : undefined;
    if (point === undefined) throw unencodable('char', value);
    writer.u32(point);
  },
};

/** The primitive types by the metadata's name. */
export const PRIMITIVES = {
  bool,
  char,
  str,
  u8,
  u16,
  u32,
  u64,
  u128,
  u256,
  i8,
  i16,
  i32,
  i64,
  i128,
  i256,
} as const;

/** Fixed bytes (`[u8; N]`: accounts, hashes): a view, not a copy. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  const name = `[u8; ${length}]`;
  return {
    name,
    minBytes: length,
    decode: (cursor) => cursor.take(length),
    encode: (value, writer) => {
      if (!(value instanceof Uint8Array) || value.length !== length)
        throw unencodable(name, value, `${length} bytes`);
      writer.raw(value);
    },
  };
}

/** Compact integers of types up to u32. */
export function compactSmall(bits: 8 | 16 | 32): Codec<number> {
  const max = 2 ** bits - 1;
  const name = `Compact<u${bits}>`;
  return {
    name,
    minBytes: 1,
    decode: (cursor) => cursor.compact(max),
    encode: (value, writer) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
        throw unencodable(name, value, `0 to ${max}`);
      writer.compact(value);
    },
  };
}

/** Compact integers of u64 and wider: bigints, small or not. */
export function compactBig(bits: 64 | 128 | 256): Codec<bigint> {
  const end = 1n << BigInt(bits);
  const name = `Compact<u${bits}>`;
  return {
    name,
    minBytes: 1,
    decode: (cursor) => cursor.compactBig(bits),
    encode: (value, writer) => {
      if (typeof value !== 'bigint' || value < 0n || value >= end)
        throw unencodable(name, value, `a bigint of ${bits} bits`);
      writer.compact(value);
    },
  };
}

function u128Of(cursor: Cursor): bigint {
  const at = cursor.skip(16);
  const low = cursor.view.getBigUint64(at, true);
  const high = cursor.view.getBigUint64(at + 8, true);
  return high === 0n ? low : (high << 64n) | low;
}

function small(
  name: string,
  bytes: number,
  min: number,
  max: number,
  decode: (cursor: Cursor) => number,
): Codec<number> {
  return {
    name,
    minBytes: bytes,
    decode,
    encode: (value, writer) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        throw unencodable(name, value, `an integer from ${min} to ${max}`);
      }
      if (bytes === 1) writer.u8(value);
      else if (bytes === 2) writer.u16(value);
      else writer.u32(value);
    },
  };
}

function big(
  name: string,
  bytes: number,
  signed: boolean,
  decode: (cursor: Cursor) => bigint,
): Codec<bigint> {
  const bits = BigInt(bytes * 8);
  const min = signed ? -(1n << (bits - 1n)) : 0n;
  const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return {
    name,
    minBytes: bytes,
    decode,
    encode: (value, writer) => {
      if (typeof value !== 'bigint' || value < min || value > max)
        throw unencodable(name, value, `a bigint of ${bits} bits`);
      writer.big(value, bytes);
    },
  };
}
