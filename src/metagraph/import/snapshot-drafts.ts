import { BadCell, isEmpty } from './cells.ts';
import type { Layout } from './layout.ts';
import { type Mistakes, shownCell } from './mistakes.ts';
import type { FileRow } from './table-file.ts';

/** A row whose cells are values; empty cells are `undefined`. */
export type Values = Readonly<Record<string, unknown>>;

/** The rows of one snapshot, by uid. */
export interface SnapshotDraft {
  readonly netuid: number;
  readonly mechanism: number;
  readonly block: number;
  readonly rows: readonly Values[];
}

export interface DraftOptions {
  readonly layout: Layout;
  /** The netuid of rows that do not say theirs, and the only one that is taken of those that do. */
  readonly netuid?: number | undefined;
  readonly mistakes: Mistakes;
}

/** More neurons than any subnet has places for. */
const MOST_NEURONS = 65_535;

/** What all rows of a snapshot must say alike: facts of the block and of the subnet. */
const isShared = (name: string) => SHARED.has(name) || name.startsWith('subnet_');
const SHARED = new Set([
  'timestamp',
  'genesis_hash',
  'block_hash',
  'epoch',
  'spec_name',
  'spec_version',
  'metadata_hash',
  'source',
  'unit',
]);

/** What some neurons have and others do not. */
const isPartial = (name: string) =>
  isShared(name) || name === 'identity_name' || name.startsWith('axon_') || name.startsWith('prometheus_');

/**
 * Puts the rows of a file together to snapshots. The rows of a snapshot stand together in a file; a snapshot with a mistake
 * is reported and left out.
 */
export async function* snapshotDrafts(
  pieces: AsyncIterable<{ readonly rows: readonly FileRow[] }>,
  { layout, netuid, mistakes }: DraftOptions,
): AsyncGenerator<SnapshotDraft, void, undefined> {
  const ended = new Set<string>();
  let current:
    | { key: string; firstRow: number; rows: { values: Values; row: number }[]; bad: boolean }
    | undefined;
  let row = 0;

  const finish = (): SnapshotDraft | undefined => {
    if (current === undefined) return undefined;
    const { key, rows, firstRow } = current;
    ended.add(key);
    const before = mistakes.count;
    if (!current.bad) checkSnapshot(rows, firstRow, mistakes);
    const bad = current.bad || mistakes.count > before;
    const [at, mechanism, block] = key.split('/').map(Number) as [number, number, number];
    current = undefined;
    if (bad) return undefined;
    const sorted = rows.map(({ values }) => values).sort((a, b) => Number(a.uid) - Number(b.uid));
    return { netuid: at, mechanism, block, rows: sorted };
  };

  for await (const { rows } of pieces) {
    for (const cells of rows) {
      row++;
      const before = mistakes.count;
      const values = valuesOf(cells, row, layout, mistakes);
      const at = values.netuid ?? netuid;
      if (mistakes.count === before && at === undefined)
        mistakes.add({ row, column: 'netuid', got: 'nothing', expected: 'a netuid, or one with --netuid' });
      if (netuid !== undefined && at !== netuid && at !== undefined) continue;
      const bad = mistakes.count > before;
      const key = `${at}/${values.mechanism ?? 0}/${values.block}`;
      // Where the key itself cannot be read, the row belongs to the snapshot around it.
      const isKeyless = values.block === undefined || at === undefined;
      if (!isKeyless && current?.key !== key) {
        const draft = finish();
        if (draft !== undefined) yield draft;
        const isAgain = ended.has(key);
        if (isAgain)
          mistakes.add({
            row,
            got: `block ${values.block} of netuid ${at} again`,
            expected: 'the rows of a snapshot together: sort by netuid, mechanism, block and uid',
          });
        current = { key, firstRow: row, rows: [], bad: isAgain };
      }
      if (current === undefined) continue;
      if (bad) current.bad = true;
      if (current.rows.length >= MOST_NEURONS) {
        if (!current.bad)
          mistakes.add({ row, got: 'one more neuron', expected: `at most ${MOST_NEURONS} in a snapshot` });
        current.bad = true;
      } else current.rows.push({ values, row });
    }
  }
  const draft = finish();
  if (draft !== undefined) yield draft;
}

function valuesOf(cells: FileRow, row: number, layout: Layout, mistakes: Mistakes): Values {
  const values: Record<string, unknown> = {};
  for (const [column, { name, parse }] of layout.columns) {
    const cell = cells[column];
    if (isEmpty(cell)) {
      if (name === 'block' || name === 'uid' || name === 'hotkey')
        mistakes.add({ row, column, got: 'nothing', expected: 'a value in each row' });
      continue;
    }
    try {
      values[name] = parse(cell);
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      mistakes.add({ row, column, got: shownCell(cell), expected: error.expected });
    }
  }
  return values;
}

function checkSnapshot(
  rows: readonly { values: Values; row: number }[],
  firstRow: number,
  mistakes: Mistakes,
): void {
  const uids = new Map<number, number>();
  for (const { values, row } of rows) {
    const uid = values.uid as number;
    if (uids.has(uid)) {
      mistakes.add({ row, column: 'uid', got: `uid ${uid} again`, expected: 'each uid once in a snapshot' });
      return;
    }
    uids.set(uid, row);
  }
  for (let uid = 0; uid < rows.length; uid++) {
    if (uids.has(uid)) continue;
    mistakes.add({
      row: firstRow,
      column: 'uid',
      got: `${rows.length} rows without uid ${uid}`,
      expected: 'every uid from 0 on in each snapshot',
    });
    return;
  }
  const first = rows[0]?.values ?? {};
  for (const name of new Set(rows.flatMap(({ values }) => Object.keys(values)))) {
    for (const { values, row } of rows) {
      if (isShared(name) && !isEqual(values[name], first[name])) {
        mistakes.add({
          row,
          column: name,
          got: shownCell(values[name]),
          expected: `the same in all rows of a snapshot (row ${firstRow} says ${shownCell(first[name])})`,
        });
        return;
      }
      if (!isPartial(name) && values[name] === undefined) {
        mistakes.add({
          row,
          column: name,
          got: 'nothing',
          expected: 'a value for every neuron of a snapshot, or for none',
        });
        return;
      }
    }
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  // Accounts come out of one cache, so equal ones are mostly the same.
  return a === b || (a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0);
}
