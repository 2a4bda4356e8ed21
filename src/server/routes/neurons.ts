import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { hotkeyHistory, hotkeyRegistrations } from '../../metagraph/index.ts';
import { parseAccount } from '../../shared/index.ts';
import type { ServerDeps } from '../deps.ts';
import { HistoryBody, HotkeyBody } from '../schemas.ts';
import { createRouter, jsonRoute, MechanismQuery, RangeQuery, whole } from './common.ts';

const HotkeyParam = z.object({
  hotkey: z
    .string()
    .max(80)
    .openapi({ param: { name: 'hotkey', in: 'path' } }),
});

const HistoryQuery = RangeQuery.extend(MechanismQuery.shape).extend({
  netuid: whole(65_535),
  resolution: z.enum(['auto', 'raw', 'hourly', 'epoch']).default('auto'),
});

export function neuronRoutes({ store }: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      jsonRoute(
        { method: 'get', path: '/neurons/{hotkey}', request: { params: HotkeyParam } },
        HotkeyBody,
        'A hotkey across subnets.',
      ),
      async (context) =>
        context.json(
          await hotkeyRegistrations(store, { hotkey: parseAccount(context.req.valid('param').hotkey) }),
          200,
        ),
    )
    .openapi(
      jsonRoute(
        {
          method: 'get',
          path: '/neurons/{hotkey}/history',
          request: { params: HotkeyParam, query: HistoryQuery },
        },
        HistoryBody,
        'A hotkey on one subnet over time, as columns of equal length.',
      ),
      async (context) =>
        context.json(
          await hotkeyHistory(store, {
            hotkey: parseAccount(context.req.valid('param').hotkey),
            ...context.req.valid('query'),
          }),
          200,
        ),
    );
}
