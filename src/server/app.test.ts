import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger, TaoscopeError } from '../shared/index.ts';
import { createApp } from './app.ts';
import { createBackfills } from './backfills.ts';
import type { ServerDeps } from './deps.ts';
import { createLive } from './live.ts';
import { createMetrics } from './metrics.ts';
import { assertSafeBind, isLoopback } from './security.ts';

const TOKEN = 'a-token-of-sixteen-or-more';

/** An app whose store holds nothing and refuses what `sandbox` is told to refuse. */
function appWith(overrides: Partial<ServerDeps> = {}) {
  const live = createLive();
  const deps = {
    version: '0.0.0',
    chain: {
      identity: { name: 'Test', genesisHash: '0x00', ss58Prefix: 42, tokenSymbol: 'TAO', tokenDecimals: 9 },
      stats: () => [],
    },
    collector: {
      stats: () => ({ queue: 0, blocks: 0, snapshots: 0, missing: 0, errors: 0 }),
      refresh: async () => ({ block: 7, snapshots: 1 }),
    },
    stopped: () => undefined,
    store: {
      query: async () => [],
      stats: async () => ({
        kind: 'embedded',
        version: '0',
        bytesOnDisk: 0,
        rows: {},
        inserts: 0,
        insertErrors: 0,
        queries: 0,
        queryErrors: 0,
      }),
      sandbox: async (sql: string) => {
        if (sql.includes('defect')) throw new Error('secret inside');
        throw new TaoscopeError('refused', {
          failed: 'no',
          got: sql,
          expected: 'a SELECT',
          todo: 'write one',
        });
      },
    },
    heads: { current: () => ({}), refresh: async () => {} },
    live,
    backfills: createBackfills(
      async () => {
        throw new TaoscopeError('unreachable', { failed: 'no node' });
      },
      () => {},
    ),
    metrics: createMetrics(),
    logger: silentLogger,
    collect: { everyBlocks: 10, netuids: 'all', heads: 'finalized' },
    server: { host: '127.0.0.1' },
    ...overrides,
  } as unknown as ServerDeps;
  return createApp(deps, new AbortController().signal);
}

