import { expect, test } from 'vitest';
import { NEUTRAL } from '../../charts/palette.ts';
import type { MapPoint } from './map-frames.ts';
import { paintOf } from './paints.ts';

const point = (uid: number, facts: Partial<MapPoint> = {}): MapPoint => ({
  hotkey: `5H${uid}`,
  coldkey: null,
  uid,
  stake: null,
  incentive: null,
  validator: false,
  x: [0],
  y: [0],
  moved: [0],
  weighted: [true],
  ...facts,
});

test('the largest owners have a hue each, all others share the neutral', () => {
  const points = Array.from({ length: 12 }, (_, owner) =>
    Array.from({ length: owner + 1 }, (_, index) => point(owner * 20 + index, { coldkey: `C${owner}` })),
  ).flat();
  const { of, items, keyOf } = paintOf('coldkey', points, 'light');
  expect(items).toHaveLength(8);
  expect(items[0]?.key).toBe('C11');
  expect(items.at(-1)).toMatchObject({ key: 'others', label: '5 others' });
  expect(of(point(0, { coldkey: 'C0' }))).toBe(NEUTRAL.light);
  expect(of(point(0))).toBe(NEUTRAL.light);
  expect(keyOf?.(point(0, { coldkey: 'C11' }))).toBe('C11');
  expect(new Set(points.map(of)).size).toBe(8);
});

test('a figure lies on the scale from nothing to its largest; what is not known lies on none', () => {
  const points = [point(0, { incentive: 0 }), point(1, { incentive: 0.25 }), point(2)];
  const { of, scale } = paintOf('incentive', points, 'dark');
  expect(scale).toEqual({ low: 0, high: 0.25 });
  expect(points.map(of)).toEqual([0, 1, Number.NaN]);
});

test('a subnet where nobody earns has no scale to lie on', () => {
  expect(paintOf('incentive', [point(0, { incentive: 0 })], 'dark').of(point(0, { incentive: 0 }))).toBeNaN();
});

test('roles are told by colour and by name', () => {
  const { of, items } = paintOf('role', [], 'light');
  expect(of(point(0))).not.toBe(of(point(0, { validator: true })));
  expect(items.map(({ key }) => key)).toEqual(['miner', 'validator']);
});
