import { expect, test } from 'vitest';
import type { TaoscopeError } from '../../shared/index.ts';
import type { ServerDeps } from '../deps.ts';
import { EventsBody } from '../figure-schemas.ts';
import { feedRoutes } from './feed.ts';

const ROW = {
  ...{
    netuid: -1,
    block: 12,
    place: 4,
    millis: '1700000000000',
    kind: 'coldkey-swapped',
    name: '=HYPERLINK()',
  },
  ...{
    mechanism: 0,
    uid: null,
    other_netuid: null,
    tao: null,
    alpha: null,
    old_value: null,
    new_value: null,
  },
  ...{ actor_kind: 'root', via: 'sudo', extrinsic: 3, hotkey_hex: null, coldkey_hex: '11'.repeat(32) },
  ...{ other_hotkey_hex: null, other_coldkey_hex: null, actor_hex: null, signer_hex: null },
};

/** The routes over a store that answers one row, and the parameters and signals that it was asked with. */
function routes(row: Record<string, unknown> = ROW) {
  const asked: { params?: Record<string, unknown>; signal?: AbortSignal }[] = [];
  const store = {
    async query(sql: string, options: (typeof asked)[number]) {
      asked.push(options);
      if (sql.includes('SELECT min(block)')) return [{ first: 12, last: 12, blocks: 1 }];
      return sql.includes('LIMIT') ? [row, { ...row, place: 0 }] : [row];
    },
  };
  const app = feedRoutes({ store } as unknown as ServerDeps);
  app.onError((error, context) => context.json({ code: (error as TaoscopeError).code }, 400));
  return { app, asked };
}

test('an answer fits its description', async () => {
  const { app, asked } = routes();
  const response = await app.request('/feed?limit=1');
  expect(response.status).toBe(200);
  const body = EventsBody.parse(await response.json());
  expect(body).toMatchObject({
    events: [{ netuid: null, block: 12, index: 4, kind: 'coldkey-swapped', actor: 'root', via: ['sudo'] }],
    next: '12:4:-1',
    recorded: { from: 12, to: 12, blocks: 1 },
  });
  for (const { signal } of asked) expect(signal).toBeInstanceOf(AbortSignal);
});

test('filters reach the store, the subnet comes from the path', async () => {
  const { app, asked } = routes();
  const url = `/subnets/0/feed?kinds=registered,%20epoch&uid=0&coldkey=0x${'22'.repeat(32)}&limit=1000`;
  expect((await app.request(url)).status).toBe(200);
  expect(asked.find(({ params }) => params?.limit !== undefined)?.params).toMatchObject({
    ...{ netuid: 0, kinds: ['registered', 'epoch'], uid: 0, coldkey: '22'.repeat(32), limit: 1_001 },
  });
});

test('CSV keeps a name that looks like a formula harmless', async () => {
  const { app } = routes();
  const response = await app.request('/subnets/7/feed?format=csv&limit=1');
  expect(response.headers.get('content-disposition')).toBe(
    'attachment; filename="taoscope-subnet-7-events.csv"',
  );
  expect(await response.text()).toContain(`,"'=HYPERLINK()",`);
});

test.each([
  '/feed?limit=0',
  '/feed?limit=1001',
  '/feed?limit=-1',
  '/feed?kinds=',
  '/feed?kinds=registered,nothing',
  '/feed?hotkey=5Grw',
  '/feed?before=12',
  '/feed?from=4294967296',
  '/feed?format=xml',
  '/subnets/65536/feed',
])('%s is refused', async (url) => {
  const response = await routes().app.request(url);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ code: 'usage' });
});
