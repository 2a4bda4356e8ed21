import { describe, expect, it } from 'vitest';
import type { HistoryBody } from '../../api/types.ts';
import { chartOption } from './chart-option.ts';
import { historyFigures, linePoints } from './history-series.ts';

const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
const history: HistoryBody = {
  netuid: 1,
  mechanism: 0,
  unit: 'alpha',
  resolution: 'raw',
  block: [10, 20, 30, 100, 110, 120, 130, 140, 150, 160, 170, 180],
  timestamp: [iso(1), iso(2), null, iso(10), iso(11), ...Array<null>(7).fill(null)],
  uid: [3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4],
  incentive: [0.1, 0.2, 0.3, 0.4, 0.5],
  consensus: [null, null, null, null, null],
  dividends: [0, 0, 0, 0, 0],
  validatorTrust: [null, null, null, null, null],
  emission: [1, null, 3, 4, 5],
  totalStake: [null, null, null, null, null],
  stake: [null, null, null, null, null],
};

describe('linePoints', () => {
  it('breaks where samples are missing and where the uid changes', () => {
    expect(linePoints(history, history.incentive, 'block').slice(0, 7)).toEqual([
      [10, 0.1],
      [20, 0.2],
      [30, 0.3],
      [100, null],
      [100, 0.4],
      [110, null],
      [110, 0.5],
    ]);
  });

  it('leaves out over time what has no time, and keeps absent values as breaks', () => {
    expect(linePoints(history, history.emission, 'time').slice(0, 3)).toEqual([
      [1_000, 1],
      [2_000, null],
      [10_000, null],
    ]);
  });
});

it('offers only what the history has, in the coin of the subnet', () => {
  expect(
    historyFigures(history, 'β').map(({ id, unit, series }) => [id, unit, series.map(({ name }) => name)]),
  ).toEqual([
    ['scores', '', ['Incentive', 'Dividends']],
    ['emission', 'β', ['Emission']],
  ]);
  expect(historyFigures({ ...history, unit: 'tao' }, 'β')[1]?.unit).toBe('τ');
});

it('writes a symbol of the chain into the tooltip as text', () => {
  const option = chartOption({ axis: 'block', unit: '<img>', share: false, series: [] }, 'dark');
  const html = option.tooltip.formatter([{ seriesName: 'Emission', color: '#fff', value: [10, 2.5] }]);
  expect(html).toContain('block 10');
  expect(html).toContain('2.50 &#60;img&#62;');
  expect(html).not.toContain('<img>');
});
