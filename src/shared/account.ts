import { blake2b } from '@noble/hashes/blake2.js';
import { base58 } from '@scure/base';
import { TaoscopeError } from './errors.ts';

/** A hotkey or coldkey: 32 raw bytes. */
export type AccountId = Uint8Array;

/** The ss58 prefix of Bittensor (and of generic Substrate). */
export const SS58_PREFIX = 42;

const CHECKSUM_CONTEXT = new TextEncoder().encode('SS58PRE');

// The same few thousand accounts are shown again and again; the checksum and base58 are slow.
const shown = new Map<string, string>();
const SHOWN_MAX = 65_536;

/** The ss58 address of an account id, e.g. `5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY`. */
export function toSs58(account: AccountId, prefix: number = SS58_PREFIX): string {
  const key = `${prefix}:${Buffer.from(account.buffer, account.byteOffset, account.byteLength).toString('latin1')}`;
  const known = shown.get(key);
  if (known !== undefined) return known;
  const head = ss58Head(prefix);
  const body = new Uint8Array(head.length + account.length);
  body.set(head);
  body.set(account, head.length);
  const address = base58.encode(Buffer.concat([body, checksum(body)]));
  if (shown.size >= SHOWN_MAX) shown.clear();
  shown.set(key, address);
  return address;
}

/** The account id of an ss58 address (any prefix) or of `0x` and 64 hex digits; throws `usage` with the reason. */
export function parseAccount(text: string): AccountId {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  let bytes: Uint8Array;
  try {
    bytes = base58.decode(text);
  } catch {
    throw notAnAddress(text, 'it has characters that ss58 does not use');
  }
  const first = bytes[0];
  const headLength = first === undefined || first < 64 ? 1 : 2;
  if (bytes.length !== headLength + 32 + 2) throw notAnAddress(text, `it holds ${bytes.length} bytes`);
  const body = bytes.subarray(0, headLength + 32);
  const sum = checksum(body);
  if (sum[0] !== bytes[headLength + 32] || sum[1] !== bytes[headLength + 33]) {
    throw notAnAddress(text, 'its checksum does not match: a character is mistyped');
  }
  return body.slice(headLength);
}

/** A short form for narrow places: `5Grwva…KutQY`. */
export function shortAddress(address: string): string {
  return address.length <= 14 ? address : `${address.slice(0, 6)}…${address.slice(-5)}`;
}

function ss58Head(prefix: number): Uint8Array {
  if (prefix < 64) return Uint8Array.of(prefix);
  return Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 0x03) << 6));
}

function checksum(body: Uint8Array): Uint8Array {
  return blake2b(Buffer.concat([CHECKSUM_CONTEXT, body]), { dkLen: 64 }).subarray(0, 2);
}

function notAnAddress(text: string, why: string): TaoscopeError {
  const got = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new TaoscopeError('usage', {
    failed: 'this is not an account address',
    got: `${JSON.stringify(got)}: ${why}`,
    expected: 'an ss58 address of 47 or 48 characters (5…), or 0x and 64 hex digits',
    todo: 'copy the address again from the wallet or the explorer',
  });
}
