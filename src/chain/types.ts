import type { AccountId, Hex } from '../shared/index.ts';

/** A block of the chain. */
export interface BlockRef {
  readonly number: number;
  readonly hash: Hex;
}

/** A block header as the node gave it, and whether its Blake2-256 really is the block's hash. */
export interface BlockHeader extends BlockRef {
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly extrinsicsRoot: Hex;
  /** Raw digest items. */
  readonly digest: readonly Hex[];
  /** `true` when the Blake2-256 of its SCALE encoding is the block's hash. Followed blocks always are, but for block 0. */
  readonly verified: boolean;
}

export type HeadKind = 'finalized' | 'best';

/** Which chain the endpoints serve. */
export interface ChainIdentity {
  readonly name: string;
  readonly genesisHash: Hex;
  readonly ss58Prefix: number;
  readonly tokenSymbol: string;
  readonly tokenDecimals: number;
}

/** A runtime, told apart by its code (or, where that cannot be read, its metadata), never by the version alone. */
export interface RuntimeInfo {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  /** Hash of the `:code` storage value, where the node gives it. */
  readonly codeHash?: Hex | undefined;
  /** Blake2-256 of the metadata bytes. */
  readonly metadataHash: Hex;
  readonly metadataVersion: 14 | 15 | 16;
}

/** What {@link Chain.follow} yields. */
export type FollowEvent =
  | { readonly type: 'block'; readonly header: BlockHeader; readonly head: BlockRef }
  /** Blocks that could not be had, with the reason; the follower went on behind them. */
  | { readonly type: 'missing'; readonly from: number; readonly to: number; readonly reason: string }
  /** Best heads only: blocks from this number on were replaced by others, which follow. */
  | { readonly type: 'retracted'; readonly from: number };

export interface FollowOptions {
  kind: HeadKind;
  /** The last block already processed: the first one yielded is its child. Without it, the current head. */
  after?: { number: number; hash?: Hex | undefined } | undefined;
  signal?: AbortSignal | undefined;
}

/** Counters of one endpoint since start, for `/metrics` and the status page. `host` never carries path or key. */
export interface EndpointStats {
  readonly host: string;
  readonly connected: boolean;
  readonly requests: number;
  readonly errors: number;
  /** Answers that were not believed, by method. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly reconnects: number;
  /** Median of the last answers, ms. */
  readonly latencyMs?: number | undefined;
  /** Messages that were no JSON-RPC. */
  readonly malformed?: number | undefined;
  /** Answers to nothing that was asked: unknown or repeated ids. */
  readonly unmatched?: number | undefined;
}

/** Nodes of the state's trie that lie on the way from its root to some keys, and the values that lie outside of them. */
export interface ReadProof {
  /** In no order; each is told by its Blake2-256. */
  readonly nodes: readonly Uint8Array[];
  /** What the proof shows, in the order of the keys; `undefined`: it shows that the key is absent. */
  readonly values: readonly (Uint8Array | undefined)[];
}

/** The chain, as every other room sees it. */
export interface Chain {
  readonly identity: ChainIdentity;
  head(kind: HeadKind, signal?: AbortSignal): Promise<BlockRef>;
  /** The canonical block of a number; `not-found` when the chain is not there yet. */
  blockAt(number: number, signal?: AbortSignal): Promise<BlockRef>;
  /** A view of the state, body and runtime of one block. */
  view(block: BlockRef, signal?: AbortSignal): Promise<BlockView>;
  /** Heads without gaps: after any interruption it resumes behind the last block yielded and fills what it missed. */
  follow(options: FollowOptions): AsyncIterable<FollowEvent>;
  /**
   * A storage read proof of keys at a block (`state_getReadProof`), checked against the header's state root.
   * Absent where the chain is a stand-in that has none; see `readProof` for what it throws.
   */
  readProof?(header: BlockHeader, keys: readonly Hex[], signal?: AbortSignal): Promise<ReadProof>;
  /** The nonce of an account's next extrinsic, those that wait in the node's pool counted (`system_accountNextIndex`). */
  nextIndex(account: AccountId, signal?: AbortSignal): Promise<number>;
  /** Submits a signed extrinsic; answers its hash. */
  submit(extrinsic: Uint8Array, signal?: AbortSignal): Promise<Hex>;
  stats(): readonly EndpointStats[];
  close(): Promise<void>;
}

