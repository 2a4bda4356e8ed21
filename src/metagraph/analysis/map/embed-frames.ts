import { TaoscopeError } from '../../../shared/index.ts';
import { freedomOf, type Memory, type Point, type Settled, startFrom } from './align.ts';
import { fitIntoBox, type LaidOut } from './box.ts';
import { type Curve, fitCurve } from './curve.ts';
import { type Feature, featuresOf, movedBetween } from './feature.ts';
import { checkFrames, type MapFrame } from './frame.ts';
import { type FuzzyGraph, fuzzyGraph } from './fuzzy-graph.ts';
import { type Layout, settle } from './layout.ts';
import { findNeighbours } from './neighbours.ts';
import { principalStart } from './principal.ts';
import { createRandom } from './random.ts';
import { runInSlices, type Steps } from './slices.ts';

export interface MapOptions {
  /** Any integer, of which the lowest 32 bits count; the same seed and frames give the same picture. Default 1. */
  seed?: number;
  /** How many neurons a neighbourhood has, itself included, 2 to 200. Few show small groups, many the large order. Default 15. */
  neighbours?: number;
  /** How near to each other equals are drawn, 0 to 1, where clusters are some units apart. Default 0.1. */
  minDist?: number;
  signal?: AbortSignal;
}

/** All frames on one canvas: from 0 to 1 on both axes, y upwards. */
export interface MapAnswer {
  frames: MapPicture[];
}

/** One frame; all lists by uid. */
export interface MapPicture {
  block: number;
  hotkeys: readonly string[];
  x: number[];
  y: number[];
  /**
   * How far what a neuron receives moved since the previous frame, from 0 (not at all) to 1 (nobody who gave it weight
   * still does). 0 in the first frame and for newcomers, who have nothing to compare with.
   */
  moved: number[];
  /** `false` for a neuron that receives no weights: it lies in a strip below the map, where its place means nothing. */
  weighted: boolean[];
}

/** The rounds of the first picture: umap-learn's 500, fewer where each is long. */
const FIRST_ROUNDS = { most: 500, least: 200, neurons: 512 };
/** The rounds of a later picture, which starts from an almost finished one. */
const LATER_ROUNDS = 100;

/**
 * The map of a subnet: neurons that receive similar weights from the same validators lie together (UMAP, McInnes, Healy,
 * Melville 2018, of Hellinger distances), snapshot by snapshot. Aligned: each picture starts from the one before, who
 * receives what it received stays exactly where it was, who receives something else goes to its new neighbours, and a
 * newcomer appears amid its own. Neither uids nor the order of rows matter, hotkeys do. The pictures of the first n
 * frames do not depend on those that follow, but for one zoom of all when a later frame needs more room.
 *
 * Works in slices of about 10 ms, so that a server stays responsive. Throws `usage` for frames that are none, `refused`
 * beyond 4,096 neurons or 1,048,576 weights in a frame, `aborted`.
 *
 * @example
 * const { frames } = await embedFrames([{ block: 100, hotkeys: [a, b, c], rows: [{ validator: a, targets: [1, 2], values: [9, 1] }] }]);
 */
export async function embedFrames(frames: readonly MapFrame[], options: MapOptions = {}): Promise<MapAnswer> {
  const { seed = 1, neighbours = 15, minDist = 0.1, signal } = options;
  checkOptions({ seed, neighbours, minDist });
  return runInSlices(embedAll(frames, { seed, neighbours, curve: fitCurve(minDist) }), signal);
}

interface Settings {
  seed: number;
  neighbours: number;
  curve: Curve;
}

