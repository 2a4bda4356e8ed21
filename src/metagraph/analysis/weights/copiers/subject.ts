import type { Panel, PanelRows } from './panel.ts';

/** One change of a validator's row: from that of epoch `before` to that of epoch `at`. */
export interface RowChange {
  /** Epoch where the new row first counted. */
  readonly at: number;
  /** Epoch where the row it replaced first counted. */
  readonly before: number;
  /** The same of the row before that; equals `before` where there is none. */
  readonly earlier: number;
  /** Columns of the neurons that were registered all along, from the oldest row looked at to the epoch after `at`. */
  readonly cells: Int32Array;
}

/** A validator under examination: its changes of mind, and how much each column of its rows usually moves. */
export interface Subject {
  readonly index: number;
  readonly rows: PanelRows;
  readonly changes: readonly RowChange[];
  /** By column: what a deviation there says, 1 / the mean square of the row's changes. */
  readonly precision: Float64Array;
  /** How many neurons a change touches, about: the median participation ratio of its changes. */
  readonly breadth: number;
}

// The newest changes tell enough: the error of a share falls with their square root, the cost rises with their number.
const MOST_CHANGES = 40;

// The chain stores u16; a row scaled to its sum has steps of 1/65535.
const STEP = 1 / 65535;

/** @param depth how many epochs back rows are looked at from each change */
export function createSubject(panel: Panel, index: number, depth: number): Subject {
  const rows = panel.validators[index]!;
  const firsts: number[] = [];
  for (let t = 0; t < panel.epochs - 1; t++) if (rows.changed[t]) firsts.push(t);
  const changes: RowChange[] = [];
  firsts.forEach((at, place) => {
    const before = firsts[place - 1];
    // A pause without a row (no permit, or gone and back) is not a change of mind.
    if (before === undefined || before < depth || rows.rows[at - 1] === undefined) return;
    const cells = lastingColumns(panel, before - depth, at + 1, rows.column);
    changes.push({ at, before, earlier: firsts[place - 2] ?? before, cells });
  });
  const newest = changes.slice(-MOST_CHANGES);
  const moved = new Float64Array(panel.columns);
  const times = new Float64Array(panel.columns);
  for (const { at, before, cells } of newest) {
    const [now, then] = [rows.rows[at]!, rows.rows[before]!];
    for (const j of cells) {
      moved[j] = moved[j]! + (now[j]! - then[j]!) ** 2;
      times[j] = times[j]! + 1;
    }
  }
  const precision = moved.map((sum, j) => (times[j]! > 0 ? 1 / (sum / times[j]! + STEP ** 2) : 0));
  return { index, rows, changes: newest, precision, breadth: breadthOf(rows, newest, precision) };
}

function lastingColumns(panel: Panel, from: number, to: number, own: number): Int32Array {
  const seen = new Uint16Array(panel.columns);
  for (let t = from; t <= to; t++) for (const j of panel.present[t]!) seen[j] = seen[j]! + 1;
  return panel.present[to]!.filter((j) => seen[j] === to - from + 1 && j !== own);
}

function breadthOf(rows: PanelRows, changes: readonly RowChange[], precision: Float64Array): number {
  const breadths = changes.map(({ at, before, cells }) => {
    const [now, then] = [rows.rows[at]!, rows.rows[before]!];
    let [squares, fourths] = [0, 0];
    for (const j of cells) {
      const square = (now[j]! - then[j]!) ** 2 * precision[j]!;
      squares += square;
      fourths += square ** 2;
    }
    return fourths === 0 ? 0 : squares ** 2 / fourths;
  });
  breadths.sort((a, b) => a - b);
  return breadths[breadths.length >> 1] ?? 0;
}
