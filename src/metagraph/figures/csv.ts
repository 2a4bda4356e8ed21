import { renderCsv } from '../../shared/index.ts';
import type { ActivityFigure } from './activity.ts';
import type { DiffFigure } from './diff.ts';
import type { FigureRange } from './frames.ts';
import type { GroupsFigure } from './groups.ts';
import { unpackLevels } from './levels.ts';
import type { TracesFigure } from './traces.ts';

/** A figure of lines as CSV, a row per block and a column per line: churn, occupancy, economy. */
export function linesToCsv(figure: FigureRange, names: readonly string[]): string {
  const lines = figure as unknown as Readonly<Record<string, readonly unknown[]>>;
  return renderCsv(
    ['block', 'timestamp', ...names],
    figure.block.map((block, at) => [block, figure.timestamp[at], ...names.map((name) => lines[name]?.[at])]),
  );
}

/** Traces as a tidy table, a row per block and hotkey that has a value there. */
export function tracesToCsv({ block, timestamp, column, series }: TracesFigure): string {
  return renderCsv(
    ['block', 'timestamp', 'rank', 'uid', 'hotkey', 'coldkey', column],
    series.flatMap(({ rank, uid, hotkey, coldkey, values }) =>
      values.flatMap((value, at) =>
        value === null ? [] : [[block[at], timestamp[at], rank, uid, hotkey, coldkey, value]],
      ),
    ),
  );
}

/** Groups as a tidy table, a row per block and group. */
export function groupsToCsv({ block, timestamp, by, count, groups }: GroupsFigure): string {
  return renderCsv(
    ['block', 'timestamp', by, `${count}_nunique`],
    groups.flatMap(({ key, values }) => values.map((value, at) => [block[at], timestamp[at], key, value])),
  );
}

/** An animation as a tidy table, a row per block and group that is there, a column per measure. */
export function activityToCsv({ block, timestamp, by, groups, measures }: ActivityFigure): string {
  const columns = measures.map(unpackLevels);
  return renderCsv(
    ['block', 'timestamp', by, ...measures.map(({ name }) => name)],
    groups.flatMap((key, place) =>
      block.flatMap((one, at) => {
        const cells = columns.map((column) => column[place * block.length + at]);
        return cells.every((cell) => cell === null) ? [] : [[one, timestamp[at], key, ...cells]];
      }),
    ),
  );
}

/** A comparison as a tidy table, a row per neuron that came or went and per field that changed. */
export function diffToCsv({ added, removed, changed, facts }: DiffFigure): string {
  const cell = (value: unknown) =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  return renderCsv(
    ['change', 'uid', 'hotkey', 'field', 'before', 'after'],
    [
      ...added.map(({ uid, hotkey }) => ['added', uid, hotkey]),
      ...removed.map(({ uid, hotkey }) => ['removed', uid, hotkey]),
      ...changed.flatMap(({ uid, hotkey, fields }) =>
        fields.map(({ name, before, after }) => ['changed', uid, hotkey, name, cell(before), cell(after)]),
      ),
      ...facts.map(({ name, before, after }) => ['fact', null, null, name, cell(before), cell(after)]),
    ].map((row) => [...row, ...new Array<null>(6 - row.length).fill(null)]),
  );
}
