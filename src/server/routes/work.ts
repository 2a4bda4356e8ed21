import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { EXPORT_TABLES, exportMetagraph } from '../../metagraph/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import type { ServerDeps } from '../deps.ts';
import { BackfillBody, BackfillRequest, SqlBody, SqlRequest } from '../schemas.ts';
import { createRouter, jsonRoute, RangeQuery, whole } from './common.ts';

const exportRoute = createRoute({
  method: 'get',
  path: '/export',
  request: {
    query: RangeQuery.extend({
      table: z.enum(EXPORT_TABLES).default('metagraph'),
      netuid: whole(65_535).optional(),
      resolution: z.enum(['raw', 'hourly', 'epoch']).default('raw'),
      format: z.enum(['parquet', 'csv']).default('parquet'),
    }),
  },
  responses: {
    200: {
      description: 'Stored rows as one tidy table.',
      content: {
        'application/vnd.apache.parquet': { schema: z.string() },
        'text/csv': { schema: z.string() },
      },
    },
  },
});

/** What costs more than a look: users' statements, backfills, exports. */
export function workRoutes(deps: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      jsonRoute(
        {
          method: 'post',
          path: '/sql',
          request: { body: { required: true, content: { 'application/json': { schema: SqlRequest } } } },
        },
        SqlBody,
        'The answer to one read-only statement, bounded in time, rows and memory.',
      ),
      async (context) => {
        const { query } = context.req.valid('json');
        const { columns, rows, ...rest } = await deps.store.sandbox(query, {}, context.req.raw.signal);
        return context.json({ columns: [...columns], rows: rows.map((row) => [...row]), ...rest }, 200);
      },
    )
    .openapi(
      jsonRoute(
        {
          method: 'post',
          path: '/backfills',
          request: { body: { required: true, content: { 'application/json': { schema: BackfillRequest } } } },
        },
        BackfillBody,
        'Starts a backfill.',
      ),
      (context) => context.json(deps.backfills.start(context.req.valid('json')), 200),
    )
    .openapi(
      jsonRoute(
        { method: 'get', path: '/backfills/{id}', request: { params: z.object({ id: z.string().max(64) }) } },
        BackfillBody,
        'How far a backfill is.',
      ),
      (context) => {
        const body = deps.backfills.get(context.req.valid('param').id);
        if (body === undefined) {
          throw new TaoscopeError('not-found', {
            failed: 'no such backfill',
            expected: 'the id of one of the last 20 backfills of this server',
          });
        }
        return context.json(body, 200);
      },
    )
    .openapi(exportRoute, async (context) => {
      const query = context.req.valid('query');
      const { table, format } = query;
      const bytes = await exportMetagraph(deps.store, query, context.req.raw.signal);
      // A body that fails breaks the connection, so that a cut export cannot pass for a whole one; a client that goes
      // away ends the reading.
      return context.body(ReadableStream.from(bytes) as ReadableStream, 200, {
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet',
        'content-disposition': `attachment; filename="taoscope-${table}.${format}"`,
      });
    });
}
