import type { Hex } from '../../shared/index.ts';

/** What a block wrote: `undefined` removes the key. */
export type Changes = ReadonlyMap<Hex, Uint8Array | undefined>;

interface Version {
  readonly number: number;
  readonly value: Uint8Array | undefined;
}

/**
 * The state of many blocks of one chain: for each key its values with the blocks that wrote them. A block costs what it
 * changed, the last blocks can be taken back, and what only forgotten blocks could see is dropped.
 */
export class VersionedState {
  readonly #versions = new Map<Hex, Version[]>();
  /** All keys in order, for paging. */
  readonly #keys: Hex[] = [];

  get keyCount(): number {
    return this.#keys.length;
  }

  /** The value of a key after a block. */
  read(number: number, key: Hex): Uint8Array | undefined {
    const versions = this.#versions.get(key);
    if (versions === undefined) return undefined;
    for (let at = versions.length - 1; at >= 0; at--) {
      const version = versions[at];
      if (version !== undefined && version.number <= number) return version.value;
    }
    return undefined;
  }

  /** Adds a block behind the newest one. */
  push(number: number, changes: Changes): void {
    for (const [key, value] of changes) {
      const versions = this.#versions.get(key);
      if (versions === undefined) {
        if (value === undefined) continue;
        this.#versions.set(key, [{ number, value }]);
        this.#keys.splice(this.#lowerBound(key), 0, key);
      } else {
        versions.push({ number, value });
      }
    }
  }

  /** Takes the newest block back. */
  pop(number: number, changes: Changes): void {
    for (const key of changes.keys()) {
      const versions = this.#versions.get(key);
      if (versions?.at(-1)?.number !== number) continue;
      versions.pop();
      if (versions.length === 0) this.#forget(key);
    }
  }

  /** Forgets all blocks before this one, which must be the next oldest: only keys that it wrote can hold older values. */
  prune(oldest: number, changesOfOldest: Changes): void {
    for (const key of changesOfOldest.keys()) {
      const versions = this.#versions.get(key);
      if (versions === undefined) continue;
      const first = versions.findIndex((version) => version.number >= oldest);
      if (first > 0) versions.splice(0, first);
      if (versions.length === 1 && versions[0]?.value === undefined) this.#forget(key);
    }
  }

  /** Keys with a prefix in order, after `after`, that hold a value according to `present`. */
  keys(prefix: string, count: number, after: string | undefined, present: (key: Hex) => boolean): Hex[] {
    const found: Hex[] = [];
    let at = this.#lowerBound(after !== undefined && after > prefix ? after : prefix);
    for (; at < this.#keys.length && found.length < count; at++) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) break;
      if (key !== after && present(key)) found.push(key);
    }
    return found;
  }

  #forget(key: Hex): void {
    this.#versions.delete(key);
    const at = this.#lowerBound(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
