import type { Store } from '../../../store/index.ts';
import type { MapFrame } from '../../analysis/map/frame.ts';
import { runApart } from '../../apart/run-apart.ts';
import { thin } from '../../figures/frames.ts';
import { isoTime } from '../../present.ts';
import { countedRows } from './counted-rows.ts';
import { type MatrixNeuron, neuronsOfReadings } from './neurons.ts';
import { noWeights, type Range, wholeReadings, withinWeek } from './readings.ts';
import { cell } from './rounding.ts';
import { type StoredRow, storedRows } from './rows.ts';

export interface MapQuery extends Range {
  readonly netuid: number;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  /** Pictures, evenly chosen among the stored matrices, the first and the last always. 1 to 60, default 12. */
  readonly frames?: number | undefined;
  /** Same seed, same picture. Default 1. */
  readonly seed?: number | undefined;
}

/** Neurons placed by the weights they receive, frame by frame. */
export interface MapFigure {
  netuid: number;
  mechanism: number;
  seed: number;
  block: number[];
  timestamp: (string | null)[];
  points: MapPoint[];
}

/** A neuron of any frame, as it was in the last frame that has it; lists by frame, `null` where it is not there. */
export interface MapPoint {
  hotkey: string;
  coldkey: string | null;
  uid: number;
  stake: number | null;
  /** 0 to 1. */
  incentive: number | null;
  /** It may set weights on others, or has. */
  validator: boolean;
  /** 0 to 1, y upwards. */
  x: (number | null)[];
  y: (number | null)[];
  /** How far the weights it receives moved since the frame before, 0 to 1. */
  moved: (number | null)[];
  /** Whether it receives any: those that do not lie in a strip where their place means nothing. */
  weighted: (boolean | null)[];
}

export const MOST_FRAMES = 60;
const DEFAULT_FRAMES = 12;
// As many matrices as two months of 20 epochs a day, of which the frames are chosen.
const MOST_LISTED = 20_000;

/**
 * The map of a range (default: the week up to the newest stored matrix). Throws `not-found` where no weights are stored.
 */
export async function mapFigure(store: Store, query: MapQuery, signal?: AbortSignal): Promise<MapFigure> {
  const { netuid, mechanism = 0, frames: wanted = DEFAULT_FRAMES, seed = 1 } = query;
  const key = { netuid, mechanism };
  const range = await withinWeek(store, key, query, signal);
  const stored = await wholeReadings(store, key, { ...range, most: MOST_LISTED }, signal);
  const readings = wanted <= 1 ? stored.slice(-1) : thin(stored, Math.min(wanted, MOST_FRAMES));
  const blocks = readings.map(({ block }) => block);
  const neurons = await neuronsOfReadings(store, key, blocks, signal);
  const shown = readings.filter(({ block }) => neurons.has(block));
  if (shown.length === 0) throw noWeights(key, query);
  const rows = Map.groupBy(await storedRows(store, 'weights', key, blocks, signal), ({ block }) => block);
  const frames = shown.map(({ block }) => frameOf(block, neurons.get(block) ?? [], rows.get(block) ?? []));
  const pictures = await runApart('embedFrames', [frames, { seed }], signal);

  const points = new Map<string, MapPoint>();
  const empty = <T>() => new Array<T | null>(shown.length).fill(null);
  for (const [at, picture] of pictures.frames.entries()) {
    const setters = new Set(frames[at]?.rows.map(({ validator }) => validator));
    for (const neuron of neurons.get(picture.block) ?? []) {
      const { hotkey, uid } = neuron;
      const before = points.get(hotkey);
      const point: MapPoint = {
        hotkey,
        coldkey: neuron.coldkey ?? null,
        uid,
        stake: cell(neuron.stake),
        incentive: neuron.incentive === undefined ? null : neuron.incentive / 65_535,
        validator: neuron.validatorPermit === true || setters.has(hotkey),
        x: before?.x ?? empty(),
        y: before?.y ?? empty(),
        moved: before?.moved ?? empty(),
        weighted: before?.weighted ?? empty(),
      };
      point.x[at] = place(picture.x[uid]);
      point.y[at] = place(picture.y[uid]);
      point.moved[at] = place(picture.moved[uid]);
      point.weighted[at] = picture.weighted[uid] ?? false;
      points.set(hotkey, point);
    }
  }
  return {
    ...key,
    seed,
    block: shown.map(({ block }) => block),
    timestamp: shown.map(({ millis }) => (millis === null ? null : isoTime(Number(millis)))),
    points: [...points.values()],
  };
}

function frameOf(block: number, neurons: readonly MatrixNeuron[], rows: readonly StoredRow[]): MapFrame {
  return {
    block,
    hotkeys: neurons.map(({ hotkey }) => hotkey),
    rows: countedRows(rows, new Map(neurons.map((neuron) => [neuron.uid, neuron]))).map(
      ({ hotkey, targets, values }) => ({ validator: hotkey, targets, values }),
    ),
    stakes: neurons.map(({ stake }) => stake ?? 0),
  };
}

/** A screen has fewer dots than this has steps. */
function place(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e5) / 1e5;
}
