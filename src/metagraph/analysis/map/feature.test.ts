import { expect, test } from 'vitest';
import { type Feature, featuresOf, movedBetween } from './feature.ts';
import type { MapFrame } from './frame.ts';
import { finish } from './testing.ts';

const columns = () => new Map<string, number>();
const entries = ({ columns, values }: Feature) => [...columns].map((column, at) => [column, values[at]]);

test('a neuron is the roots of the shares that the validators give it', () => {
  const frame: MapFrame = {
    block: 1,
    hotkeys: ['a', 'b', 'c', 'd'],
    rows: [
      { validator: 'b', targets: [2, 3], values: [9, 16] },
      // What it gives itself (75) is left out before its row is divided; so is the target that nobody is.
      { validator: 'a', targets: [0, 2, 1, 9], values: [75, 16, 9, 40_000] },
    ],
  };
  const [a, b, c, d] = finish(featuresOf(frame, columns())) as [Feature, Feature, Feature, Feature];
  expect(entries(a)).toEqual([]);
  expect(entries(b)).toEqual([[0, 0.6]]);
  expect(entries(c)).toEqual([
    [0, 0.8],
    [1, 0.6],
  ]);
  expect(entries(d)).toEqual([[1, 0.8]]);
  expect(c.square).toBeCloseTo(1, 12);
});

test('stake weighs the validators by their share among those that have set weights', () => {
  const frame: MapFrame = {
    block: 1,
    hotkeys: ['a', 'b', 'c', 'd'],
    stakes: [300, 100, 0, 5_000],
    rows: [
      { validator: 'a', targets: [2], values: [1] },
      { validator: 'b', targets: [2, 3], values: [1, 3] },
    ],
  };
  const features = finish(featuresOf(frame, columns()));
  // 3/4 of the stake gives all, 1/4 gives a quarter.
  expect(features[2]?.square).toBeCloseTo(0.75 + 0.25 * 0.25, 12);
  expect(features[3]?.square).toBeCloseTo(0.25 * 0.75, 12);
  const poor = finish(featuresOf({ ...frame, stakes: [0, 0, 9, 9] }, columns()));
  expect(poor[2]?.square).toBeCloseTo(1 + 0.25, 12);
});

test('the order of rows and uids changes no feature', () => {
  const rows = [
    { validator: 'b', targets: [2, 3], values: [9, 16] },
    { validator: 'a', targets: [2, 1], values: [16, 9] },
  ];
  const straight = finish(featuresOf({ block: 1, hotkeys: ['a', 'b', 'c', 'd'], rows }, columns()));
  const turned = finish(
    featuresOf(
      {
        block: 1,
        hotkeys: ['d', 'c', 'b', 'a'],
        rows: rows.map((row) => ({ ...row, targets: row.targets.map((target) => 3 - target) })).toReversed(),
      },
      columns(),
    ),
  );
  expect(turned.toReversed()).toEqual(straight);
});

test('a row of nothing, or of nothing but oneself, gives nothing', () => {
  const rows = [
    { validator: 'a', targets: [0], values: [65_535] },
    { validator: 'b', targets: [0], values: [0] },
    { validator: 'c', targets: [], values: [] },
  ];
  const features = finish(featuresOf({ block: 1, hotkeys: ['a', 'b', 'c'], rows }, columns()));
  expect(features.map(({ square }) => square)).toEqual([0, 0, 0]);
});

test('movement is 0 where nothing moved, 1 where nothing is left', () => {
  const of = (...shares: number[]): Feature => {
    const given = [...shares.entries()].filter(([, share]) => share > 0);
    return {
      columns: Int32Array.from(given, ([column]) => column),
      values: Float64Array.from(given, ([, share]) => Math.sqrt(share)),
      square: shares.reduce((sum, share) => sum + share, 0),
    };
  };
  expect(movedBetween(of(0.25, 0.5), of(0.25, 0.5))).toBe(0);
  expect(movedBetween(of(1, 0), of(0, 1))).toBe(1);
  expect(movedBetween(of(0, 0), of(0, 0))).toBe(0);
  expect(movedBetween(of(0, 0), of(0.25, 0))).toBe(1);
  // From (1, 0) to (1/2, 0): 1/2 over the root of 1 + 1/4.
  expect(movedBetween(of(1, 0), of(0.25, 0))).toBeCloseTo(0.5 / Math.sqrt(1.25), 12);
});
