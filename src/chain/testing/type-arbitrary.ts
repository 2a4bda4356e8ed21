import fc from 'fast-check';
import type { TypeRegistry } from '../codec/index.ts';

type Entry = ReturnType<TypeRegistry['entry']>;
type Fields = readonly { readonly name?: string | undefined; readonly type: number }[];

/** How deep generated values nest before only the shortest variants and empty sequences are made. */
const MAX_DEPTH = 5;

/**
 * Values of a type of the metadata, as our codecs give them. Written from the metadata alone and apart from the codecs, so
 * that a codec that reads a type wrongly cannot hide behind its own generator.
 */
export function arbitraryOf(types: TypeRegistry, id: number, depth = 0): fc.Arbitrary<unknown> {
  const { def, path } = types.entry(id);
  const inner = (type: number) => arbitraryOf(types, type, depth + 1);
  switch (def.tag) {
    case 'primitive':
      return primitive(def.value.tag);
    case 'compact':
      return inner(def.value);
    case 'sequence':
      if (isU8(types, def.value)) return fc.uint8Array({ maxLength: 80 });
      return depth > MAX_DEPTH ? fc.constant([]) : fc.array(inner(def.value), { maxLength: 6 });
    case 'array':
      if (isU8(types, def.value.type))
        return fc.uint8Array({ minLength: def.value.len, maxLength: def.value.len });
      return fc.array(inner(def.value.type), { minLength: def.value.len, maxLength: def.value.len });
    case 'tuple':
      return def.value.length === 0 ? fc.constant(undefined) : fc.tuple(...def.value.map(inner));
    case 'composite':
      return fields(def.value, inner);
    case 'bitSequence':
      return fc.array(fc.boolean(), { maxLength: 40 });
    case 'variant': {
      const some = def.value.find((variant) => variant.name === 'Some')?.fields[0];
      if (path.length === 1 && path[0] === 'Option' && some !== undefined)
        return option(types, some.type, inner);
      const variants = depth > MAX_DEPTH ? shortest(def.value) : def.value;
      if (variants.length === 0) return fc.constant(undefined);
      return fc
        .constantFrom(...variants)
        .chain(({ name, fields: members }) => fields(members, inner).map((value) => ({ type: name, value })));
    }
  }
}

/** `false` for types that have no value at all (empty enums), or hold one that they always need. */
export function isInhabited(types: TypeRegistry, id: number, seen: ReadonlySet<number> = new Set()): boolean {
  if (seen.has(id)) return true;
  const { def } = types.entry(id);
  const next = new Set(seen).add(id);
  const all = (ids: readonly number[]) => ids.every((type) => isInhabited(types, type, next));
  switch (def.tag) {
    case 'variant':
      return (
        def.value.length > 0 && def.value.every((variant) => all(variant.fields.map((field) => field.type)))
      );
    case 'composite':
      return all(def.value.map((field) => field.type));
    case 'tuple':
      return all(def.value);
    case 'array':
      return all([def.value.type]);
    case 'sequence':
    case 'compact':
      return all([def.value]);
    default:
      return true;
  }
}

function option(
  types: TypeRegistry,
  type: number,
  inner: (type: number) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  // An option in an option cannot tell `Some(None)` from `None` as a bare value: it is wrapped.
  const entry = types.entry(type);
  const nested = isUnit(entry) || (entry.path.length === 1 && entry.path[0] === 'Option');
  return fc.option(nested ? inner(type).map((some) => ({ some })) : inner(type), { nil: undefined });
}

function fields(members: Fields, inner: (type: number) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  if (members.length === 0) return fc.constant(undefined);
  if (members.every((member) => member.name !== undefined)) {
    return fc.record(Object.fromEntries(members.map((member) => [member.name!, inner(member.type)])), {
      noNullPrototype: true,
    });
  }
  return members.length === 1
    ? inner(members[0]!.type)
    : fc.tuple(...members.map((member) => inner(member.type)));
}

function primitive(name: string): fc.Arbitrary<unknown> {
  if (name === 'bool') return fc.boolean();
  if (name === 'str') return fc.string({ unit: 'grapheme', maxLength: 20 });
  if (name === 'char') return fc.constantFrom('a', 'ß', '𝜏');
  const bits = BigInt(name.slice(1));
  const signed = name.startsWith('i');
  const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const min = signed ? -max - 1n : 0n;
  const edges = [
    0n,
    1n,
    63n,
    64n,
    16_383n,
    16_384n,
    (1n << 30n) - 1n,
    1n << 30n,
    1n << 32n,
    1n << 56n,
    max,
    min,
  ].filter((n) => n <= max && n >= min);
  const value = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min, max }));
  return bits <= 32n ? value.map(Number) : value;
}

function shortest<V extends { readonly fields: Fields }>(variants: readonly V[]): readonly V[] {
  const least = Math.min(...variants.map((variant) => variant.fields.length));
  return variants.filter((variant) => variant.fields.length === least);
}

function isU8(types: TypeRegistry, id: number): boolean {
  const { def } = types.entry(id);
  if (def.tag === 'composite' && def.value.length === 1 && def.value[0]!.name === undefined)
    return isU8(types, def.value[0]!.type);
  return def.tag === 'primitive' && def.value.tag === 'u8';
}

function isUnit({ def }: Entry): boolean {
  return (def.tag === 'tuple' || def.tag === 'composite') && def.value.length === 0;
}
