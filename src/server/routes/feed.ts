import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { EVENT_KINDS, feed, feedToCsv } from '../../metagraph/index.ts';
import { parseAccount } from '../../shared/index.ts';
import type { ServerDeps } from '../deps.ts';
import { EventsBody } from '../figure-schemas.ts';
import {
  atLeast,
  createRouter,
  csvFile,
  FormatQuery,
  RangeQuery,
  subnetTable,
  tableRoute,
  whole,
} from './common.ts';

/** Most events of one answer. */
const MOST_EVENTS = 1_000;

/** `?kinds=`: names separated by commas. */
const Kinds = z
  .string()
  .max(1_000)
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(EVENT_KINDS)).min(1))
  .openapi({ type: 'string', example: 'registered,deregistered' });

const Account = z.string().max(80).openapi({ description: 'An ss58 address, or 0x and 64 hex digits.' });

const Filter = RangeQuery.extend(FormatQuery.shape).extend({
  kinds: Kinds.optional(),
  uid: whole(65_535).optional(),
  hotkey: Account.optional(),
  coldkey: Account.optional(),
  before: z.string().max(60).optional().openapi({ description: '`next` of the answer before.' }),
  limit: atLeast(1, MOST_EVENTS).default(100),
});

/** What happened, newest first, over all subnets or on one. */
export function feedRoutes({ store }: ServerDeps): OpenAPIHono {
  const answer = async (netuid: number | undefined, query: z.infer<typeof Filter>, signal: AbortSignal) => {
    const { hotkey, coldkey } = query;
    return feed(
      store,
      {
        ...query,
        netuid,
        hotkey: hotkey === undefined ? undefined : parseAccount(hotkey),
        coldkey: coldkey === undefined ? undefined : parseAccount(coldkey),
      },
      signal,
    );
  };
  return createRouter()
    .openapi(
      tableRoute('/feed', { query: Filter }, EventsBody, 'What happened, newest first.'),
      async (context) => {
        const query = context.req.valid('query');
        const body = await answer(undefined, query, context.req.raw.signal);
        if (query.format === 'json') return context.json(body, 200);
        return context.body(feedToCsv(body), 200, csvFile('taoscope-events'));
      },
    )
    .openapi(
      subnetTable('feed', Filter, EventsBody, 'What happened on a subnet, newest first.'),
      async (context) => {
        const query = context.req.valid('query');
        const { netuid } = context.req.valid('param');
        const body = await answer(netuid, query, context.req.raw.signal);
        if (query.format === 'json') return context.json(body, 200);
        return context.body(feedToCsv(body), 200, csvFile(`taoscope-subnet-${netuid}-events`));
      },
    );
}
