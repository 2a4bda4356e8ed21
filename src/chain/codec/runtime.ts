import { blake2b } from '@noble/hashes/blake2.js';
import {
  metadata as metadataCodec,
  type UnifiedMetadata,
  unifyMetadata,
} from '@polkadot-api/substrate-bindings';
import { fromHex, sameBytes, TaoscopeError, toHex } from '../../shared/index.ts';
import type { RuntimeInfo } from '../types.ts';
import { type Codec, decodeAll } from './codec.ts';
import { tuple } from './composites.ts';
import { byteVec } from './primitives.ts';
import { createRegistry, type TypeRegistry } from './registry.ts';
import { createStorageEntry, type StorageEntry } from './storage.ts';

/** A runtime call as the metadata describes it (V15 and later). */
export interface ApiMethod {
  readonly name: string;
  /** The arguments one after the other, as one tuple. */
  readonly inputs: Codec<unknown[]>;
  readonly inputNames: readonly string[];
  readonly output: Codec;
  /** The answer is `Vec<u8>`: in specs 116 to 219, SCALE that the metadata does not describe. */
  readonly answersBytes: boolean;
}

/** The parts of an extrinsic in front of its call. */
export interface ExtrinsicCodecs {
  readonly address: Codec;
  readonly signature: Codec;
  readonly call: Codec;
  /** Extensions by extension version (0 for extrinsics of format 4), in order. */
  readonly extensions: Readonly<Record<number, readonly { readonly name: string; readonly extra: Codec }[]>>;
}

/** Everything that one runtime's metadata says, compiled as it is used. */
export interface Runtime {
  readonly info: RuntimeInfo;
  readonly types: TypeRegistry;
  readonly metadata: UnifiedMetadata;
  storage(pallet: string, item: string): StorageEntry | undefined;
  api(api: string, method: string): ApiMethod | undefined;
  /** A pallet's constant, decoded; `undefined` when there is none. */
  constant(pallet: string, name: string): unknown;
  readonly extrinsic: ExtrinsicCodecs;
  /** The names of a call's or event's fields, `undefined` for each that has none. */
  fieldNames(kind: 'calls' | 'events', pallet: string, variant: string): readonly (string | undefined)[];
}

/** What is known of a runtime besides its metadata. */
export type RuntimeIdentity = Pick<
  RuntimeInfo,
  'specName' | 'specVersion' | 'transactionVersion' | 'codeHash'
>;

/** Largest metadata we read; mainnet's is 0.3 MB in 2025. */
export const MAX_METADATA_BYTES = 8 * 1024 * 1024;

/** Blake2-256, as the chain hashes blocks, extrinsics and metadata. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { dkLen: 32 });
}

/**
 * Parses metadata (`meta`, version byte, body) of version 14, 15 or 16. `undecodable` when it is none of them, is cut
 * short or has bytes left over, `response-too-big` beyond {@link MAX_METADATA_BYTES}.
 */
export function createRuntime(identity: RuntimeIdentity, bytes: Uint8Array): Runtime {
  const metadata = parse(bytes);
  const info: RuntimeInfo = {
    ...identity,
    metadataHash: toHex(blake2b256(bytes)),
    metadataVersion: metadata.version,
  };
  const types = createRegistry(metadata.lookup);
  const storages = new Lazy<StorageEntry>();
  for (const pallet of metadata.pallets) {
    for (const item of pallet.storage?.items ?? []) {
      storages.add(`${pallet.name}.${item.name}`, () => storageEntry(types, pallet, item));
    }
  }
  const apis = new Lazy<ApiMethod>();
  for (const api of metadata.apis) {
    for (const method of api.methods) {
      const name = `${api.name}_${method.name}`;
      apis.add(name, () => {
        const inputs = method.inputs.map((input) => types.codec(input.type));
        const output = types.codec(method.output);
        return {
          name,
          inputs: tuple('arguments', inputs),
          inputNames: method.inputs.map((input) => input.name),
          output,
          answersBytes: output === (byteVec as Codec),
        };
      });
    }
  }
  let extrinsic: ExtrinsicCodecs | undefined;
  return {
    info,
    types,
    metadata,
    storage: (pallet, item) => storages.get(`${pallet}.${item}`),
    api: (api, method) => apis.get(`${api}_${method}`),
    constant(pallet, name) {
      const found = metadata.pallets
        .find((p) => p.name === pallet)
        ?.constants.find((constant) => constant.name === name);
      return found === undefined
        ? undefined
        : decodeAll(types.codec(found.type), fromHex(found.value), `${pallet}.${name}`);
    },
    fieldNames(kind, pallet, variant) {
      const type = metadata.pallets.find((p) => p.name === pallet)?.[kind]?.type;
      const def = type === undefined ? undefined : types.entry(type).def;
      const found = def?.tag === 'variant' ? def.value.find((v) => v.name === variant) : undefined;
      return found?.fields.map((field) => field.name) ?? [];
    },
    get extrinsic() {
      extrinsic ??= extrinsicCodecs(types, metadata);
      return extrinsic;
    },
  };
}

