/** Draws numbers from 0 (inclusive) to 1 (exclusive), each in its turn. */
export type Random = () => number;

/**
 * A repeatable generator (Mulberry32, T. Ettinger): the same seed gives the same numbers on every machine. Good enough to
 * shuffle a picture, not for secrets. Of the seed only the lowest 32 bits count.
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 4_294_967_296;
  };
}

/** A number from 0 (inclusive) to 1 (exclusive) that depends on the text and the salt alone. */
export function rollText(text: string, salt: number): number {
  let hash = salt | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash) / 4_294_967_296;
}

/** An order among pairs of numbers that favours nobody: settles ties without drawing from a generator. */
export function rollPair(first: number, second: number): number {
  return mix(Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77));
}

function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 15), bits | 1);
  const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61));
  return (twice ^ (twice >>> 14)) >>> 0;
}
