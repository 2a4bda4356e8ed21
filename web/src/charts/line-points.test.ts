import { describe, expect, it } from 'vitest';
import { linePoints } from './line-points.ts';

const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
const snapshots = {
  block: [10, 20, 30, 100, 110, 120, 130, 140, 150, 160, 170, 180],
  timestamp: [iso(1), iso(2), null, iso(10), iso(11), ...Array<null>(7).fill(null)],
  uid: [3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4],
};

describe('linePoints', () => {
  it('breaks where samples are missing and where the uid changes', () => {
    expect(linePoints(snapshots, [0.1, 0.2, 0.3, 0.4, 0.5], 'block').slice(0, 7)).toEqual([
      [10, 0.1],
      [20, 0.2],
      [30, 0.3],
      [100, null],
      [100, 0.4],
      [110, null],
      [110, 0.5],
    ]);
  });

  it('leaves out over time what has no time, and keeps absent values as breaks', () => {
    expect(linePoints(snapshots, [1, null, 3, 4, 5], 'time').slice(0, 3)).toEqual([
      [1_000, 1],
      [2_000, null],
      [10_000, null],
    ]);
  });

  it('does without uids, and with one snapshot or none', () => {
    expect(linePoints({ block: [5], timestamp: [null] }, [2], 'block')).toEqual([[5, 2]]);
    expect(linePoints({ block: [], timestamp: [] }, [], 'time')).toEqual([]);
  });
});
