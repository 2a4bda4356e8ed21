/** How long a transaction may be included: for ever, or for `period` blocks from a birth block on. */
export type Era =
  | { readonly type: 'immortal' }
  | { readonly type: 'mortal'; readonly period: number; readonly phase: number };

/** Reads an era from the front of bytes; answers its length too. `undefined` when it is none. */
export function decodeEra(bytes: Uint8Array): { era: Era; length: number } | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first === 0) return { era: { type: 'immortal' }, length: 1 };
  const second = bytes[1];
  if (second === undefined) return undefined;
  const encoded = first | (second << 8);
  const period = 2 << (encoded % 16);
  const phase = (encoded >> 4) * quantum(period);
  return period >= 4 && phase < period ? { era: { type: 'mortal', period, phase }, length: 2 } : undefined;
}

/** The two bytes of a mortal era that begins at a block. `period` is a power of two from 4 to 65536. */
export function encodeMortal(period: number, current: number): Uint8Array {
  const phase = Math.floor((current % period) / quantum(period));
  const encoded = Math.min(15, Math.max(1, Math.log2(period) - 1)) | (phase << 4);
  return Uint8Array.of(encoded & 0xff, encoded >> 8);
}

/** The block from which a mortal era counts, seen from `current`. Its hash is part of what was signed. */
export function birthOf(era: Extract<Era, { type: 'mortal' }>, current: number): number {
  return Math.floor((Math.max(current, era.phase) - era.phase) / era.period) * era.period + era.phase;
}

function quantum(period: number): number {
  return Math.max(period >> 12, 1);
}
