import { denormalizeLookup, getLookupCodecBuilder } from '@polkadot-api/metadata-builders';
import { Bytes, type Codec, metadata, type v14, type v15, type v16 } from '@polkadot-api/substrate-bindings';
import { toHex } from '../../shared/index.ts';
import { type TypeDefinition, TypeRegistry, type Variant } from './registry.ts';
import { type PalletSpec, type RuntimeSpec, variant } from './spec.ts';

/** `meta`, little-endian: the first four bytes of any metadata. */
const MAGIC = 0x6174656d;

/** Accounts as 32 raw bytes: the demo has no use for addresses inside. */
export const RAW_ACCOUNT = Bytes(32) as unknown as Codec<string>;

const HASHERS = { I: 'Identity', B: 'Blake2128Concat', T: 'Twox64Concat' } as const;

type V14 = Parameters<typeof v14.enc>[0];
type V15 = Parameters<typeof v15.enc>[0];
type V16 = Parameters<typeof v16.enc>[0];
const NOT_DEPRECATED: V16['pallets'][number]['deprecationInfo'] = { tag: 'NotDeprecated', value: undefined };

/**
 * SCALE metadata of a runtime, in versions 14, 15 and 16, with the magic number in front.
 * The type numbers are the same in all three.
 */
export function assembleMetadata(spec: RuntimeSpec): Record<14 | 15 | 16, Uint8Array> {
  const extra = `(${spec.extensions.map((extension) => extension.extra).join(',')})`;
  const registry = new TypeRegistry({
    ...spec.types,
    ...outerTypes(spec.pallets),
    ...extrinsicType(spec, extra),
  });
  const pallets = spec.pallets.map((pallet) => layOutPallet(pallet, registry));
  const signedExtensions = spec.extensions.map((extension) => ({
    identifier: extension.identifier,
    type: registry.id(extension.extra),
    additionalSigned: registry.id(extension.implicit),
  }));
  const apis: V15['apis'] = spec.apis.map((api) => ({
    name: api.name,
    docs: [],
    methods: api.methods.map(({ name, inputs, output }) => ({
      name,
      inputs: Object.entries(inputs).map(([input, type]) => ({ name: input, type: registry.id(type) })),
      output: registry.id(output),
      docs: [],
    })),
  }));
  const extrinsic = {
    address: registry.id('MultiAddress'),
    call: registry.id('RuntimeCall'),
    signature: registry.id('MultiSignature'),
    signedExtensions,
  };
  const outerEnums = {
    call: registry.id('RuntimeCall'),
    event: registry.id('RuntimeEvent'),
    error: registry.id('RuntimeError'),
  };
  const extraType = registry.id(extra);
  const extrinsicTypeId = registry.id('UncheckedExtrinsic');
  const runtimeType = registry.id('Runtime');
  // Values need codecs, codecs need all types: so constants come last.
  const lookup = registry.lookup;
  const withConstants = fillConstants(spec.pallets, pallets, registry);

  const forV14: V14 = {
    lookup,
    pallets: withConstants,
    extrinsic: { type: extrinsicTypeId, version: 4, signedExtensions },
    type: runtimeType,
    apis: [],
  };
  const forV15: V15 = {
    lookup,
    pallets: withConstants,
    extrinsic: { ...extrinsic, version: 4, extra: extraType },
    type: runtimeType,
    apis,
    outerEnums,
    custom: [],
  };
  const forV16: V16 = {
    lookup,
    pallets: withConstants.map(palletOfV16),
    extrinsic: {
      ...extrinsic,
      version: [4],
      signedExtensionsByVersion: [[0, signedExtensions.map((_, at) => at)]],
    },
    apis: apis.map((api, at) => ({
      ...api,
      methods: api.methods.map((method) => ({ ...method, deprecationInfo: NOT_DEPRECATED })),
      version: spec.apis[at]?.version ?? 1,
      deprecationInfo: NOT_DEPRECATED,
    })),
    outerEnums,
    custom: [],
  };
  return {
    14: metadata.enc({ magicNumber: MAGIC, metadata: { tag: 'v14', value: forV14 } }),
    15: metadata.enc({ magicNumber: MAGIC, metadata: { tag: 'v15', value: forV15 } }),
    16: metadata.enc({ magicNumber: MAGIC, metadata: { tag: 'v16', value: forV16 } }),
  };
}

type PalletLayout = V15['pallets'][number];

