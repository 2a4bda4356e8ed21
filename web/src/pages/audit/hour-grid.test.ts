import { expect, test } from 'vitest';
import { gridOf, type StripHour, walk } from './hour-grid.ts';

/** Hours that end one after the other, the first at `end`. */
function hoursFrom(end: string, count: number): StripHour[] {
  return Array.from({ length: count }, (_, index) => ({
    hour: new Date(Date.parse(end) + index * 3_600_000).toISOString().replace('.000Z', '.000000Z'),
    verdict: 'verified' as const,
    reason: 'ok',
    check: 'digest',
    detail: null,
    reportId: null,
  }));
}

test('an hour stands under the hour in which it begins, so the one that ends at midnight is of the day before', () => {
  const { days, places } = gridOf(hoursFrom('2026-11-21T23:00:00Z', 3));
  expect(days.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-22']);
  expect(places).toEqual([
    { row: 0, column: 22 },
    { row: 0, column: 23 },
    { row: 1, column: 0 },
  ]);
  expect(days[0]?.cells.filter((cell) => cell !== undefined)).toHaveLength(2);
  expect(days[1]?.cells).toHaveLength(24);
});

test('a week that begins within a day takes eight rows', () => {
  const { days } = gridOf(hoursFrom('2026-11-15T07:00:00Z', 168));
  expect(days).toHaveLength(8);
  expect(days.flatMap(({ cells }) => cells).filter((cell) => cell !== undefined)).toHaveLength(168);
});

test('arrows go by time across midnight and by days; at an edge they stay', () => {
  const grid = gridOf(hoursFrom('2026-11-21T23:00:00Z', 30));
  expect(walk(grid, 1, 'ArrowRight')).toBe(2);
  expect(walk(grid, 2, 'ArrowLeft')).toBe(1);
  expect(walk(grid, 0, 'ArrowLeft')).toBe(0);
  expect(walk(grid, 29, 'ArrowRight')).toBe(29);
  expect(walk(grid, 0, 'ArrowDown')).toBe(24);
  expect(walk(grid, 24, 'ArrowUp')).toBe(0);
  // Nothing stands above 00:00 of the second day.
  expect(walk(grid, 2, 'ArrowUp')).toBe(2);
  expect(walk(grid, 5, 'Home')).toBe(0);
  expect(walk(grid, 5, 'End')).toBe(29);
});

test('no hours make no rows, and keys lead nowhere', () => {
  const grid = gridOf([]);
  expect(grid).toEqual({ days: [], places: [] });
  expect(walk(grid, 0, 'ArrowRight')).toBe(0);
});
