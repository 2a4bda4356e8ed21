import type { Dynamic } from './runtime.ts';

/**
 * Decodes bytes with a dynamic codec. scale-ts reads an array's whole buffer, whatever part of it the array shows, so a
 * view into a larger buffer (every small `Buffer` is one) has to be copied first.
 */
export function decode(codec: Dynamic, bytes: Uint8Array): unknown {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return codec.dec(isWhole ? bytes : Uint8Array.from(bytes));
}
