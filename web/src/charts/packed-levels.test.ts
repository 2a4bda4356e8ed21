import { describe, expect, it } from 'vitest';
import { ABSENT, levelValue, unpackLevels } from './packed-levels.ts';

describe('packed levels', () => {
  // base64 of the bytes 00 00 | 01 00 | 00 01 | fe ff | ff ff, by `printf … | base64`.
  const PACKED = 'AAABAAAB/v///w==';

  it('are little-endian u16', () => {
    expect([...unpackLevels(PACKED, 5)]).toEqual([0, 1, 256, 65_534, ABSENT]);
  });

  it('are refused when there are too many or too few, or no base64', () => {
    expect(() => unpackLevels(PACKED, 4)).toThrow(/10 bytes, expected 8/);
    expect(() => unpackLevels('', 1)).toThrow(/0 bytes, expected 2/);
    expect(() => unpackLevels('$$', 1)).toThrow(/base64/);
    expect([...unpackLevels('', 0)]).toEqual([]);
  });
});

it('turns levels into values from the least to the largest', () => {
  const range = { min: 10, max: 20 };
  expect(levelValue(0, range)).toBe(10);
  expect(levelValue(65_534, range)).toBe(20);
  expect(levelValue(32_767, range)).toBe(15);
  expect(levelValue(ABSENT, range)).toBeUndefined();
  expect(levelValue(7, { min: 3, max: 3 })).toBe(3);
});
