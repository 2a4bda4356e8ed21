import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  activityFigure,
  activityToCsv,
  churnFigure,
  DEFAULT_POINTS,
  diffToCsv,
  economyFigure,
  groupsFigure,
  groupsToCsv,
  linesToCsv,
  MOST_FRAMES,
  MOST_LINES,
  MOST_MEASURES,
  MOST_POINTS,
  metagraphDiff,
  occupancyFigure,
  type Smoothing,
  tracesFigure,
  tracesToCsv,
} from '../../metagraph/index.ts';
import type { ServerDeps } from '../deps.ts';
import {
  ActivityBody,
  AGGREGATES,
  ChurnBody,
  DiffBody,
  EconomyBody,
  GROUPINGS,
  GroupsBody,
  NEURON_FIGURES,
  OccupancyBody,
  TracesBody,
} from '../figure-schemas.ts';
import {
  atLeast,
  Block,
  createRouter,
  csvFile,
  FormatQuery,
  MechanismQuery,
  RangeQuery,
  subnetTable,
} from './common.ts';

const MOST_SELECTED = 64;
// Ten years; blocks before the chain began are none.
const MOST_HOURS = 87_600;

/** A list separated by commas. */
const listOf = (most: number) =>
  z
    .string()
    // 64 addresses of 48 characters, and room for blanks.
    .max(4_096)
    .refine((text) => text.split(',').length <= most, `expected at most ${most}, separated by commas`);

/** `?from=&to=&hours=&points=&resolution=&mechanism=`: which snapshots a figure shows. */
const FigureQuery = RangeQuery.extend(MechanismQuery.shape)
  .extend(FormatQuery.shape)
  .extend({
    hours: atLeast(1, MOST_HOURS).optional(),
    points: atLeast(2, MOST_POINTS).default(DEFAULT_POINTS),
    resolution: z.enum(['auto', 'raw', 'hourly', 'epoch']).default('auto'),
  });

/** `?smooth=&aggregate=`: a window of points, each line on its own. */
const SmoothQuery = z.object({
  smooth: atLeast(1, 100).default(1),
  aggregate: z.enum(AGGREGATES).default('mean'),
});

/** `?role=&select=`: which neurons; `select` is uids, hotkeys or coldkeys, separated by commas. */
const ChoiceQuery = z.object({
  role: z.enum(['miner', 'validator', 'all']).default('all'),
  select: listOf(MOST_SELECTED).optional(),
});

const LinesQuery = FigureQuery.extend(SmoothQuery.shape);
const NeuronLinesQuery = LinesQuery.extend(ChoiceQuery.shape);
const Top = atLeast(1, MOST_LINES);

const TracesQuery = NeuronLinesQuery.extend({
  column: z.enum(NEURON_FIGURES).default('emission'),
  /** Default 10; all that are selected, where neurons are. */
  top: Top.optional(),
});

const GroupsQuery = NeuronLinesQuery.extend({
  by: z.enum(GROUPINGS).default('coldkey'),
  count: z.enum(GROUPINGS).optional(),
  top: Top.default(10),
});

const ActivityQuery = FigureQuery.extend(ChoiceQuery.shape).extend({
  by: z.enum(GROUPINGS).default('coldkey'),
  measures: listOf(MOST_MEASURES).optional(),
  points: atLeast(2, MOST_FRAMES).default(DEFAULT_POINTS),
});

/** `?block=&against=`: each the newest stored snapshot at or before it. */
const DiffQuery = MechanismQuery.extend(FormatQuery.shape).extend({ block: Block, against: Block });

/** The figures of a subnet over time (dashboards.md 3.3), each as JSON or as a tidy CSV. */
export function figureRoutes({ store }: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      subnetTable('churn', LinesQuery, ChurnBody, 'Hotkeys that came and went between shown snapshots.'),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await churnFigure(store, { netuid, ...smoothed(query) }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(linesToCsv(body, ['added', 'removed', 'changed']), 200, file('churn', body));
      },
    )
    .openapi(
      subnetTable('occupancy', LinesQuery, OccupancyBody, 'Distinct hotkeys by class over time.'),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await occupancyFigure(store, { netuid, ...smoothed(query) }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        const text = linesToCsv(body, ['miners', 'validators', 'neurons']);
        return context.body(text, 200, file('occupancy', body));
      },
    )
    .openapi(
      subnetTable(
        'economy',
        LinesQuery,
        EconomyBody,
        'Price, emission, cost to register and pool over time.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await economyFigure(store, { netuid, ...smoothed(query) }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        const text = linesToCsv(body, ['price', 'emission', 'burn', 'taoIn', 'alphaIn', 'alphaOut']);
        return context.body(text, 200, file('economy', body));
      },
    )
    .openapi(
      subnetTable('traces', TracesQuery, TracesBody, 'A line per hotkey among the top of a column.'),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await tracesFigure(store, { netuid, ...smoothed(query) }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(tracesToCsv(body), 200, file('traces', body));
      },
    )
    .openapi(
      subnetTable('groups', GroupsQuery, GroupsBody, 'The largest groups of neurons over time.'),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await groupsFigure(store, { netuid, ...smoothed(query) }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(groupsToCsv(body), 200, file('groups', body));
      },
    )
    .openapi(
      subnetTable(
        'activity',
        ActivityQuery,
        ActivityBody,
        'An animation: each group at each snapshot, packed.',
      ),
      async (context) => {
        const { format, measures, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await activityFigure(
          store,
          { netuid, ...query, measures: measures?.split(',').map((name) => name.trim()) },
          context.req.raw.signal,
        );
        if (format === 'json') return context.json(body, 200);
        return context.body(activityToCsv(body), 200, file('activity', body));
      },
    )
    .openapi(
      subnetTable('diff', DiffQuery, DiffBody, 'What differs between two stored blocks.'),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await metagraphDiff(store, { netuid, ...query }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(
          diffToCsv(body),
          200,
          file('diff', { ...body, from: body.against, to: body.block }),
        );
      },
    );
}

/** A query with its smoothing as the figures take it. */
function smoothed<Query extends { smooth: number; aggregate: Smoothing['aggregate'] }>({
  smooth,
  aggregate,
  ...query
}: Query) {
  return { ...query, smoothing: smooth === 1 ? undefined : { window: smooth, aggregate } };
}

function file(name: string, { netuid, from, to }: { netuid: number; from?: number; to?: number }) {
  return csvFile(`subnet-${netuid}-${name}${from === undefined ? '' : `-blocks-${from}-${to}`}`);
}
