import { expect, test } from 'vitest';
import type { BlockView, StorageRequest } from '../types.ts';
import type { ColumnName, ColumnsDraft } from './columns.ts';
import { fillFromStorage } from './storage-columns.ts';

const N = 3;

/** Reads one vector column that storage holds with so many entries, 1, 2, 3 … */
async function read(column: ColumnName, item: string, length: number, mechanism = 0) {
  const view = {
    hasStorage: (_: string, name: string) => name === item,
    storageDefault: () => undefined,
    storageMany: async (requests: StorageRequest[]) =>
      requests.map(({ check }) => {
        const value = Array.from({ length }, (_, i) => i + 1);
        check?.(value);
        return value;
      }),
  } as unknown as BlockView;
  const columns = { hotkey: Array(N).fill(new Uint8Array(32)) } as unknown as ColumnsDraft;
  const standing = { netuid: 64, n: N, mechanisms: 2 };
  await fillFromStorage(view, [{ standing, mechanism, columns }], new Set([column]));
  return columns[column];
}

test('what only the epoch writes is filled up or cut to the neurons there are', async () => {
  expect(await read('stakeWeight', 'StakeWeight', 2)).toEqual([1, 2, 0]);
  expect(await read('stakeWeight', 'StakeWeight', 5)).toEqual([1, 2, 3]);
  expect(await read('incentive', 'Incentive', 5, 1)).toEqual([1, 2, 3]);
});

test.each([2, 5])(
  'what grows and is trimmed with the subnet must fit: %i entries are rejected',
  async (length) => {
    await expect(read('incentive', 'Incentive', length)).rejects.toMatchObject({ code: 'falsified' });
  },
);
