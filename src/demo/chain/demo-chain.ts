import { EventEmitter } from 'node:events';
import { u64 } from '@polkadot-api/substrate-bindings';
import { type Hex, toHex } from '../../shared/index.ts';
import { writeGenesis } from '../population/genesis.ts';
import { executeBlock } from '../runtime/execute.ts';
import type { DecodedExtrinsic, SigningContext } from '../runtime/extrinsic.ts';
import { CODE_KEY, type Runtime, runtimeAfter } from '../runtime/runtime.ts';
import { type RawState, StateReader, StateWriter } from '../runtime/storage.ts';
import { type Block, sealBlock } from './block.ts';
import { VersionedState } from './versioned-state.ts';

export interface ChainOptions {
  readonly seed: string;
  /** Whether the subnet of the stand-in for Chutes is there. */
  readonly chutes?: boolean | undefined;
  /** Blocks whose state is kept. */
  readonly stateBlocks: number;
  /** Blocks whose header and body are kept; at least as many as states. */
  readonly bodyBlocks: number;
  /** How far finality trails the best block. */
  readonly finalityLag: number;
}

interface ChainEvents {
  /** A block was made; it is the new best. */
  block: [Block, refused: readonly DecodedExtrinsic[]];
  /** Blocks left the best chain, newest first. */
  retracted: [readonly Block[]];
  /** A block became final; every block is told, in order. */
  finalized: [Block];
}

/** What reading the state of a block may come to. */
export type StateOf = { readonly state: RawState; readonly runtime: Runtime } | 'unknown' | 'discarded';

const SLOT_MS = 12_000;
const AURA = '0x61757261';

/** Blocks, their states, the best and the final one. It makes blocks when told to and has no clock of its own. */
export class DemoChain extends EventEmitter<ChainEvents> implements Omit<SigningContext, 'runtime'> {
  readonly options: ChainOptions;
  readonly genesis: Block;
  readonly #states = new VersionedState();
  readonly #blocks = new Map<Hex, Block>();
  /** The best chain by number. */
  readonly #canonical = new Map<number, Block>();
  /** Blocks that a fork left behind, while their state can still be told. */
  readonly #stale = new Set<Hex>();
  #best: Block;
  #finalized: Block;
  #oldestState = 0;
  #oldestBody = 1;
  #forks = 0;

  /** `restored` continues a chain: its first block carries the whole state as its changes. */
  constructor(options: ChainOptions, restored: readonly Block[] = []) {
    super();
    this.setMaxListeners(0);
    this.options = options;
    this.genesis = genesisOf(options.seed, options.chutes);
    this.#best = this.genesis;
    this.#finalized = this.genesis;
    const [base, ...rest] = restored;
    if (base === undefined) {
      this.#adopt(this.genesis);
      return;
    }
    this.#blocks.set(this.genesis.hash, this.genesis);
    this.#oldestState = base.number;
    this.#oldestBody = base.number;
    this.#finalized = base;
    this.#adopt(base);
    for (const block of rest) this.#adopt(block);
    this.#finalize();
  }

  get best(): Block {
    return this.#best;
  }

  get finalized(): Block {
    return this.#finalized;
  }

  get genesisHash(): Hex {
    return this.genesis.hash;
  }

