import { expect, test } from 'vitest';
import { axisStart, ratioOption } from './miners-option.ts';
import type { ReportingMiner } from './miners-words.ts';

const miner = (ratio: number | null, low: number | null, high: number | null): ReportingMiner =>
  ({
    hotkey: '<b>x</b>',
    uid: null,
    commonHours: 3,
    counts: { own: 9, validator: 10, ratio, low, high, state: ratio === null ? 'nothing' : 'agrees' },
  }) as ReportingMiner;

test('the axis goes down to the lowest interval, by steps that end at 1', () => {
  expect(axisStart([miner(0.99, 0.98, 1)], 0.9)).toBeCloseTo(0.8, 9);
  expect(axisStart([miner(0.9, 0.596, 0.98)], 0.9)).toBeCloseTo(0.5, 9);
  expect(axisStart([miner(0.5, 0.33, 0.6)], 0.9)).toBeCloseTo(0.2, 9);
  expect(axisStart([miner(0, 0, 0.1)], 0.9)).toBe(0);
  expect(axisStart([], 0.9)).toBeCloseTo(0.8, 9);
});

test('a whisker is as long as its interval, and who has no ratio has none', () => {
  const { series } = ratioOption(
    { miners: [miner(0.9, 0.6, 0.98), miner(null, null, null)], threshold: 0.9 },
    'light',
  );
  const [low, interval] = series as unknown as { data: unknown[] }[];
  expect(low?.data).toEqual([0.6, null]);
  expect(interval?.data).toMatchObject([{ value: expect.closeTo(0.38, 9) }, { value: null }]);
});

test('the tip has both counts and the interval, and shows names as text', () => {
  const { formatter } = ratioOption({ miners: [miner(0.9, 0.6, 0.98)], threshold: 0.9 }, 'dark').tooltip;
  const tip = formatter([{ dataIndex: 0 }]);
  expect(tip).toContain('0.9000 (0.6000 to 0.9800)');
  expect(tip).not.toContain('<b>x');
  expect(formatter([])).toBe('');
});
