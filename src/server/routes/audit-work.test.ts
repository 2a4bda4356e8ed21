import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { AuditAnswers, ProbeWish, ToldProbe } from '../../audit/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import { failureOf } from '../failure.ts';
import type { AuditPart } from './audit.ts';
import { auditWorkRoutes } from './audit-work.ts';

const ID = 'a'.repeat(32);

const TOLD: ToldProbe = {
  ...{ probeId: 'p-1', source: 'chutes', kind: 'image', prompt: 'a fox', at: 1_780_000_000_000_000 },
  target: { kind: 'image', id: 'c-1', name: 'one', slug: 'one' },
  elapsedMs: 12,
  route: { parentId: null, attempts: [], cached: false, error: 'no_targets', contradictions: [] },
  output: { mediaType: 'image/png', base64: 'iVBORw==', cut: false },
};

function serve(parts: Partial<AuditPart> | undefined) {
  const base = {
    answers: {} as AuditAnswers,
    ...{ on: true, probing: false },
    status: () => undefined,
  };
  const routes = auditWorkRoutes({ audit: parts === undefined ? undefined : { ...base, ...parts } });
  const app = new Hono().route('/', routes);
  app.onError((error, context) => {
    const { status, body } = failureOf(error);
    return context.json(body, status);
  });
  return app;
}

const post = (app: ReturnType<typeof serve>, body: unknown, signal?: AbortSignal) =>
  app.request('/audit/probes', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

describe('a request of our own', () => {
  test('is sent as it is wished, and told whole', async () => {
    const wishes: ProbeWish[] = [];
    const app = serve({
      probe: async (wish) => {
        wishes.push(wish);
        return TOLD;
      },
    });
    const response = await post(app, { kind: 'image', chute: 'one', prompt: 'a fox' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(TOLD);
    // What is left open is left to chance.
    expect((await post(app, {})).status).toBe(200);
    expect(wishes).toEqual([{ kind: 'image', chute: 'one', prompt: 'a fox' }, {}]);
  });

  test.each([
    ['another kind', { kind: 'video' }],
    ['a chute without a name', { chute: '' }],
    ['an endless name', { chute: 'x'.repeat(201) }],
    ['an empty prompt', { prompt: '' }],
    ['an endless prompt', { prompt: 'x'.repeat(4_001) }],
    ['a prompt that is no text', { prompt: 7 }],
    ['a list', []],
    ['what is no JSON', 'not JSON'],
  ])('%s is refused before anything is sent', async (_what, body) => {
    const sent: unknown[] = [];
    const app = serve({
      probe: async (wish) => {
        sent.push(wish);
        return TOLD;
      },
    });
    const response = await post(app, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'usage' } });
    expect(sent).toEqual([]);
  });

  test('a body without its type is refused, and does not stand for a wish for anything', async () => {
    const app = serve({ probe: () => Promise.reject(new Error('sent')) });
    const response = await app.request('/audit/probes', { method: 'POST', body: '{"kind":"image"}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'usage' } });
  });

  test('why it could not be sent is told in four parts, with a status that fits', async () => {
    const refused = new TaoscopeError('refused', {
      failed: 'the budget of probes is spent',
      got: '500 requests in 24 hours',
      expected: 'at most 500 (audit.probes.perDay)',
    });
    const response = await post(serve({ probe: () => Promise.reject(refused) }), {});
    expect(response.status).toBe(failureOf(refused).status);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'refused', failed: refused.parts.failed, got: '500 requests in 24 hours' },
    });
  });

  test('whoever asked and went away ends it', async () => {
    const gone = new AbortController();
    const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>();
    const app = serve({
      probe: (_wish, signal) => {
        begin(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new TaoscopeError('aborted', { failed: 'stopped' })));
        });
      },
    });
    const answer = Promise.resolve(post(app, {}, gone.signal));
    answer.catch(() => {});
    const signal = await begun;
    expect(signal.aborted).toBe(false);
    gone.abort();
    expect(signal.aborted).toBe(true);
    await answer;
  });
});

describe('a bundle', () => {
  const pieces = async function* (list: readonly string[]) {
    for (const piece of list) yield Buffer.from(piece);
  };

  test('is streamed as a file with a name of ours', async () => {
    const asked: unknown[] = [];
    const app = serve({
      bundle: async (id, withExports) => {
        asked.push([id, withExports]);
        return pieces(['taoscope-bundle/1\n', '{}\n', 'hello']);
      },
    });
    const response = await app.request(`/audit/reports/${ID}/bundle`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="taoscope-${ID}.bundle"`);
    expect(await response.text()).toBe('taoscope-bundle/1\n{}\nhello');
    await (await app.request(`/audit/reports/${ID}/bundle?exports=true`)).text();
    expect(asked).toEqual([
      [ID, false],
      [ID, true],
    ]);
  });

  test.each([
    `/audit/reports/${'A'.repeat(32)}/bundle`,
    '/audit/reports/..%2f..%2fetc%2fpasswd/bundle',
    `/audit/reports/${ID}/bundle?exports=perhaps`,
  ])('%s is refused', async (path) => {
    const app = serve({ bundle: () => Promise.reject(new Error('asked for')) });
    const response = await app.request(path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'usage' } });
  });

  test('of a report that there is not is an answer in four parts, not half a file', async () => {
    const nothing = new TaoscopeError('not-found', { failed: 'there is no such report' });
    const response = await serve({ bundle: () => Promise.reject(nothing) }).request(
      `/audit/reports/${ID}/bundle`,
    );
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { failed: 'there is no such report' } });
  });

  test('that breaks off on the way breaks off the answer: nobody takes a part for the whole', async () => {
    const app = serve({
      bundle: async () =>
        (async function* () {
          yield Buffer.from('taoscope-bundle/1\n');
          throw new Error('the disk is gone');
        })(),
    });
    const response = await app.request(`/audit/reports/${ID}/bundle`);
    await expect(response.text()).rejects.toThrow();
  });

  test('is read no faster than it is taken, and let go of when nobody takes it any more', async () => {
    let given = 0;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const app = serve({
      bundle: async () =>
        (async function* () {
          try {
            for (; given < 10_000; given++) yield Buffer.alloc(64 * 1024);
          } finally {
            end();
          }
        })(),
    });
    const response = await app.request(`/audit/reports/${ID}/bundle`);
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await ended;
    expect(given).toBeLessThan(100);
  });
});

test.each([undefined, {}])('where nothing is audited (%j) both say so', async (parts) => {
  const app = serve(parts);
  for (const response of [await post(app, {}), await app.request(`/audit/reports/${ID}/bundle`)]) {
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { failed: 'nothing is audited here' } });
  }
});
