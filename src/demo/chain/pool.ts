import type { Hex } from '../../shared/index.ts';
import { accountOf } from '../runtime/balances.ts';
import { birthOf } from '../runtime/era.ts';
import { type DecodedExtrinsic, decodeExtrinsic, verifySignature } from '../runtime/extrinsic.ts';
import { describeInvalid, type Invalid, validate } from '../runtime/validity.ts';
import type { Block } from './block.ts';
import type { DemoChain } from './demo-chain.ts';

/** A transaction that the pool does not take, as JSON-RPC tells it. */
export class PoolRejection extends Error {
  readonly code: number;
  readonly data: string | undefined;

  constructor(code: number, message: string, data?: string) {
    super(message);
    this.name = 'PoolRejection';
    this.code = code;
    this.data = data;
  }
}

/** What becomes of a watched transaction (`author_extrinsicUpdate`). */
export type TransactionStatus =
  | 'ready'
  | 'future'
  | 'invalid'
  | 'dropped'
  | { readonly inBlock: Hex }
  | { readonly retracted: Hex }
  | { readonly finalized: Hex };

interface Entry {
  readonly extrinsic: DecodedExtrinsic;
  readonly signer: string;
  readonly nonce: number;
  readonly specVersion: number;
  /** Last block that may include it. */
  readonly lastBlock: number;
}

const MAX_ENTRIES = 8_192;
const MAX_BYTES = 256 * 1024;
const MAX_PER_BLOCK = 500;

/** Transactions on their way into a block: checked at the door, in order of nonce per account. */
export class Pool {
  readonly #chain: DemoChain;
  readonly #entries = new Map<Hex, Entry>();
  readonly #watchers = new Map<Hex, Set<(status: TransactionStatus) => void>>();
  /** Blocks that hold a watched transaction and are not final yet. */
  readonly #awaitingFinality = new Map<Hex, Hex[]>();

