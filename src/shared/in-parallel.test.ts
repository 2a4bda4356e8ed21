import { expect, test } from 'vitest';
import { inParallel } from './index.ts';

test('so many at a time, results in the order of the items', async () => {
  const waiting: (() => void)[] = [];
  let begun = 0;
  const all = inParallel(['a', 'b', 'c'], 2, async (item) => {
    begun++;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return item.toUpperCase();
  });
  expect(begun).toBe(2);
  // The second ends before the first, and makes room for the third.
  waiting[1]?.();
  await expect.poll(() => begun).toBe(3);
  waiting[2]?.();
  waiting[0]?.();
  expect(await all).toEqual(['A', 'B', 'C']);
});

test('after a failure nothing more is begun, and it is told when what has begun has ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const all = inParallel([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('no');
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(item);
  });
  await expect(all).rejects.toThrow('no');
  expect([begun, ended]).toEqual([[0, 1], [0]]);
});
