import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  clustersOf,
  clustersToCsv,
  copierEvidence,
  copiersToCsv,
  MOST_EPOCHS,
  MOST_MAP_FRAMES,
  mapFigure,
  mapToCsv,
  weightsFigure,
  weightsToCsv,
} from '../../metagraph/index.ts';
import type { ServerDeps } from '../deps.ts';
import { ClustersBody, CopiersBody, MapBody, WeightsBody } from '../figure-schemas.ts';
import {
  atLeast,
  BlockQuery,
  createRouter,
  csvFile,
  FormatQuery,
  MechanismQuery,
  RangeQuery,
  subnetTable,
  whole,
} from './common.ts';

/** A plain decimal from 0 to 1. */
const Fraction = z
  .string()
  .regex(/^(0|1|0?\.\d{1,9}|[01]\.\d{1,9})$/, 'expected a number from 0 to 1')
  .transform(Number)
  .pipe(z.number().min(0).max(1))
  .openapi({ type: 'number', minimum: 0, maximum: 1 });

const WeightsQuery = BlockQuery.extend(MechanismQuery.shape)
  .extend(FormatQuery.shape)
  .extend({ of: z.enum(['weights', 'bonds']).default('weights'), threshold: Fraction.optional() });

const HistoryQuery = RangeQuery.extend(MechanismQuery.shape).extend(FormatQuery.shape);

const ClustersQuery = HistoryQuery.extend({
  kind: z.enum(['weights', 'stake']).default('weights'),
  threshold: Fraction.optional(),
});

const CopiersQuery = HistoryQuery.extend({
  threshold: Fraction.optional(),
  epochs: atLeast(1, MOST_EPOCHS).optional(),
});

const MapQuery = HistoryQuery.extend({
  frames: atLeast(1, MOST_MAP_FRAMES).optional(),
  seed: whole(4_294_967_295).optional(),
});

/** Who weighs whom, who weighs alike, who may be copying, and the map of a subnet, each as JSON or as a tidy CSV. */
export function weightRoutes({ store }: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      subnetTable(
        'weights',
        WeightsQuery,
        WeightsBody,
        'The newest stored matrix at or before the block, with distances and clusters.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await weightsFigure(store, { netuid, ...query }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(weightsToCsv(body), 200, file(query.of, body, body.block));
      },
    )
    .openapi(
      subnetTable(
        'clusters',
        ClustersQuery,
        ClustersBody,
        'Validators that weigh alike, or hotkeys whose stakes move together.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await clustersOf(store, { netuid, ...query }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(clustersToCsv(body), 200, file(`clusters-${body.kind}`, body, body.to));
      },
    )
    .openapi(
      subnetTable(
        'copiers',
        CopiersQuery,
        CopiersBody,
        'Evidence of copied weights by validator: a suspicion, never a verdict.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await copierEvidence(store, { netuid, ...query }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(copiersToCsv(body), 200, file('copiers', body, body.to));
      },
    )
    .openapi(
      subnetTable(
        'map',
        MapQuery,
        MapBody,
        'Neurons placed by the weights they receive, aligned frame by frame.',
      ),
      async (context) => {
        const { format, ...query } = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await mapFigure(store, { netuid, ...query }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(mapToCsv(body), 200, file('map', body, body.block.at(-1)));
      },
    );
}

function file(name: string, { netuid }: { netuid: number }, block: number | undefined) {
  return csvFile(`subnet-${netuid}-${name}${block === undefined ? '' : `-block-${block}`}`);
}
