import { InvalidArgumentError } from 'commander';

/** A whole number argument within bounds. */
export function whole(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`${name} is a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A plain decimal argument from 0 to 1. */
export function fraction(name: string): (text: string) => number {
  return (text) => {
    if (!/^(0|1|[01]?\.\d{1,9})$/.test(text) || Number(text) > 1)
      throw new InvalidArgumentError(`${name} is a number from 0 to 1.`);
    return Number(text);
  };
}

export const netuid = whole('A netuid', 0, 65_535);
export const blockNumber = whole('A block', 0, 4_294_967_295);

/** `all`, or netuids separated by commas. */
export function netuids(text: string): 'all' | number[] {
  return text === 'all' ? 'all' : text.split(',').map((part) => netuid(part.trim()));
}

/** Collects an option that may be given several times, or once with commas. */
export function several(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').map((part) => part.trim())];
}

/** One of a few words. */
export function oneOf(name: string, words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new InvalidArgumentError(`${name} is one of ${words.join(', ')}.`);
    return text;
  };
}

/** A whole number that may be beyond 2^53. */
export function bigWhole(text: string): bigint {
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n)
    throw new InvalidArgumentError('It is a whole number of 64 bits.');
  return BigInt(text);
}
