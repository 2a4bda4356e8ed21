import { expect, test } from 'vitest';
import type { WeightsBody } from '../../api/types.ts';
import { heatColor } from './heat-scale.ts';
import { matrixOf, scaleEnds, shareLevel } from './matrix.ts';
import { cellAt, layoutOf } from './matrix-drawing.ts';

const HOTKEYS = ['5A', '5B', '5C', '5D'].map((start) => start.padEnd(48, 'x'));

function neuron(uid: number, stake: number | null): WeightsBody['neurons'][number] {
  return {
    uid,
    hotkey: HOTKEYS[uid] ?? '',
    coldkey: null,
    identityName: null,
    stake,
    validatorPermit: uid < 2,
    consensus: null,
    incentive: null,
    emission: null,
  };
}

function row(uid: number, targets: number[], shares: number[]): WeightsBody['rows'][number] {
  return {
    uid,
    targets,
    shares,
    lastUpdate: null,
    age: null,
    revealDelay: null,
    distance: null,
    cosineDistance: null,
    cluster: 0,
  };
}

const body: WeightsBody = {
  netuid: 1,
  mechanism: 0,
  of: 'weights',
  block: 10,
  timestamp: null,
  unit: 'alpha',
  consensusSource: 'chain',
  commitReveal: null,
  neurons: [neuron(0, 5), neuron(1, 50), neuron(2, null), neuron(3, 1)],
  // Uid 0 gives a quarter and three quarters; uid 1 gives all to uid 3.
  rows: [row(0, [2, 3], [0.25, 0.75]), row(1, [3], [1])],
  rowOrder: [0, 1],
  columnOrder: [3, 2],
  blocks: [10],
};

test('rows and columns follow stake, uid or likeness, and each share stays with its pair', () => {
  const byStake = matrixOf(body, 'stake');
  expect(byStake.rows.map(({ head }) => head.uid)).toEqual([1, 0]);
  expect(byStake.columns.map(({ uid }) => uid)).toEqual([3, 2]);
  expect([...byStake.shares]).toEqual([1, 0, 0.75, 0.25]);

  const byUid = matrixOf(body, 'uid');
  expect(byUid.rows.map(({ head }) => head.uid)).toEqual([0, 1]);
  expect([...byUid.shares]).toEqual([0.25, 0.75, 0, 1]);

  expect(matrixOf(body, 'cluster').columns.map(({ uid }) => uid)).toEqual([3, 2]);
});

test('what nobody weighs has no column', () => {
  expect(matrixOf(body, 'uid').columns.map(({ uid }) => uid)).toEqual([2, 3]);
});

test('what is marked stands out, by uid or hotkey, and alone when asked for', () => {
  const marked = matrixOf(body, 'uid', ['2', HOTKEYS[1] ?? '']);
  expect([...marked.strongColumns]).toEqual([0]);
  expect([...marked.strongRows]).toEqual([1]);
  const alone = matrixOf(body, 'uid', ['2'], true);
  expect(alone.columns.map(({ uid }) => uid)).toEqual([2]);
  // No row is marked, so all are shown.
  expect(alone.rows).toHaveLength(2);
});

test('a subnet where nobody has set weights has an empty matrix', () => {
  const empty = matrixOf({ ...body, rows: [] }, 'stake');
  expect([empty.rows.length, empty.columns.length, empty.largest]).toEqual([0, 0, 0]);
  expect(shareLevel(0, empty, 'log')).toBe(0);
  expect(cellAt(empty, layoutOf(empty, 600, 1), 5, 5)).toBeUndefined();
});

test('the logarithmic scale spans one and a half decades at least and five at most; the linear one begins at nothing', () => {
  const one = { largest: 1, usual: { low: 1, high: 1 } };
  expect(scaleEnds(one, 'log')).toEqual({ low: 1 / 30, high: 1 });
  expect(shareLevel(1, one, 'log')).toBe(1);
  const wide = { largest: 0.1, usual: { low: 0.000_000_1, high: 0.1 } };
  // Five decades: a hundredth of the largest lies three fifths up.
  expect(shareLevel(0.001, wide, 'log')).toBeCloseTo(0.6, 9);
  expect(shareLevel(0.025, { largest: 1, usual: { low: 0.01, high: 0.1 } }, 'linear')).toBe(0.25);
});

test('one row that gives all to one does not make the others pale', () => {
  const many = Array.from({ length: 200 }, (_, at) => at + 2);
  const wide = {
    ...body,
    neurons: Array.from({ length: 202 }, (_, uid) => neuron(uid, 1)),
    rows: [
      row(
        0,
        many,
        many.map(() => 1 / 200),
      ),
      row(1, [2], [1]),
    ],
  };
  const { usual, largest } = matrixOf(wide, 'uid');
  expect(largest).toBe(1);
  expect(usual.high).toBeCloseTo(0.005, 6);
});

test('more weight is further from the ground in both schemes', () => {
  const lightness = (level: number, scheme: 'light' | 'dark') =>
    heatColor(level, scheme).reduce((sum, channel) => sum + channel, 0);
  const levels = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1];
  const light = levels.map((level) => lightness(level, 'light'));
  const dark = levels.map((level) => lightness(level, 'dark'));
  expect(light).toEqual([...light].sort((a, b) => b - a));
  expect(dark).toEqual([...dark].sort((a, b) => a - b));
});

test('a pointer finds the cell it is over, none outside', () => {
  const matrix = matrixOf(body, 'uid');
  const layout = layoutOf(matrix, 600, 1);
  expect(cellAt(matrix, layout, layout.width - 1, layout.cellHeight + 1)).toEqual({ row: 1, column: 1 });
  expect(cellAt(matrix, layout, layout.width + 1, 3)).toBeUndefined();
  expect(cellAt(matrix, layout, 3, -1)).toBeUndefined();
});
