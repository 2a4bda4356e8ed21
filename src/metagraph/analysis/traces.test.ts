import { expect, test } from 'vitest';
import { longTable } from './long-table.ts';
import { traces } from './traces.ts';

/*
 * pandas 3.1:
 *   d = pd.DataFrame(dict(block=[1,1,1,2,2,2,3,3], hotkey=list('abcabcad'), x=[1,5,3,2,np.nan,3,3,2.]))
 *   d.groupby('hotkey').x.mean()                        # a 2, b 5, c 3, d 2
 *   d.pivot(index='block', columns='hotkey', values='x')  # a 1 2 3; b 5 NaN NaN; c 3 3 NaN; d NaN NaN 2
 */
const table = longTable([1, 1, 1, 2, 2, 2, 3, 3]);
const hotkey = [...'abcabcad'];
const x = [1, 5, 3, 2, null, 3, 3, 2];

test('lines rank by their mean over the range; equals by their hotkey', () => {
  expect(traces(table, hotkey, x, 10)).toEqual([
    { hotkey: 'b', rank: 1, mean: 5, values: [5, null, null] },
    { hotkey: 'c', rank: 2, mean: 3, values: [3, 3, null] },
    { hotkey: 'a', rank: 3, mean: 2, values: [1, 2, 3] },
    { hotkey: 'd', rank: 4, mean: 2, values: [null, null, 2] },
  ]);
  expect(traces(table, hotkey, x, 2).map((line) => line.hotkey)).toEqual(['b', 'c']);
});

test('one neuron, an empty range, an era without the column', () => {
  expect(traces(longTable([3]), ['a'], [0], 5)).toEqual([{ hotkey: 'a', rank: 1, mean: 0, values: [0] }]);
  expect(traces(longTable([]), [], [], 5)).toEqual([]);
  expect(traces(longTable([1, 2]), ['a', 'a'], [null, null], 5)).toEqual([]);
});
