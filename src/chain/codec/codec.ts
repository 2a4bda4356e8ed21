import { TaoscopeError } from '../../shared/index.ts';
import { Cursor } from './cursor.ts';
import { undecodable } from './failure.ts';
import { Writer } from './writer.ts';

/**
 * How one type of the metadata is read and written. JavaScript values are fixed by the type, never by the value:
 *
 * | type                                   | value                                                        |
 * |----------------------------------------|--------------------------------------------------------------|
 * | u8 u16 u32 i8 i16 i32, compact of them | number                                                       |
 * | u64 and wider, i64 and wider, compacts | bigint                                                       |
 * | bool, str, char                        | boolean, string, string                                      |
 * | Vec&lt;u8&gt;, [u8; N], AccountId32, H256    | Uint8Array, a **view** of the decoded bytes (copy to keep it) |
 * | Option                                 | the value or `undefined`; nested options `{ some }`          |
 * | struct                                 | object with the metadata's field names                       |
 * | newtype (one unnamed field)            | the inner value                                              |
 * | tuple, several unnamed fields          | array                                                        |
 * | enum, Result                           | `{ type, value }`; `value` is `undefined` for a bare variant  |
 * | Vec, [T; N], BTreeMap, BTreeSet        | array (a map: of pairs)                                       |
 * | bit sequence                           | array of booleans                                            |
 * | unit, empty struct                     | `undefined`                                                  |
 */
export interface Codec<T = unknown> {
  /** For errors: `NeuronInfoLite`, `Vec<u16>`. */
  readonly name: string;
  /** Bytes of the shortest value: bounds how many elements a sequence may claim. */
  readonly minBytes: number;
  readonly decode: (cursor: Cursor) => T;
  readonly encode: (value: T, writer: Writer) => void;
}

/** Decodes a whole answer; `undecodable` with `what`, type path and offset when it does not fit or bytes are left over. */
export function decodeAll<T>(codec: Codec<T>, bytes: Uint8Array, what: string = codec.name): T {
  const cursor = new Cursor(bytes);
  try {
    const value = codec.decode(cursor);
    cursor.end();
    return value;
  } catch (error) {
    throw undecodable(error, what);
  }
}

/** The SCALE bytes of a value; `usage` when the value does not fit the type. */
export function encodeAll<T>(codec: Codec<T>, value: T): Uint8Array {
  // Storage keys are encoded by the ten thousand; codecs never call this, so one writer serves them all.
  scratch.reset();
  codec.encode(value, scratch);
  return scratch.done();
}

const scratch = new Writer();

/** The error for a value that cannot be written as the type. */
export function unencodable(name: string, value: unknown, expected?: string): TaoscopeError {
  const got =
    typeof value === 'object' || typeof value === 'function'
      ? typeof value
      : `${typeof value} ${String(value).slice(0, 80)}`;
  return new TaoscopeError('usage', { failed: `cannot encode a value as ${name}`, got, expected });
}