  /** The runtime of the best block's state: the next block runs it. */
  get runtime(): Runtime {
    return runtimeAfter(this.#best.upgrades);
  }

  get oldestState(): number {
    return this.#oldestState;
  }

  block(hash: Hex): Block | undefined {
    return this.#blocks.get(hash);
  }

  blockAt(number: number): Block | undefined {
    return number === 0 ? this.genesis : this.#canonical.get(number);
  }

  /** A hash on the best chain. */
  blockHash(number: number): Hex | undefined {
    return this.blockAt(number)?.hash;
  }

  /** Decoded reads of the best block's state. */
  get head(): StateReader {
    return new StateReader(this.runtime, this.#view(this.#best));
  }

  /** The state after a block, and the runtime that reads it. */
  stateOf(hash: Hex): StateOf {
    const block = this.#blocks.get(hash);
    if (block === undefined) return 'unknown';
    if (block.number < this.#oldestState) return 'discarded';
    return { state: this.#view(block), runtime: runtimeAfter(block.upgrades) };
  }

  /** Keys with a prefix in the state of a block. */
  keysOf(state: RawState, prefix: string, count: number, after: string | undefined): Hex[] {
    return this.#states.keys(prefix, count, after, (key) => state.read(key) !== undefined);
  }

  /** Makes the next block; `upgrade` puts a new runtime into it. */
  produce(timestampMs: number, extrinsics: readonly DecodedExtrinsic[] = [], upgrade = false): Block {
    const parent = this.#best;
    const runtime = this.runtime;
    const upgrades = parent.upgrades + (upgrade ? 1 : 0);
    const at = Math.max(timestampMs, parent.timestampMs + 1);
    const digest = this.#digest(at, upgrade);
    const output = executeBlock({
      runtime,
      parent: this.#view(parent),
      parentHash: parent.hash,
      number: parent.number + 1,
      timestampMs: at,
      seed: this.options.seed,
      digest,
      extrinsics,
      upgradeTo: upgrade ? runtimeAfter(upgrades) : undefined,
    });
    const block = sealBlock(parent, {
      number: parent.number + 1,
      // A header lists the items one by one; the state holds them as one value, with their count in front.
      digest: digest.map((item) => toHex(runtime.digest.enc([item]).subarray(1))),
      extrinsics: output.extrinsics,
      changes: output.changes,
      timestampMs: at,
      upgrades,
    });
    this.#adopt(block);
    this.emit('block', block, output.refused);
    this.#finalize();
    return block;
  }

  /**
   * Takes back up to `depth` blocks, never final ones; the caller makes the blocks that replace them. Answers those that
   * left, newest first; they stay readable by hash for as long as their state is kept.
   */
  retract(depth: number): readonly Block[] {
    const left: Block[] = [];
    while (left.length < depth && this.#best.number > this.#finalized.number) {
      const block = this.#best;
      const parent = this.#blocks.get(block.parentHash);
      if (parent === undefined) break;
      this.#states.pop(block.number, block.changes);
      this.#canonical.delete(block.number);
      this.#stale.add(block.hash);
      this.#best = parent;
      left.push(block);
    }
    if (left.length > 0) {
      this.#forks++;
      this.emit('retracted', left);
    }
    return left;
  }

  /** The best block with its whole state as its changes: from it the chain can be continued. */
  snapshot(): Block {
    const state = this.#view(this.#best);
    const keys = this.keysOf(state, '0x', Number.POSITIVE_INFINITY, undefined);
    return { ...this.#best, changes: new Map(keys.map((key) => [key, state.read(key)])) };
  }

  #view(block: Block): RawState {
    const overlays: Block[] = [];
    let base = block;
    while (this.#stale.has(base.hash)) {
      overlays.push(base);
      const parent = this.#blocks.get(base.parentHash);
      if (parent === undefined) break;
      base = parent;
    }
    const states = this.#states;
    return {
      read(key) {
        for (const overlay of overlays) if (overlay.changes.has(key)) return overlay.changes.get(key);
        return states.read(base.number, key);
      },
    };
  }

  #adopt(block: Block): void {
    this.#states.push(block.number, block.changes);
    this.#blocks.set(block.hash, block);
    if (block.number > 0) this.#canonical.set(block.number, block);
    this.#best = block;
    this.#prune();
  }

  #finalize(): void {
    const target = this.#best.number - this.options.finalityLag;
    while (this.#finalized.number < target) {
      const next = this.#canonical.get(this.#finalized.number + 1);
      if (next === undefined) {
        const oldest = this.#canonical.get(target);
        if (oldest === undefined) return;
        this.#finalized = oldest;
        continue;
      }
      this.#finalized = next;
      this.emit('finalized', next);
    }
  }

  #prune(): void {
    while (this.#best.number - this.#oldestState >= this.options.stateBlocks) {
      this.#oldestState++;
      const block = this.#canonical.get(this.#oldestState);
      if (block !== undefined) this.#states.prune(this.#oldestState, block.changes);
      for (const hash of this.#stale) {
        if ((this.#blocks.get(hash)?.number ?? 0) >= this.#oldestState) continue;
        this.#stale.delete(hash);
        this.#blocks.delete(hash);
      }
      const before = this.#canonical.get(this.#oldestState - 1);
      if (before !== undefined) this.#replace({ ...before, changes: new Map() });
    }
    while (this.#best.number - this.#oldestBody >= this.options.bodyBlocks) {
      const block = this.#canonical.get(this.#oldestBody);
      if (block !== undefined) this.#blocks.delete(block.hash);
      this.#canonical.delete(this.#oldestBody);
      this.#oldestBody++;
    }
  }

  #replace(block: Block): void {
    this.#blocks.set(block.hash, block);
    this.#canonical.set(block.number, block);
    if (this.#finalized.hash === block.hash) this.#finalized = block;
  }

  #digest(timestampMs: number, upgrade: boolean): unknown[] {
    const slot = u64.enc(BigInt(Math.floor(timestampMs / SLOT_MS)));
    const items: unknown[] = [{ type: 'PreRuntime', value: [AURA, slot] }];
    // Tells a block from the one that it replaces, should both be of the same moment.
    if (this.#forks > 0) items.push({ type: 'Other', value: Uint8Array.of(this.#forks & 0xff) });
    if (upgrade) items.push({ type: 'RuntimeEnvironmentUpdated', value: undefined });
    return items;
  }
}

/** Block 0 of a seed. */
export function genesisOf(seed: string, chutes = false): Block {
  const runtime = runtimeAfter(0);
  const state = new StateWriter(runtime, { read: () => undefined });
  state.overlay.write(CODE_KEY, runtime.code);
  writeGenesis(state, seed, chutes);
  return sealBlock(undefined, {
    number: 0,
    digest: [],
    extrinsics: [],
    changes: state.overlay.changes,
    timestampMs: 0,
    upgrades: 0,
  });
}
