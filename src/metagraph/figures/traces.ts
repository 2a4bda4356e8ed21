import type { Store } from '../../store/index.ts';
import { type Smoothing, smooth } from '../analysis/smooth.ts';
import { traces } from '../analysis/traces.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf } from './frames.ts';
import {
  type FigureColumn,
  type NeuronChoice,
  neuronTable,
  type Role,
  shownAccount,
  unitOf,
} from './neuron-table.ts';

export interface TracesQuery extends FrameQuery, NeuronChoice {
  readonly column: FigureColumn;
  /** Lines, 1 to 50. Default 10; of selected neurons all that may be. */
  readonly top?: number | undefined;
  readonly smoothing?: Smoothing | undefined;
}

export interface TracesFigure extends FigureRange {
  column: FigureColumn;
  unit: string;
  role: Role;
  series: {
    hotkey: string;
    /** At the last snapshot shown where it is present, as the uid. */
    coldkey: string | null;
    uid: number;
    rank: number;
    mean: number;
    values: (number | null)[];
  }[];
}

export const MOST_LINES = 50;

/** A column of the top hotkeys over time. The means that rank them are of the values as they are, before smoothing. */
export async function tracesFigure(
  store: Store,
  query: TracesQuery,
  signal?: AbortSignal,
): Promise<TracesFigure> {
  const { column, role = 'all', select, smoothing } = query;
  const top = query.top ?? (select === undefined ? 10 : MOST_LINES);
  const frames = await chooseFrames(store, query, signal);
  const table = await neuronTable(store, frames, { columns: [column], role, select }, signal);
  const last = new Map(table.holder.map((holder) => [holder.hotkey, holder]));
  const lines = traces(
    table,
    table.holder.map(({ hotkey }) => hotkey),
    table.columns[column] ?? [],
    top,
  );
  return {
    ...rangeOf(frames),
    column,
    unit: unitOf(column, table.unit),
    role,
    series: lines.map(({ hotkey, rank, mean, values }) => {
      const coldkey = last.get(hotkey)?.coldkey ?? null;
      return {
        hotkey: shownAccount(hotkey),
        coldkey: coldkey === null ? null : shownAccount(coldkey),
        uid: last.get(hotkey)?.uid ?? 0,
        rank,
        mean,
        values: smoothing === undefined ? values : smooth(values, smoothing),
      };
    }),
  };
}