  constructor(chain: DemoChain) {
    this.#chain = chain;
    chain.on('block', (block, refused) => this.#onBlock(block, refused));
    chain.on('retracted', (blocks) => this.#onRetracted(blocks));
    chain.on('finalized', (block) => this.#onFinalized(block));
  }

  get size(): number {
    return this.#entries.size;
  }

  pending(): Uint8Array[] {
    return [...this.#entries.values()].map((entry) => entry.extrinsic.bytes);
  }

  /** The nonce that an account should use next, with what waits here counted. */
  nextNonce(account: Uint8Array): number {
    const signer = keyOf(account);
    const waiting = new Set(
      [...this.#entries.values()].filter((one) => one.signer === signer).map((one) => one.nonce),
    );
    let nonce = accountOf(this.#chain.head, account).nonce;
    while (waiting.has(nonce)) nonce++;
    return nonce;
  }

  /**
   * Takes a transaction in; answers its hash. Throws {@link PoolRejection}. `trusted` skips the signature: for the play's
   * own actors while history is made in a hurry.
   */
  submit(bytes: Uint8Array, trusted = false): Hex {
    const runtime = this.#chain.runtime;
    const block = this.#chain.best.number + 1;
    if (bytes.length > MAX_BYTES)
      throw new PoolRejection(1010, 'Invalid Transaction', 'Transaction would exhaust the block limits');
    const extrinsic = decodeExtrinsic(bytes, runtime);
    if (extrinsic === undefined) {
      throw new PoolRejection(
        1002,
        'Verification Error: Runtime error: Execution failed: the extrinsic cannot be decoded',
      );
    }
    const { signed } = extrinsic;
    if (signed === undefined)
      throw new PoolRejection(1011, 'Unknown Transaction Validity', 'NoUnsignedValidator');
    if (this.#entries.has(extrinsic.hash))
      throw new PoolRejection(1013, 'Transaction Already Imported', extrinsic.hash);
    const good = trusted || verifySignature(extrinsic, signed, block, this.#context());
    if (good === undefined) throw rejection({ type: 'AncientBirthBlock' });
    if (!good) throw rejection({ type: 'BadProof' });
    const invalid = validate(this.#chain.head, extrinsic, signed, block);
    if (invalid !== undefined) throw rejection(invalid);
    const signer = keyOf(signed.signer);
    for (const other of this.#entries.values()) {
      if (other.signer === signer && other.nonce === signed.nonce) {
        throw new PoolRejection(
          1014,
          'Priority is too low: (0 vs 0)',
          'The transaction has too low priority to replace another transaction already in the pool.',
        );
      }
    }
    if (this.#entries.size >= MAX_ENTRIES) {
      throw new PoolRejection(
        1016,
        'Immediately Dropped',
        "The transaction couldn't enter the pool because of the limit",
      );
    }
    const { era } = signed;
    const lastBlock =
      era.type === 'immortal' ? Number.POSITIVE_INFINITY : birthOf(era, block) + era.period - 1;
    const specVersion = runtime.spec.specVersion;
    this.#entries.set(extrinsic.hash, { extrinsic, signer, nonce: signed.nonce, specVersion, lastBlock });
    return extrinsic.hash;
  }

  /** Follows a transaction from now on; answers how to stop. The first status comes at once. */
  watch(hash: Hex, listener: (status: TransactionStatus) => void): () => void {
    const listeners = this.#watchers.get(hash) ?? new Set();
    listeners.add(listener);
    this.#watchers.set(hash, listeners);
    const entry = this.#entries.get(hash);
    if (entry !== undefined) listener(this.#isReady(entry) ? 'ready' : 'future');
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#watchers.delete(hash);
    };
  }

  /** What the next block should hold: per account in order of nonce, without gaps. */
  ready(): DecodedExtrinsic[] {
    const state = this.#chain.head;
    const specVersion = state.runtime.spec.specVersion;
    const number = this.#chain.best.number + 1;
    const bySigner = new Map<string, Entry[]>();
    for (const [hash, entry] of this.#entries) {
      if (entry.specVersion !== specVersion || entry.lastBlock < number) this.#drop(hash, 'invalid');
      else bySigner.set(entry.signer, [...(bySigner.get(entry.signer) ?? []), entry]);
    }
    const ready: DecodedExtrinsic[] = [];
    for (const entries of bySigner.values()) {
      entries.sort((a, b) => a.nonce - b.nonce);
      const signer = entries[0]?.extrinsic.signed?.signer;
      if (signer === undefined) continue;
      let nonce = accountOf(state, signer).nonce;
      for (const entry of entries) {
        if (entry.nonce !== nonce || ready.length >= MAX_PER_BLOCK) break;
        ready.push(entry.extrinsic);
        nonce++;
      }
    }
    return ready;
  }

  #isReady(entry: Entry): boolean {
    const signed = entry.extrinsic.signed;
    if (signed === undefined) return false;
    const from = accountOf(this.#chain.head, signed.signer).nonce;
    const have = new Set(
      [...this.#entries.values()].filter((one) => one.signer === entry.signer).map((one) => one.nonce),
    );
    for (let nonce = from; nonce < entry.nonce; nonce++) if (!have.has(nonce)) return false;
    return true;
  }

  #context() {
    const { runtime, genesisHash } = this.#chain;
    return { runtime, genesisHash, blockHash: (number: number) => this.#chain.blockHash(number) };
  }

  #onBlock(block: Block, refused: readonly DecodedExtrinsic[]): void {
    for (const extrinsic of refused) {
      // A nonce that is not its turn yet may wait; everything else will not become valid by waiting.
      const signed = extrinsic.signed;
      if (signed !== undefined && signed.nonce > accountOf(this.#chain.head, signed.signer).nonce) continue;
      this.#drop(extrinsic.hash, 'invalid');
    }
    if (block.extrinsics.length <= 1 || this.#entries.size === 0) return;
    const bodies = new Set(block.extrinsics);
    for (const [hash, entry] of this.#entries) {
      if (!bodies.has(entry.extrinsic.bytes)) continue;
      this.#entries.delete(hash);
      if (!this.#watchers.has(hash)) continue;
      this.#awaitingFinality.set(block.hash, [...(this.#awaitingFinality.get(block.hash) ?? []), hash]);
      this.#tell(hash, { inBlock: block.hash });
    }
  }

  /** What retracted blocks held comes back, to be included again. */
  #onRetracted(blocks: readonly Block[]): void {
    for (const block of [...blocks].reverse()) {
      for (const hash of this.#awaitingFinality.get(block.hash) ?? [])
        this.#tell(hash, { retracted: block.hash });
      this.#awaitingFinality.delete(block.hash);
      for (const bytes of block.extrinsics.slice(1)) {
        try {
          this.submit(bytes, true);
        } catch (error) {
          if (!(error instanceof PoolRejection)) throw error;
        }
      }
    }
  }

  #onFinalized(block: Block): void {
    for (const hash of this.#awaitingFinality.get(block.hash) ?? []) {
      this.#tell(hash, { finalized: block.hash });
      this.#watchers.delete(hash);
    }
    this.#awaitingFinality.delete(block.hash);
  }

  #drop(hash: Hex, status: 'invalid' | 'dropped'): void {
    this.#entries.delete(hash);
    this.#tell(hash, status);
    this.#watchers.delete(hash);
  }

  #tell(hash: Hex, status: TransactionStatus): void {
    for (const listener of this.#watchers.get(hash) ?? []) listener(status);
  }
}

function rejection(invalid: Invalid): PoolRejection {
  return new PoolRejection(1010, 'Invalid Transaction', describeInvalid(invalid));
}

function keyOf(account: Uint8Array): string {
  return Buffer.from(account).toString('hex');
}
