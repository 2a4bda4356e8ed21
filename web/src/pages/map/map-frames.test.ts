import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MapPoint, movers, pointAt, shareOf, spotAt, trailOf } from './map-frames.ts';

const point = (x: (number | null)[], moved: (number | null)[] = [], uid = 0): MapPoint => ({
  hotkey: `5${uid}`,
  coldkey: null,
  uid,
  stake: null,
  incentive: null,
  validator: false,
  x,
  y: x,
  moved,
  weighted: x.map((each) => (each === null ? null : true)),
});

test('between two frames a point is on the straight way from one to the other', () => {
  expect(spotAt(point([0, 1]), 0.25)).toEqual({ x: 0.25, y: 0.25 });
  expect(spotAt(point([0, 1]), 1)).toEqual({ x: 1, y: 1 });
});

test('a point that leaves stays where it was until the next frame; one that comes appears at its frame', () => {
  expect(spotAt(point([0.5, null]), 0.9)).toEqual({ x: 0.5, y: 0.5 });
  expect(spotAt(point([0.5, null]), 1)).toBeUndefined();
  expect(spotAt(point([null, 0.5]), 0.9)).toBeUndefined();
  expect(spotAt(point([null, 0.5]), 1)).toEqual({ x: 0.5, y: 0.5 });
});

test('a trail breaks where the point was not there, and ends where it is now', () => {
  expect(trailOf(point([0, 0.2, null, 0.4, 0.6]), 3.5).map((piece) => piece.map(({ x }) => x))).toEqual([
    [0, 0.2],
    [0.4, 0.5],
  ]);
  expect(trailOf(point([null]), 0)).toEqual([]);
});

test('a point never leaves the box that its frames lie in', () => {
  const cell = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (x, share) => {
        const spot = spotAt(point(x), share * (x.length - 1));
        if (spot === undefined) return;
        const known = x.filter((each) => each !== null);
        expect(spot.x).toBeGreaterThanOrEqual(Math.min(...known) - 1e-12);
        expect(spot.x).toBeLessThanOrEqual(Math.max(...known) + 1e-12);
      },
    ),
  );
});

test('those that moved most come first; who never moved is not listed, nor is a move of a frame it is not in', () => {
  const list = movers([
    point([0, 0, 0], [0, 0, 0], 1),
    point([0, 1, 1], [0, 0.5, 0.25], 2),
    point([0, null, 1], [0, 0.9, 0.1], 3),
  ]);
  expect(
    list.map(({ point: { uid }, moved, largestFrame, frames }) => [uid, moved, largestFrame, frames]),
  ).toEqual([
    [2, 0.75, 1, 3],
    [3, 0.1, 2, 2],
  ]);
});

test('the nearest point within reach is found', () => {
  const spots = [{ x: 0, y: 0 }, undefined, { x: 0.1, y: 0 }];
  const distance = (a: { x: number }, b: { x: number }) => Math.abs(a.x - b.x);
  expect(pointAt(spots, { x: 0.08, y: 0 }, distance, () => 0.09)).toBe(2);
  expect(pointAt(spots, { x: 0.5, y: 0 }, distance, () => 0.09)).toBeUndefined();
});

test('shares of nothing are nothing', () => {
  expect(shareOf(null, 5)).toBe(0);
  expect(shareOf(3, 0)).toBe(0);
  expect(shareOf(10, 5)).toBe(1);
});
