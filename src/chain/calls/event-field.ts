import type { ChainEvent } from '../types.ts';

/**
 * The first of these fields that an event has; `undefined` when it has none. Eras name the fields of an event differently,
 * or not at all: `eventField(event, 'netuid', '0')`.
 */
export function eventField({ fields }: ChainEvent, ...names: readonly string[]): unknown {
  const name = names.find((candidate) => Object.hasOwn(fields, candidate));
  return name === undefined ? undefined : fields[name];
}

/** `true` for an event of this pallet with one of these names. */
export function isEvent({ pallet, name }: ChainEvent, of: string, ...names: readonly string[]): boolean {
  return pallet === of && names.includes(name);
}
