import type { V14Lookup } from '@polkadot-api/substrate-bindings';
import type { Codec } from './codec.ts';
import { bitSequence, enumeration, nestedOption, option, struct, tuple } from './composites.ts';
import * as primitives from './primitives.ts';
import * as sequences from './sequences.ts';

type Entry = V14Lookup[number];
type Field = { readonly name?: string | undefined; readonly type: number };

/** The codecs of a runtime's types, by type id; each is built on first use and then kept. */
export interface TypeRegistry {
  /** Throws when the metadata has no such type. */
  codec(id: number): Codec;
  /** The metadata's own description, for tools that walk types. */
  entry(id: number): Entry;
  readonly size: number;
}

const COMPACTS = {
  u8: primitives.compactSmall(8),
  u16: primitives.compactSmall(16),
  u32: primitives.compactSmall(32),
  u64: primitives.compactBig(64),
  u128: primitives.compactBig(128),
  u256: primitives.compactBig(256),
};

/** Compact forms, by the codec of the plain integer. */
const COMPACT_OF = codecsByCodec([
  [primitives.u8, COMPACTS.u8],
  [primitives.u16, COMPACTS.u16],
  [primitives.u32, COMPACTS.u32],
  [primitives.u64, COMPACTS.u64],
  [primitives.u128, COMPACTS.u128],
  [primitives.u256, COMPACTS.u256],
  [primitives.unit, primitives.unit],
]);

/** Sequences with a loop of their own, by the codec of their element. */
const FAST_VECS = codecsByCodec([
  [primitives.u8, primitives.byteVec],
  [primitives.bool, sequences.boolVec],
  [primitives.u16, sequences.u16Vec],
  [primitives.u32, sequences.u32Vec],
  [primitives.u64, sequences.u64Vec],
  [COMPACTS.u8, sequences.compactSmallVec(COMPACTS.u8, 0xff)],
  [COMPACTS.u16, sequences.compactSmallVec(COMPACTS.u16, 0xffff)],
  [COMPACTS.u32, sequences.compactSmallVec(COMPACTS.u32, 0xffff_ffff)],
  [COMPACTS.u64, sequences.compactBigVec(COMPACTS.u64, 64)],
  [COMPACTS.u128, sequences.compactBigVec(COMPACTS.u128, 128)],
]);

/** Compiles the types of a metadata lookup (`scale-info`), the same in V14, V15 and V16. */
export function createRegistry(lookup: V14Lookup): TypeRegistry {
  const entries = new Map(lookup.map((entry) => [entry.id, entry]));
  const built = new Map<number, Codec>();
  const building = new Set<number>();
  const fixed = new Map<number, Codec>();
  // Options and units may decode to `undefined`, which an option around them could not tell from "none".
  const mayBeUndefined = new Set<Codec>([primitives.unit as Codec]);

  const entryOf = (id: number): Entry => {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`the metadata has no type ${id}`);
    return entry;
  };

  const codec = (id: number): Codec => {
    const known = built.get(id);
    if (known !== undefined) return known;
    if (building.has(id)) return recursive(id);
    building.add(id);
    try {
      const made = build(entryOf(id));
      built.set(id, made);
      return made;
    } finally {
      building.delete(id);
    }
  };

  // A type inside itself (a call holding calls): looked up when it is reached, and counted, so that bytes cannot nest forever.
  const recursive = (id: number): Codec => {
    let target: Codec | undefined;
    const resolve = () => {
      target ??= codec(id);
      return target;
    };
    return {
      name: nameOf(entryOf(id)),
      minBytes: 1,
      decode: (cursor) => cursor.deeper(resolve().decode),
      encode: (value, writer) => resolve().encode(value, writer),
    };
  };

  const build = (entry: Entry): Codec => {
    const { def } = entry;
    switch (def.tag) {
      case 'primitive':
        return primitives.PRIMITIVES[def.value.tag] as Codec;
      case 'compact': {
        const inner = codec(def.value);
        const made = COMPACT_OF.get(inner);
        if (made === undefined) throw new Error(`type ${entry.id} is a compact of ${inner.name}`);
        return made;
      }
      case 'sequence':
        return sequenceOf(codec(def.value), def.value);
      case 'array':
        return arrayOf(codec(def.value.type), def.value.len);
      case 'tuple': {
        if (def.value.length === 0) return primitives.unit as Codec;
        if (def.value.length === 1) return tuple(nameOf(entry), [codec(def.value[0]!)]) as Codec;
        return tuple(nameOf(entry), def.value.map(codec)) as Codec;
      }
      case 'composite':
        return fieldsOf(nameOf(entry), def.value);
      case 'variant':
        return variantOf(entry, def.value);
      case 'bitSequence': {
        const order = entryOf(def.value.bitOrderType).path.at(-1) ?? 'Lsb0';
        return bitSequence(codec(def.value.bitStoreType).minBytes, !order.startsWith('Msb')) as Codec;
      }
    }
  };

  const sequenceOf = (inner: Codec, id: number): Codec => {
    const fast = FAST_VECS.get(inner);
    if (fast !== undefined) return fast;
    for (const [length, bytes] of fixed) if (bytes === inner) return sequences.fixedBytesVec(length) as Codec;
    if (isU16Pair(id)) return sequences.u16PairVec as Codec;
    return sequences.vec(inner) as Codec;
  };

  const isU16Pair = (id: number): boolean => {
    const { def } = entryOf(id);
    return (
      def.tag === 'tuple' &&
      def.value.length === 2 &&
      def.value.every((item) => codec(item) === primitives.u16)
    );
  };

  const arrayOf = (inner: Codec, length: number): Codec => {
    if (inner !== (primitives.u8 as Codec)) return sequences.array(inner, length) as Codec;
    const made = fixed.get(length) ?? (primitives.fixedBytes(length) as Codec);
    fixed.set(length, made);
    return made;
  };

  const fieldsOf = (name: string, fields: readonly Field[]): Codec => {
    if (fields.length === 0) return primitives.unit as Codec;
    if (fields.every((field) => field.name !== undefined)) {
      return struct(
        name,
        fields.map((field) => ({ name: field.name!, codec: codec(field.type) })),
      ) as Codec;
    }
    if (fields.length === 1) return codec(fields[0]!.type);
    return tuple(
      name,
      fields.map((field) => codec(field.type)),
    ) as Codec;
  };

  const variantOf = (
    entry: Entry,
    variants: readonly { name: string; index: number; fields: readonly Field[] }[],
  ): Codec => {
    const name = nameOf(entry);
    const some = variants.find((variant) => variant.name === 'Some');
    if (entry.path.length === 1 && name === 'Option' && variants.length === 2 && some?.fields.length === 1) {
      const inner = codec(some.fields[0]!.type);
      const made = (mayBeUndefined.has(inner) ? nestedOption(inner) : option(inner)) as Codec;
      mayBeUndefined.add(made);
      return made;
    }
    return enumeration(
      name,
      variants.map((variant) => ({
        name: variant.name,
        index: variant.index,
        codec: fieldsOf(`${name}.${variant.name}`, variant.fields),
      })),
    ) as Codec;
  };

  return { codec, entry: entryOf, size: lookup.length };
}

function nameOf(entry: Entry): string {
  const last = entry.path.at(-1);
  if (last !== undefined) return last;
  return entry.def.tag === 'tuple' ? '(…)' : entry.def.tag;
}

// The registry keeps codecs of all types side by side; each is only ever used with values of its own type.
function codecsByCodec(pairs: readonly (readonly [object, object])[]): Map<unknown, Codec> {
  return new Map(pairs as [unknown, Codec][]);
}
