import { expect, test } from 'vitest';
import { miners } from '../testing/made-evidence.ts';
import { beatenOfColdkey, median, shares, sharesOrUniform, splitShares } from './shares.ts';

const of = (values: Record<string, number>) => new Map(Object.entries(values));

test('unique chutes are bent at the median of those who have any', () => {
  // The reference's vector: M = 10, H = 20.
  const bent = splitShares(of({ A: 20, B: 10, C: 5, D: 0 }), {
    stat: 'median',
    includeZeros: false,
    hi: 1.3,
    lo: 2.2,
  });
  expect(bent.get('A')).toBeCloseTo(0.6879981214, 10);
  expect(bent.get('B')).toBeCloseTo(0.2794140614, 10);
  expect(bent.get('C')).toBeCloseTo(0.0325878172, 10);
  expect(bent.get('D')).toBe(0);
});

test('or at the mean of all, with those who have none', () => {
  // By hand: mean 5; A = 1, B = (10/20)^1.2 (above the mean), C = (2/20)^2, D = 0; of 1 + 0.43527528 + 0.01.
  const bent = splitShares(of({ A: 20, B: 10, C: 2, D: 0 }), {
    stat: 'mean',
    includeZeros: true,
    hi: 1.2,
    lo: 2,
  });
  const sum = 1 + 0.5 ** 1.2 + 0.01;
  expect([...bent.values()]).toEqual(
    [1 / sum, 0.5 ** 1.2 / sum, 0.1 ** 2 / sum, 0].map((one) => expect.closeTo(one, 12)),
  );
});

test('nothing is divided by zero', () => {
  const rule = { stat: 'median', includeZeros: false, hi: 1.3, lo: 2.2 } as const;
  expect([...splitShares(of({ A: 0, B: 0 }), rule).values()]).toEqual([0, 0]);
  expect([...splitShares(new Map(), rule)]).toEqual([]);
  expect([...shares(of({ A: 0, B: 0 })).values()]).toEqual([0, 0]);
  expect([...sharesOrUniform(of({ A: 0, B: 0 })).values()]).toEqual([0.5, 0.5]);
  expect(median([])).toBeNaN();
});

test('the median lies between the middle two', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([10, 1, 2, 4])).toBe(3);
});

test('of one coldkey the best hotkey is kept, of equal ones the first by text', () => {
  const all = miners(['a', 'b', 'c', 'd'], { a: 'k', b: 'k', c: 'k' });
  expect(beatenOfColdkey(of({ a: 1, b: 3, c: 2, d: 0 }), all)).toEqual(of2({ c: 'b', a: 'b' }));
  expect(beatenOfColdkey(of({ c: 2, b: 2, a: 2 }), all)).toEqual(of2({ b: 'a', c: 'a' }));
  // Whose coldkey is not known shares none.
  expect(beatenOfColdkey(of({ x: 1, y: 1 }), all).size).toBe(0);
});

const of2 = (values: Record<string, string>) => new Map(Object.entries(values));
