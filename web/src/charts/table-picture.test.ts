import { expect, it } from 'vitest';
import type { Column } from '../table/column.ts';
import { pictureText, rowsNote, tableContent } from './table-picture.ts';

interface Row {
  readonly uid: number;
  readonly stake: number | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'uid', header: 'UID', width: 60, value: ({ uid }) => uid },
  { id: 'stake', header: 'Stake', unit: 'τ', width: 90, value: ({ stake }) => stake },
];
const ROWS: readonly Row[] = [
  { uid: 0, stake: undefined },
  { uid: 1, stake: 0 },
  { uid: 2, stake: 7.5 },
];

it('orders rows as the table does: what is absent comes last both ways', () => {
  const uids = (desc: boolean) => tableContent(COLUMNS, ROWS, { id: 'stake', desc }).rows.map(([uid]) => uid);
  expect(uids(true)).toEqual([2, 1, 0]);
  expect(uids(false)).toEqual([1, 2, 0]);
  expect(tableContent(COLUMNS, ROWS, { id: 'gone', desc: true }).rows).toEqual([
    [0, undefined],
    [1, 0],
    [2, 7.5],
  ]);
});

it('names the unit in the header', () => {
  expect(tableContent(COLUMNS, []).header).toEqual(['UID', 'Stake (τ)']);
});

it('says so when it leaves rows away', () => {
  const rows = (length: number) => ({ header: [], rows: Array.from({ length }, () => []) });
  expect(rowsNote(rows(200))).toBeUndefined();
  expect(rowsNote(rows(1_201))).toBe('the first 200 of 1,201 rows; the CSV has all');
});

it('writes figures, accounts and hostile texts so that they can be read', () => {
  expect(pictureText(0)).toBe('0');
  expect(pictureText(1_234_567)).toBe('1,234,567');
  expect(pictureText(55_793.987_6)).toBe('55,794');
  expect(pictureText(0.123_456_789)).toBe('0.123457');
  expect(pictureText(Number.NaN)).toBe('–');
  expect(pictureText(null)).toBe('–');
  expect(pictureText(false)).toBe('no');
  expect(pictureText('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')).toBe('5GrwvaEF…GKutQY');
  expect(pictureText('a\u202Eb\n c')).toBe('ab c');
  expect(pictureText('x'.repeat(300))).toHaveLength(100);
});
