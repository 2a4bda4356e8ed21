import { RAO_PER_TAO } from '../../shared/index.ts';

/** What a subnet's alpha price follows from, in storage. */
export interface Pool {
  readonly netuid: number;
  /** `SubnetMechanism`: 0 stable, 1 dynamic. */
  readonly mechanism: number | undefined;
  /** rao. */
  readonly taoIn: bigint | undefined;
  readonly alphaIn: bigint | undefined;
  /** `Swap.AlphaSqrtPrice`, bits of a U64F64; specs 283 to 421. */
  readonly sqrtPriceBits: bigint | undefined;
}

/**
 * rao of TAO per one alpha, rounded down; `undefined` where storage does not tell (an empty pool).
 * 1 TAO on root and on stable subnets; the square of `AlphaSqrtPrice` where that pool is in use; else TAO over alpha in
 * the pool (reference, section 3.9). Since spec 423 pools are weighted: ask the runtime call instead.
 */
export function priceOf({ netuid, mechanism, taoIn, alphaIn, sqrtPriceBits }: Pool): bigint | undefined {
  if (netuid === 0 || mechanism === 0) return RAO_PER_TAO;
  if (sqrtPriceBits !== undefined && sqrtPriceBits > 0n)
    return (sqrtPriceBits * sqrtPriceBits * RAO_PER_TAO) >> 128n;
  if (taoIn === undefined || alphaIn === undefined || alphaIn === 0n) return undefined;
  return (taoIn * RAO_PER_TAO) / alphaIn;
}

/** The bits of a fixed-point number, which codecs give as `{ bits }`. */
export function bitsOf(value: unknown): bigint | undefined {
  const bits = typeof value === 'object' && value !== null && 'bits' in value ? value.bits : value;
  return typeof bits === 'bigint' ? bits : undefined;
}

/** A fixed-point number with so many fractional bits, as a double. */
export function fixedToNumber(bits: bigint, fractionBits: number): number {
  const whole = bits >> BigInt(fractionBits);
  const fraction = bits - (whole << BigInt(fractionBits));
  return Number(whole) + Number(fraction) / 2 ** fractionBits;
}
