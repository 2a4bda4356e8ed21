import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packLevels, unpackLevels } from './levels.ts';

test('the packed bytes are little-endian u16 with 65535 for absent', () => {
  const { min, max, levels } = packLevels([0, null, 2, 1]);
  expect([min, max]).toEqual([0, 2]);
  // 0, 65535, 65534, 32767.
  expect(Buffer.from(levels, 'base64').toString('hex')).toBe('0000fffffeffff7f');
});

test('all absent, all equal, none', () => {
  expect(packLevels([null, null])).toEqual({ min: 0, max: 0, levels: '/////w==' });
  expect(unpackLevels(packLevels([7, 7]))).toEqual([7, 7]);
  expect(packLevels([])).toEqual({ min: 0, max: 0, levels: '' });
});

test('each value comes back within half a level, absent ones as absent', () => {
  const values = fc.array(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null }));
  fc.assert(
    fc.property(values, (packed) => {
      const levels = packLevels(packed);
      const found = unpackLevels(levels);
      const half = (levels.max - levels.min) / 65_534 / 2;
      for (const [at, value] of packed.entries()) {
        if (value === null) expect(found[at]).toBeNull();
        else expect(Math.abs((found[at] as number) - value)).toBeLessThanOrEqual(half * 1.001 + 1e-6);
      }
    }),
  );
});
