import { expect, test } from 'vitest';
import type { Listing } from '../adapter.ts';
import { HOUR } from '../instants.ts';
import type { ListedReport } from '../types.ts';
import { boundedList, MOST_OF_A_SOURCE, MOST_OF_AN_ACCOUNT } from './bounded-list.ts';

const NOW = 1_000_000 * HOUR;
const bounds = { from: NOW - 192 * HOUR, to: NOW + 24 * HOUR };

const line = (hotkey: string, block: number, own: Partial<ListedReport> = {}): ListedReport => ({
  ...{ source: 's', role: 'miner', hotkey, entryId: `${hotkey}.${block}`, block, path: `${hotkey}/${block}` },
  ...{ start: NOW - HOUR, end: NOW },
  ...own,
});

const listing = (reports: ListedReport[]): Listing => ({ reports, bad: [], badCount: 0 });

test('an honest list stays as it is, but for what is too old', () => {
  const reports = [line('a', 1, { role: 'validator' }), line('b', 2), line('b', 2)];
  const old = line('b', 3, { end: bounds.from - 1 });
  expect(boundedList(listing([...reports, old]), bounds)).toEqual(listing(reports));
});

test.each([NOW + 25 * HOUR, Number.POSITIVE_INFINITY, 8.64e21])(
  'a time to come is told, not looked at: %d',
  (end) => {
    const told = boundedList(listing([line('a', 1, { end })]), bounds);
    expect(told).toMatchObject({
      reports: [],
      badCount: 1,
      bad: [{ reason: 'is of a time that is not over' }],
    });
  },
);

test('an account has so many lines and no more, the newest, over all looks together', () => {
  const flood = (from: number) =>
    Array.from({ length: MOST_OF_AN_ACCOUNT }, (_, i) =>
      line('a', from + i, { end: NOW - (i % 100) * HOUR }),
    );
  const known = flood(0);
  const again = boundedList(listing([...known, ...flood(5_000), line('b', 1)]), { ...bounds, known });
  expect(again.reports).toHaveLength(MOST_OF_AN_ACCOUNT + 1);
  expect(again).toMatchObject({ badCount: MOST_OF_AN_ACCOUNT });
  expect(again.bad).toHaveLength(100);
});

test('a flood of accounts keeps no validator out', () => {
  const flood = Array.from({ length: MOST_OF_A_SOURCE + 5 }, (_, i) => line(`m${i}`, i));
  const told = boundedList(listing([...flood, line('v', 1, { role: 'validator' })]), bounds);
  expect(told.reports).toHaveLength(MOST_OF_A_SOURCE);
  expect(told.reports.some(({ hotkey }) => hotkey === 'v')).toBe(true);
  expect(told.badCount).toBe(6);
});
