import type { Call } from './extrinsic.ts';

const BASE_FEE = 110_000n;
const FEE_PER_BYTE = 1_000n;

/** Parts of a fee, rao. Flat and by length; the demo does not charge by weight. */
export interface Fee {
  readonly base: bigint;
  readonly length: bigint;
  readonly total: bigint;
}

/** Weight, take, registration, serving and commitment calls pay nothing, everything else by its length (reference 4.1). */
export function feeOf(call: Call, lengthBytes: number): Fee {
  if (!paysFee(call)) return { base: 0n, length: 0n, total: 0n };
  const length = FEE_PER_BYTE * BigInt(lengthBytes);
  return { base: BASE_FEE, length, total: BASE_FEE + length };
}

/** Calls of `SubtensorModule` that are not free. */
const PAID = new Set(['add_stake', 'remove_stake', 'move_stake', 'set_children']);

export function paysFee(call: Call): boolean {
  if (call.type === 'SubtensorModule') return PAID.has(call.value.type);
  return call.type !== 'Timestamp' && call.type !== 'Commitments';
}

/** The weight that the demo reports for any call. */
export const CALL_WEIGHT = { ref_time: 250_000_000n, proof_size: 4_000n };
