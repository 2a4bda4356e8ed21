import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Context, Hono } from 'hono';
import { expect, test } from 'vitest';
import { createAnswerCache } from './answer-cache.ts';
import { createApp } from './app.ts';
import { createDataVersions } from './data-versions.ts';
import type { ServerDeps } from './deps.ts';
import { createMetrics } from './metrics.ts';

/** An app of one route that counts its runs, behind a cache. */
function cached(
  handler: (context: Context, run: number) => Response | Promise<Response>,
  options: { mostBytes?: number; now?: () => number } = {},
) {
  const versions = createDataVersions();
  const cache = createAnswerCache(versions, options);
  const app = new Hono();
  let runs = 0;
  app.use('*', cache.middleware);
  app.all('/api/v1/*', (context) => handler(context, ++runs));
  app.onError((error, context) => context.text(error.message, 500));
  return {
    versions,
    cache,
    runs: () => runs,
    get: (path: string, init: RequestInit = {}) => app.request(`http://localhost/api/v1/${path}`, init),
  };
}

const text = async (answer: Response | Promise<Response>) => (await answer).text();
/** Lets what is ready to run go on. */
const turn = () => new Promise((done) => setImmediate(done));

test('an equal question is answered from memory, whatever the order of its query', async () => {
  const { get, runs, cache } = cached((context, run) => context.json({ run }));
  const first = await get('subnets/7/churn?from=1&to=2');
  expect(await first.json()).toEqual({ run: 1 });
  const again = await get('subnets/7/churn?to=2&from=1');
  expect(await again.json()).toEqual({ run: 1 });
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  expect(await (await get('subnets/7/churn?to=3&from=1')).json()).toEqual({ run: 2 });
  expect(runs()).toBe(2);
  expect(cache.stats()).toMatchObject({ kept: 1, computed: 2, shared: 0, entries: 2 });
});

test('an answer ends with the data of its subnet; one about the network with any', async () => {
  const { get, versions } = cached((context, run) => context.json(run));
  for (const path of ['subnets/7/churn', 'subnets/8/churn', 'subnets/7/feed', 'subnets', 'coldkeys/x'])
    await get(path);
  versions.bump([8]);
  expect(await text(get('subnets/7/churn'))).toBe('1');
  expect(await text(get('subnets/8/churn'))).toBe('6');
  expect(await text(get('subnets/7/feed'))).toBe('7');
  expect(await text(get('subnets'))).toBe('8');
  expect(await text(get('coldkeys/x'))).toBe('9');
});

test('a client that has the answer gets no bytes, and the zipped form where it takes it', async () => {
  const long = 'x'.repeat(5_000);
  let at = 1_000;
  const { get, cache } = cached((context) => context.text(long), { now: () => at });
  const plain = await get('subnets');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(long);
  at = 8_500;
  const zipped = await get('subnets', { headers: { 'accept-encoding': 'br, gzip' } });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(zipped.headers.get('age')).toBe('7');
  expect(gunzipSync(await zipped.arrayBuffer()).toString()).toBe(long);
  expect(zipped.headers.get('etag')).toBe(plain.headers.get('etag'));
  const tag = plain.headers.get('etag') as string;
  const known = await get('subnets', { headers: { 'if-none-match': `"other", ${tag}` } });
  expect(known.status).toBe(304);
  expect(await known.text()).toBe('');
  expect((await get('subnets', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  expect(cache.stats().notModified).toBe(1);
});

test('equal questions at one moment are computed once; a client that leaves does not fail the others', async () => {
  const gate = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const { get, runs } = cached(async (context, run) => {
    signals.push(context.req.raw.signal);
    await gate.promise;
    return context.text(`run ${run}`);
  });
  const leaver = new AbortController();
  const asked = [get('subnets', { signal: leaver.signal }), get('subnets'), get('subnets')];
  await turn();
  leaver.abort();
  await turn();
  expect(signals[0]?.aborted).toBe(false);
  gate.resolve();
  expect(await Promise.all(asked.slice(1).map(text))).toEqual(['run 1', 'run 1']);
  expect(runs()).toBe(1);
});

test('when all have left the work is aborted, and who comes then has it done anew', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const signals: AbortSignal[] = [];
  const { get } = cached(async (context, run) => {
    signals.push(context.req.raw.signal);
    await gates[run - 1]?.promise;
    context.req.raw.signal.throwIfAborted();
    return context.text(`run ${run}`);
  });
  const leaver = new AbortController();
  const left = get('subnets', { signal: leaver.signal });
  await turn();
  leaver.abort();
  expect(signals[0]?.aborted).toBe(true);
  const later = get('subnets');
  for (const gate of gates) gate.resolve();
  expect((await left).status).toBe(500);
  expect(await text(later)).toBe('run 2');
  expect(await text(get('subnets'))).toBe('run 2');
});

test('errors are not kept, and not said to be cacheable', async () => {
  const { get, cache } = cached((context, run) => {
    if (run === 1) throw new Error('once');
    return run === 2 ? context.json({ error: 'not-found' }, 404) : context.text('there');
  });
  const failed = await get('subnets');
  expect([failed.status, await failed.text(), failed.headers.get('etag')]).toEqual([500, 'once', null]);
  expect((await get('subnets')).status).toBe(404);
  expect(await text(get('subnets'))).toBe('there');
  expect(cache.stats().entries).toBe(1);
});

test('only GET is kept', async () => {
  const { get, runs } = cached((context, run) => context.text(`${run}`));
  await get('subnets/7/refresh', { method: 'POST' });
  await get('subnets/7/refresh', { method: 'POST' });
  expect(runs()).toBe(2);
});

test('what was not used for longest goes first, and memory stays bounded', async () => {
  // Random bytes: zipping does not make them smaller.
  const body = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 7919) % 251));
  const { get, cache, runs } = cached((context) => context.body(body), { mostBytes: 12_000 });
  for (const path of ['subnets/1', 'subnets/2', 'subnets/3', 'subnets/1']) await get(path);
  const held = cache.stats();
  expect(held.bytes).toBeLessThanOrEqual(12_000);
  for (let netuid = 10; netuid < 40; netuid++) await get(`subnets/${netuid}`);
  expect(cache.stats().bytes).toBeLessThanOrEqual(12_000);
  const before = runs();
  await get('subnets/39');
  expect(runs()).toBe(before);
  await get('subnets/1');
  expect(runs()).toBe(before + 1);
});