/** A storage entry to read: keys as the metadata's types want them (numbers, bigints, account bytes). */
export interface StorageRequest {
  readonly pallet: string;
  readonly item: string;
  readonly keys: readonly unknown[];
  /** Rejects a value that decodes but cannot be true, by throwing `falsified`; inside the retry, so it is asked again elsewhere. */
  readonly check?: ((value: unknown) => void) | undefined;
}

/** A storage entry as it lies in the state: what may be kept as evidence, since it was decoded from nothing else. */
export interface StorageBytes {
  readonly key: Hex;
  /** `undefined` where the key is absent. */
  readonly bytes: Uint8Array | undefined;
  /** Decoded; `undefined` where the key is absent (a default is not filled in). */
  readonly value: unknown;
}

/** Everything that can be read at one block, decoded with the metadata of that block's runtime. */
export interface BlockView {
  readonly block: BlockRef;
  readonly header: BlockHeader;
  /** The runtime that executed the block: body, events and storage are in its types. */
  readonly runtime: RuntimeInfo;
  /** Only in a block that sets the code: the new runtime, which runs the next block (and already answers `call`). */
  readonly upgradesTo?: RuntimeInfo | undefined;
  /** `true` when this runtime declares the call in its metadata, or (V14) the method is a known one of old eras. */
  hasCall(api: string, method: string): boolean;
  hasStorage(pallet: string, item: string): boolean;
  /** What the chain itself reads where a key of the item is absent: the metadata's default; `undefined` for optional items. */
  storageDefault(pallet: string, item: string): unknown;
  /** A pallet's constant; `undefined` when the metadata has none of that name. */
  constant(pallet: string, name: string): unknown;
  /** A runtime call described by the metadata, or a known one of old eras (bytes in bytes); `unsupported` when it is neither. */
  call(api: string, method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
  /** The same, with a `check` that turns the decoded answer into another, or rejects it inside the retry. */
  callChecked<T>(
    api: string,
    method: string,
    args: readonly unknown[],
    check: (answer: unknown) => T,
    signal?: AbortSignal,
  ): Promise<T>;
  /** A runtime call, bytes in and bytes out. `check` decodes and rejects inside the retry, so a bad answer is asked again elsewhere. */
  callRaw<T>(
    name: string,
    args: Uint8Array,
    check: (answer: Uint8Array) => T,
    signal?: AbortSignal,
  ): Promise<T>;
  /** A storage value; `undefined` when the key is absent and the item has no default that the caller should see. */
  storage(pallet: string, item: string, keys?: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
  /** Many storage values in as few requests as possible, in order; absent keys are `undefined` (defaults are not filled in). */
  storageMany(requests: readonly StorageRequest[], signal?: AbortSignal): Promise<unknown[]>;
  /** The raw key of an entry. `unsupported` when the runtime has no such item, `usage` for keys that do not fit. */
  storageKey(pallet: string, item: string, keys: readonly unknown[]): Hex;
  /** One storage value together with its raw key and bytes. */
  storageBytes(request: StorageRequest, signal?: AbortSignal): Promise<StorageBytes>;
  /** All entries under a prefix, page by page. */
  entries(
    pallet: string,
    item: string,
    prefixKeys?: readonly unknown[],
    signal?: AbortSignal,
  ): AsyncIterable<{ keys: readonly unknown[]; value: unknown }>;
  /** How an extrinsic for the next block is written, by the metadata of the runtime that will run it. */
  readonly format: ExtrinsicFormat;
  /** A pallet's error by the two numbers of `DispatchError::Module`; `undefined` when the metadata has none such. */
  palletError(pallet: number, error: number): PalletError | undefined;
  /** `Timestamp.Now`, ms since the epoch; `undefined` where a chain has none. */
  timestamp(signal?: AbortSignal): Promise<number | undefined>;
  extrinsics(signal?: AbortSignal): Promise<readonly Extrinsic[]>;
  events(signal?: AbortSignal): Promise<readonly ChainEvent[]>;
}

/** An error that a pallet declares in its metadata. */
export interface PalletError {
  readonly pallet: string;
  readonly name: string;
  /** What the runtime's authors say about it, one line; empty where they say nothing. */
  readonly docs: string;
}

/** How extrinsics are written in one runtime. */
export interface ExtrinsicFormat {
  /** Formats that the runtime takes; signed extrinsics are of format 4. */
  readonly versions: readonly number[];
  /** Version numbers that a signature covers. */
  readonly specVersion: number;
  readonly transactionVersion: number;
  hasCall(pallet: string, call: string): boolean;
  /** SCALE of a call; arguments by their names in the metadata. `unsupported` for a call the runtime lacks, `usage` for arguments that do not fit. */
  encodeCall(pallet: string, call: string, args: Readonly<Record<string, unknown>>): Uint8Array;
  /** Address and signature as they stand in front of a call signed with sr25519. `unsupported` where the runtime writes them otherwise. */
  encodeSender(account: AccountId): Uint8Array;
  encodeSignature(signature: Uint8Array): Uint8Array;
  /** What stands between signature and call, in order. */
  readonly extensions: readonly SignedExtension[];
}

/** One signed extension: `extra` stands in the extrinsic, `implicit` is only signed. */
export interface SignedExtension {
  readonly name: string;
  readonly extra: ExtensionType;
  readonly implicit: ExtensionType;
}

export interface ExtensionType {
  /** Its name in the metadata. */
  readonly name: string;
  /** It has no bytes at all. */
  readonly empty: boolean;
  /** Whether these bytes are a whole value of it. */
  fits(bytes: Uint8Array): boolean;
}

export interface Extrinsic {
  readonly index: number;
  readonly hash: Hex;
  readonly signer?: AccountId | undefined;
  readonly pallet: string;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Its bytes, without the length in front. */
  readonly bytes?: Uint8Array | undefined;
  /** The signer's nonce, where it is signed. */
  readonly nonce?: number | undefined;
  /** Why it could not be decoded; `pallet` and `call` are then empty. One such extrinsic does not hide the others. */
  readonly undecoded?: string | undefined;
}

export interface ChainEvent {
  readonly index: number;
  /** The extrinsic that caused it; `undefined` for block hooks. */
  readonly extrinsicIndex?: number | undefined;
  readonly pallet: string;
  readonly name: string;
  /** Fields by name, or by position (`"0"`, `"1"` …) where the metadata has no names. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** `SubtensorModule.Axons`: how a neuron says it can be reached. All zero on the chain (never served) is `undefined` here. */
export interface Axon {
  /** Block of the last `serve_axon`. */
  readonly block: number;
  readonly version: number;
  /** `1.2.3.4`, or an IPv6 address in its short form. */
  readonly ip: string;
  readonly port: number;
  readonly ipType: number;
  readonly protocol: number;
  readonly placeholder1: number;
  readonly placeholder2: number;
}

/** `SubtensorModule.Prometheus`, the same way. */
export interface PrometheusInfo {
  readonly block: number;
  readonly version: number;
  readonly ip: string;
  readonly port: number;
  readonly ipType: number;
}

/** Where a metagraph was read from, richest first. */
export type MetagraphSource = 'mechagraph' | 'metagraph' | 'neurons_lite' | 'storage';

/**
 * The neurons of a subnet as columns: every column present has one entry per uid (index = uid).
 * A column that the runtime of the block does not have is absent, not zero. Integers are the chain's own.
 */
export interface NeuronColumns {
  readonly hotkey: readonly AccountId[];
  readonly coldkey?: readonly AccountId[] | undefined;
  readonly active?: readonly boolean[] | undefined;
  readonly validatorPermit?: readonly boolean[] | undefined;
  /** u16, 65535 = 1. Gone from the chain since spec 397, like `trust` and `pruningScore`. */
  readonly rank?: readonly number[] | undefined;
  readonly trust?: readonly number[] | undefined;
  readonly consensus?: readonly number[] | undefined;
  readonly incentive?: readonly number[] | undefined;
  readonly dividends?: readonly number[] | undefined;
  readonly validatorTrust?: readonly number[] | undefined;
  readonly pruningScore?: readonly number[] | undefined;
  /** u16 share of the validating stake (`StakeWeight`). */
  readonly stakeWeight?: readonly number[] | undefined;
  /** Pay of the last epoch: rao of TAO before alpha, of alpha after. */
  readonly emission?: readonly bigint[] | undefined;
  /** Block of the last weights action (`LastUpdate`). */
  readonly lastUpdate?: readonly number[] | undefined;
  /** `BlockAtRegistration`. */
  readonly registeredAt?: readonly number[] | undefined;
  /** The hotkey's own stake: TAO rao before alpha (`TotalHotkeyStake`), raw alpha of this subnet after (`TotalHotkeyAlpha`). */
  readonly stake?: readonly bigint[] | undefined;
  /** Alpha after parent and child flows, rao. Alpha eras only. */
  readonly alphaStake?: readonly bigint[] | undefined;
  /** Root TAO after the same flows, rao. Alpha eras only. */
  readonly taoStake?: readonly bigint[] | undefined;
  /** What counts in consensus: alphaStake + taoStake x TaoWeight; before alpha the TAO stake. */
  readonly totalStake?: readonly bigint[] | undefined;
  readonly axon?: readonly (Axon | undefined)[] | undefined;
  readonly prometheus?: readonly (PrometheusInfo | undefined)[] | undefined;
  /** The coldkey's on-chain identity name (hostile text). */
  readonly identityName?: readonly (string | undefined)[] | undefined;
}

/** One subnet (one mechanism of it) at one block. */
export interface Metagraph {
  readonly netuid: number;
  /** 0 for the first; subnets with several incentive vectors have more. */
  readonly mechanism: number;
  readonly block: BlockRef;
  /** ms since the epoch; `undefined` where it could not be read. */
  readonly timestampMs?: number | undefined;
  readonly runtime: RuntimeInfo;
  readonly source: MetagraphSource;
  /** Whether stake and emission are alpha of the subnet or TAO. */
  readonly unit: 'alpha' | 'tao';
  /** Number of neurons. */
  readonly n: number;
  readonly neurons: NeuronColumns;
  /** Why a richer source was not used, one line each. */
  readonly notes?: readonly string[] | undefined;
}

/** Facts of a subnet at one block. What its runtime does not have is absent. */
export interface SubnetFacts {
  readonly netuid: number;
  /** Hostile text. */
  readonly name?: string | undefined;
  readonly symbol?: string | undefined;
  readonly identity?: Readonly<Record<string, string>> | undefined;
  readonly ownerColdkey?: AccountId | undefined;
  readonly ownerHotkey?: AccountId | undefined;
  readonly registeredAt?: number | undefined;
  /** Neurons present and allowed. */
  readonly n: number;
  readonly maxUids?: number | undefined;
  readonly maxValidators?: number | undefined;
  readonly mechanisms: number;
  /** Blocks; a full epoch lasts tempo + 1 blocks before spec 423, tempo after. */
  readonly tempo: number;
  readonly lastEpochBlock?: number | undefined;
  readonly blocksSinceEpoch?: number | undefined;
  /** First block at which the next epoch is due. */
  readonly nextEpochBlock?: number | undefined;
  /** Cost to register now, rao of TAO. */
  readonly burn?: bigint | undefined;
  readonly difficulty?: bigint | undefined;
  readonly registrationAllowed?: boolean | undefined;
  readonly immunityPeriod?: number | undefined;
  /** All hyperparameters that could be read, by their camelCase name (kappa, rho, minBurn, weightsRateLimit, commitRevealEnabled …). */
  readonly hyperparameters: Readonly<Record<string, number | bigint | boolean>>;
  /** TAO and alpha in the pool and alpha outside, rao. Alpha eras only. */
  readonly taoIn?: bigint | undefined;
  readonly alphaIn?: bigint | undefined;
  readonly alphaOut?: bigint | undefined;
  readonly volume?: bigint | undefined;
  /** Rao of TAO per one alpha. Alpha eras only. */
  readonly priceRao?: bigint | undefined;
  /** Smoothed price, TAO per alpha. */
  readonly movingPrice?: number | undefined;
  /** TAO emitted into the subnet in the last block, rao (alpha eras), or its emission value per block (before). */
  readonly emission?: bigint | undefined;
}
