import { difference, dot, type Feature, meanOf } from './feature.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';
import type { Layout } from './layout.ts';
import { rollText } from './random.ts';

/** A neuron that the map shows. */
export interface Point {
  readonly hotkey: string;
  readonly feature: Feature;
  /** How far the feature moved since the previous frame, 0 to 1. */
  readonly moved: number;
}

/** Where a neuron was drawn last, and the feature for which that was the place. */
export interface Settled {
  readonly x: number;
  readonly y: number;
  readonly feature: Feature;
}

/** The neurons of the previous frame by hotkey; those without weights are not among them. */
export type Memory = ReadonlyMap<string, Settled>;

/**
 * A feature may stray this far and its neuron still stays, as a share of what lies between two neurons of this subnet:
 * the noise of validators who measure the same anew, not a change of mind.
 */
const STAYS_BELOW = 0.15;
/** From here on a neuron goes where its new neighbours are, and its old place counts for nothing. */
const FREE_FROM = 0.6;
/** In a subnet in which all neurons receive nearly the same, differences below this share of their length are nothing. */
const LEAST_CONTRAST = 0.02;

/**
 * How freely each neuron may move, 0 to 1. Measured against the feature for which it was placed, not the one of the
 * previous frame: a thousand small steps in one direction then move it as much as a large one. What all neurons have in
 * common (a validator came, or shares its weights among fewer) is no movement, since the picture knows differences only.
 * Whoever has not moved at all since the previous frame stays where it is; newcomers are free.
 */
export function freedomOf(points: readonly Point[], memory: Memory, columns: number): Float64Array {
  if (points.every(({ hotkey, moved }) => moved === 0 && memory.has(hotkey)))
    return new Float64Array(points.length);
  const changes = points.map(({ hotkey, feature }) => {
    const settled = memory.get(hotkey);
    return settled === undefined ? undefined : difference(settled.feature, feature);
  });
  const common = meanOf(
    changes.filter((change) => change !== undefined),
    columns,
  );
  const commonSquare = common.reduce((sum, value) => sum + value * value, 0);
  const typicalDistance = typicalDistances(points, columns);
  return Float64Array.from(points, ({ feature, moved }, at) => {
    const change = changes[at];
    if (change === undefined) return 1;
    if (moved === 0) return 0;
    const strayed = Math.sqrt(Math.max(0, change.square + commonSquare - 2 * dot(change, common)));
    const length = Math.sqrt(feature.square);
    const unit = Math.max(LEAST_CONTRAST * length, Math.min(length, typicalDistance(feature)));
    const way = (strayed / unit - STAYS_BELOW) / (FREE_FROM - STAYS_BELOW);
    const inside = Math.min(1, Math.max(0, way));
    return inside * inside * (3 - 2 * inside);
  });
}

/** The root of the mean square of a feature's distances to all points. */
function typicalDistances(points: readonly Point[], columns: number): (feature: Feature) => number {
  const features = points.map(({ feature }) => feature);
  const mean = meanOf(features, columns);
  const meanSquare = features.reduce((sum, { square }) => sum + square / features.length, 0);
  return (feature) => Math.sqrt(Math.max(0, feature.square + meanSquare - 2 * dot(feature, mean)));
}

/**
 * Where the points begin: the more freedom one has, the nearer to the middle of its neighbours, above all of those that
 * stay; the others where they were. Without that leap, whoever moves would have to pass through the clusters in between,
 * which push. Newcomers among newcomers follow those that were placed first; who has no neighbour at all is strewn.
 */
export function startFrom(
  memory: Memory,
  points: readonly Point[],
  freedom: Float64Array,
  graph: FuzzyGraph,
): Layout {
  const x = Float64Array.from(points, ({ hotkey }) => memory.get(hotkey)?.x ?? Number.NaN);
  const y = Float64Array.from(points, ({ hotkey }) => memory.get(hotkey)?.y ?? Number.NaN);
  let middles = middlesOf({ x, y }, freedom, graph);
  for (const [at, { hotkey }] of points.entries()) {
    const middle = middles[at];
    const free = freedom[at] as number;
    if (free === 0 || middle === undefined || !memory.has(hotkey)) continue;
    x[at] = (x[at] as number) + free * (middle.x - (x[at] as number));
    y[at] = (y[at] as number) + free * (middle.y - (y[at] as number));
  }
  for (let placed = true; placed; ) {
    placed = false;
    for (const [at, middle] of middles.entries()) {
      if (middle === undefined || !Number.isNaN(x[at] as number)) continue;
      x[at] = middle.x;
      y[at] = middle.y;
      placed = true;
    }
    middles = middlesOf({ x, y }, freedom, graph);
  }
  strew({ x, y }, points, freedom);
  return { x, y };
}

/** For each point that may move, the middle of its neighbours that have a place; who is free itself counts for little. */
function middlesOf(
  { x, y }: Layout,
  freedom: Float64Array,
  { heads, tails, strengths }: FuzzyGraph,
): ({ x: number; y: number } | undefined)[] {
  const sums = Array.from(x, () => ({ x: 0, y: 0, weight: 0 }));
  for (const [edge, head] of heads.entries()) {
    const tail = tails[edge] as number;
    const sum = sums[head] as (typeof sums)[number];
    if ((freedom[head] as number) === 0 || Number.isNaN(x[tail] as number)) continue;
    const weight = (strengths[edge] as number) * (1 - (freedom[tail] as number) + 1e-3);
    sum.x += weight * (x[tail] as number);
    sum.y += weight * (y[tail] as number);
    sum.weight += weight;
  }
  return sums.map((sum) => (sum.weight > 0 ? { x: sum.x / sum.weight, y: sum.y / sum.weight } : undefined));
}

/**
 * Gives a place by its hotkey, within what is taken, to each point that has none yet; and puts those that may move a
 * hair apart, since two in one place never push each other off.
 */
function strew({ x, y }: Layout, points: readonly Point[], freedom: Float64Array): void {
  const extent = (values: Float64Array) => {
    const known = values.filter((value) => !Number.isNaN(value));
    const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return { low, width: high - low };
  };
  const [inX, inY] = [extent(x), extent(y)];
  for (const [at, { hotkey }] of points.entries()) {
    const [rollX, rollY] = [rollText(hotkey, 1), rollText(hotkey, 2)];
    if (Number.isNaN(x[at] as number)) {
      x[at] = inX.low + rollX * inX.width;
      y[at] = inY.low + rollY * inY.width;
    }
    const hair = 1e-2 * (freedom[at] as number);
    x[at] = (x[at] as number) + hair * (rollX - 0.5);
    y[at] = (y[at] as number) + hair * (rollY - 0.5);
  }
}
