import { expect, test } from 'vitest';
import type { PaidMiner } from './incentives-marks.ts';
import { type PayPicture, payLegend, payOption, pointsText } from './incentives-option.ts';

const NONE = { paid: null, delta: null, relative: null, rank: null };
const miner = (uid: number | null, expected: number, paid: number | null): PaidMiner => ({
  hotkey: '<img src=x onerror=alert(1)>',
  coldkey: null,
  uid,
  state: 'agrees',
  expected,
  rank: null,
  weight: paid === null ? NONE : { paid, delta: paid - expected, relative: null, rank: null },
  incentive: NONE,
  published: NONE,
  contributions: [],
  explanations: [],
});

const picture: PayPicture = {
  miners: [miner(0, 0.3, 0), miner(null, 0, 0.2), miner(9, 0.07, null)],
  states: ['owed-unpaid', 'paid-unowed', 'unknown'],
  sides: ['weight'],
  view: 'share',
  hidden: () => false,
};
const seriesOf = (of: PayPicture, id: string) =>
  (payOption(of, 'light').series as { id: string; data: unknown[] }[]).find((series) => series.id === id);

test('shares are drawn in percent, without the noise of the multiplication', () => {
  expect(seriesOf(picture, 'expected')?.data).toEqual([30, 0, 7]);
  expect(seriesOf(picture, 'weight')?.data).toEqual([0, 20, null]);
});

test('what lies between owed and paid is shaded, and red where one of them is nothing', () => {
  expect(seriesOf(picture, 'below')?.data).toEqual([0, 0, null]);
  expect(seriesOf(picture, 'difference')?.data).toEqual([
    { value: 30, itemStyle: { color: '#b42318', opacity: 0.65 } },
    { value: 20, itemStyle: { color: '#b42318', opacity: 0.65 } },
    null,
  ]);
});

test('a hidden series is not drawn, and nothing is shaded that has no two ends', () => {
  const hidden = { ...picture, hidden: (key: string) => key === 'weight' };
  expect(seriesOf(hidden, 'weight')).toBeUndefined();
  expect(seriesOf(hidden, 'difference')?.data).toEqual([null, null, null]);
});

test('the other view shows differences with their sign', () => {
  const data = seriesOf({ ...picture, view: 'difference' }, 'weight')?.data as ({ value: number } | null)[];
  expect(data.map((bar) => bar?.value)).toEqual([-30, 20, undefined]);
  expect(payLegend({ sides: ['weight'], view: 'difference' }, 'dark').map(({ label }) => label)).toEqual([
    'Own weight',
  ]);
});

test('names from outside are shown as text, and where nothing is pointed at there is no tip', () => {
  const tip = payOption(picture, 'dark').tooltip.formatter;
  expect(tip([{ dataIndex: 1 }])).not.toContain('<img');
  expect(tip([{ dataIndex: 0 }])).toContain('owed, not paid');
  expect(tip([{ dataIndex: 2 }])).toContain('–');
  expect(tip([])).toBe('');
  expect(tip([{ dataIndex: 99 }])).toBe('');
});

test('a difference that no digit shows is about 0, not +0', () => {
  expect(pointsText(0)).toBe('±0');
  expect(pointsText(2e-7)).toBe('≈0 pp');
  expect(pointsText(-0.00529)).toBe('−0.5290 pp');
});

test('nobody is no error', () => {
  const empty = { ...picture, miners: [], states: [], sides: [] };
  expect(payOption(empty, 'light').xAxis.data).toEqual([]);
});
