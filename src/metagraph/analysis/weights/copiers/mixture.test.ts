import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addObservations, createProducts, fitMixture, pool } from './mixture.ts';

function productsOf(columns: number[][]) {
  const products = createProducts(columns.length);
  const count = columns[0]!.length;
  addObservations(products, Float64Array.from(columns.flat()), count, count);
  return products;
}

describe('fitMixture', () => {
  it('finds the parts a row was mixed of', () => {
    const [a, b] = [
      [1, 0, 2, 5],
      [0, 3, 1, 1],
    ];
    const row = a.map((value, i) => 0.75 * value + 0.25 * b[i]!);
    const { parts, residual, total } = fitMixture(productsOf([a, b, row]));
    expect(parts[0]).toBeCloseTo(0.75, 5);
    expect(parts[1]).toBeCloseTo(0.25, 5);
    expect(residual / total).toBeLessThan(1e-9);
  });

  it('uses nothing negative', () => {
    // The free solution is 1 and -1; without negative parts (1, 1) alone explains (1, 0) best at one half.
    const { parts, residual } = fitMixture(
      productsOf([
        [1, 1],
        [0, 1],
        [1, 0],
      ]),
    );
    expect(parts[0]).toBeCloseTo(0.5, 5);
    expect(parts[1]).toBe(0);
    expect(residual).toBeCloseTo(0.5, 5);
  });

  it('is defined where variables are zero, equal, left out, or there is nothing to explain', () => {
    expect(
      [
        ...fitMixture(
          productsOf([
            [0, 0],
            [1, 2],
            [1, 2],
            [2, 4],
          ]),
        ).parts,
      ].map((part) => part.toFixed(3)),
    ).toEqual(['0.000', '2.000', '0.000']);
    expect([
      ...fitMixture(
        productsOf([
          [1, 2],
          [2, 4],
        ]),
        () => false,
      ).parts,
    ]).toEqual([0]);
    expect(fitMixture(productsOf([[1], [0]])).residual).toBe(0);
    expect(fitMixture(createProducts(3)).total).toBe(0);
  });

  it('meets the conditions of the best mixture on any input', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    const column = fc.array(value, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(column, { minLength: 2, maxLength: 6 }), (columns) => {
        const { parts } = fitMixture(productsOf(columns));
        const row = columns.at(-1)!;
        const rest = row.map(
          (y, i) => y - columns.slice(0, -1).reduce((sum, x, k) => sum + parts[k]! * x[i]!, 0),
        );
        // Karush-Kuhn-Tucker: no part negative, no slope upwards anywhere.
        columns.slice(0, -1).forEach((x, k) => {
          expect(parts[k]).toBeGreaterThanOrEqual(0);
          const slope = x.reduce((sum, each, i) => sum + each * rest[i]!, 0);
          const scale = Math.hypot(...x) * Math.hypot(...row);
          expect(slope).toBeLessThanOrEqual(1e-3 * scale + 1e-9);
        });
      }),
    );
  });
});

describe('pool', () => {
  it('adds groups, and leaves one out', () => {
    const groups = [productsOf([[1], [2]]), productsOf([[3], [4]])];
    expect([...pool(groups).sums]).toEqual([10, 14, 20]);
    expect([...pool(groups, 0).sums]).toEqual([9, 12, 16]);
  });
});
