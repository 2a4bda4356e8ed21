import { TaoscopeError } from './errors.ts';

/** Bytes as `0x` and lower-case hex digits, as Substrate's JSON-RPC writes them. */
export type Hex = `0x${string}`;

/** `0x…` of bytes. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

/** Bytes of `0x…`; throws `undecodable` when it is not an even number of hex digits. */
export function fromHex(text: string): Uint8Array {
  if (!text.startsWith('0x') || text.length % 2 !== 0) throw notHex(text);
  const bytes = Buffer.from(text.slice(2), 'hex');
  // Buffer.from stops silently at the first character that is no hex digit.
  if (bytes.length !== text.length / 2 - 1) throw notHex(text);
  // A copy: small Buffers share one pool, and libraries that read `.buffer` would read their neighbours.
  return new Uint8Array(bytes);
}

function notHex(text: string): TaoscopeError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}… (${text.length} characters)` : text;
  return new TaoscopeError('undecodable', {
    failed: 'an answer is not hex',
    got: JSON.stringify(shown),
    expected: '0x and an even number of hex digits',
  });
}

/** `true` when two byte arrays hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
