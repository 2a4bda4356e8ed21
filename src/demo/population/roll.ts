/**
 * A number from 0 (inclusive) to 1 (exclusive) that depends on nothing but its arguments. The demo draws all its chance
 * from here, with the block number among the parts: so there is no generator whose state would have to be kept, and the
 * same seed gives the same chain.
 */
export function roll(...parts: readonly (string | number)[]): number {
  const text = parts.join('/');
  // Two rounds of 32-bit multiply and xor in the manner of MurmurHash3; good enough for a simulation, not for secrets.
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    high = Math.imul(high ^ char, 2_654_435_761);
    low = Math.imul(low ^ char, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)) / 9_007_199_254_740_992;
}

/** A roll spread evenly from -1 to 1. */
export function sway(...parts: readonly (string | number)[]): number {
  return 2 * roll(...parts) - 1;
}
