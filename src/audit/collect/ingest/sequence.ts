import { randomInt } from 'node:crypto';

// Two processes that count in the same microsecond must not meet: the low bits are chance, and the lowest is left to the caller.
const CHANCE = 512;
const STEP = 1024n;

let last = 0n;

/**
 * An even number that is larger than all before it in this process, and than those of earlier ones as far as the clock goes forward:
 * microseconds since the epoch times 1024. Numbers of loads and versions of rows.
 */
export function nextSequence(nowMs: number = Date.now()): bigint {
  const next = BigInt(Math.round(nowMs * 1000)) * STEP + 2n * BigInt(randomInt(CHANCE));
  last = next > last ? next : last + 2n;
  return last;
}

/** Goes on behind a number that an earlier process wrote, though the clock be behind it. */
export function continueAfter(number: bigint): void {
  if (number > last) last = number + (number % 2n);
}
