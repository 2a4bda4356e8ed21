import type { Store } from '../../store/index.ts';
import { groups } from '../analysis/groups.ts';
import { type Smoothing, smooth } from '../analysis/smooth.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf } from './frames.ts';
import {
  type Grouping,
  groupingColumn,
  type NeuronChoice,
  neuronTable,
  type Role,
  shownGroup,
} from './neuron-table.ts';

export interface GroupsQuery extends FrameQuery, NeuronChoice {
  /** Default `coldkey`. */
  readonly by?: Grouping | undefined;
  /** What is counted in each group. Default the first of hotkey, ip and coldkey that is not `by`. */
  readonly count?: Grouping | undefined;
  /** Groups, 1 to 50. Default 10. */
  readonly top?: number | undefined;
  readonly smoothing?: Smoothing | undefined;
}

export interface GroupsFigure extends FigureRange {
  by: Grouping;
  count: Grouping;
  role: Role;
  groups: { key: string; rows: number; values: (number | null)[] }[];
}

/** The largest groups of neurons, and how many of something each has over time. */
export async function groupsFigure(
  store: Store,
  query: GroupsQuery,
  signal?: AbortSignal,
): Promise<GroupsFigure> {
  const { by = 'coldkey', role = 'all', select, top = 10, smoothing } = query;
  const count = query.count ?? (by === 'hotkey' ? 'ip' : 'hotkey');
  const frames = await chooseFrames(store, query, signal);
  const table = await neuronTable(store, frames, { role, select }, signal);
  const found = groups(table, groupingColumn(table, by), groupingColumn(table, count), top);
  return {
    ...rangeOf(frames),
    by,
    count,
    role,
    groups: found.map(({ key, rows, values }) => ({
      key: shownGroup(by, key),
      rows,
      values: smoothing === undefined ? values : smooth(values, smoothing),
    })),
  };
}