/** Values by name, each made when it is first asked for. */
class Lazy<T> {
  readonly #makers = new Map<string, () => T>();
  readonly #made = new Map<string, T>();

  add(name: string, make: () => T): void {
    this.#makers.set(name, make);
  }

  get(name: string): T | undefined {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const value = this.#makers.get(name)?.();
    if (value !== undefined) this.#made.set(name, value);
    return value;
  }
}

type Pallet = UnifiedMetadata['pallets'][number];
type Item = NonNullable<Pallet['storage']>['items'][number];

function storageEntry(types: TypeRegistry, pallet: Pallet, item: Item): StorageEntry {
  const description = {
    prefix: pallet.storage!.prefix,
    pallet: pallet.name,
    item: item.name,
    // 1 is `Default` of `StorageEntryModifier`: an absent key reads as the fallback; 0 is `Optional`.
    fallback: item.modifier === 1 ? fromHex(item.fallback) : undefined,
  };
  if (item.type.tag === 'plain') {
    return createStorageEntry({ ...description, value: types.codec(item.type.value), keys: [] });
  }
  const { hashers, key, value } = item.type.value;
  const { def } = types.entry(key);
  // One hasher takes the whole key, be it a tuple; several hashers take one element of the tuple each.
  const keyTypes = hashers.length === 1 ? [key] : def.tag === 'tuple' ? def.value : [];
  if (keyTypes.length !== hashers.length) {
    throw new TaoscopeError('undecodable', {
      failed: `the metadata describes the keys of ${pallet.name}.${item.name} wrongly`,
      got: `${hashers.length} hashers for ${keyTypes.length} keys`,
    });
  }
  return createStorageEntry({
    ...description,
    value: types.codec(value),
    keys: hashers.map((hasher, i) => ({ hasher: hasher.tag, codec: types.codec(keyTypes[i]!) })),
  });
}

function extrinsicCodecs(types: TypeRegistry, metadata: UnifiedMetadata): ExtrinsicCodecs {
  const { extrinsic } = metadata;
  // V14 names the parts only as parameters of its extrinsic type.
  const parts =
    'call' in extrinsic
      ? extrinsic
      : Object.fromEntries(
          types.entry(extrinsic.type).params.map(({ name, type }) => [name.toLowerCase(), type]),
        );
  const part = (name: 'address' | 'signature' | 'call'): Codec => {
    const type = parts[name];
    if (type === undefined)
      throw new TaoscopeError('undecodable', {
        failed: `the metadata does not name the ${name} type of extrinsics`,
      });
    return types.codec(type);
  };
  return {
    address: part('address'),
    signature: part('signature'),
    call: part('call'),
    extensions: Object.fromEntries(
      Object.entries(extrinsic.extensionsByVersion).map(([version, list]) => [
        version,
        list.map(({ identifier, type }) => ({ name: identifier, extra: types.codec(type) })),
      ]),
    ),
  };
}

function parse(bytes: Uint8Array): UnifiedMetadata {
  if (bytes.length > MAX_METADATA_BYTES) {
    throw new TaoscopeError('response-too-big', {
      failed: 'the metadata is too big',
      got: `${bytes.length} bytes`,
      expected: `at most ${MAX_METADATA_BYTES} bytes`,
    });
  }
  try {
    // A copy of its own: the library reads a view from the start of its buffer.
    const decoded = metadataCodec.dec(new Uint8Array(bytes));
    // The library's decoder is lenient with cut and with trailing bytes; what does not re-encode to itself is not believed.
    if (!sameBytes(metadataCodec.enc(decoded), bytes))
      throw new Error('it does not re-encode to the same bytes');
    return unifyMetadata(decoded);
  } catch (error) {
    throw new TaoscopeError(
      'undecodable',
      {
        failed: 'cannot decode the metadata of a runtime',
        got: `${bytes.length} bytes, version byte ${bytes[4] ?? 'missing'}: ${error instanceof Error ? error.message : String(error)}`,
        expected: 'metadata of version 14, 15 or 16',
      },
      { cause: error },
    );
  }
}
