/** Bytes being written; grows as needed. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Forgets what was written. */
  reset(): void {
    this.#length = 0;
  }

  /** What was written, as a copy of its own. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Two's complement little-endian in `length` bytes. */
  big(value: bigint, length: number): void {
    const at = this.#reserve(length);
    let rest = BigInt.asUintN(length * 8, value);
    for (let i = 0; i < length; i++) {
      this.#bytes[at + i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  compact(value: number | bigint): void {
    const big = BigInt(value);
    if (big < 64n) this.u8(Number(big) << 2);
    else if (big < 16_384n) this.u16((Number(big) << 2) | 1);
    else if (big < 0x4000_0000n) this.u32(((Number(big) << 2) | 2) >>> 0);
    else {
      let length = 4;
      while (big >> BigInt(length * 8) !== 0n) length++;
      this.u8(((length - 4) << 2) | 3);
      this.big(big, length);
    }
  }

  #reserve(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = end;
    return at;
  }
}
