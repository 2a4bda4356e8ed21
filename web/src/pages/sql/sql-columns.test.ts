import { describe, expect, it } from 'vitest';
import { compareCells } from '../../table/column.ts';
import { cellText, sqlColumns, toCsv } from './sql-columns.ts';

const body = {
  columns: [
    { name: 'stake', type: 'UInt64' },
    { name: 'name', type: 'Nullable(String)' },
    { name: 'tags', type: 'Array(String)' },
  ],
  rows: [
    ['18446744073709551615', 'a,"b"\n', ['x']],
    ['7', '=1+1', []],
    ['-1', null, []],
  ],
  elapsedMs: 1,
  truncated: false,
};

it('writes CSV that RFC 4180 readers read and spreadsheets do not run', () => {
  expect(toCsv(body)).toBe(
    ['stake,name,tags', '18446744073709551615,"a,""b""\n","[""x""]"', "7,'=1+1,[]", '-1,,[]'].join('\r\n'),
  );
});

describe('sqlColumns', () => {
  const [stake, name] = sqlColumns(body);

  it('orders 64-bit integers, which come as text, by size', () => {
    const values = body.rows.map((values, index) => stake?.value({ index, values }));
    expect([...values].sort(compareCells)).toEqual([-1, 7, 2 ** 64]);
    expect(stake?.align).toBe('end');
  });

  it('leaves absent values out of the order', () => {
    expect(name?.value({ index: 2, values: body.rows[2] ?? [] })).toBeUndefined();
  });
});

it('shows nested values as JSON and absent ones as nothing', () => {
  expect([null, 0, false, ['a'], 'x'].map(cellText)).toEqual(['', '0', 'false', '["a"]', 'x']);
});

it('orders texts as people read them', () => {
  expect(['sn10', 'sn2', 'Sn1'].sort(compareCells)).toEqual(['Sn1', 'sn2', 'sn10']);
});
