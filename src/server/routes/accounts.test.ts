import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { createSnapshotStore, migrations } from '../../metagraph/index.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import { failureOf } from '../failure.ts';
import { ColdkeyBody, EarningsBody, PruningBody, StandingBody } from '../figure-schemas.ts';
import { accountRoutes } from './accounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-account-routes-'));
let store: OpenedStore;
let routes: OpenAPIHono;
let hotkey: string;
let coldkey: string;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  const rows = createSnapshotStore(store);
  const subnet = createSampleSubnet({ netuid: 1, seed: 5, n: 12 });
  // 1,082 and 1,443 end epochs: one more, each is a multiple of 361.
  for (const block of [1_082, 1_443, 1_500]) {
    const { metagraph, facts, epoch } = subnet.at(block);
    const { timestampMs } = metagraph;
    await rows.saveSubnets([{ facts, block: metagraph.block, timestampMs, origin: 'backfill' }]);
    await rows.saveSnapshots([{ metagraph, epoch, origin: 'backfill' }]);
    hotkey = toSs58(metagraph.neurons.hotkey[4] as Uint8Array);
    coldkey = toSs58(metagraph.neurons.coldkey?.[4] as Uint8Array);
  }
  routes = accountRoutes({ store } as unknown as ServerDeps);
  routes.onError((error, context) => {
    const { status, body } = failureOf(error);
    return context.json(body, status);
  });
}, 60_000);
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('each body is as its schema says, and CSV is a file', async () => {
  const bodies: [path: string, body: z.ZodType][] = [
    [`/coldkeys/${coldkey}`, ColdkeyBody],
    [`/coldkeys/${coldkey}/earnings?days=3`, EarningsBody],
    [`/neurons/${hotkey}/standing`, StandingBody],
    [`/neurons/${hotkey}/earnings`, EarningsBody],
    ['/subnets/1/pruning', PruningBody],
  ];
  for (const [path, body] of bodies) {
    const response = await routes.request(path);
    expect(response.status, path).toBe(200);
    const json = await response.json();
    expect(body.parse(json), path).toEqual(json);
    const csv = await routes.request(`${path}${path.includes('?') ? '&' : '?'}format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    expect((await csv.text()).split('\r\n').length, path).toBeGreaterThan(2);
  }
});

test('what is unknown is not found; what is no address, day or page is refused', async () => {
  const nobody = toSs58(new Uint8Array(32).fill(7));
  for (const path of [
    `/coldkeys/${nobody}`,
    `/coldkeys/${nobody}/earnings`,
    `/neurons/${nobody}/standing`,
    `/neurons/${nobody}/earnings`,
    '/subnets/9/pruning',
  ])
    expect((await routes.request(path)).status, path).toBe(404);
  for (const path of [
    '/coldkeys/nobody',
    `/coldkeys/${coldkey.slice(0, -1)}`,
    `/coldkeys/${coldkey}?limit=0`,
    `/coldkeys/${coldkey}?limit=1001`,
    `/coldkeys/${coldkey}?after=..%2F`,
    `/coldkeys/${coldkey}/earnings?days=0`,
    `/neurons/${hotkey}/earnings?days=3651`,
    `/neurons/${hotkey}/standing?format=xls`,
    '/subnets/65536/pruning',
  ])
    expect((await routes.request(path)).status, path).toBe(400);
});
