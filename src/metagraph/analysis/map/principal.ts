import { addTo, dot, type Feature, meanOf } from './feature.ts';
import type { Layout } from './layout.ts';
import type { Random } from './random.ts';
import type { Steps } from './slices.ts';

const ROUNDS = 40;
/** Half the width of the start picture, as in umap-learn: wide enough for clusters to form, near enough to find each other. */
const REACH = 10;
/** Equal features start a hair apart: two points in one place never push each other off. */
const JITTER = 1e-2;

/**
 * The start of the first picture: the features along their two principal components, scaled to a fixed width, so what
 * is far apart at large starts far apart. Found by orthogonal iteration. Where all features are equal: strewn at random.
 */
export function* principalStart(
  features: readonly Feature[],
  columns: number,
  random: Random,
): Steps<Layout> {
  const means = meanOf(features, columns);
  let first = Float64Array.from(means, () => random() - 0.5);
  let second = Float64Array.from(means, () => random() - 0.5);
  for (let round = 0; round < ROUNDS; round++) {
    first = unit(spreadAlong(features, means, first));
    // Twice: where there is no second component, what the first pass leaves is rounding along the first.
    second = unit(without(unit(without(spreadAlong(features, means, second), first)), first));
    yield;
  }
  const x = scoresAlong(features, means, first);
  const y = scoresAlong(features, means, second);
  const widest = [...x, ...y].reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  // Below that the components are nothing but rounding.
  const scale = widest > 1e-9 ? REACH / widest : 0;
  const jitter = scale === 0 ? REACH : JITTER;
  const place = (score: number) => score * scale + (2 * random() - 1) * jitter;
  return { x: x.map(place), y: y.map(place) };
}

/** The covariance of the features times the direction. */
function spreadAlong(features: readonly Feature[], means: Float64Array, direction: Float64Array) {
  const result = new Float64Array(direction.length);
  const scores = scoresAlong(features, means, direction);
  for (const [point, feature] of features.entries()) addTo(result, feature, scores[point] as number);
  return result;
}

function scoresAlong(features: readonly Feature[], means: Float64Array, direction: Float64Array) {
  const shift = product(means, direction);
  return Float64Array.from(features, (feature) => dot(feature, direction) - shift);
}

function without(vector: Float64Array, direction: Float64Array): Float64Array<ArrayBuffer> {
  const along = product(vector, direction);
  return vector.map((value, at) => value - along * (direction[at] as number));
}

function unit(vector: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const length = Math.sqrt(product(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
