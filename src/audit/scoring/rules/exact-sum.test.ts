import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactSum } from './exact-sum.ts';

test('what plain sums lose is kept', () => {
  expect(exactSum([])).toBe(0);
  expect(exactSum(Array(10).fill(0.1))).toBe(1);
  expect(exactSum([1e16, 1, -1e16])).toBe(1);
  expect(exactSum([1e308, 1, -1e308])).toBe(1);
  // Python: math.fsum([1e-16, 1, 1e16]) and math.fsum([0.1] * 3 + [1e100, -1e100])
  expect(exactSum([1e-16, 1, 1e16])).toBe(10000000000000002);
  expect(exactSum([0.1, 0.1, 0.1, 1e100, -1e100])).toBe(0.30000000000000004);
});

test('it is the same, bit for bit, in whatever order', () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(numbers, fc.infiniteStream(fc.nat()), (values, keys) => {
      const shuffled = values
        .map((value) => ({ value, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key);
      expect(exactSum(shuffled.map(({ value }) => value))).toBe(exactSum(values));
    }),
  );
});

test('what is no number makes the sum none', () => {
  expect(exactSum([1, Number.NaN])).toBeNaN();
  expect(exactSum([Number.POSITIVE_INFINITY, 1])).toBeNaN();
  expect(exactSum([1.7e308, 1.7e308])).toBeNaN();
});
