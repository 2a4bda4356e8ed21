import { expect, it } from 'vitest';
import type { HistoryBody } from '../../api/types.ts';
import { historyFigures } from './history-series.ts';

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

it('offers only what the history has, in the coin of the subnet', () => {
  expect(
    historyFigures(history, 'β').map(({ id, left, lines }) => [id, left.unit, lines.map(({ name }) => name)]),
  ).toEqual([
    ['scores', '', ['Incentive', 'Dividends']],
    ['emission', 'β', ['Emission']],
  ]);
  expect(historyFigures({ ...history, unit: 'tao' }, 'β')[1]?.left.unit).toBe('τ');
});
