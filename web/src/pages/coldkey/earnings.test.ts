import { expect, test } from 'vitest';
import type { EarningsBody } from '../../api/types.ts';
import { earnedInAll, earningsBars, incompleteDays, mixesCoins } from './earnings.ts';

const body: EarningsBody = {
  day: ['2026-11-20', '2026-11-21'],
  subnets: [
    { netuid: 0, unit: 'tao', amount: [1, 1], tao: [1, 1], epochs: [72, 72], expected: [72, 72] },
    { netuid: 4, unit: 'alpha', amount: [10, null], tao: [5, null], epochs: [20, 0], expected: [20, 20.4] },
    { netuid: 9, unit: 'alpha', amount: [0, 0], tao: [0, 0], epochs: [3, 20], expected: [20, 20] },
  ],
};

test('a series for each subnet that paid, the best paying first', () => {
  const bars = earningsBars(body, 'tao', (netuid) => `SN ${netuid}`);
  expect(bars.map(({ name, values }) => [name, values])).toEqual([
    ['SN 4', [5, null]],
    ['SN 0', [1, 1]],
  ]);
  expect(earningsBars(body, 'own', String).map(({ values }) => values)).toEqual([
    [10, null],
    [1, 1],
  ]);
});

test('alpha of different subnets is not one coin', () => {
  expect(mixesCoins(body, 'own')).toBe(true);
  expect(mixesCoins(body, 'tao')).toBe(false);
  expect(mixesCoins({ ...body, subnets: body.subnets.slice(1, 2) }, 'own')).toBe(false);
});

test('a total is known when anything is', () => {
  expect(earnedInAll(body)).toBe(7);
  expect(earnedInAll({ day: [], subnets: [] })).toBeUndefined();
});

test('a day of which not all epochs were seen is a lower bound', () => {
  // Of subnet 9 three of 20 epochs were seen on the first day; that subnet 4 had none on the second says nothing.
  expect(incompleteDays(body)).toBe(1);
});
