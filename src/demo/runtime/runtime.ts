import { blake2b } from '@noble/hashes/blake2.js';
import { denormalizeLookup, getLookupCodecBuilder } from '@polkadot-api/metadata-builders';
import {
  Blake2128Concat,
  type Codec,
  decAnyMetadata,
  Identity,
  Tuple,
  Twox64Concat,
  Twox128,
  type UnifiedMetadata,
  unifyMetadata,
} from '@polkadot-api/substrate-bindings';
import { fromHex, type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import { assembleMetadata, RAW_ACCOUNT } from '../metadata/assemble.ts';
import { runtimeSpec } from '../metadata/runtime-specs.ts';
import type { RuntimeSpec } from '../metadata/spec.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a dynamic codec holds is known to the metadata, not to the compiler.
export type Dynamic = Codec<any>;

/** A storage item of one runtime, ready to make keys and values. */
export interface StorageItem {
  /** Key of a value, or prefix of a map. */
  readonly prefix: Hex;
  key(keys: readonly unknown[]): Hex;
  readonly value: Dynamic;
  /** The value of an absent key; `undefined` for optional items. */
  readonly fallback: Uint8Array | undefined;
}

/** Arguments and answer of a runtime API method. */
export interface ApiCodecs {
  readonly args: Dynamic;
  readonly answer: Dynamic;
}

/**
 * A runtime as far as bytes go: its metadata and the codecs that this very metadata describes. Codecs are built from the
 * encoded metadata, so what the node serves and what it says about it cannot drift apart.
 */
export interface Runtime {
  readonly spec: RuntimeSpec;
  /** What stands under `:code`: no WebAssembly that runs, but bytes of its own for each runtime. */
  readonly code: Uint8Array;
  readonly codeHash: Hex;
  readonly metadata: Readonly<Record<14 | 15 | 16, Uint8Array>>;
  item(pallet: string, name: string): StorageItem;
  readonly events: Dynamic;
  readonly call: Dynamic;
  readonly digest: Dynamic;
  api(name: string): ApiCodecs | undefined;
  /** `sp_runtime::ModuleError` for an error of a pallet, as the dynamic codec writes it. */
  moduleError(pallet: string, name: string): { readonly index: number; readonly error: Hex };
}

/** The storage key of a runtime's code. */
export const CODE_KEY: Hex = '0x3a636f6465';

const built = new Map<number, Runtime>();

/** The runtime after a number of upgrades. Made once: metadata is the same for every demo chain. */
export function runtimeAfter(upgrades: number): Runtime {
  const known = built.get(upgrades);
  if (known !== undefined) return known;
  const runtime = buildRuntime(runtimeSpec(upgrades));
  built.set(upgrades, runtime);
  return runtime;
}

function buildRuntime(spec: RuntimeSpec): Runtime {
  const bytes = assembleMetadata(spec);
  const metadata = unifyMetadata(decAnyMetadata(bytes[15]));
  const lookup = denormalizeLookup(metadata.lookup);
  const codecOf = getLookupCodecBuilder(lookup, RAW_ACCOUNT);
  const items = new Map<string, StorageItem>();
  const apis = new Map<string, ApiCodecs>();
  for (const api of metadata.apis) {
    for (const method of api.methods) {
      apis.set(`${api.name}_${method.name}`, {
        args: Tuple(...method.inputs.map((input) => codecOf(input.type))),
        answer: codecOf(method.output),
      });
    }
  }
  const eventsItem = findItem(metadata, 'System', 'Events');
  const digestItem = findItem(metadata, 'System', 'Digest');
  const code = fakeCode(spec.specVersion, blake2b(bytes[15], { dkLen: 32 }));
  return {
    spec,
    code,
    codeHash: toHex(blake2b(code, { dkLen: 32 })),
    metadata: bytes,
    item(pallet, name) {
      const id = `${pallet}.${name}`;
      let item = items.get(id);
      if (item === undefined) {
        item = buildItem(metadata, lookup, codecOf, pallet, name);
        items.set(id, item);
      }
      return item;
    },
    events: codecOf(valueTypeOf(eventsItem)),
    call: codecOf(metadata.extrinsic && 'call' in metadata.extrinsic ? metadata.extrinsic.call : 0),
    digest: codecOf(valueTypeOf(digestItem)),
    api: (name) => apis.get(name),
    moduleError(pallet, name) {
      const known = spec.pallets.find((one) => one.name === pallet);
      const error = known?.errors?.find((one) => one.name === name);
      if (known === undefined || error === undefined) {
        throw new TaoscopeError('internal', {
          failed: 'the demo runtime has no such error',
          got: `${pallet}.${name}`,
        });
      }
      return { index: known.index, error: toHex(Uint8Array.of(error.index, 0, 0, 0)) };
    },
  };
}

type ItemMetadata = NonNullable<UnifiedMetadata['pallets'][number]['storage']>['items'][number];

function findItem(metadata: UnifiedMetadata, pallet: string, name: string): ItemMetadata {
  const item = metadata.pallets
    .find((one) => one.name === pallet)
    ?.storage?.items.find((one) => one.name === name);
  if (item !== undefined) return item;
  throw new TaoscopeError('internal', {
    failed: 'the demo runtime has no such storage item',
    got: `${pallet}.${name}`,
  });
}

function valueTypeOf(item: ItemMetadata): number {
  return item.type.tag === 'plain' ? item.type.value : item.type.value.value;
}

function buildItem(
  metadata: UnifiedMetadata,
  lookup: ReturnType<typeof denormalizeLookup>,
  codecOf: (id: number) => Dynamic,
  pallet: string,
  name: string,
): StorageItem {
  const item = findItem(metadata, pallet, name);
  const text = new TextEncoder();
  const prefix = toHex(Buffer.concat([Twox128(text.encode(pallet)), Twox128(text.encode(name))]));
  const parts = item.type.tag === 'plain' ? [] : keyParts(item.type.value, lookup, codecOf);
  const made = new Map<unknown, Hex>();
  return {
    prefix,
    value: codecOf(valueTypeOf(item)),
    fallback: item.modifier === 1 ? fromHex(item.fallback) : undefined,
    key(keys) {
      // Hashing is slow beside all else here, and the same few keys come again in every block.
      const memo = keys.length === 1 && typeof keys[0] === 'number' ? keys[0] : undefined;
      const known = memo === undefined ? undefined : made.get(memo);
      if (known !== undefined) return known;
      const key = `${prefix}${keys.map((value, at) => parts[at]?.(value) ?? '').join('')}` as Hex;
      if (memo !== undefined && made.size < 4096) made.set(memo, key);
      return key;
    },
  };
}

const HASHERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  Identity,
  Blake2128Concat,
  Twox64Concat,
};
const hashedAccounts = new Map<string, string>();

