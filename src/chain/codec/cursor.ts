import { DecodeFailure } from './failure.ts';

/** Recursive types (calls within calls) may nest this deep; the chain itself stops at 256 calls of far bigger frames. */
const MAX_DEPTH = 64;

// Two u32 halves put together to a u64 without intermediate bigints. Substrate is little-endian; so is every machine Node runs on here.
const halves = new Uint32Array(2);
const whole = new BigUint64Array(halves.buffer);

/**
 * A reading position in bytes from outside. Every read checks what is left first, so that no length in the bytes can make
 * us allocate more than the bytes themselves justify.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.offset;
  }

  fail(reason: string, offset: number = this.offset): never {
    throw new DecodeFailure(reason, offset);
  }

  /** Moves on by `count` bytes and answers where they start. */
  skip(count: number): number {
    const start = this.offset;
    const end = start + count;
    if (end > this.bytes.length) this.fail(`${count} bytes are needed, ${this.left} are left`);
    this.offset = end;
    return start;
  }

  /** A view of the next bytes, not a copy. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  u8(): number {
    const { offset } = this;
    if (offset >= this.bytes.length) this.fail('1 byte is needed, 0 are left');
    this.offset = offset + 1;
    return this.bytes[offset]!;
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.skip(8), true);
  }

  bool(): boolean {
    const byte = this.u8();
    if (byte > 1) this.fail(`a bool is 0 or 1, not ${byte}`, this.offset - 1);
    return byte === 1;
  }

  /** A compact integer that fits a u32. Only the shortest form is accepted, as in the chain's own decoder. */
  compact(max = 0xffff_ffff): number {
    const start = this.offset;
    const { bytes } = this;
    if (start >= bytes.length) this.fail('a compact integer is needed, 0 bytes are left');
    const first = bytes[start]!;
    let value: number;
    switch (first & 3) {
      case 0:
        this.offset = start + 1;
        value = first >> 2;
        break;
      case 1:
        this.skip(2);
        value = (first | (bytes[start + 1]! << 8)) >> 2;
        if (value < 64) this.fail('a compact integer is longer than it needs to be', start);
        break;
      case 2:
        this.skip(4);
        value = this.view.getUint32(start, true) >>> 2;
        if (value < 16_384) this.fail('a compact integer is longer than it needs to be', start);
        break;
      default:
        if (first !== 3) this.fail(`a compact integer of ${(first >> 2) + 4} bytes is beyond ${max}`, start);
        this.skip(5);
        value = this.view.getUint32(start + 1, true);
        if (value < 0x4000_0000) this.fail('a compact integer is longer than it needs to be', start);
    }
    if (value > max) this.fail(`a compact integer is ${value}, at most ${max} fits`, start);
    return value;
  }

  /** A compact integer of up to `bits` bits as a bigint. */
  compactBig(bits: number): bigint {
    const start = this.offset;
    if (start >= this.bytes.length) this.fail('a compact integer is needed, 0 bytes are left');
    const first = this.bytes[start]!;
    if ((first & 3) !== 3 || first === 3) return BigInt(this.compact());
    const length = (first >> 2) + 4;
    if (length * 8 > bits) this.fail(`a compact integer of ${length} bytes, at most ${bits / 8} fit`, start);
    const at = this.skip(length + 1) + 1;
    if (this.bytes[at + length - 1] === 0)
      this.fail('a compact integer is longer than it needs to be', start);
    if (length <= 8) {
      halves[0] = this.view.getUint32(at, true);
      let high = 0;
      for (let i = length - 1; i >= 4; i--) high = (high * 256 + this.bytes[at + i]!) >>> 0;
      halves[1] = high;
      return whole[0]!;
    }
    return littleEndian(this.bytes, at, length);
  }

  /** The element count in front of a sequence, bounded by the bytes that are left for it. */
  count(minBytesEach: number): number {
    const start = this.offset;
    const count = this.compact();
    // Elements without bytes (unit) cannot be bounded by what is left; nobody stores many of them.
    const most = minBytesEach === 0 ? 65_536 : Math.floor(this.left / minBytesEach);
    if (count > most)
      this.fail(
        `a sequence claims ${count} elements, the ${this.left} bytes left hold at most ${most}`,
        start,
      );
    return count;
  }

  /** Runs one level of a recursive type. */
  deeper<T>(decode: (cursor: Cursor) => T): T {
    if (++this.#depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    const value = decode(this);
    this.#depth--;
    return value;
  }

  end(): void {
    if (this.left !== 0) this.fail(`${this.left} bytes are left over`);
  }
}

/** An unsigned little-endian integer of any length. */
export function littleEndian(bytes: Uint8Array, at: number, length: number): bigint {
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]!);
  return value;
}
