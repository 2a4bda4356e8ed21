import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { birthOf, decodeEra, encodeMortal } from './era.ts';

describe('eras', () => {
  // Golden: the tests of sp_runtime's `generic::era` (period 64 at block 42, period 32768 at block 20000).
  it.each([
    [64, 42, [5 + (42 % 16) * 16, 42 / 16]],
    [32_768, 20_000, [14 + (2_500 % 16) * 16, 2_500 / 16]],
  ])('encodes period %i at block %i as the chain does', (period, block, [first = 0, second = 0]) => {
    expect([...encodeMortal(period, block)]).toEqual([first, Math.floor(second)]);
  });

  it('reads back what it wrote, and is born at the block it was made for', () => {
    const period = fc.integer({ min: 2, max: 11 }).map((power) => 2 ** power);
    fc.assert(
      fc.property(period, fc.nat(10_000_000), (length, block) => {
        const read = decodeEra(encodeMortal(length, block));
        if (read?.era.type !== 'mortal') throw new Error('not mortal');
        expect(read.length).toBe(2);
        expect(read.era.period).toBe(length);
        // Until its end a transaction sees the same birth block.
        for (const later of [block, block + length - 1]) expect(birthOf(read.era, later)).toBe(block);
        expect(birthOf(read.era, block + length)).toBe(block + length);
      }),
    );
  });

  it('takes a zero byte for immortal and refuses what is no era', () => {
    expect(decodeEra(Uint8Array.of(0, 9))).toEqual({ era: { type: 'immortal' }, length: 1 });
    expect(decodeEra(Uint8Array.of())).toBeUndefined();
    expect(decodeEra(Uint8Array.of(5))).toBeUndefined();
    // Phase 63 of a period of 4.
    expect(decodeEra(Uint8Array.of(0xf1, 0x03))).toBeUndefined();
  });
});
