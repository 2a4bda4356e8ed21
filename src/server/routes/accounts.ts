import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  accountEarnings,
  coldkeyHoldings,
  DEFAULT_DAYS,
  DEFAULT_HOLDINGS,
  earningsToCsv,
  holdingsToCsv,
  hotkeyStanding,
  MOST_DAYS,
  pruningToCsv,
  subnetPruning,
} from '../../metagraph/index.ts';
import { parseAccount, shortAddress } from '../../shared/index.ts';
import type { ServerDeps } from '../deps.ts';
import { ColdkeyBody, EarningsBody, PruningBody, StandingBody } from '../figure-schemas.ts';
import { atLeast, createRouter, csvFile, FormatQuery, NetuidParam, tableRoute } from './common.ts';

const AccountText = z.string().max(80);
const ColdkeyParam = z.object({
  coldkey: AccountText.openapi({ param: { name: 'coldkey', in: 'path' } }),
});
const HotkeyParam = z.object({ hotkey: AccountText.openapi({ param: { name: 'hotkey', in: 'path' } }) });

const EarningsQuery = FormatQuery.extend({ days: atLeast(1, MOST_DAYS).default(DEFAULT_DAYS) });
const PageQuery = FormatQuery.extend({
  limit: atLeast(1, 1_000).default(DEFAULT_HOLDINGS),
  after: z.string().max(16).optional(),
});

/** Coldkeys and hotkeys across subnets: what they hold, earn and risk. */
export function accountRoutes({ store }: ServerDeps): OpenAPIHono {
  return createRouter()
    .openapi(
      tableRoute(
        '/coldkeys/{coldkey}',
        { params: ColdkeyParam, query: PageQuery },
        ColdkeyBody,
        'What a coldkey has across subnets, by netuid and uid.',
      ),
      async (context) => {
        const { format, ...page } = context.req.valid('query');
        const coldkey = parseAccount(context.req.valid('param').coldkey);
        const body = await coldkeyHoldings(store, { coldkey, ...page }, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(holdingsToCsv(body.holdings), 200, csvFile(`coldkey-${short(body.coldkey)}`));
      },
    )
    .openapi(
      tableRoute(
        '/coldkeys/{coldkey}/earnings',
        { params: ColdkeyParam, query: EarningsQuery },
        EarningsBody,
        'What epochs paid to the neurons of a coldkey, by day and subnet.',
      ),
      async (context) => {
        const { format, days } = context.req.valid('query');
        const { coldkey } = context.req.valid('param');
        const query = { coldkey: parseAccount(coldkey), days };
        const body = await accountEarnings(store, query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(earningsToCsv(body), 200, csvFile(`earnings-${short(coldkey)}`));
      },
    )
    .openapi(
      tableRoute(
        '/neurons/{hotkey}/standing',
        { params: HotkeyParam, query: FormatQuery },
        StandingBody,
        'A hotkey across subnets, and who is beside it.',
      ),
      async (context) => {
        const hotkey = parseAccount(context.req.valid('param').hotkey);
        const body = await hotkeyStanding(store, { hotkey }, context.req.raw.signal);
        if (context.req.valid('query').format === 'json') return context.json(body, 200);
        return context.body(holdingsToCsv(body.holdings), 200, csvFile(`hotkey-${short(body.hotkey)}`));
      },
    )
    .openapi(
      tableRoute(
        '/neurons/{hotkey}/earnings',
        { params: HotkeyParam, query: EarningsQuery },
        EarningsBody,
        'What epochs paid to a hotkey, by day and subnet.',
      ),
      async (context) => {
        const { format, days } = context.req.valid('query');
        const { hotkey } = context.req.valid('param');
        const query = { hotkey: parseAccount(hotkey), days };
        const body = await accountEarnings(store, query, context.req.raw.signal);
        if (format === 'json') return context.json(body, 200);
        return context.body(earningsToCsv(body), 200, csvFile(`earnings-${short(hotkey)}`));
      },
    )
    .openapi(
      tableRoute(
        '/subnets/{netuid}/pruning',
        { params: NetuidParam, query: FormatQuery },
        PruningBody,
        'Who goes next when a full subnet takes a newcomer.',
      ),
      async (context) => {
        const { netuid } = context.req.valid('param');
        const body = await subnetPruning(store, { netuid }, context.req.raw.signal);
        if (context.req.valid('query').format === 'json') return context.json(body, 200);
        return context.body(pruningToCsv(body), 200, csvFile(`subnet-${netuid}-pruning-block-${body.block}`));
      },
    );
}

/** A part of a file's name: what a header may not hold is not in it. */
function short(address: string): string {
  return shortAddress(address).replaceAll('…', '-');
}
