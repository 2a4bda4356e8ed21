import { expect, test } from 'vitest';
import type { WeightsBody } from '../../api/types.ts';
import { consensusParts, targetsOf, usualColumn, usualRow, weighersOf } from './targets.ts';

const head = (uid: number, stake: number | null, consensus: number | null) => ({
  uid,
  hotkey: `5${uid}`.padEnd(48, 'x'),
  coldkey: null,
  identityName: null,
  stake,
  validatorPermit: null,
  consensus,
  incentive: null,
  emission: null,
});
const row = (uid: number, targets: number[], shares: number[]) => ({
  uid,
  targets,
  shares,
  lastUpdate: null,
  age: null,
  revealDelay: null,
  distance: null,
  cosineDistance: null,
  cluster: 0,
});
const body = {
  neurons: [head(0, 10, 0), head(1, 90, 0), head(2, 1, 1), head(3, 1, 0.25), head(4, null, 0)],
  rows: [row(0, [2, 4], [0.4, 0.6]), row(1, [2], [1])],
} as unknown as WeightsBody;

test('a validator’s targets, most first, with what consensus gives that it does not', () => {
  // Consensus 1 and 0.25 are four fifths and one fifth of all.
  expect(targetsOf(body, 0).map(({ head: { uid }, share, consensus }) => [uid, share, consensus])).toEqual([
    [4, 0.6, 0],
    [2, 0.4, 0.8],
    [3, 0, 0.2],
  ]);
  expect(targetsOf(body, 3)).toEqual([]);
});

test('who weighs a neuron, by stake, those that give nothing too', () => {
  expect(weighersOf(body, 4).map(({ head: { uid }, share }) => [uid, share])).toEqual([
    [1, 0],
    [0, 0.6],
  ]);
});

test('the usual row has the most stake, the usual column the most consensus', () => {
  expect(usualRow(body)).toBe(1);
  expect(usualColumn(body)).toBe(2);
  expect(usualRow({ ...body, rows: [] })).toBeUndefined();
});

test('an era without consensus compares with nothing', () => {
  const without = { neurons: [head(0, 1, null), head(1, 1, null)] };
  expect(consensusParts(without).size).toBe(0);
  expect(consensusParts({ neurons: [head(0, 1, 0)] }).size).toBe(0);
});
