import { expect, test } from 'vitest';
import { finestCovering, thin } from './frames.ts';

const marks = (blocks: number[]) => blocks.map((block) => [block, block * 12, 'alpha'] as const);

test('thinning keeps the first and the last, and takes the others evenly', () => {
  const all = Array.from({ length: 101 }, (_, i) => i);
  expect(thin(all, 5)).toEqual([0, 25, 50, 75, 100]);
  expect(thin(all, 2)).toEqual([0, 100]);
  expect(thin(all, 101)).toEqual(all);
  expect(thin([1, 2, 3], 400)).toEqual([1, 2, 3]);
  expect(thin([], 400)).toEqual([]);
  expect(new Set(thin(all, 100)).size).toBe(100);
});

test('the finest resolution that leaves no hole is shown', () => {
  const hourly = marks([300, 600, 900, 1_200]);
  const epoch = marks([360, 720, 1_080]);
  expect(finestCovering({ raw: marks([310, 620, 930, 1_240]), hourly, epoch })).toBe('raw');
  expect(finestCovering({ raw: marks([1_230, 1_240]), hourly, epoch })).toBe('hourly');
  // A backfill of long ago at full resolution, and a hole after it.
  expect(finestCovering({ raw: marks([300, 1_240]), hourly, epoch })).toBe('hourly');
  expect(finestCovering({ raw: [], hourly: marks([5_000]), epoch: marks([360, 4_900]) })).toBe('epoch');
  // An era that tells no time has no hourly rows.
  expect(finestCovering({ raw: marks([5_000]), hourly: [], epoch: marks([360, 5_000]) })).toBe('epoch');
  expect(finestCovering({ raw: [], hourly: [], epoch: [] })).toBe('raw');
});
