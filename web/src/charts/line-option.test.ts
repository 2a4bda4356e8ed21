import { expect, it } from 'vitest';
import { type LineChartData, type LineSeries, lineOption } from './line-option.ts';
import { seriesStyle } from './palette.ts';

const series = (key: string, extra: Partial<LineSeries> = {}): LineSeries => ({
  key,
  name: key,
  points: [
    [10, 1],
    [20, null],
  ],
  style: seriesStyle(0, 'dark'),
  ...extra,
});
const data = (extra: Partial<LineChartData> = {}): LineChartData => ({
  axis: 'block',
  left: { unit: 'τ', kind: 'amount' },
  series: [series('a')],
  ...extra,
});

it('writes symbols and names of the chain into the tooltip as text', () => {
  const option = lineOption(
    data({ left: { unit: '<img>', kind: 'amount' }, series: [series('a', { name: '<b>x' })] }),
    'dark',
  );
  const html = option.tooltip.formatter([{ seriesId: 'a', value: [10, 2.5] }]);
  expect(html).toContain('block 10');
  expect(html).toContain('2.50 &#60;img&#62;');
  expect(html).toContain('&#60;b&#62;x');
  expect(html).not.toMatch(/<img>|<b>x/);
});

it('names the unit of the axis that a line belongs to, and says where there is no value', () => {
  const option = lineOption(
    data({
      axis: 'time',
      left: { unit: 'miners', kind: 'count' },
      right: { unit: 'validators', kind: 'count' },
      series: [series('m'), series('v', { side: 'right' })],
    }),
    'light',
  );
  const html = option.tooltip.formatter([
    { seriesId: 'm', value: [1_700_000_000_000, null] },
    { seriesId: 'v', value: [1_700_000_000_000, 12] },
  ]);
  expect(html).toContain('2023-11-14 22:13:20 UTC');
  expect(html).toContain('–');
  expect(html).toContain('12 validators');
  expect(option.yAxis).toHaveLength(2);
  expect(option.series.map(({ yAxisIndex }) => yAxisIndex)).toEqual([0, 1]);
});

it('lists the largest of many lines and counts the rest', () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const option = lineOption(data({ series: keys.map((key) => series(key)) }), 'light');
  const html = option.tooltip.formatter(keys.map((key, index) => ({ seriesId: key, value: [10, index] })));
  expect(html).toContain('k19');
  expect(html).not.toContain('>k2<');
  expect(html).toContain('and 8 more');
});

it('lets a selected line stand out', () => {
  const option = lineOption(
    data({ opacity: 0.5, series: [series('a', { strong: true }), series('b', { weak: true })] }),
    'light',
  );
  const [strong, weak] = option.series.map(({ lineStyle }) => lineStyle);
  expect(strong?.opacity).toBe(1);
  expect(weak?.opacity).toBeLessThan(0.5);
  expect(strong?.width).toBeGreaterThan(weak?.width ?? 9);
});
