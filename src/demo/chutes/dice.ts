import { roll } from '../population/roll.ts';

/**
 * Chance for one piece of the stand-in's world: made from the parts that name the piece (seed, hour, slot …), so that the piece comes
 * out alike whenever it is made. Many numbers per piece are drawn: for a single one `roll` is enough.
 */
export class Dice {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...parts: readonly (string | number)[]) {
    const word = (name: string) => Math.floor(0x1_0000_0000 * roll(...parts, name));
    [this.#a, this.#b, this.#c] = [word('a'), word('b'), word('c')];
  }

  /** 32 bits, by the generator "sfc32". */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number {
    return this.word() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor((most - least + 1) * this.next());
  }

  pick<T>(list: readonly [T, ...T[]]): T;
  pick<T>(list: readonly T[]): T | undefined;
  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(list.length * this.next())];
  }

  /** One of a list, in proportion to its weight; `undefined` when all weigh nothing. */
  weighted<T>(list: readonly T[], weightOf: (one: T) => number): T | undefined {
    const total = list.reduce((sum, one) => sum + weightOf(one), 0);
    let left = total * this.next();
    for (const one of list) {
      left -= weightOf(one);
      if (left < 0) return one;
    }
    return undefined;
  }

  /** A UUID of version 4, lower-case. */
  uuid(): string {
    const hex = (word: number) => word.toString(16).padStart(8, '0');
    const [a, b, c, d] = [hex(this.word()), hex(this.word()), hex(this.word()), hex(this.word())];
    const variant = '89ab'[Number.parseInt(c[0] ?? '0', 16) & 3];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }
}