const at = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  new Request(`http://127.0.0.1:8700${path}`, {
    ...init,
    headers: { host: '127.0.0.1:8700', ...init.headers },
  });

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  at(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

test('every answer forbids what a page should not do', async () => {
  const response = await appWith().request(at('/health'));
  expect(response.headers.get('content-security-policy')).toMatchInlineSnapshot(
    `"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"`,
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('a host that is not ours, or a foreign page, is refused', async () => {
  const app = appWith();
  expect((await app.request(at('/api/v1/gaps', { headers: { host: 'evil.example' } }))).status).toBe(421);
  expect(
    (await app.request(post('/api/v1/sql', { query: 'SELECT 1' }, { origin: 'https://evil.example' })))
      .status,
  ).toBe(403);
});

test('with a token the API and the metrics ask for it; health and the page do not', async () => {
  const app = appWith({ server: { host: '0.0.0.0', token: TOKEN } });
  for (const path of ['/api/v1/status', '/api/v1/openapi.json', '/api/v1/events', '/metrics']) {
    expect((await app.request(at(path))).status, path).toBe(401);
    expect((await app.request(at(path, { headers: { authorization: 'Bearer wrong' } }))).status, path).toBe(
      401,
    );
  }
  expect(
    (await app.request(at('/api/v1/status', { headers: { authorization: `Bearer ${TOKEN}` } }))).status,
  ).toBe(200);
  expect((await app.request(at('/health'))).status).toBe(200);
});

test('an error keeps its four parts; a defect keeps its inside to itself', async () => {
  const app = appWith();
  const refused = await app.request(post('/api/v1/sql', { query: 'DROP TABLE neurons' }));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({
    error: {
      code: 'refused',
      failed: 'no',
      got: 'DROP TABLE neurons',
      expected: 'a SELECT',
      todo: 'write one',
    },
  });
  const defect = await app.request(post('/api/v1/sql', { query: 'defect' }));
  expect(defect.status).toBe(500);
  expect(await defect.text()).not.toContain('secret');
});

test('parameters are checked before anything is done', async () => {
  const app = appWith();
  for (const path of [
    '/api/v1/subnets/65536',
    '/api/v1/subnets/x/metagraph',
    '/api/v1/subnets?block=-1',
    '/api/v1/subnets?block=',
    '/api/v1/subnets?block=0x10',
    '/api/v1/subnets?block=4294967301',
    '/api/v1/export?netuid=',
    '/api/v1/neurons/abc',
  ]) {
    const response = await app.request(at(path));
    expect(response.status, path).toBe(400);
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe('usage');
  }
  expect((await app.request(post('/api/v1/sql', { query: 'x'.repeat(70_000) }))).status).toBe(400);
  const headers = { 'content-type': 'application/json' };
  const cut = await app.request(at('/api/v1/sql', { method: 'POST', body: '{"query": "SEL', headers }));
  expect(cut.status).toBe(400);
  expect(await cut.json()).toMatchObject({ error: { code: 'usage', failed: 'the request cannot be read' } });
});

test('an unknown route says so as JSON; an unknown page is the web app’s', async () => {
  const response = await appWith().request(at('/api/v1/nothing'));
  expect(response.status).toBe(404);
  expect(((await response.json()) as { error: { code: string } }).error.code).toBe('not-found');
});

test('a page names the answers it will ask for, where no token stands between', async () => {
  const webRoot = mkdtempSync(join(tmpdir(), 'taoscope-web-'));
  try {
    writeFileSync(join(webRoot, 'index.html'), '<div id="root"></div>');
    const page = await appWith({ webRoot }).request(at('/subnets/7?mechanism=1'));
    expect(await page.text()).toContain('root');
    expect(page.headers.get('link')).toContain(
      '</api/v1/subnets/7/metagraph?mechanism=1>; rel=preload; as=fetch',
    );
    const guarded = appWith({ webRoot, server: { host: '0.0.0.0', token: TOKEN } });
    expect((await guarded.request(at('/subnets/7'))).headers.get('link')).toBeNull();
    expect((await appWith({ webRoot }).request(at('/subnets/7"><script>'))).headers.get('link')).toBeNull();
    expect((await appWith({ webRoot }).request(at('/assets/none.js'))).status).toBe(404);
  } finally {
    rmSync(webRoot, { recursive: true, force: true });
  }
});

test('the description names every route', async () => {
  const description = (await (await appWith().request(at('/api/v1/openapi.json'))).json()) as {
    paths: object;
  };
  expect(Object.keys(description.paths).sort()).toMatchInlineSnapshot(`
    [
      "/api/v1/audit",
      "/api/v1/audit/findings",
      "/api/v1/audit/incentives",
      "/api/v1/audit/miners",
      "/api/v1/audit/probes",
      "/api/v1/audit/probes/{id}/output",
      "/api/v1/audit/reports",
      "/api/v1/audit/reports/{id}",
      "/api/v1/audit/reports/{id}/bundle",
      "/api/v1/audit/why/{hotkey}",
      "/api/v1/backfills",
      "/api/v1/backfills/{id}",
      "/api/v1/coldkeys/{coldkey}",
      "/api/v1/coldkeys/{coldkey}/earnings",
      "/api/v1/export",
      "/api/v1/feed",
      "/api/v1/gaps",
      "/api/v1/neurons/{hotkey}",
      "/api/v1/neurons/{hotkey}/earnings",
      "/api/v1/neurons/{hotkey}/history",
      "/api/v1/neurons/{hotkey}/standing",
      "/api/v1/runtimes",
      "/api/v1/sql",
      "/api/v1/status",
      "/api/v1/subnets",
      "/api/v1/subnets/{netuid}",
      "/api/v1/subnets/{netuid}/activity",
      "/api/v1/subnets/{netuid}/blocks",
      "/api/v1/subnets/{netuid}/churn",
      "/api/v1/subnets/{netuid}/clusters",
      "/api/v1/subnets/{netuid}/copiers",
      "/api/v1/subnets/{netuid}/diff",
      "/api/v1/subnets/{netuid}/economy",
      "/api/v1/subnets/{netuid}/feed",
      "/api/v1/subnets/{netuid}/groups",
      "/api/v1/subnets/{netuid}/map",
      "/api/v1/subnets/{netuid}/metagraph",
      "/api/v1/subnets/{netuid}/occupancy",
      "/api/v1/subnets/{netuid}/pruning",
      "/api/v1/subnets/{netuid}/refresh",
      "/api/v1/subnets/{netuid}/traces",
      "/api/v1/subnets/{netuid}/weights",
      "/health",
      "/ready",
    ]
  `);
});

test('an export that fails on the way does not pass for a whole one, and one that nobody reads is ended', async () => {
  let ended = false;
  const exporting = (fail: boolean) =>
    appWith({
      store: {
        query: async () => [],
        insert: async () => {},
        async exportStream() {
          return (async function* () {
            try {
              yield Buffer.from('row\n');
              if (fail) throw new TaoscopeError('store-failed', { failed: 'gone' });
              for (;;) yield Buffer.from('row\n');
            } finally {
              ended = true;
            }
          })();
        },
      } as unknown as ServerDeps['store'],
    }).request(at('/api/v1/export?format=csv'));
  await expect((await exporting(true)).text()).rejects.toThrow();
  const reader = (await exporting(false)).body!.getReader();
  await reader.read();
  ended = false;
  await reader.cancel();
  expect(ended).toBe(true);
});

test('it is ready only with data, and no longer when the collector has stopped', async () => {
  expect((await appWith().request(at('/ready'))).status).toBe(503);
  const stopped = await appWith({ stopped: () => 'the disk is full' }).request(at('/ready'));
  expect(await stopped.json()).toEqual({ status: 'the collector has stopped' });
});

test('metrics of our own health are there', async () => {
  const text = await (await appWith().request(at('/metrics'))).text();
  for (const name of [
    'taoscope_head_lag_blocks',
    'taoscope_queue_blocks',
    'taoscope_store_bytes',
    'taoscope_http_request_duration_seconds',
  ]) {
    expect(text).toContain(`# HELP ${name} `);
  }
});

test('a failed backfill says why', async () => {
  const app = appWith();
  const started = (await (await app.request(post('/api/v1/backfills', { from: 1, to: 2 }))).json()) as {
    id: string;
  };
  const ended = (await (await app.request(at(`/api/v1/backfills/${started.id}`))).json()) as {
    state: string;
    error: string;
  };
  expect(ended.state).toBe('failed');
  expect(ended.error).toContain('no node');
});

test('only loopback addresses are served without a token', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) expect(isLoopback(host)).toBe(true);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example']) {
    expect(() => assertSafeBind(host, undefined)).toThrow('without a token');
    expect(() => assertSafeBind(host, 'short')).toThrow('at least 16');
    expect(() => assertSafeBind(host, TOKEN)).not.toThrow();
  }
});
