import { describe, expect, it } from 'vitest';
import { stakeCorrelationClusters } from './stake-correlation.ts';

function columnsOf(series: Record<string, number[]>) {
  const columns = { block: [] as number[], hotkey: [] as string[], stake: [] as number[] };
  for (const [hotkey, values] of Object.entries(series))
    values.forEach((stake, place) => {
      if (Number.isNaN(stake)) return;
      columns.block.push(100 + 10 * place);
      columns.hotkey.push(hotkey);
      columns.stake.push(stake);
    });
  return columns;
}

describe('stakeCorrelationClusters', () => {
  it('groups hotkeys whose changes go together, whatever their size', () => {
    const { hotkey, cluster, correlation } = stakeCorrelationClusters(
      columnsOf({
        // Changes 1, -2, 3, 1 and ten times that; the third's are 2, 1, 0, 5.
        a: [10, 11, 9, 12, 13],
        b: [500, 510, 490, 520, 530],
        c: [10, 12, 13, 13, 18],
      }),
    );
    expect(hotkey).toEqual(['a', 'b', 'c']);
    expect(cluster).toEqual([0, 0, 1]);
    expect(correlation[0]![1]).toBeCloseTo(1, 12);
    // By hand: means 0.75 and 2; products 0 + 2.75 - 4.5 + 0.75 = -1; squares 12.75 and 14.
    expect(correlation[0]![2]).toBeCloseTo(-1 / Math.sqrt(12.75 * 14), 12);
  });

  it('leaves those alone that never change, or change by the same each time', () => {
    const { cluster, correlation } = stakeCorrelationClusters(
      columnsOf({ a: [5, 5, 5, 5], b: [5, 5, 5, 5], c: [0.1, 0.2, 0.3, 0.4], d: [1, 5, 2, 9] }),
      { threshold: 0.99 },
    );
    expect(new Set(cluster).size).toBe(4);
    expect(correlation[0]![1]).toBeNull();
    expect(correlation[2]![2]).toBeNull();
    expect(correlation[3]![3]).toBe(1);
  });

  it('compares only blocks both have, and needs three changes', () => {
    const gap = Number.NaN;
    const { correlation } = stakeCorrelationClusters(
      columnsOf({ a: [1, 2, 4, 3, 7], b: [gap, gap, 4, 3, 7], c: [9, 2, 4, 3, 7] }),
    );
    expect(correlation[0]![1]).toBeNull();
    expect(correlation[0]![2]).not.toBeNull();
  });

  it('answers for no row, and for one point', () => {
    expect(stakeCorrelationClusters({ block: [], hotkey: [], stake: [] }).hotkey).toEqual([]);
    expect(stakeCorrelationClusters({ block: [1], hotkey: ['a'], stake: [3] }).cluster).toEqual([0]);
  });

  it('does not join the uncorrelated at a threshold of 1', () => {
    const { cluster } = stakeCorrelationClusters(columnsOf({ a: [5, 5, 5, 5], b: [1, 5, 2, 9] }), {
      threshold: 1,
    });
    expect(new Set(cluster).size).toBe(2);
  });
});
