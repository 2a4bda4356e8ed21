import { describe, expect, it } from 'vitest';
import { consensusDistances, cosineDistance, totalVariation } from './distance.ts';

describe('distances', () => {
  it('total variation is the weight that would have to move', () => {
    expect(totalVariation([0.5, 0.5, 0], [0.25, 0.5, 0.25])).toBe(0.25);
    expect(totalVariation([1, 0], [0, 1])).toBe(1);
  });

  it('cosine distance forgets the length', () => {
    // 1 - 4 / 5 for the angle between (3, 4) and (0, 1).
    expect(cosineDistance([3, 4], [0, 7])).toBeCloseTo(0.2, 12);
    expect(cosineDistance([1, 2], [10, 20])).toBeCloseTo(0, 12);
  });

  it('nothing is like nothing, and unlike something', () => {
    expect(cosineDistance([0, 0], [0, 0])).toBe(0);
    expect(cosineDistance([0, 0], [0, 1])).toBe(1);
    expect(totalVariation([], [])).toBe(0);
  });

  it('gives each validator with a row its distance from the consensus', () => {
    const distances = consensusDistances({
      block: 1,
      n: 4,
      hotkeys: ['a', 'b', 'c', 'd'],
      stakes: [1, 1, 1, 0],
      consensus: [0, 0, 65535, 0],
      rows: [
        { uid: 0, targets: [2], values: [7] },
        { uid: 1, targets: [2, 3], values: [1, 1] },
        { uid: 2, targets: [2], values: [65535] },
      ],
    });
    // The third gives only itself: no row.
    expect(distances.hotkey).toEqual(['a', 'b']);
    expect(distances.l1).toEqual([0, 0.5]);
    expect(distances.cosine[1]).toBeCloseTo(1 - Math.SQRT1_2, 12);
  });
});