function* embedAll(frames: readonly MapFrame[], settings: Settings): Steps<MapAnswer> {
  yield* checkFrames(frames);
  const columns = new Map<string, number>();
  const laidOut: LaidOut[] = [];
  const movements: number[][] = [];
  let memory: Memory = new Map();
  let before: ReadonlyMap<string, Feature> = new Map();
  for (const frame of frames) {
    const features = yield* featuresOf(frame, columns);
    const moved = frame.hotkeys.map((hotkey, uid) => {
      const previous = before.get(hotkey);
      return previous === undefined ? 0 : movedBetween(previous, features[uid] as Feature);
    });
    const points = frame.hotkeys
      .map((hotkey, uid) => ({ hotkey, feature: features[uid] as Feature, moved: moved[uid] as number }))
      .filter(({ feature }) => feature.columns.length > 0)
      // By hotkey: a neuron that changes its uid, or rows in another order, then change nothing.
      .sort((a, b) => (a.hotkey < b.hotkey ? -1 : 1));
    memory = yield* settleFrame(points, memory, columns.size, settings);
    before = new Map(frame.hotkeys.map((hotkey, uid) => [hotkey, features[uid] as Feature]));
    laidOut.push({ hotkeys: frame.hotkeys, places: placesOf(frame.hotkeys, memory) });
    movements.push(moved);
    yield;
  }
  const fitted = fitIntoBox(laidOut);
  return {
    frames: frames.map(({ block, hotkeys }, at) => ({
      block,
      hotkeys,
      x: fitted[at]?.x ?? [],
      y: fitted[at]?.y ?? [],
      moved: movements[at] ?? [],
      weighted: laidOut[at]?.places.map((place) => place !== undefined) ?? [],
    })),
  };
}

/** Places the points of one frame, in ascending order of hotkey, by what is remembered of the previous one. */
function* settleFrame(
  points: readonly Point[],
  memory: Memory,
  columns: number,
  { seed, neighbours, curve }: Settings,
): Steps<Memory> {
  const freedom = freedomOf(points, memory, columns);
  if (freedom.every((free) => free === 0)) return remember(points, freedom, memory, undefined);
  // The seed alone, not the block: the same snapshot gives the same picture whenever it was taken.
  const random = createRandom(seed);
  const features = points.map(({ feature }) => feature);
  const graph = yield* graphOf(features, columns, neighbours);
  if (points.some(({ hotkey }) => memory.has(hotkey))) {
    const layout = startFrom(memory, points, freedom, graph);
    yield* settle(layout, graph, { curve, freedom, rounds: LATER_ROUNDS, random });
    return remember(points, freedom, memory, layout);
  }
  const layout = yield* principalStart(features, columns, random);
  yield* settle(layout, graph, { curve, freedom, rounds: firstRounds(points.length), random });
  return remember(points, freedom, memory, layout);
}

function* graphOf(features: readonly Feature[], columns: number, neighbours: number): Steps<FuzzyGraph> {
  const others = Math.min(neighbours, features.length) - 1;
  return yield* fuzzyGraph(yield* findNeighbours(features, columns, others));
}

/** A place becomes that of the new feature for who was more free than bound; the others still owe their old one the rest. */
function remember(
  points: readonly Point[],
  freedom: Float64Array,
  memory: Memory,
  layout: Layout | undefined,
): Memory {
  return new Map(
    points.map(({ hotkey, feature }, at): [string, Settled] => {
      const settled = memory.get(hotkey);
      const x = layout?.x[at] ?? settled?.x ?? 0;
      const y = layout?.y[at] ?? settled?.y ?? 0;
      const stays = settled !== undefined && (freedom[at] as number) < 0.5;
      return [hotkey, { x, y, feature: stays ? settled.feature : feature }];
    }),
  );
}

function placesOf(hotkeys: readonly string[], memory: Memory): LaidOut['places'] {
  return hotkeys.map((hotkey) => memory.get(hotkey));
}

function firstRounds(neurons: number): number {
  const { most, least, neurons: many } = FIRST_ROUNDS;
  return Math.round(Math.max(least, Math.min(most, (most * many) / neurons)));
}

function checkOptions({ seed, neighbours, minDist }: Required<Omit<MapOptions, 'signal'>>): void {
  const check = (holds: boolean, name: string, value: number, expected: string) => {
    if (holds) return;
    throw new TaoscopeError('usage', {
      failed: `cannot draw a map with this ${name}`,
      got: `${value}`,
      expected,
    });
  };
  check(Number.isSafeInteger(seed), 'seed', seed, 'a whole number');
  check(
    Number.isSafeInteger(neighbours) && neighbours >= 2 && neighbours <= 200,
    'number of neighbours',
    neighbours,
    'a whole number from 2 to 200',
  );
  check(minDist >= 0 && minDist <= 1, 'least distance', minDist, 'from 0 to 1');
}
