import { axonOf } from '../../../chain/index.ts';
import { toSs58, u16ToFraction } from '../../../shared/index.ts';
import { accountOf, u16Of } from './event-fields.ts';

/*
 * Values as the text that a feed shows. Each answers `undefined` for a value of another shape.
 */

/** Most parts of one value that are shown; a hotkey has at most five children. */
const MOST_PARTS = 32;

/** A take (u16, 65535 = 1) as a share of 1: `0.18`. */
export function takeText(value: unknown): string | undefined {
  const take = u16Of(value);
  return take === undefined ? undefined : shareText(u16ToFraction(take));
}

/** Children as `share hotkey`, separated by commas; `none` without any. Shares are u64, 2^64 = 1. */
export function childrenText(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.length === 0) return 'none';
  const parts: string[] = [];
  for (const child of value.slice(0, MOST_PARTS)) {
    const [share, hotkey] = Array.isArray(child) ? child : [];
    const account = accountOf(hotkey);
    if (typeof share !== 'bigint' || account === undefined) return undefined;
    parts.push(`${shareText(Number(share) / 2 ** 64)} ${toSs58(account)}`);
  }
  return withRest(parts, value.length).join(', ');
}

/** Where a neuron can be reached: `1.2.3.4:8091`, `[2001:db8::1]:8091`. */
export function axonText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('ip' in value && typeof value.ip === 'bigint' && 'port' in value)) return undefined;
  const axon = axonOf(value);
  return axon && `${axon.ip.includes(':') ? `[${axon.ip}]` : axon.ip}:${axon.port}`;
}

/** Hashes one after the other. */
export function hashesText(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const hashes = value.slice(0, MOST_PARTS).map(bytesText);
  return hashes.every((hash) => hash !== undefined) ? withRest(hashes, value.length).join(' ') : undefined;
}

export function bytesText(value: unknown): string | undefined {
  return value instanceof Uint8Array && value.length <= 64
    ? `0x${Buffer.from(value).toString('hex')}`
    : undefined;
}

export function accountText(value: unknown): string | undefined {
  const account = accountOf(value);
  return account === undefined || account.every((byte) => byte === 0) ? undefined : toSs58(account);
}

/**
 * A parameter's value: integers as they are, fixed-point numbers as their bits, choices by name, lists by commas.
 * `undefined` for what has no such text.
 */
export function plainText(value: unknown): string | undefined {
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'number')
    return String(value);
  if (typeof value === 'string') return value.slice(0, 200);
  if (value instanceof Uint8Array) return value.length === 32 ? accountText(value) : bytesText(value);
  if (Array.isArray(value)) {
    const parts = value.slice(0, MOST_PARTS).map(plainText);
    return parts.every((part) => part !== undefined) ? withRest(parts, value.length).join(', ') : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if ('bits' in value) return plainText(value.bits);
  return 'type' in value && typeof value.type === 'string' ? value.type.slice(0, 200) : undefined;
}

// Six decimals, as many as a u16 can tell.
function shareText(share: number): string {
  return String(Number(share.toFixed(6)));
}

function withRest(parts: readonly string[], total: number): readonly string[] {
  return total > parts.length ? [...parts, `and ${total - parts.length} more`] : parts;
}
