import { describe, expect, it } from 'vitest';
import { orderBySimilarity, similarityClusters } from './similarity-clusters.ts';

const epoch = {
  block: 1,
  n: 7,
  hotkeys: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  stakes: [4, 3, 2, 1, 0, 0, 0],
  rows: [
    { uid: 0, targets: [4, 5], values: [100, 1] },
    { uid: 1, targets: [6], values: [65535] },
    { uid: 2, targets: [4, 5], values: [65535, 700] },
    { uid: 3, targets: [3], values: [65535] },
  ],
};

describe('similarityClusters', () => {
  it('groups validators that weigh alike; a self-weight is no row', () => {
    const { uid, hotkey, cluster, order } = similarityClusters(epoch);
    expect(uid).toEqual([0, 1, 2]);
    expect(hotkey).toEqual(['a', 'b', 'c']);
    expect(cluster).toEqual([0, 1, 0]);
    expect(Math.abs(order.indexOf(0) - order.indexOf(2))).toBe(1);
  });

  it('puts all in one cluster when the threshold says so', () => {
    expect(similarityClusters(epoch, { threshold: 1 }).cluster).toEqual([0, 0, 0]);
  });

  it('answers nothing without rows', () => {
    expect(similarityClusters({ ...epoch, rows: [] }).uid).toEqual([]);
  });
});

describe('orderBySimilarity', () => {
  it('names every uid once, those of like support side by side, those without weight last', () => {
    const order = orderBySimilarity(epoch);
    expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(Math.abs(order.indexOf(4) - order.indexOf(5))).toBe(1);
    expect(order.slice(3)).toEqual([0, 1, 2, 3]);
  });

  it('orders a subnet of one neuron', () => {
    expect(orderBySimilarity({ block: 1, n: 1, hotkeys: ['a'], stakes: [1], rows: [] })).toEqual([0]);
  });
});