function layOutPallet(pallet: PalletSpec, registry: TypeRegistry): PalletLayout {
  return {
    name: pallet.name,
    index: pallet.index,
    docs: [],
    storage:
      pallet.storage.length === 0
        ? undefined
        : { prefix: pallet.name, items: pallet.storage.map((row) => layOutItem(row, registry)) },
    calls: pallet.calls === undefined ? undefined : registry.id(`${pallet.name}Call`),
    events: pallet.events === undefined ? undefined : registry.id(`${pallet.name}Event`),
    errors: pallet.errors === undefined ? undefined : registry.id(`${pallet.name}Error`),
    constants: pallet.constants.map(([name, type]) => ({
      name,
      type: registry.id(type),
      value: '0x',
      docs: [],
    })),
  };
}

type ItemLayout = NonNullable<PalletLayout['storage']>['items'][number];

function layOutItem(
  [name, keys, value, fallback]: PalletSpec['storage'][number],
  registry: TypeRegistry,
): ItemLayout {
  const parts = parseKeys(keys);
  const keyTypes = parts.map((part) => part.type);
  const type: ItemLayout['type'] =
    parts.length === 0
      ? { tag: 'plain', value: registry.id(value) }
      : {
          tag: 'map',
          value: {
            hashers: parts.map((part) => ({ tag: part.hasher, value: undefined })),
            key: registry.id(keyTypes.length === 1 ? (keyTypes[0] ?? '') : `(${keyTypes.join(',')})`),
            value: registry.id(value),
          },
        };
  return { name, modifier: fallback === undefined ? 0 : 1, type, fallback: fallback ?? '0x00', docs: [] };
}

function parseKeys(keys: string): { hasher: (typeof HASHERS)[keyof typeof HASHERS]; type: string }[] {
  if (keys === '') return [];
  return keys.split(', ').map((key) => {
    const [letter, type = ''] = key.split(' ');
    return { hasher: HASHERS[letter as keyof typeof HASHERS], type };
  });
}

function fillConstants(
  specs: readonly PalletSpec[],
  layouts: PalletLayout[],
  registry: TypeRegistry,
): PalletLayout[] {
  const codecOf = getLookupCodecBuilder(denormalizeLookup(registry.lookup), RAW_ACCOUNT);
  return layouts.map((layout, at) => ({
    ...layout,
    constants: layout.constants.map((constant, index) => ({
      ...constant,
      value: toHex(codecOf(constant.type).enc(specs[at]?.constants[index]?.[2])),
    })),
  }));
}

function palletOfV16(pallet: PalletLayout): V16['pallets'][number] {
  const ref = (type: number | undefined) => (type === undefined ? undefined : { type, deprecationInfo: [] });
  return {
    ...pallet,
    storage:
      pallet.storage === undefined
        ? undefined
        : {
            prefix: pallet.storage.prefix,
            items: pallet.storage.items.map((item) => ({ ...item, deprecationInfo: NOT_DEPRECATED })),
          },
    calls: ref(pallet.calls),
    events: ref(pallet.events),
    errors: ref(pallet.errors),
    constants: pallet.constants.map((constant) => ({ ...constant, deprecationInfo: NOT_DEPRECATED })),
    associatedTypes: [],
    viewFns: [],
    deprecationInfo: NOT_DEPRECATED,
  };
}

/** `RuntimeCall`, `RuntimeEvent`, `RuntimeError` and what each pallet puts into them. */
function outerTypes(pallets: readonly PalletSpec[]): Record<string, TypeDefinition> {
  const types: Record<string, TypeDefinition> = {};
  for (const part of ['Call', 'Event', 'Error'] as const) {
    const outer: Variant[] = [];
    for (const pallet of pallets) {
      const variants = { Call: pallet.calls, Event: pallet.events, Error: pallet.errors }[part];
      if (variants === undefined) continue;
      const name = `${pallet.name}${part}`;
      types[name] = { path: `${pallet.path}::${part}`, params: { T: undefined }, variants };
      outer.push(variant(pallet.index, pallet.name, [name]));
    }
    types[`Runtime${part}`] = { path: `node_subtensor_runtime::Runtime${part}`, variants: outer };
  }
  return types;
}

/** V14 tells the extrinsic's parts by the parameters of this type. */
function extrinsicType(spec: RuntimeSpec, extra: string): Record<string, TypeDefinition> {
  const base = spec.types.UncheckedExtrinsic;
  return base === undefined
    ? {}
    : { UncheckedExtrinsic: { ...base, params: { ...base.params, Extra: extra } } };
}
