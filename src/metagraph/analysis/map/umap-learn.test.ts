/** Against umap-learn 0.5.12 and scikit-learn 1.9.1: `umap-learn.py`, beside this file, printed the expected numbers. */
import { expect, test } from 'vitest';
import { fitCurve } from './curve.ts';
import { embedFrames } from './embed-frames.ts';
import { featuresOf } from './feature.ts';
import type { MapFrame } from './frame.ts';
import { fuzzyGraph } from './fuzzy-graph.ts';
import { findNeighbours } from './neighbours.ts';
import { band, blobs, finish } from './testing.ts';

const VALIDATORS = 20;

test.each([
  [0.1, 1.5769434602697652, 0.8950608778515733],
  [0.5, 0.5830300203414425, 1.3341669924314914],
  [0, 1.93280839734315, 0.7904949732233831],
])('the curve for a least distance of %f', (minDist, a, b) => {
  const curve = fitCurve(minDist);
  expect(curve.a).toBeCloseTo(a, 5);
  expect(curve.b).toBeCloseTo(b, 5);
});

test('the fuzzy graph', () => {
  const columns = new Map<string, number>();
  const features = finish(featuresOf(blobs(), columns)).slice(VALIDATORS);
  const graph = finish(fuzzyGraph(finish(findNeighbours(features, columns.size, 14))));
  expect(graph.heads.length).toBe(3_536);
  expect(graph.strengths.reduce((sum, strength) => sum + strength, 0)).toBeCloseTo(1244.1167, 1);
  const first = graph.strengths.filter((_, edge) => graph.heads[edge] === 0);
  expect(first.reduce((sum, strength) => sum + strength, 0)).toBeCloseTo(8.942148, 3);
});

test.each([
  ['blobs 1', blobs({ seed: 1 }), 0.9732],
  ['blobs 2', blobs({ seed: 2 }), 0.9767],
  ['band 1', band({ seed: 1 }), 0.9937],
])('who lies together belongs together as much as in its pictures: %s', async (_, frame, theirs) => {
  const { frames } = await embedFrames([frame]);
  const ours = trustworthiness(frame, frames[0]?.x ?? [], frames[0]?.y ?? []);
  expect(ours).toBeGreaterThan(0.9);
  expect(ours).toBeGreaterThan(theirs - 0.02);
});

/**
 * Venna and Kaski's measure with k = 10 as scikit-learn has it: 1 less a penalty for each of a miner's nearest in the
 * picture that is not among its nearest by what it receives, the farther down it ranks there.
 */
function trustworthiness(frame: MapFrame, x: readonly number[], y: readonly number[]): number {
  const k = 10;
  const sums = frame.rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const miners = frame.hotkeys.slice(VALIDATORS).map((_, miner) => ({
    received: frame.rows.map(({ values }, row) =>
      Math.sqrt((values[miner] as number) / (sums[row] as number)),
    ),
    place: [x[VALIDATORS + miner] as number, y[VALIDATORS + miner] as number],
  }));
  const nearestOf = (miner: number, of: (miner: (typeof miners)[number]) => readonly number[]) => {
    const distances = miners.map((other) =>
      Math.hypot(...of(other).map((value, at) => value - (of(miners[miner]!)[at] as number))),
    );
    return [...miners.keys()]
      .filter((other) => other !== miner)
      .sort((a, b) => distances[a]! - distances[b]!);
  };
  let penalty = 0;
  for (const miner of miners.keys()) {
    const ranked = nearestOf(miner, ({ received }) => received);
    for (const other of nearestOf(miner, ({ place }) => place).slice(0, k))
      penalty += Math.max(0, ranked.indexOf(other) + 1 - k);
  }
  return 1 - (2 * penalty) / (miners.length * k * (2 * miners.length - 3 * k - 1));
}
