import { expect, test } from 'vitest';
import { groups } from './groups.ts';
import { longTable } from './long-table.ts';

/*
 * pandas 3.1:
 *   c = pd.DataFrame(dict(block=[1,1,1,1,2,2,2,3], cold=['k','k','m',None,'k','m','m','n'], ip=['1','2','3','4','1','3',None,'5']))
 *   c.cold.value_counts()                             # k 3, m 3, n 1
 *   c.groupby(['block', 'cold']).ip.nunique().unstack()  # k 2 1 NaN, m 1 1 NaN, n NaN NaN 1
 */
const table = longTable([1, 1, 1, 1, 2, 2, 2, 3]);
const cold = ['k', 'k', 'm', null, 'k', 'm', 'm', 'n'];
const ip = ['1', '2', '3', '4', '1', '3', null, '5'];

test('the most frequent keys, with the distinct values of each block; 0 where it is not there', () => {
  expect(groups(table, cold, ip, 10)).toEqual([
    { key: 'k', rows: 3, values: [2, 1, 0] },
    { key: 'm', rows: 3, values: [1, 1, 0] },
    { key: 'n', rows: 1, values: [0, 0, 1] },
  ]);
  expect(groups(table, cold, ip, 1).map(({ key }) => key)).toEqual(['k']);
});

test('one neuron, none, and nothing but rows without a key', () => {
  expect(groups(longTable([4]), ['k'], ['1'], 5)).toEqual([{ key: 'k', rows: 1, values: [1] }]);
  expect(groups(longTable([]), [], [], 5)).toEqual([]);
  expect(groups(longTable([1, 2]), [null, null], ['1', '2'], 5)).toEqual([]);
});
