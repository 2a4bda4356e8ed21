import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isTaoscopeError, type Logger } from '../../shared/index.ts';
import type { OpenedStore } from '../../store/index.ts';
import type { Fetcher } from '../adapter.ts';
import { chutesProbes } from '../chutes/probes/language.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import { createProber, type ProberOptions } from './prober.ts';
import { ownPrompts } from './prompts.ts';

/** It must be nowhere but in the header of the request. */
const KEY = 'cpk_canary_3f9a1c7e5b';
const PARENT = '22222222-2222-4222-8222-222222222222';
const place = 'target=instance-1 uid=7 hotkey=hotkey-7 coldkey=coldkey-7';

let store: OpenedStore;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const seen: { url: string; authorization: string | undefined; body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece: Buffer) => {
    body += piece.toString();
  });
  request.on('end', () => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
    answer(request, response);
  });
});
const lines: string[] = [];
const logger = pino(
  { level: 'debug' },
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  }),
) as unknown as Logger;

beforeAll(async () => {
  store = await openAuditStore();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await store.close();
});

const chutes = {
  items: [
    {
      chute_id: 'chute-1',
      name: 'model/one',
      slug: 'one',
      standard_template: 'vllm',
      instances: [{ active: true, verified: true }],
    },
    { chute_id: 'chute-2', name: 'model/dead', slug: 'dead', standard_template: 'vllm', instances: [] },
  ],
  cord_refs: {},
};

const fetcher: Fetcher = {
  bytes: () =>
    Promise.resolve({
      bytes: new TextEncoder().encode(JSON.stringify(chutes)),
      status: 200,
      contentType: 'application/json',
      sha256: '',
    }),
  file: () => Promise.reject(new Error('not asked for')),
};

const prober = (options: Partial<ProberOptions> = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createProber({
    ...{ store, language: chutesProbes, fetcher, prompts: ownPrompts, logger, key: KEY },
    source: { name: 'chutes', adapter: 'chutes', url, netuid: 64, validators: [], minerReports: true },
    places: { gatewayUrl: url, chuteUrl: `${url}/{slug}` },
    kinds: ['chat'],
    everySeconds: 60,
    perDay: 100,
    timeoutSeconds: 10,
    allowPrivate: true,
    userAgent: 'taoscope/test',
    ...options,
  });
};

const trace = (message: string, childId?: string) =>
  `data: ${JSON.stringify({
    trace: { invocation_id: PARENT, child_id: childId, chute_id: 'chute-1', function: 'chat', message },
  })}\n\n`;

test('a request: its route and its text are stored; the key is in its header and nowhere else, even when the server echoes it', async () => {
  answer = (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-chutes-invocationid': PARENT });
    response.write(trace('identified 1 available targets'));
    response.write(trace(`attempting to query ${place}`, 'child-1'));
    response.write(
      trace(
        `error encountered while querying ${place}: exc=you sent ${request.headers.authorization}`,
        'child-1',
      ),
    );
    response.write(trace(`attempting to query ${place.replace('-1', '-2')}`, 'child-2'));
    const said = JSON.stringify({ choices: [{ delta: { content: `key ${KEY}!` } }] });
    response.write(`data: ${JSON.stringify({ result: `data: ${said}\n` })}\n\n`);
    response.end(trace(`successfully called function='chat' on ${place.replace('-1', '-2')}`, 'child-2'));
  };
  const { route, output } = await prober().once({ prompt: 'hello' });
  expect(seen.at(-1)).toMatchObject({ url: '/v1/chat/completions', authorization: `Bearer ${KEY}` });
  expect(JSON.parse(seen.at(-1)?.body ?? '{}')).toMatchObject({
    model: 'model/one',
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  });
  expect(route.attempts.map(({ childId, outcome }) => [childId, outcome])).toEqual([
    ['child-1', 'failed'],
    ['child-2', 'succeeded'],
  ]);
  expect(Buffer.from(output?.bytes ?? []).toString()).toBe('key [key]!');
  const rows = await store.query<Record<string, unknown>>(
    'SELECT * FROM audit_probes FINAL ORDER BY attempt',
  );
  expect(rows.map(({ attempt, child_id, outcome }) => [attempt, child_id, outcome])).toEqual([
    [1, 'child-1', 'failed'],
    [2, 'child-2', 'succeeded'],
  ]);
  expect(JSON.stringify(rows)).not.toContain(KEY);
  expect(JSON.stringify(rows)).toContain('you sent Bearer [key]');
});

test('a stream that breaks off is a record: the open attempt is unfinished', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(trace(`attempting to query ${place}`, 'child-3'), () => response.destroy());
  };
  const { route } = await prober().once();
  expect(route.attempts).toMatchObject([{ childId: 'child-3', outcome: 'unfinished' }]);
  expect(route.contradictions[0]).toMatch(/the stream broke off/);
});

test('what is refused says why, without the key', async () => {
  answer = (_request, response) => response.writeHead(401).end(`bad key ${KEY}`);
  const failure = await prober()
    .once()
    .catch((error: unknown) => error);
  expect(isTaoscopeError(failure, 'rpc-refused')).toBe(true);
  expect(String(failure) + JSON.stringify(failure)).not.toContain(KEY);
  const closed = await prober({
    places: { gatewayUrl: 'http://127.0.0.1:9', chuteUrl: 'http://127.0.0.1:9/{slug}' },
  })
    .once()
    .catch((error: Error) => error);
  expect(isTaoscopeError(closed, 'unreachable')).toBe(true);
  expect(JSON.stringify([closed, (closed as Error).cause])).not.toContain(KEY);
  expect(lines.join('')).not.toContain(KEY);
});

test('a private address gets no key unless it is allowed', async () => {
  const before = seen.length;
  const failure = await prober({ allowPrivate: false })
    .once()
    .catch((error: unknown) => error);
  expect(isTaoscopeError(failure, 'refused')).toBe(true);
  expect(seen.length).toBe(before);
});

test("the day's budget is counted from what is stored, so a restart does not forget it", async () => {
  const failure = await prober({ perDay: 2 })
    .once()
    .catch((error: unknown) => error);
  expect(isTaoscopeError(failure, 'refused')).toBe(true);
});

test('nothing to ask is said as such', async () => {
  const failure = await prober()
    .once({ chute: 'model/dead' })
    .catch((error: unknown) => error);
  expect(isTaoscopeError(failure, 'not-found')).toBe(true);
});
