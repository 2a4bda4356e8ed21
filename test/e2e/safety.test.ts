import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { tempDir } from '../support/paths.ts';
import { freePort } from '../support/peers.ts';
import { sqlEscapes, type Targets } from '../support/sql-escapes.ts';
import { type Server, startServer, taoscope } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

const FILE_SECRET = 'the-content-of-a-file-that-nobody-may-read';
const USER = 'operator';
const SECRETS = ['S3CR3T-PASSWORD', 'K3Y-IN-THE-PATH', 'K3Y-IN-THE-QUERY'] as const;

let dir: Awaited<ReturnType<typeof tempDir>>;
let node: DemoNode;
let server: Server;
let canary: HttpServer;
let visits: string[];
let targets: Targets;
/** An endpoint's URL with a secret in each place where providers put one. */
let secretUrl: string;

beforeAll(async () => {
  dir = await tempDir('safety');
  node = await startDemoNode();
  const { host } = new URL(node.url);
  secretUrl = `ws://${USER}:${SECRETS[0]}@${host}/${SECRETS[1]}?apikey=${SECRETS[2]}`;
  server = await startServer('up', ['--data', join(dir.path, 'data')], {
    env: { TAOSCOPE_CHAIN_ENDPOINTS: secretUrl, TAOSCOPE_LOG_LEVEL: 'debug' },
  });
  visits = [];
  canary = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.end('1\n');
  });
  // Whatever speaks another protocol than HTTP is counted as well.
  canary.on('connection', () => visits.push('a connection'));
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const { port } = canary.address() as AddressInfo;
  const secretFile = join(dir.path, 'secret.txt');
  await writeFile(secretFile, FILE_SECRET);
  targets = {
    secretFile,
    newFile: join(dir.path, 'written.csv'),
    canary: `http://127.0.0.1:${port}`,
    canaryPort: port,
  };
  await until(async () => (await server.status()).collect.snapshots > 0, { what: 'the first snapshot' });
});
afterAll(async () => {
  canary?.closeAllConnections();
  canary?.close();
  await server?.[Symbol.asyncDispose]();
  await node?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

describe('sql', () => {
  const placeholders = {
    secretFile: '%SECRET%',
    newFile: '%NEW%',
    canary: 'http://%CANARY%',
    canaryPort: 65_501,
  };
  const cases = Object.entries(sqlEscapes(placeholders)).flatMap(([kind, list]) =>
    list.map((query) => [kind, query] as const),
  );
  const aimed = (query: string) =>
    query
      .replaceAll('%SECRET%', targets.secretFile)
      .replaceAll('%NEW%', targets.newFile)
      .replaceAll('%CANARY%', `127.0.0.1:${targets.canaryPort}`)
      .replaceAll('65501', String(targets.canaryPort));

  test.each(cases)('over HTTP, %s: %s', async (_kind, query) => {
    const neuronRows = (await server.status()).store.neuronRows;
    const response = await fetch(`${server.url}/api/v1/sql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: aimed(query) }),
    });
    const body = await response.text();
    expect(response.status, body).toBeGreaterThanOrEqual(400);
    expect(response.status, body).toBeLessThan(500);
    expect(body).not.toContain(FILE_SECRET);
    expect((JSON.parse(body) as { error: { code: string } }).error.code).toMatch(
      /^(refused|usage|store-failed|not-found)$/,
    );
    expect(visits).toEqual([]);
    expect(existsSync(targets.newFile)).toBe(false);
    expect((await server.status()).store.neuronRows).toBeGreaterThanOrEqual(neuronRows);
  });

  test('through the command line, one of each kind: refused, exit code 2', async () => {
    for (const [kind, [query]] of Object.entries(sqlEscapes(targets))) {
      for (const data of [join(dir.path, 'data'), join(dir.path, 'data-of-its-own')]) {
        const { code, stdout, stderr } = await taoscope(['sql', query!, '--data', data, '--json']);
        expect([1, 2], `${kind}: ${stdout}${stderr}`).toContain(code);
        expect(`${stdout}${stderr}`).not.toContain(FILE_SECRET);
      }
    }
    expect(visits).toEqual([]);
  });

  test('what is harmless is answered, and bounded in rows and time', async () => {
    expect(await server.sql('SELECT count() > 0 FROM neurons')).toEqual([[expect.anything()]]);
    const post = (query: string) =>
      fetch(`${server.url}/api/v1/sql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    const many = (await (await post('SELECT number FROM numbers(1000000)')).json()) as {
      rows: unknown[];
      truncated: boolean;
    };
    expect(many.rows.length).toBeLessThanOrEqual(10_000);
    expect(many.truncated).toBe(true);
    const started = performance.now();
    const endless = await post(
      'SELECT sum(cityHash64(a.number, b.number)) FROM numbers(10000000) a CROSS JOIN numbers(10000000) b',
    );
    expect(endless.status).toBeGreaterThanOrEqual(400);
    expect(performance.now() - started).toBeLessThan(60_000);
    // The server is still there for others.
    expect((await server.status()).store.neuronRows).toBeGreaterThan(0);
  });
});

describe('binding', () => {
  test('any address but loopback is refused without a token: 2', async () => {
    for (const host of ['0.0.0.0', '::']) {
      const { code, stderr } = await taoscope([
        'up',
        '--endpoint',
        node.url,
        '--data',
        join(dir.path, 'open'),
        '--port',
        '0',
        '--host',
        host,
      ]);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(/token/);
    }
  });

  test('with a token: 401 without it, answers with it, and it is never shown', async () => {
    const token = 'T0KEN-OF-THE-SERVER-1234';
    await using guarded = await startServer(
      'up',
      ['--endpoint', node.url, '--data', join(dir.path, 'guarded'), '--host', '0.0.0.0'],
      {
        env: { TAOSCOPE_SERVER_TOKEN: token, TAOSCOPE_LOG_LEVEL: 'debug' },
      },
    );
    const address = Object.values(networkInterfaces())
      .flat()
      .find((info) => info?.family === 'IPv4' && !info.internal)?.address;
    const base = `http://${address ?? '127.0.0.1'}:${new URL(guarded.url).port}`;
    for (const path of ['/api/v1/status', '/api/v1/subnets', '/metrics', '/api/v1/events']) {
      expect((await fetch(`${base}${path}`)).status, path).toBe(401);
      expect(
        (await fetch(`${base}${path}`, { headers: { authorization: 'Bearer wrong' } })).status,
        path,
      ).toBe(401);
    }
    const answered = await fetch(`${base}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(answered.status).toBe(200);
    expect(await answered.text()).not.toContain(token);
    expect(guarded.child.output()).not.toContain(token);
  });

  test('a web page of another origin, or under another host name, gets nothing', async () => {
    const ask = (headers: Record<string, string>) =>
      new Promise<{ status: number | undefined; allow: string | undefined }>((resolve, reject) => {
        const asked = request(`${server.url}/api/v1/sql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        });
        asked.on('response', (response) => {
          response.resume();
          resolve({ status: response.statusCode, allow: response.headers['access-control-allow-origin'] });
        });
        asked.on('error', reject).end(JSON.stringify({ query: 'SELECT 1' }));
      });
    expect(await ask({})).toMatchObject({ status: 200 });
    expect(await ask({ origin: 'https://evil.example' })).toEqual({ status: 403, allow: undefined });
    // DNS rebinding: the name is the attacker's, the address is ours.
    expect((await ask({ host: 'evil.example' })).status).toBeGreaterThanOrEqual(400);
  });
});

