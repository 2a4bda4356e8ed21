import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise, normaliseDense } from './normalise.ts';

describe('normalise', () => {
  it('divides by the sum of what is given to others', () => {
    // The own weight of 65535 is masked: 3/4 and 1/4 remain.
    const row = { uid: 1, targets: [0, 1, 3], values: [30000, 65535, 10000] };
    expect(normalise(row, 4)).toEqual({ uid: 1, targets: [0, 3], weights: [0.75, 0.25] });
    expect([...normaliseDense(row, 4)]).toEqual([0.75, 0, 0, 0.25]);
  });

  it('answers nothing for a single self-weight, an empty row and a subnet of one', () => {
    expect(normalise({ uid: 0, targets: [0], values: [65535] }, 1).targets).toEqual([]);
    expect(normalise({ uid: 0, targets: [], values: [] }, 3).targets).toEqual([]);
    expect([...normaliseDense({ uid: 0, targets: [1, 2], values: [0, 0] }, 3)]).toEqual([0, 0, 0]);
  });

  it('leaves out what cannot be a weight', () => {
    const row = { uid: 0, targets: [1, 9, -1, 1.5, 2, 2], values: [1, 5, 5, 5, Number.NaN, 1] };
    expect([...normaliseDense(row, 3)]).toEqual([0, 0.5, 0.5]);
  });

  it('sums to one or to nothing, whatever the row', () => {
    const rows = fc.record({
      uid: fc.nat(20),
      targets: fc.array(fc.integer({ min: -3, max: 30 }), { maxLength: 40 }),
      values: fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(rows, (row) => {
        const sum = normaliseDense(row, 20).reduce((total, weight) => total + weight, 0);
        expect(sum === 0 || Math.abs(sum - 1) < 1e-9).toBe(true);
      }),
    );
  });
});
