import type { Curve } from './curve.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';
import type { Random } from './random.ts';
import type { Steps } from './slices.ts';

/** Where the points lie, in the units of UMAP: neighbours are about `minDist` apart, clusters some units. */
export interface Layout {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface SettleOptions {
  curve: Curve;
  /** By point, from 0 (stays exactly where it is) to 1 (goes where it is drawn to). */
  freedom: Float64Array;
  rounds: number;
  random: Random;
}

/** For each pull along an edge its head is pushed off this many points drawn at random. */
const PUSHES = 5;
/** No pull or push moves a point further than this along an axis, times the pace. */
const FURTHEST = 4;

/**
 * Moves the points, in place: neighbours pull each other, strangers push (McInnes, Healy, Melville 2018, algorithm 5).
 * An edge is used the more often the stronger it is; the pace falls to 0 over the rounds. Pauses after each round.
 */
export function* settle(layout: Layout, graph: FuzzyGraph, options: SettleOptions): Steps<void> {
  const { x, y } = layout;
  const { a, b } = options.curve;
  const { freedom, rounds, random } = options;
  const { heads, tails, period } = usedEdges(graph, freedom, rounds);
  const pullAt = period.slice();
  const pushAt = period.map((every) => every / PUSHES);

  for (let round = 0; round < rounds; round++) {
    const pace = 1 - round / rounds;
    for (let edge = 0; edge < heads.length; edge++) {
      if ((pullAt[edge] as number) > round) continue;
      const every = period[edge] as number;
      pullAt[edge] = (pullAt[edge] as number) + every;
      const head = heads[edge] as number;
      const tail = tails[edge] as number;
      const headFreedom = pace * (freedom[head] as number);
      const tailFreedom = pace * (freedom[tail] as number);

      const dx = (x[head] as number) - (x[tail] as number);
      const dy = (y[head] as number) - (y[tail] as number);
      const square = dx * dx + dy * dy;
      if (square > 0) {
        const power = square ** b;
        const pull = (-2 * a * b * power) / (square * (1 + a * power));
        const [byX, byY] = [bounded(pull * dx), bounded(pull * dy)];
        x[head] = (x[head] as number) + headFreedom * byX;
        y[head] = (y[head] as number) + headFreedom * byY;
        x[tail] = (x[tail] as number) - tailFreedom * byX;
        y[tail] = (y[tail] as number) - tailFreedom * byY;
      }

      const pushes = Math.floor(((round - (pushAt[edge] as number)) * PUSHES) / every);
      pushAt[edge] = (pushAt[edge] as number) + (pushes * every) / PUSHES;
      if (headFreedom === 0) continue;
      for (let push = 0; push < pushes; push++) {
        const other = Math.floor(random() * x.length);
        const ox = (x[head] as number) - (x[other] as number);
        const oy = (y[head] as number) - (y[other] as number);
        const apart = ox * ox + oy * oy;
        if (apart === 0) continue;
        const strength = (2 * b) / ((0.001 + apart) * (1 + a * apart ** b));
        x[head] = (x[head] as number) + headFreedom * bounded(strength * ox);
        y[head] = (y[head] as number) + headFreedom * bounded(strength * oy);
      }
    }
    yield;
  }
}

/** The edges that can move something and are strong enough to be used at least once, and each how many rounds apart. */
function usedEdges({ heads, tails, strengths }: FuzzyGraph, freedom: Float64Array, rounds: number) {
  const strongest = strengths.reduce((most, strength) => Math.max(most, strength), 0);
  const used = [...strengths.keys()].filter(
    (edge) =>
      (strengths[edge] as number) * rounds >= strongest &&
      (freedom[heads[edge] as number] as number) + (freedom[tails[edge] as number] as number) > 0,
  );
  return {
    heads: Int32Array.from(used, (edge) => heads[edge] as number),
    tails: Int32Array.from(used, (edge) => tails[edge] as number),
    period: Float64Array.from(used, (edge) => strongest / (strengths[edge] as number)),
  };
}

function bounded(move: number): number {
  return Math.max(-FURTHEST, Math.min(FURTHEST, move));
}
