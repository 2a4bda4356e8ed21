import { addTo, dot, type Feature } from './feature.ts';
import { rollPair } from './random.ts';
import type { Steps } from './slices.ts';

/** For each point the points nearest to it, nearest first, itself left out: `count` entries a point, one after another. */
export interface Neighbours {
  readonly count: number;
  readonly points: Int32Array;
  readonly distances: Float64Array;
}

/** The exact nearest neighbours of every point by the distance of the features. Pauses after each point. */
export function* findNeighbours(
  features: readonly Feature[],
  columns: number,
  count: number,
): Steps<Neighbours> {
  const points = new Int32Array(features.length * count);
  const distances = new Float64Array(features.length * count);
  const spread = new Float64Array(columns);
  for (const [point, feature] of features.entries()) {
    addTo(spread, feature, 1);
    const nearest = points.subarray(point * count, (point + 1) * count);
    const squares = distances.subarray(point * count, (point + 1) * count).fill(Number.POSITIVE_INFINITY);
    for (const [other, candidate] of features.entries()) {
      if (other === point) continue;
      // Exactly 0 for equal features, since both squares were summed in the same order as the product.
      const square = feature.square + candidate.square - 2 * dot(candidate, spread);
      insert(nearest, squares, point, other, Math.max(0, square));
    }
    for (let at = 0; at < count; at++) squares[at] = Math.sqrt(squares[at] as number);
    for (const column of feature.columns) spread[column] = 0;
    yield;
  }
  return { count, points, distances };
}

/**
 * Among equals a roll decides. Were it the order, all neurons that receive the same would take the same few of them for
 * neighbours, and a cloud of equals would be drawn as a star or a ring.
 */
function insert(
  nearest: Int32Array,
  squares: Float64Array,
  point: number,
  other: number,
  square: number,
): void {
  let at = squares.length;
  while (at > 0) {
    const rival = squares[at - 1] as number;
    if (rival < square) break;
    if (rival === square && rollPair(point, nearest[at - 1] as number) <= rollPair(point, other)) break;
    at--;
  }
  if (at === squares.length) return;
  squares.copyWithin(at + 1, at);
  nearest.copyWithin(at + 1, at);
  squares[at] = square;
  nearest[at] = other;
}
