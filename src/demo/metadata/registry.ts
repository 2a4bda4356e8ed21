import type { v15 } from '@polkadot-api/substrate-bindings';
import { TaoscopeError } from '../../shared/index.ts';

/** The `lookup` part of SCALE metadata: every type of the runtime, by number. */
export type Lookup = ReturnType<typeof v15.dec>['lookup'];
type LookupDef = Lookup[number]['def'];
type LookupField = Extract<LookupDef, { tag: 'composite' }>['value'][number];

/** Named fields (`{ free: 'u64' }`) or unnamed ones (`['u16', 'AccountId']`); the values are type expressions. */
export type Fields = Readonly<Record<string, string>> | readonly string[];

/** One variant of an enum. `index` is its SCALE discriminant. */
export interface Variant {
  readonly name: string;
  readonly index: number;
  readonly fields?: Fields | undefined;
}

/** A type with a name of its own. Clients tell some types (accounts, eras, addresses) by this path. */
export interface TypeDefinition {
  /** `sp_core::crypto::AccountId32`. */
  readonly path: string;
  /** Generic parameters; `undefined` where Rust has one that is not a type of the runtime. */
  readonly params?: Readonly<Record<string, string | undefined>> | undefined;
  readonly fields?: Fields | undefined;
  readonly variants?: readonly Variant[] | undefined;
}

const PRIMITIVES = new Set([
  ...['bool', 'char', 'str', 'u8', 'u16', 'u32', 'u64', 'u128', 'u256'],
  ...['i8', 'i16', 'i32', 'i64', 'i128', 'i256'],
]);

/**
 * Turns type expressions in Rust's spelling (`Vec<(AccountId, Compact<u64>)>`) into numbered metadata types.
 * The same expression always has the same number; a named type is entered when it is first used.
 */
export class TypeRegistry {
  readonly #named: Readonly<Record<string, TypeDefinition>>;
  readonly #ids = new Map<string, number>();
  readonly #entries: Lookup = [];

  constructor(named: Readonly<Record<string, TypeDefinition>>) {
    this.#named = named;
  }

  /** All types entered so far; grows with {@link id}. */
  get lookup(): Lookup {
    return this.#entries;
  }

  /** The number of a type expression. */
  id(expression: string): number {
    const text = expression.replaceAll(' ', '');
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#entries.length;
    // Reserved before its parts are looked at: types may contain themselves (a call that carries a call).
    const entry: Lookup[number] = { id, path: [], params: [], def: { tag: 'tuple', value: [] }, docs: [] };
    this.#entries.push(entry);
    this.#ids.set(text, id);
    this.#fill(entry, text);
    return id;
  }

  #fill(entry: Lookup[number], text: string): void {
    if (PRIMITIVES.has(text)) {
      entry.def = { tag: 'primitive', value: { tag: text, value: undefined } } as LookupDef;
      return;
    }
    if (text.startsWith('(')) {
      entry.def = { tag: 'tuple', value: splitTop(text.slice(1, -1), ',').map((part) => this.id(part)) };
      return;
    }
    if (text.startsWith('[')) {
      const [item, length] = splitTop(text.slice(1, -1), ';');
      entry.def = { tag: 'array', value: { len: Number(length), type: this.id(item ?? '') } };
      return;
    }
    const generic = /^(\w+)<(.*)>$/.exec(text);
    if (generic !== null) {
      this.#fillGeneric(entry, generic[1] ?? '', splitTop(generic[2] ?? '', ','));
      return;
    }
    const named = this.#named[text];
    if (named === undefined) {
      throw new TaoscopeError('internal', {
        failed: 'the demo metadata uses a type that it does not define',
        got: text,
      });
    }
    this.#fillNamed(entry, named);
  }

  #fillGeneric(entry: Lookup[number], outer: string, inner: readonly string[]): void {
    const [first = '', second = ''] = inner;
    switch (outer) {
      case 'Vec':
        entry.def = { tag: 'sequence', value: this.id(first) };
        return;
      case 'Compact':
        entry.def = { tag: 'compact', value: this.id(first) };
        return;
      case 'Option':
        this.#fillNamed(entry, {
          path: 'Option',
          params: { T: first },
          variants: [
            { name: 'None', index: 0 },
            { name: 'Some', index: 1, fields: [first] },
          ],
        });
        return;
      case 'Result':
        this.#fillNamed(entry, {
          path: 'Result',
          params: { T: first, E: second },
          variants: [
            { name: 'Ok', index: 0, fields: [first] },
            { name: 'Err', index: 1, fields: [second] },
          ],
        });
        return;
      default:
        throw new TaoscopeError('internal', {
          failed: 'the demo metadata uses an unknown generic',
          got: outer,
        });
    }
  }

  #fillNamed(entry: Lookup[number], { path, params = {}, fields, variants }: TypeDefinition): void {
    entry.path = path.split('::');
    entry.params = Object.entries(params).map(([name, type]) => ({
      name,
      type: type === undefined ? undefined : this.id(type),
    }));
    entry.def =
      variants === undefined
        ? { tag: 'composite', value: this.#fields(fields) }
        : {
            tag: 'variant',
            value: variants.map(({ name, index, fields: own }) => ({
              name,
              fields: this.#fields(own),
              index,
              docs: [],
            })),
          };
  }

  #fields(fields: Fields | undefined): LookupField[] {
    if (fields === undefined) return [];
    const list: [string | undefined, string][] = Array.isArray(fields)
      ? fields.map((type: string) => [undefined, type])
      : Object.entries(fields);
    return list.map(([name, type]) => ({ name, type: this.id(type), typeName: type, docs: [] }));
  }
}

/** Splits at a separator that stands outside all brackets. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if ('<([{'.includes(char)) depth++;
    else if ('>)]}'.includes(char)) depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}
