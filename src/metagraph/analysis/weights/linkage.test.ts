import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageLinkage, cutLinkage } from './linkage.ts';

const line = (places: number[]) => (a: number, b: number) => Math.abs(places[a]! - places[b]!);

describe('averageLinkage', () => {
  it('joins the nearest first, groups by their average', () => {
    // On a line at 0, 1, 5, 7: {0,1} at 1, {5,7} at 2, both at the mean of 5, 7, 4, 6.
    const { merges, order } = averageLinkage(4, line([0, 1, 5, 7]));
    expect(merges).toEqual([
      { left: 0, right: 1, distance: 1, size: 2 },
      { left: 2, right: 3, distance: 2, size: 2 },
      { left: 4, right: 5, distance: 5.5, size: 4 },
    ]);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('turns branches so that neighbours are alike', () => {
    // Items 0 and 1 are at 9 and 0, item 2 at 10: the pair {0,2} must end where 1 is nearest.
    expect(averageLinkage(3, line([9, 0, 10])).order).toEqual([2, 0, 1]);
  });

  it('has an answer for none and for one', () => {
    expect(averageLinkage(0, () => 0)).toEqual({ merges: [], order: [] });
    expect(averageLinkage(1, () => 0)).toEqual({ merges: [], order: [0] });
  });

  it('orders all items once and grows upwards, also with ties', () => {
    const places = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(places, (list) => {
        const linkage = averageLinkage(list.length, line(list));
        expect(linkage.order.toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i));
        const heights = linkage.merges.map(({ distance }) => distance);
        expect(heights).toEqual(heights.toSorted((a, b) => a - b));
        expect(linkage.merges.at(-1)?.size ?? 1).toBe(list.length);
        // At threshold 0 exactly the equal ones share a cluster.
        const cluster = cutLinkage(list.length, linkage, 0);
        list.forEach((place, a) => {
          list.forEach((other, b) => {
            expect(cluster[a] === cluster[b]).toBe(place === other);
          });
        });
      }),
    );
  });
});

describe('cutLinkage', () => {
  it('numbers larger clusters first', () => {
    const linkage = averageLinkage(5, line([0, 10, 11, 12, 50]));
    expect(cutLinkage(5, linkage, 2)).toEqual([1, 0, 0, 0, 2]);
    expect(cutLinkage(5, linkage, 100)).toEqual([0, 0, 0, 0, 0]);
    expect(cutLinkage(5, linkage, -1)).toEqual([0, 1, 2, 3, 4]);
  });
});
