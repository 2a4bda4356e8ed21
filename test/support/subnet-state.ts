/** `SubnetState` of the 218 development runtime as far as the tests compare it. */
export interface SubnetState218 {
  readonly n: number;
  readonly emission: readonly bigint[];
  readonly registeredAt: readonly bigint[];
  readonly alphaStake: readonly bigint[];
  readonly taoStake: readonly bigint[];
}

/**
 * Decodes the answer of `SubnetInfoRuntimeApi_get_subnet_state` of runtime 218: bytes within bytes; fields in the order of the
 * reference (2.3, SubnetState). Written by hand so that the expectation does not come from Taoscope's codecs.
 */
export function decodeSubnetState218(hex: string): SubnetState218 {
  const outer = new Reader(Buffer.from(hex.slice(2), 'hex'));
  const length = Number(outer.compact());
  const reader = new Reader(outer.take(length));
  reader.compact();
  const n = reader.list(() => reader.take(32)).length;
  reader.list(() => reader.take(32));
  reader.list(() => reader.take(1));
  reader.list(() => reader.take(1));
  const compacts = () => reader.list(() => reader.compact());
  compacts(); // pruning_score
  compacts(); // last_update
  const emission = compacts();
  for (let skipped = 0; skipped < 5; skipped++) compacts(); // dividends, incentives, consensus, trust, rank
  const registeredAt = compacts();
  const alphaStake = compacts();
  const taoStake = compacts();
  return { n, emission, registeredAt, alphaStake, taoStake };
}

class Reader {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length)
      throw new Error(`bytes end at ${this.#bytes.length}, wanted ${this.#at + count}`);
    const start = this.#at;
    this.#at += count;
    return this.#bytes.subarray(start, this.#at);
  }

  list<T>(item: () => T): T[] {
    return Array.from({ length: Number(this.compact()) }, item);
  }

  compact(): bigint {
    const first = this.take(1)[0]!;
    const mode = first & 3;
    if (mode === 3) return little(this.take((first >> 2) + 4));
    this.#at -= 1;
    return little(this.take(1 << mode)) >> 2n;
  }
}

function little(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}
