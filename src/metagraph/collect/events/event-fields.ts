import { type ChainEvent, eventField } from '../../../chain/index.ts';
import type { AccountId } from '../../../shared/index.ts';

/*
 * Fields of an event by the names and positions that eras give them. Each answers `undefined` where the field is absent or
 * has another shape, so that a field that changed its meaning is not taken for the old one.
 */

export function accountAt(event: ChainEvent, ...names: readonly string[]): AccountId | undefined {
  return accountOf(eventField(event, ...names));
}

export function u16At(event: ChainEvent, ...names: readonly string[]): number | undefined {
  return u16Of(eventField(event, ...names));
}

/** A u64 amount; a small integer type will do as well. */
export function amountAt(event: ChainEvent, ...names: readonly string[]): bigint | undefined {
  const value = eventField(event, ...names);
  if (typeof value === 'bigint') return value >= 0n ? value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
}

export function accountOf(value: unknown): AccountId | undefined {
  return value instanceof Uint8Array && value.length === 32 ? value : undefined;
}

/** An account that is somebody: storage holds 32 zero bytes where nobody is known. */
export function knownAccountOf(value: unknown): AccountId | undefined {
  const account = accountOf(value);
  return account?.some((byte) => byte !== 0) ? account : undefined;
}

export function u16Of(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff
    ? value
    : undefined;
}
