import type { Neighbours } from './neighbours.ts';
import type { Steps } from './slices.ts';

/** Who belongs together how much: an edge from `heads[i]` to `tails[i]` of strength 0 to 1. Each pair is there in both directions. */
export interface FuzzyGraph {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly strengths: Float64Array;
}

/** Width of a point's neighbourhood relative to its mean distance that is kept at least (umap-learn: MIN_K_DIST_SCALE). */
const LEAST_WIDTH = 1e-3;
const HALVINGS = 64;

/**
 * The fuzzy graph of UMAP (McInnes, Healy, Melville 2018, algorithms 2 and 3): each point measures distance in its own
 * unit, so that it has log2(k) neighbours' worth of strength wherever it lies; its nearest counts in full. What two
 * points think of each other is joined as a + b - ab. Pauses after each point.
 */
export function* fuzzyGraph({ count, points, distances }: Neighbours): Steps<FuzzyGraph> {
  const own = yield* strengthsOf(count, distances);
  const strengthOf = (head: number, tail: number): number | undefined => {
    for (let at = head * count; at < (head + 1) * count; at++) if (points[at] === tail) return own[at];
    return undefined;
  };
  const heads: number[] = [];
  const tails: number[] = [];
  const strengths: number[] = [];
  const add = (head: number, tail: number, strength: number) => {
    heads.push(head);
    tails.push(tail);
    strengths.push(strength);
  };
  for (const [at, tail] of points.entries()) {
    const head = Math.floor(at / count);
    const there = own[at] as number;
    const back = strengthOf(tail, head);
    const strength = there + (back ?? 0) - there * (back ?? 0);
    add(head, tail, strength);
    if (back === undefined) add(tail, head, strength);
    if (at % count === 0) yield;
  }
  return {
    heads: Int32Array.from(heads),
    tails: Int32Array.from(tails),
    strengths: Float64Array.from(strengths),
  };
}

function* strengthsOf(count: number, distances: Float64Array): Steps<Float64Array> {
  const strengths = new Float64Array(distances.length);
  const meanOfAll = mean(distances);
  // The point itself counts among its k neighbours, as in umap-learn.
  const goal = Math.log2(count + 1);
  for (let from = 0; from < distances.length; from += count) {
    const mine = distances.subarray(from, from + count);
    const nearest = mine.find((distance) => distance > 0) ?? 0;
    const least = LEAST_WIDTH * (nearest > 0 ? mean(mine) : meanOfAll);
    const width = Math.max(widthFor(mine, nearest, goal), least);
    for (const [at, distance] of mine.entries()) strengths[from + at] = strengthAt(distance - nearest, width);
    yield;
  }
  return strengths;
}

/** The width at which the strengths add up to the goal, by halving; 0 if even the narrowest gives more. */
function widthFor(distances: Float64Array, nearest: number, goal: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let width = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    let sum = 0;
    for (const distance of distances) sum += strengthAt(distance - nearest, width);
    if (sum > goal) high = width;
    else low = width;
    width = high === Number.POSITIVE_INFINITY ? width * 2 : (low + high) / 2;
  }
  return width;
}

function strengthAt(beyond: number, width: number): number {
  return beyond <= 0 ? 1 : Math.exp(-beyond / width);
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
