import { expect, test } from 'vitest';
import { type BarChartData, barOption } from './bar-option.ts';

const data: BarChartData = {
  categories: ['7', '8'],
  heads: ['UID 7 (<b>x</b>)', 'UID 8'],
  left: { unit: '%', kind: 'amount' },
  series: [
    { key: 'a', name: 'Given', values: [1, null], color: '#000' },
    { key: 'b', name: 'Consensus', values: [2, 3], color: '#111', marks: true },
  ],
};
const tooltip = (option: ReturnType<typeof barOption>, index: number) =>
  option.tooltip.formatter([{ dataIndex: index }]);

test('a tooltip says what each bar is, with its unit, and leaves out what is absent', () => {
  const option = barOption(data, 'light');
  expect(tooltip(option, 0)).toContain('1.00 %');
  expect(tooltip(option, 1)).not.toContain('Given');
  expect(tooltip(option, 1)).toContain('3.00 %');
});

test('names from the chain are shown as text', () => {
  expect(tooltip(barOption(data, 'light'), 0)).not.toContain('<b>x');
});

test('stacked bars are added up', () => {
  const stacked = { ...data, stacked: true, series: data.series.map((each) => ({ ...each, marks: false })) };
  const option = barOption(stacked, 'dark');
  expect(option.series.map((series) => series.type)).toEqual(['bar', 'bar']);
  expect(tooltip(option, 0)).toContain('Together');
  expect(tooltip(option, 0)).toContain('3.00 %');
});

test('what is selected stands out, and without a selection nothing steps back', () => {
  const faded = (strong: ReadonlySet<number> | undefined) =>
    barOption({ ...data, strong }, 'light').series[0]?.data.map((bar) => 'itemStyle' in bar);
  expect(faded(new Set([1]))).toEqual([true, false]);
  expect(faded(new Set())).toEqual([false, false]);
  expect(faded(undefined)).toEqual([false, false]);
});

test('no bars are no error', () => {
  const option = barOption({ ...data, categories: [], heads: [], series: [] }, 'light');
  expect(option.tooltip.formatter([])).toBe('');
  expect(option.xAxis.data).toEqual([]);
});