test('no answer is older than the last change before its question', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('ask' as const), netuid: fc.nat(1) }),
    fc.record({ kind: fc.constant('change' as const), netuid: fc.nat(1) }),
    fc.record({ kind: fc.constant('finish' as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant('wait' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const data = [0, 0];
      const open: (() => void)[] = [];
      const { get, versions } = cached(async (context) => {
        const netuid = Number(context.req.path.split('/')[4]);
        const read = data[netuid];
        await new Promise<void>((done) => open.push(done));
        return context.text(`${read}`);
      });
      const asked: { least: number; answer: Promise<string> }[] = [];
      for (const action of steps) {
        if (action.kind === 'ask')
          asked.push({
            least: data[action.netuid] as number,
            answer: text(get(`subnets/${action.netuid}/churn`)),
          });
        else if (action.kind === 'change') {
          data[action.netuid] = (data[action.netuid] as number) + 1;
          versions.bump([action.netuid]);
        } else if (action.kind === 'finish') open.splice(action.which, 1)[0]?.();
        else await turn();
      }
      for (const { least, answer } of asked) {
        let settled = false;
        void answer.then(() => {
          settled = true;
        });
        while (!settled) {
          for (const done of open.splice(0)) done();
          await turn();
        }
        expect(Number(await answer)).toBeGreaterThanOrEqual(least);
      }
    }),
    { numRuns: 200 },
  );
});

test('in the server, what is kept stays behind the token, and every kept route is answered once', async () => {
  const token = 'a-token-of-sixteen-or-more';
  const versions = createDataVersions();
  let queries = 0;
  const app = createApp(
    {
      version: '0.0.0',
      store: {
        query: async () => {
          queries++;
          return [];
        },
      },
      metrics: createMetrics(),
      answers: createAnswerCache(versions),
      server: { host: '127.0.0.1', token },
    } as unknown as ServerDeps,
    new AbortController().signal,
  );
  const ask = (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://127.0.0.1/api/v1/${path}`, { headers: { host: '127.0.0.1', ...headers } });
  const authorization = `Bearer ${token}`;
  for (const path of ['subnets', 'subnets/7/blocks', 'subnets/7/churn', 'feed']) {
    const first = await ask(path, { authorization });
    expect([path, first.status, first.headers.get('age')]).toEqual([path, 200, '0']);
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    const before = queries;
    expect((await ask(path, { authorization })).status).toBe(200);
    expect(queries, path).toBe(before);
    const tag = first.headers.get('etag') as string;
    expect((await ask(path, { authorization, 'if-none-match': tag })).status).toBe(304);
    expect((await ask(path)).status).toBe(401);
    expect((await ask(path, { 'if-none-match': tag })).status).toBe(401);
  }
});
