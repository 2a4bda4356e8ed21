import { consensusOf } from '../consensus.ts';
import type { SparseRow, WeightEpoch, WeightHistory } from '../types.ts';

/** The rows of one validator over the epochs. */
export interface PanelRows {
  readonly hotkey: string;
  /** Column of the validator itself, as a target. */
  readonly column: number;
  /** By epoch: fractions by column, undefined while it has no row. An unchanged row is the same object as before. */
  readonly rows: readonly (Float64Array | undefined)[];
  /** By epoch: the stored row differs from that of the epoch before (also true of a first row). */
  readonly changed: readonly boolean[];
  /** By epoch: stake, 0 without a row or permit. */
  readonly stakes: Float64Array;
  /** By epoch: block of its last weights action, NaN where that is not known. */
  readonly updates: Float64Array;
}

/** A history with each hotkey, as validator and as target, in the same place at all epochs, however its uid changed. */
export interface Panel {
  readonly epochs: number;
  readonly columns: number;
  readonly blocks: readonly number[];
  readonly validators: readonly PanelRows[];
  /** By epoch, fractions by column. */
  readonly consensus: readonly Float64Array[];
  /** By epoch: columns of the neurons registered then. */
  readonly present: readonly Int32Array[];
}

export function createPanel({ epochs }: WeightHistory): Panel {
  const columnOf = new Map<string, number>();
  const places = epochs.map(({ hotkeys, n }) => {
    const places = new Int32Array(n);
    for (let uid = 0; uid < n; uid++) {
      // A hotkey that is unknown is nobody's: it gets a column that no other epoch shares.
      const hotkey = hotkeys[uid] ?? '';
      const column = hotkey === '' ? undefined : columnOf.get(hotkey);
      places[uid] = column ?? columnOf.size;
      if (column === undefined) columnOf.set(hotkey === '' ? `\0${columnOf.size}` : hotkey, columnOf.size);
    }
    return places;
  });
  const columns = columnOf.size;
  const builders = new Map<string, RowsBuilder>();
  epochs.forEach((epoch, t) => {
    for (const row of epoch.rows) {
      const hotkey = epoch.hotkeys[row.uid];
      if (hotkey === undefined || hotkey === '') continue;
      let builder = builders.get(hotkey);
      if (builder === undefined) {
        builder = createRowsBuilder(hotkey, columnOf.get(hotkey)!, epochs.length, columns);
        builders.set(hotkey, builder);
      }
      builder.add(t, row, epoch, places[t]!);
    }
  });
  return {
    epochs: epochs.length,
    columns,
    blocks: epochs.map(({ block }) => block),
    validators: [...builders.values()].filter(({ rows }) => rows.some((row) => row !== undefined)),
    consensus: epochs.map((epoch, t) => scatter(consensusOf(epoch), places[t]!, columns)),
    present: places,
  };
}

interface RowsBuilder extends PanelRows {
  add(t: number, row: SparseRow, epoch: WeightEpoch, places: Int32Array): void;
}

function createRowsBuilder(hotkey: string, column: number, epochs: number, columns: number): RowsBuilder {
  const rows = new Array<Float64Array | undefined>(epochs).fill(undefined);
  const changed = new Array<boolean>(epochs).fill(false);
  const stakes = new Float64Array(epochs);
  const updates = new Float64Array(epochs).fill(Number.NaN);
  let last: { t: number; row: SparseRow; columns: Int32Array } | undefined;
  return {
    hotkey,
    column,
    rows,
    changed,
    stakes,
    updates,
    add: (t, row, epoch, places) => {
      if (epoch.permits?.[row.uid] === false) return;
      const targets = Int32Array.from(row.targets, (target) => places[target] ?? -1);
      const same = last !== undefined && last.t === t - 1 && sameRow(last.row, row);
      // A weight older than its target's registration does not count on the chain, and the newcomer did not earn it.
      if (same)
        targets.forEach((target, index) => {
          if (target !== last!.columns[index]) targets[index] = -1;
        });
      const moved = same && targets.some((target, index) => target !== last!.columns[index]);
      const dense = same && !moved ? rows[t - 1] : spread(row, targets, column, columns);
      last = { t, row, columns: targets };
      if (dense === undefined) return;
      rows[t] = dense;
      changed[t] = !same;
      stakes[t] = epoch.stakes[row.uid] ?? 0;
      updates[t] = epoch.lastUpdates?.[row.uid] ?? Number.NaN;
    },
  };
}

function sameRow(a: SparseRow, b: SparseRow): boolean {
  return (
    a.uid === b.uid &&
    a.targets.length === b.targets.length &&
    a.targets.every((target, index) => target === b.targets[index]) &&
    a.values.every((value, index) => value === b.values[index])
  );
}

function spread(row: SparseRow, places: Int32Array, own: number, columns: number): Float64Array | undefined {
  const dense = new Float64Array(columns);
  let sum = 0;
  places.forEach((column, index) => {
    const value = row.values[index] ?? 0;
    if (column < 0 || column === own || !(value > 0) || !Number.isFinite(value)) return;
    dense[column] = dense[column]! + value;
    sum += value;
  });
  if (sum === 0) return undefined;
  for (let j = 0; j < columns; j++) dense[j] = dense[j]! / sum;
  return dense;
}

function scatter(byUid: Float64Array, places: Int32Array, columns: number): Float64Array {
  const dense = new Float64Array(columns);
  byUid.forEach((value, uid) => {
    dense[places[uid]!] = value;
  });
  return dense;
}
