/** 65535, the largest weight. */
export const MAX_WEIGHT = 65_535;

/** One, and one half, in I32F32, the fixed-point numbers of the chain: 32 bits behind the point. */
const FRACTION_BITS = 32n;
const HALF = 1n << (FRACTION_BITS - 1n);

/** Above this largest value the chain divides first, lest the product overflow. */
const DIVIDE_FIRST = 32_768n;

/**
 * What the chain makes of a row that it is sent: the largest value becomes 65535, the others follow, rounded
 * (`vec_u16_max_upscale_to_u16` in `pallets/subtensor/src/epoch/math.rs`, to the bit). Spec 116 scaled the sum instead.
 */
export function storedValues(values: readonly number[]): number[] {
  const largest = BigInt(Math.max(0, ...values));
  if (largest === 0n) return [...values];
  const one = BigInt(MAX_WEIGHT) << FRACTION_BITS;
  return values.map((value) => {
    const scaled = largest > DIVIDE_FIRST ? BigInt(value) * (one / largest) : (BigInt(value) * one) / largest;
    return Math.min(MAX_WEIGHT, Number((scaled + HALF) >> FRACTION_BITS));
  });
}

/** Whether no stored value is above `limit`/65535 of the row, as the chain reckons it (`check_vec_max_limited`, until spec 334). */
export function isWithinLimit(stored: readonly number[], limit: number): boolean {
  if (limit >= MAX_WEIGHT) return true;
  const sum = stored.reduce((total, value) => total + BigInt(value), 0n);
  if (sum === 0n) return true;
  const largest = (BigInt(Math.max(...stored)) << FRACTION_BITS) / sum;
  return largest <= (BigInt(limit) << FRACTION_BITS) / BigInt(MAX_WEIGHT);
}
