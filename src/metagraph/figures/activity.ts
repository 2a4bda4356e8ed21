import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { activity, type Measure } from '../analysis/activity.ts';
import type { Aggregate } from '../analysis/aggregate.ts';
import { chooseFrames, type FigureRange, type FrameQuery, rangeOf } from './frames.ts';
import { packLevels } from './levels.ts';
import {
  FIGURE_COLUMNS,
  type FigureColumn,
  type Grouping,
  groupingColumn,
  type NeuronChoice,
  type NeuronTable,
  neuronTable,
  type Role,
  shownGroup,
  unitOf,
} from './neuron-table.ts';

export interface ActivityQuery extends FrameQuery, NeuronChoice {
  /** Default `coldkey`. */
  readonly by?: Grouping | undefined;
  /**
   * `<column>_<aggregate>`, `hotkey_nunique` or `ip_nunique`; 1 to 8. Default those of the role (dashboards.md 3.3), with
   * consensus where the reference has trust, which runtimes no longer compute.
   */
  readonly measures?: readonly string[] | undefined;
}

export interface ActivityFigure extends FigureRange {
  role: Role;
  by: Grouping;
  groups: string[];
  measures: { name: string; unit: string; min: number; max: number; levels: string }[];
}

/** Snapshots that an animation shows at most: 1,000 at 30 a second are half a minute. */
export const MOST_FRAMES = 1_000;
export const MOST_MEASURES = 8;
// A subnet has 256 uids; replaced neurons make more coldkeys than that over a long range.
const MOST_GROUPS = 512;
const AGGREGATES: readonly Aggregate[] = ['mean', 'sum', 'std', 'max', 'min'];
const DEFAULTS: Readonly<Record<Role, readonly string[]>> = {
  miner: ['emission_mean', 'consensus_mean', 'hotkey_nunique', 'totalStake_sum'],
  validator: ['dividends_mean', 'validatorTrust_mean', 'hotkey_nunique', 'totalStake_sum'],
  all: ['emission_mean', 'consensus_mean', 'hotkey_nunique', 'totalStake_sum'],
};

/** What moves in an animation: each group at each snapshot, packed. Throws `usage` for an unknown measure. */
export async function activityFigure(
  store: Store,
  query: ActivityQuery,
  signal?: AbortSignal,
): Promise<ActivityFigure> {
  const { role = 'all', by = 'coldkey', select } = query;
  const named = (query.measures ?? DEFAULTS[role]).map(parseMeasure);
  const columns = named.flatMap(({ column }) => (isColumn(column) ? [column] : []));
  const frames = await chooseFrames(
    store,
    { ...query, points: Math.min(query.points ?? MOST_FRAMES, MOST_FRAMES) },
    signal,
  );
  const table = await neuronTable(store, frames, { columns, role, select }, signal);
  const found = activity(
    table,
    groupingColumn(table, by),
    named.map((one) => measureOf(one, table)),
    MOST_GROUPS,
  );
  return {
    ...rangeOf(frames),
    role,
    by,
    groups: found.groups.map((key) => shownGroup(by, key)),
    measures: named.map(({ name, column }, i) => ({
      name,
      unit: isColumn(column) ? unitOf(column, table.unit) : 'count',
      ...packLevels(found.values[i] ?? []),
    })),
  };
}

interface Named {
  readonly name: string;
  readonly column: FigureColumn | 'hotkey' | 'ip';
  readonly aggregate: Aggregate | 'nunique';
}

function parseMeasure(name: string): Named {
  if (name === 'hotkey_nunique') return { name, column: 'hotkey', aggregate: 'nunique' };
  if (name === 'ip_nunique') return { name, column: 'ip', aggregate: 'nunique' };
  const [column = '', text = ''] = name.split('_', 2);
  const aggregate = AGGREGATES.find((one) => one === text);
  if (aggregate === undefined || !isColumn(column) || name !== `${column}_${aggregate}`) {
    throw new TaoscopeError('usage', {
      failed: 'there is no such measure',
      got: name.slice(0, 80),
      expected: `<column>_<aggregate> with a column of ${Object.keys(FIGURE_COLUMNS).join(', ')} and an aggregate of ${AGGREGATES.join(', ')}; or hotkey_nunique, ip_nunique`,
    });
  }
  return { name, column, aggregate };
}

function isColumn(name: string): name is FigureColumn {
  return Object.hasOwn(FIGURE_COLUMNS, name);
}

function measureOf({ column, aggregate }: Named, table: NeuronTable): Measure {
  if (aggregate === 'nunique')
    return { aggregate, column: table.holder.map((one) => one[column as 'hotkey' | 'ip']) };
  return { aggregate, column: table.columns[column as FigureColumn] ?? [] };
}
