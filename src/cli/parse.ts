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
