import { type Codec, unencodable } from './codec.ts';
import { within } from './failure.ts';

/** A struct with named fields: an object with the metadata's field names, in their order. */
export function struct(
  name: string,
  fields: readonly { name: string; codec: Codec }[],
): Codec<Record<string, unknown>> {
  const names = fields.map((field) => field.name);
  const decoders = fields.map((field) => field.codec.decode);
  const encoders = fields.map((field) => field.codec.encode);
  const count = fields.length;
  // Copying a template gives every object the same hidden class; filling an empty object by computed names does not.
  const template: Record<string, unknown> = Object.fromEntries(names.map((field) => [field, undefined]));
  return {
    name,
    minBytes: sumOfMin(fields),
    decode: (cursor) => {
      const object = { ...template };
      let i = 0;
      try {
        for (; i < count; i++) object[names[i]!] = decoders[i]!(cursor);
      } catch (error) {
        throw within(error, names[i]!);
      }
      return object;
    },
    encode: (value, writer) => {
      if (typeof value !== 'object' || value === null)
        throw unencodable(name, value, `an object with ${names.join(', ')}`);
      for (let i = 0; i < count; i++) encoders[i]!(value[names[i]!], writer);
    },
  };
}

/** A tuple, or a struct with several unnamed fields: an array. */
export function tuple(name: string, items: readonly Codec[]): Codec<unknown[]> {
  const decoders = items.map((item) => item.decode);
  const count = items.length;
  return {
    name,
    minBytes: items.reduce((sum, item) => sum + item.minBytes, 0),
    decode: (cursor) => {
      const values: unknown[] = new Array(count);
      let i = 0;
      try {
        for (; i < count; i++) values[i] = decoders[i]!(cursor);
      } catch (error) {
        throw within(error, String(i));
      }
      return values;
    },
    encode: (value, writer) => {
      if (!Array.isArray(value) || value.length !== count)
        throw unencodable(name, value, `an array of ${count}`);
      for (let i = 0; i < count; i++) items[i]!.encode(value[i], writer);
    },
  };
}

/** `Option<T>`: the value or `undefined`. */
export function option(inner: Codec): Codec {
  const { decode, encode } = inner;
  return {
    name: `Option<${inner.name}>`,
    minBytes: 1,
    decode: (cursor) => (cursor.bool() ? decode(cursor) : undefined),
    encode: (value, writer) => {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) encode(value, writer);
    },
  };
}

/** `Option<T>` where T itself may be `undefined` (an option, a unit): `{ some: T }` or `undefined`. */
export function nestedOption(inner: Codec): Codec<{ some: unknown } | undefined> {
  const { decode, encode } = inner;
  return {
    name: `Option<${inner.name}>`,
    minBytes: 1,
    decode: (cursor) => (cursor.bool() ? { some: decode(cursor) } : undefined),
    encode: (value, writer) => {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) encode(value.some, writer);
    },
  };
}

/** A value of an enum. */
export interface EnumValue {
  readonly type: string;
  readonly value: unknown;
}

/** An enum: one byte says which variant follows. */
export function enumeration(
  name: string,
  variants: readonly { name: string; index: number; codec: Codec }[],
): Codec<EnumValue> {
  const byIndex: ({ name: string; index: number; codec: Codec } | undefined)[] = [];
  for (const variant of variants) byIndex[variant.index] = variant;
  const byName = new Map(variants.map((variant) => [variant.name, variant]));
  return {
    name,
    minBytes:
      1 +
      variants.reduce(
        (min, variant) => Math.min(min, variant.codec.minBytes),
        variants.length === 0 ? 0 : Infinity,
      ),
    decode: (cursor) => {
      const variant = byIndex[cursor.u8()];
      if (variant === undefined)
        return cursor.fail(`${name} has no variant ${cursor.bytes[cursor.offset - 1]}`, cursor.offset - 1);
      try {
        return { type: variant.name, value: variant.codec.decode(cursor) };
      } catch (error) {
        throw within(error, variant.name);
      }
    },
    encode: (value, writer) => {
      const variant = byName.get(value?.type);
      if (variant === undefined)
        throw unencodable(name, value?.type, [...byName.keys()].slice(0, 20).join(', '));
      writer.u8(variant.index);
      variant.codec.encode(value.value, writer);
    },
  };
}

/** Bits packed into words of `wordBytes` bytes: an array of booleans. */
export function bitSequence(wordBytes: number, leastFirst: boolean): Codec<boolean[]> {
  const wordBits = wordBytes * 8;
  const name = 'BitVec';
  // Bit i of the sequence lies in byte `byteOf` (words are little-endian) under the mask.
  const place = (i: number): [byteOf: number, mask: number] => {
    const word = Math.floor(i / wordBits);
    const bit = leastFirst ? i % wordBits : wordBits - 1 - (i % wordBits);
    return [word * wordBytes + (bit >> 3), 1 << (bit & 7)];
  };
  return {
    name,
    minBytes: 1,
    decode: (cursor) => {
      const start = cursor.offset;
      const count = cursor.compact();
      const length = Math.ceil(count / wordBits) * wordBytes;
      if (length > cursor.left)
        cursor.fail(`${count} bits are claimed, ${cursor.left} bytes are left`, start);
      const bytes = cursor.take(length);
      const bits: boolean[] = new Array(count);
      for (let i = 0; i < count; i++) {
        const [at, mask] = place(i);
        bits[i] = (bytes[at]! & mask) !== 0;
      }
      return bits;
    },
    encode: (value, writer) => {
      if (!Array.isArray(value)) throw unencodable(name, value, 'an array of booleans');
      writer.compact(value.length);
      const bytes = new Uint8Array(Math.ceil(value.length / wordBits) * wordBytes);
      value.forEach((bit, i) => {
        const [at, mask] = place(i);
        if (bit) bytes[at]! |= mask;
      });
      writer.raw(bytes);
    },
  };
}

function sumOfMin(fields: readonly { codec: Codec }[]): number {
  return fields.reduce((sum, field) => sum + field.codec.minBytes, 0);
}