function keyParts(
  map: { hashers: { tag: string }[]; key: number },
  lookup: ReturnType<typeof denormalizeLookup>,
  codecOf: (id: number) => Dynamic,
): ((value: unknown) => string)[] {
  const key = lookup(map.key);
  const types =
    map.hashers.length === 1
      ? [map.key]
      : key.type === 'tuple'
        ? key.value.map((part) => part.id)
        : key.type === 'array'
          ? map.hashers.map(() => key.value.id)
          : [];
  return map.hashers.map(({ tag }, at) => {
    const codec = codecOf(types[at] ?? 0);
    const hash = HASHERS[tag] ?? Identity;
    return (value) => {
      if (tag !== 'Blake2128Concat' || !(value instanceof Uint8Array)) return hexOf(hash(codec.enc(value)));
      const plain = hexOf(value);
      let hashed = hashedAccounts.get(plain);
      if (hashed === undefined) {
        if (hashedAccounts.size > 16_384) hashedAccounts.clear();
        hashed = hexOf(hash(value));
        hashedAccounts.set(plain, hashed);
      }
      return hashed;
    };
  });
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The head of a WebAssembly module, then bytes that differ from runtime to runtime: 4 KiB, so that it looks like code. */
function fakeCode(specVersion: number, seed: Uint8Array): Uint8Array {
  const code = new Uint8Array(4096);
  code.set([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
  new DataView(code.buffer).setUint32(8, specVersion, true);
  for (let at = 32; at < code.length; at += seed.length) code.set(seed, at);
  return code;
}