describe('secrets', () => {
  test('an endpoint’s user, password, path and query are in no answer and no log', async () => {
    const answers = await Promise.all(
      ['/health', '/ready', '/metrics', '/api/v1/status', '/api/v1/subnets', '/api/v1/openapi.json', '/'].map(
        async (path) => {
          const response = await fetch(`${server.url}${path}`);
          return `${path}: ${response.status} ${await response.text()}`;
        },
      ),
    );
    expectNoSecret(answers.join('\n'));
    expectNoSecret(server.child.output());
    // The log does speak of the endpoint, so the absence means something.
    expect(answers.join('\n')).toContain(new URL(node.url).host);
  });

  test('nor in the message when the endpoint cannot be reached, whatever the command', async () => {
    const url = secretUrl.replace(new URL(node.url).host, `127.0.0.1:${await freePort()}`);
    for (const args of [
      ['metagraph', '1'],
      ['subnets'],
      ['neuron', `0x${'11'.repeat(32)}`],
      ['up', '--data', join(dir.path, 'x'), '--port', '0'],
    ]) {
      const { code, stdout, stderr } = await taoscope([...args, '--endpoint', url], {
        env: { TAOSCOPE_LOG_LEVEL: 'debug' },
      });
      expect(code, stderr).not.toBe(0);
      expectNoSecret(`${stdout}${stderr}`);
    }
  });

  test('nor when the configuration is wrong', async () => {
    const { stdout, stderr } = await taoscope(['config', 'check'], {
      env: { TAOSCOPE_CHAIN_ENDPOINTS: secretUrl.replace('ws:', 'wsx:'), TAOSCOPE_SERVER_PORT: 'many' },
    });
    expectNoSecret(`${stdout}${stderr}`);
  });
});

test('every page and answer carries the headers that keep scripts out', async () => {
  for (const path of ['/', '/subnets/1', '/api/v1/status', '/nothing-here']) {
    const { headers } = await fetch(`${server.url}${path}`);
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp, path).toMatch(/default-src 'self'|default-src 'none'/);
    expect(csp, path).not.toMatch(/script-src[^;]*'unsafe-|default-src[^;]*'unsafe-/);
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
  }
});

test('paths do not lead out of the web app’s folder', async () => {
  const { connect } = await import('node:net');
  for (const path of [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5cpackage.json',
  ]) {
    const answer = await new Promise<string>((resolve, reject) => {
      // A raw request: fetch would tidy the path up before sending it.
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
      });
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer, path).not.toMatch(/"name": "taoscope"|root:x:0/);
  }
});

function expectNoSecret(text: string): void {
  for (const secret of [...SECRETS, `${USER}:`]) expect(text).not.toContain(secret);
}
