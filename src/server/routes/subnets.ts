import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { metagraphAt, metagraphToCsv, storedSnapshots, subnetAt, subnetsAt } from '../../metagraph/index.ts';
import type { ServerDeps } from '../deps.ts';
import { BlocksBody, ErrorBody, MetagraphBody, RefreshBody, SubnetBody, SubnetsBody } from '../schemas.ts';
import { BlockQuery, createRouter, jsonRoute, MechanismQuery, NetuidParam } from './common.ts';

const metagraphRoute = createRoute({
  method: 'get',
  path: '/subnets/{netuid}/metagraph',
  request: {
    params: NetuidParam,
    query: BlockQuery.extend(MechanismQuery.shape).extend({
      format: z.enum(['json', 'csv']).default('json'),
    }),
  },
  responses: {
    200: {
      description: 'The newest stored snapshot at or before the block.',
      content: { 'application/json': { schema: MetagraphBody }, 'text/csv': { schema: z.string() } },
    },
    404: { description: 'Nothing is stored.', content: { 'application/json': { schema: ErrorBody } } },
  },
});

export function subnetRoutes(deps: ServerDeps): OpenAPIHono {
  const { store } = deps;
  return createRouter()
    .openapi(
      jsonRoute(
        { method: 'get', path: '/subnets', request: { query: BlockQuery } },
        SubnetsBody,
        'All subnets.',
      ),
      async (context) => context.json(await subnetsAt(store, context.req.valid('query')), 200),
    )
    .openapi(
      jsonRoute(
        { method: 'get', path: '/subnets/{netuid}', request: { params: NetuidParam, query: BlockQuery } },
        SubnetBody,
        'A subnet with its header figures and their change over 24 h.',
      ),
      async (context) =>
        context.json(
          await subnetAt(store, { ...context.req.valid('param'), ...context.req.valid('query') }),
          200,
        ),
    )
    .openapi(metagraphRoute, async (context) => {
      const { format, ...query } = context.req.valid('query');
      const metagraph = await metagraphAt(store, { ...context.req.valid('param'), ...query });
      if (format === 'json') return context.json(metagraph, 200);
      return context.body(metagraphToCsv(metagraph), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="subnet-${metagraph.netuid}-block-${metagraph.block}.csv"`,
      });
    })
    .openapi(
      jsonRoute(
        {
          method: 'get',
          path: '/subnets/{netuid}/blocks',
          request: { params: NetuidParam, query: MechanismQuery },
        },
        BlocksBody,
        'Blocks with a stored snapshot, ascending.',
      ),
      async (context) =>
        context.json(
          await storedSnapshots(store, { ...context.req.valid('param'), ...context.req.valid('query') }),
          200,
        ),
    )
    .openapi(
      jsonRoute(
        { method: 'post', path: '/subnets/{netuid}/refresh', request: { params: NetuidParam } },
        RefreshBody,
        'Reads the subnet at the head now and stores it.',
      ),
      async (context) => {
        const { netuid } = context.req.valid('param');
        return context.json(
          { netuid, ...(await deps.collector.refresh(netuid, context.req.raw.signal)) },
          200,
        );
      },
    );
}
