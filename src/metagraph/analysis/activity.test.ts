import { expect, test } from 'vitest';
import { activity } from './activity.ts';
import type { Aggregate } from './aggregate.ts';
import { longTable } from './long-table.ts';

/*
 * pandas 3.1:
 *   df = pd.DataFrame(dict(block=[10,10,10,20,20,30], coldkey=list('aabaab'), hotkey=['h1','h2','h3','h1','h2','h3'],
 *                          ip=['1','1',None,'1','2',None], stake=[1,4,5,2,np.nan,np.nan]))
 *   g = df.groupby(['coldkey', 'block'])
 *   g.stake.agg(['mean','std','max','min']).join(g.stake.sum(min_count=1)).join(g[['hotkey','ip']].nunique())
 *            mean  std      max  min  stake  hotkey  ip
 *   a 10     2.5   2.12132  4    1    5      2       1
 *   a 20     2     NaN      2    2    2      2       2
 *   b 10     5     NaN      5    5    5      1       0
 *   b 30     NaN   NaN      NaN  NaN  NaN    1       0
 */
const table = longTable([10, 10, 10, 20, 20, 30]);
const coldkey = [...'aabaab'];
const hotkey = ['h1', 'h2', 'h3', 'h1', 'h2', 'h3'];
const ip = ['1', '1', null, '1', '2', null];
const stake = [1, 4, 5, 2, null, null];

test('groups and frames have what pandas computes; null where a group is not there', () => {
  const of = (aggregate: Aggregate) => ({ aggregate, column: stake });
  const { groups, values } = activity(
    table,
    coldkey,
    [
      of('mean'),
      of('max'),
      of('min'),
      of('sum'),
      { aggregate: 'nunique', column: hotkey },
      { aggregate: 'nunique', column: ip },
      of('std'),
    ],
    10,
  );
  expect(groups).toEqual(['a', 'b']);
  expect(values.slice(0, 6)).toEqual([
    [2.5, 2, null, 5, null, null],
    [4, 2, null, 5, null, null],
    [1, 2, null, 5, null, null],
    [5, 2, null, 5, null, null],
    [2, 2, null, 1, null, 1],
    [1, 2, null, 0, null, 0],
  ]);
  expect(values[6]?.[0]).toBeCloseTo(2.12132034356, 11);
  expect(values[6]?.slice(1)).toEqual([null, null, null, null, null]);
});

test('of too many groups the largest stay; rows without a group are in none', () => {
  expect(activity(table, coldkey, [], 1).groups).toEqual(['a']);
  expect(
    activity(
      table,
      coldkey.map(() => null),
      [{ aggregate: 'sum', column: stake }],
      5,
    ),
  ).toEqual({
    groups: [],
    values: [[]],
  });
  expect(activity(longTable([1]), ['a'], [{ aggregate: 'mean', column: [3] }], 5)).toEqual({
    groups: ['a'],
    values: [[3]],
  });
});
