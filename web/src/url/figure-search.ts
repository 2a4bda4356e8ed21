import type { ActivityBody, GroupsBody, TracesBody } from '../api/types.ts';
import { compact, natural, oneOf, text, unless } from './parse.ts';
import { formatSelection, parseSelection } from './selection.ts';

/** The controls that the figures of a subnet share, as the address bar keeps them. Absent means the usual one. */
export interface FigureSearch {
  /** How far back from the newest snapshot; absent is 7 days. `from` and `to` go before it. */
  range?: RangeName;
  /** First and last block of a range chosen by hand; without `to` it follows the newest. */
  from?: number;
  to?: number;
  axis?: 'block';
  /** What is grouped (and coloured) together; absent is the coldkey. */
  by?: Grouping;
  /** How many lines, 1 to 50; absent is 10. */
  top?: number;
  /** Percent; absent is 70. */
  opacity?: number;
  /** Snapshots of a smoothing window, 2 to 100; absent is no smoothing. */
  window?: number;
  smooth?: SmoothFunction;
  /** Uids, hotkeys and coldkeys, comma-separated: see {@link parseSelection}. */
  sel?: string;
  /** `1` shows what is selected alone. */
  only?: 1;
}

/** What only one page asks; it does not follow to the others. */
export interface ActivitySearch {
  x?: Measure;
  y?: Measure;
  size?: Measure;
  color?: Measure;
  trace?: TraceColumn;
  count?: Grouping;
}

export const RANGES = ['24h', '7d', '30d', '90d', '1y', 'all'] as const;
export type RangeName = (typeof RANGES)[number];

export type Grouping = GroupsBody['by'];
export const GROUPINGS = ['coldkey', 'hotkey', 'ip', 'subnet24'] as const satisfies readonly Grouping[];

export type TraceColumn = TracesBody['column'];
export const TRACE_COLUMNS = [
  'totalStake',
  'incentive',
  'emission',
  'consensus',
  'trust',
  'validatorTrust',
  'dividends',
] as const satisfies readonly TraceColumn[];

export const AGGREGATES = ['mean', 'sum', 'std', 'max', 'min'] as const;

/** `<column>_<aggregate>`, or a count of distinct values: see {@link ActivityBody}. */
export type Measure = ActivityBody['measures'][number]['name'];

export const SMOOTH_FUNCTIONS = ['mean', 'std', 'max', 'min', 'sum'] as const;
export type SmoothFunction = (typeof SMOOTH_FUNCTIONS)[number];

export const USUAL = {
  range: '7d',
  by: 'coldkey',
  top: 10,
  opacity: 70,
  window: 1,
  smooth: 'mean',
} as const;

/** What goes along from one page of a subnet to the next. */
export const SHARED = [
  'block',
  'mechanism',
  'range',
  'from',
  'to',
  'axis',
  'by',
  'top',
  'opacity',
  'window',
  'smooth',
  'sel',
  'only',
] as const;

type Raw = Readonly<Record<string, unknown>>;

export function figureSearch(raw: Raw): FigureSearch {
  const from = natural(raw.from, 2 ** 32 - 1);
  const to = natural(raw.to, 2 ** 32 - 1);
  const backwards = from !== undefined && to !== undefined && from > to;
  return compact({
    range: unless(oneOf(raw.range, RANGES), USUAL.range),
    from: backwards ? undefined : from,
    to: backwards ? undefined : to,
    axis: raw.axis === 'block' ? ('block' as const) : undefined,
    by: unless(oneOf(raw.by, GROUPINGS), USUAL.by),
    top: unless(natural(raw.top, 50, 1), USUAL.top),
    opacity: unless(natural(raw.opacity, 100), USUAL.opacity),
    window: unless(natural(raw.window, 100, 1), USUAL.window),
    smooth: unless(oneOf(raw.smooth, SMOOTH_FUNCTIONS), USUAL.smooth),
    sel: formatSelection(parseSelection(text(raw.sel, 4_000))),
    only: natural(raw.only, 1, 1) as 1 | undefined,
  });
}

export function activitySearch(raw: Raw): ActivitySearch {
  return compact({
    x: measure(raw.x),
    y: measure(raw.y),
    size: measure(raw.size),
    color: measure(raw.color),
    trace: oneOf(raw.trace, TRACE_COLUMNS),
    count: oneOf(raw.count, GROUPINGS),
  });
}

/** The range as the figure routes take it: hours back from the newest snapshot, or blocks. */
export function rangeQuery(search: Pick<FigureSearch, 'range' | 'from' | 'to'>): {
  hours?: number;
  from?: number;
  to?: number;
} {
  const { from, to } = search;
  if (from !== undefined || to !== undefined) return compact({ from, to });
  const hours = RANGE_HOURS[search.range ?? USUAL.range];
  return hours === undefined ? { from: 0 } : { hours };
}

/** Hours of each range; `undefined` is everything stored. */
export const RANGE_HOURS: Readonly<Record<RangeName, number | undefined>> = {
  '24h': 24,
  '7d': 7 * 24,
  '30d': 30 * 24,
  '90d': 90 * 24,
  '1y': 365 * 24,
  all: undefined,
};

/** The parts of a search that go along to another page of the subnet. */
export function sharedSearch<T extends object>(search: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(search).filter(([name]) => (SHARED as readonly string[]).includes(name)),
  ) as Partial<T>;
}

function measure(value: unknown): Measure | undefined {
  if (typeof value !== 'string') return undefined;
  if (value === 'hotkey_nunique' || value === 'ip_nunique') return value;
  const [column, aggregate, ...rest] = value.split('_');
  const known =
    rest.length === 0 &&
    oneOf(column, TRACE_COLUMNS) !== undefined &&
    oneOf(aggregate, AGGREGATES) !== undefined;
  return known ? value : undefined;
}
