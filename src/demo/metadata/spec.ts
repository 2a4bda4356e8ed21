import type { Fields, TypeDefinition, Variant } from './registry.ts';

/** A storage item: name, keys, value type, and the value of an absent key as hex (none: the item is optional). */
export type StorageRow = readonly [name: string, keys: string, value: string, fallback?: string];

/** A constant: name, type and value, the value as the dynamic codecs of that type want it. */
export type ConstantRow = readonly [name: string, type: string, value: unknown];

export interface PalletSpec {
  readonly name: string;
  readonly index: number;
  readonly storage: readonly StorageRow[];
  /** Rust path of the pallet's crate part, e.g. `pallet_balances::pallet`. */
  readonly path: string;
  readonly calls?: readonly Variant[] | undefined;
  readonly events?: readonly Variant[] | undefined;
  readonly errors?: readonly Variant[] | undefined;
  readonly constants: readonly ConstantRow[];
}

export interface ApiMethodSpec {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly output: string;
}

export interface ApiSpec {
  readonly name: string;
  /** Version in `Core_version`'s list. */
  readonly version: number;
  readonly methods: readonly ApiMethodSpec[];
}

/** A signed extension: what it puts into the extrinsic and what only into the signed bytes. */
export interface ExtensionSpec {
  readonly identifier: string;
  readonly extra: string;
  readonly implicit: string;
}

/** All that the metadata of one runtime is made from. */
export interface RuntimeSpec {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  /** Metadata versions that the runtime answers, ascending. The first is what `state_getMetadata` gives. */
  readonly metadataVersions: readonly (14 | 15 | 16)[];
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly pallets: readonly PalletSpec[];
  readonly apis: readonly ApiSpec[];
  readonly extensions: readonly ExtensionSpec[];
}

/** A variant with its fields, briefly. */
export function variant(index: number, name: string, fields?: Fields): Variant {
  return { name, index, fields };
}

/** Variants without fields, numbered as listed: the place is the index. */
export function plainVariants(...names: readonly string[]): Variant[] {
  return names.map((name, index) => ({ name, index }));
}
