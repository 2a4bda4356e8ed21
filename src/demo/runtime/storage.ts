import type { Hex } from '../../shared/index.ts';
import { decode } from './decode.ts';
import type { Runtime } from './runtime.ts';

/** Raw state: SCALE keys to SCALE values. `undefined` is an absent key. */
export interface RawState {
  read(key: Hex): Uint8Array | undefined;
}

/** Writes on top of a state that stays as it is. */
export class Overlay implements RawState {
  readonly changes = new Map<Hex, Uint8Array | undefined>();
  readonly #below: RawState;

  constructor(below: RawState) {
    this.#below = below;
  }

  read(key: Hex): Uint8Array | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.#below.read(key);
  }

  write(key: Hex, value: Uint8Array | undefined): void {
    this.changes.set(key, value);
  }

  /** Takes over what was written in an overlay on this one. */
  absorb(upper: Overlay): void {
    for (const [key, value] of upper.changes) this.changes.set(key, value);
  }
}

/** Decoded reads from a raw state, as the pallets see it: an absent key gives the item's default. */
export class StateReader {
  readonly runtime: Runtime;
  readonly raw: RawState;

  constructor(runtime: Runtime, raw: RawState) {
    this.runtime = runtime;
    this.raw = raw;
  }

  /** The value, its default, or `undefined` for an absent optional item. The caller knows the item's type. */
  get<T>(pallet: string, name: string, ...keys: readonly unknown[]): T {
    const item = this.runtime.item(pallet, name);
    const bytes = this.raw.read(item.key(keys)) ?? item.fallback;
    return (bytes === undefined ? undefined : decode(item.value, bytes)) as T;
  }

  /** An item of `SubtensorModule`. */
  sub<T>(name: string, ...keys: readonly unknown[]): T {
    return this.get<T>('SubtensorModule', name, ...keys);
  }

  has(pallet: string, name: string, ...keys: readonly unknown[]): boolean {
    return this.raw.read(this.runtime.item(pallet, name).key(keys)) !== undefined;
  }
}

/** Reads and writes in one layer; a dispatch that fails drops its layer. */
export class StateWriter extends StateReader {
  readonly overlay: Overlay;

  constructor(runtime: Runtime, below: RawState) {
    const overlay = new Overlay(below);
    super(runtime, overlay);
    this.overlay = overlay;
  }

  /** Writes a value; `undefined` removes the key. The last argument is the value, those before it are the keys. */
  put(pallet: string, name: string, ...keysAndValue: readonly unknown[]): void {
    const item = this.runtime.item(pallet, name);
    const value = keysAndValue.at(-1);
    const key = item.key(keysAndValue.slice(0, -1));
    this.overlay.write(key, value === undefined ? undefined : item.value.enc(value));
  }

  /** Writes an item of `SubtensorModule`. */
  putSub(name: string, ...keysAndValue: readonly unknown[]): void {
    this.put('SubtensorModule', name, ...keysAndValue);
  }

  /** A layer on top, to be absorbed or dropped. */
  layer(): StateWriter {
    return new StateWriter(this.runtime, this.overlay);
  }

  absorb(layer: StateWriter): void {
    this.overlay.absorb(layer.overlay);
  }
}
