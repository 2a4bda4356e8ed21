import type { MapFrame, MapRow } from './frame.ts';
import type { Steps } from './slices.ts';

/**
 * What the validators think of one neuron: for each of them the square root of the share of its weights that it gives
 * to the neuron. Roots make the Euclidean distance between two features a Hellinger distance: the step from nothing to
 * 1 % counts for as much as that from 25 % to 36 %, so small opinions are heard. Sparse, columns ascending.
 */
export interface Feature {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** Sum of the squares of the values; 0 for a neuron that receives nothing. */
  readonly square: number;
}

/** The sum of as many as a frame may have weights is still a number; no weight and no stake comes near. */
const BEARABLE = 1e301;

/** Which column is whose: a validator keeps its column over all frames, whatever its uid. */
export type Columns = Map<string, number>;

/**
 * The features of a frame by uid. Each row is divided by its own sum, after what a validator gives itself is left out,
 * as the chain does before consensus (pallet `subtensor`, `epoch`: the diagonal is masked, then rows are normalised;
 * newer runtimes spare the subnet's owner, we do not: the map is about what others think). Targets beyond the last uid
 * belong to nobody and are left out as well. New validators are added to the columns. Pauses after each row.
 */
export function* featuresOf(frame: MapFrame, columns: Columns): Steps<Feature[]> {
  const uids = new Map(frame.hotkeys.map((hotkey, uid) => [hotkey, uid]));
  const influence = influenceOf(frame, uids);
  const found = frame.hotkeys.map(() => ({ columns: [] as number[], values: [] as number[] }));
  for (const { row, column } of inColumnOrder(frame.rows, columns)) {
    const factor = influence(row.validator);
    const shares = sharesOf(row, frame.hotkeys.length, uids.get(row.validator));
    for (const [uid, received] of found.entries()) {
      const value = Math.sqrt((shares[uid] as number) * factor);
      if (value === 0) continue;
      received.columns.push(column);
      received.values.push(value);
    }
    yield;
  }
  return found.map(({ columns, values }) => feature(columns, values));
}

/**
 * How far a neuron's feature moved, from 0 (exactly where it was) to 1 (no validator that gave it weight still does, or
 * nothing became something). The distance relative to the greatest that two features of these lengths can have.
 */
export function movedBetween(before: Feature, after: Feature): number {
  const { square } = difference(before, after);
  return square === 0 ? 0 : Math.min(1, Math.sqrt(square / (before.square + after.square)));
}

/** The second feature less the first; empty only if they are exactly equal. */
export function difference(before: Feature, after: Feature): Feature {
  const columns: number[] = [];
  const values: number[] = [];
  let left = 0;
  let right = 0;
  while (left < before.columns.length || right < after.columns.length) {
    const leftColumn = before.columns[left] ?? Number.POSITIVE_INFINITY;
    const rightColumn = after.columns[right] ?? Number.POSITIVE_INFINITY;
    const gone = leftColumn <= rightColumn ? (before.values[left++] as number) : 0;
    const come = rightColumn <= leftColumn ? (after.values[right++] as number) : 0;
    if (come === gone) continue;
    columns.push(Math.min(leftColumn, rightColumn));
    values.push(come - gone);
  }
  return feature(columns, values);
}

/** The mean of the features, dense: a number for each column. */
export function meanOf(features: readonly Feature[], columns: number): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(columns);
  for (const feature of features) addTo(sum, feature, 1 / features.length);
  return sum;
}

/** Adds the feature times the factor, in place. */
export function addTo(sum: Float64Array, { columns, values }: Feature, factor: number): void {
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] as number;
    sum[column] = (sum[column] as number) + factor * (values[at] as number);
  }
}

/** The scalar product with a dense vector. */
export function dot({ columns, values }: Feature, dense: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < columns.length; at++)
    sum += (values[at] as number) * (dense[columns[at] as number] as number);
  return sum;
}

function feature(columns: readonly number[], values: readonly number[]): Feature {
  return {
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
    square: values.reduce((sum, value) => sum + value * value, 0),
  };
}

/** Validators that are new are taken in by address, so that the order of rows changes nothing. */
function inColumnOrder(rows: readonly MapRow[], columns: Columns): { row: MapRow; column: number }[] {
  const unknown = rows.map(({ validator }) => validator).filter((validator) => !columns.has(validator));
  for (const validator of unknown.sort()) columns.set(validator, columns.size);
  return rows
    .map((row) => ({ row, column: columns.get(row.validator) as number }))
    .sort((a, b) => a.column - b.column);
}

function sharesOf({ targets, values }: MapRow, neurons: number, self: number | undefined): Float64Array {
  const given = new Float64Array(neurons);
  for (const [at, uid] of targets.entries()) {
    if (uid < neurons && uid !== self) given[uid] = (given[uid] as number) + bearable(values[at] as number);
  }
  return divided(given);
}

function influenceOf(
  { rows, stakes }: MapFrame,
  uids: ReadonlyMap<string, number>,
): (validator: string) => number {
  if (stakes === undefined) return () => 1;
  const amounts = rows.map(({ validator }) => bearable(stakes[uids.get(validator) ?? -1] ?? 0));
  const shares = divided(Float64Array.from(amounts));
  if (shares.every((share) => share === 0)) return () => 1;
  const byValidator = new Map(rows.map(({ validator }, at) => [validator, shares[at] as number]));
  return (validator) => byValidator.get(validator) ?? 0;
}

/** Each part of the whole. The chain's integers add up exactly, so that the order of uids does not even change a rounding. */
function divided(parts: Float64Array): Float64Array {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return total === 0 ? parts : parts.map((part) => part / total);
}

function bearable(amount: number): number {
  return Math.min(amount, BEARABLE);
}
