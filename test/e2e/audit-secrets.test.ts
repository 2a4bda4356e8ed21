import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConfiguredStore } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { silentLogger } from '../../src/shared/index.ts';
import { type StandInWorld, startStandIn } from '../support/audit-stand-in.ts';
import { tempDir } from '../support/paths.ts';
import { type Result, startServer, taoscope } from '../support/taoscope.ts';
import { until } from '../support/until.ts';

/** A secret in each place where one can be. Each is unlike all else, so that a part of one is found, too. */
const CANARIES = {
  probeKey: `cpk_${randomBytes(20).toString('hex')}`,
  hotkeySeed: randomBytes(32).toString('hex'),
  fileSeed: randomBytes(32).toString('hex'),
  storePassword: randomBytes(20).toString('hex'),
  serverToken: randomBytes(20).toString('hex'),
  endpointKey: randomBytes(20).toString('hex'),
  sourcePassword: randomBytes(20).toString('hex'),
} as const;

let world: StandInWorld;
let dir: Awaited<ReturnType<typeof tempDir>>;
/** All that was printed or answered, with where. */
const told: [where: string, text: string][] = [];
let env: Record<string, string>;
let keyFile: string;

beforeAll(async () => {
  // The commands have the machine's clock.
  world = await startStandIn({ seed: 'secrets', hours: 8, at: Date.now() });
  dir = await tempDir('secrets');
  const { standIn, demo } = world;
  const { host } = new URL(standIn.url);
  await writeFile(
    join(dir.path, 'taoscope.yaml'),
    JSON.stringify({
      chain: { network: 'local', archive: [] },
      store: { path: join(dir.path, 'store') },
      collect: { netuids: [64] },
      log: { level: 'debug' },
      audit: {
        path: join(dir.path, 'evidence'),
        profile: 'P18',
        allowPrivate: true,
        sources: [
          {
            name: 'chutes',
            adapter: 'chutes',
            url: `http://auditor:${CANARIES.sourcePassword}@${host}`,
            netuid: standIn.netuid,
            validators: [standIn.validator],
          },
        ],
        probes: {
          source: 'chutes',
          gatewayUrl: standIn.url,
          chuteUrl: `${standIn.url}/chute/{slug}`,
        },
      },
    }),
  );
  keyFile = join(dir.path, 'key');
  await writeFile(keyFile, `0x${CANARIES.fileSeed}`, { mode: 0o600 });
  const node = new URL(demo.url);
  env = {
    TAOSCOPE_CHAIN_ENDPOINTS: `ws://node:${CANARIES.endpointKey}@${node.host}/${CANARIES.endpointKey}?key=${CANARIES.endpointKey}`,
    TAOSCOPE_PROBE_KEY: CANARIES.probeKey,
    TAOSCOPE_HOTKEY: `0x${CANARIES.hotkeySeed}`,
    TAOSCOPE_STORE_PASSWORD: CANARIES.storePassword,
    TAOSCOPE_SERVER_TOKEN: CANARIES.serverToken,
  };
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

async function run(args: readonly string[], more: Record<string, string> = {}): Promise<Result> {
  const result = await taoscope([...args, '--config', join(dir.path, 'taoscope.yaml')], {
    env: { ...env, ...more },
  });
  told.push([`stdout of ${args.join(' ')}`, result.stdout], [`stderr of ${args.join(' ')}`, result.stderr]);
  return result;
}

describe('while everything is done that has to do with a secret', () => {
  test('an audit, its answers, a bundle, probes and weights', async () => {
    const { code, stdout, stderr } = await run(['audit', '--once', '--json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('"listed"');
    for (const kind of ['chat', 'image'])
      expect((await run(['audit', 'probe', '--kind', kind, '--json'])).stdout).toContain('"attempts"');
    const { stdout: rows } = await run([
      'sql',
      "SELECT report_id FROM audit_reports WHERE role = 'validator' LIMIT 1",
      '--json',
    ]);
    const [{ report_id }] = JSON.parse(rows) as [{ report_id: string }];
    const bundle = join(dir.path, 'one.bundle');
    expect((await run(['audit', 'bundle', report_id, '--out', bundle])).code).toBe(0);
    expect((await run(['audit', 'verify', bundle])).stdout).not.toBe('');
    await run(['audit', 'findings']);
    await run(['audit', 'scores']);
    expect((await run(['weights', 'show', '--netuid', '64', '--from-audit'])).stderr).toContain('');
    // Keys are opened, whatever is refused then.
    await run(['weights', 'set', '--netuid', '64', '--from-audit']);
    await run(['weights', 'set', '--netuid', '64', '--from-audit', '--key-file', keyFile]);
    await run(['config', 'check']);
  });

  test('errors of all kinds', async () => {
    const dead = `ws://node:${CANARIES.endpointKey}@127.0.0.1:1/${CANARIES.endpointKey}`;
    expect((await run(['audit', '--once'], { TAOSCOPE_CHAIN_ENDPOINTS: dead })).code).not.toBe(0);
    const wrong = `wrong-${CANARIES.probeKey}`;
    expect((await run(['audit', 'probe', '--kind', 'chat'], { TAOSCOPE_PROBE_KEY: wrong })).code).not.toBe(0);
    const words = `${CANARIES.hotkeySeed} no words of a mnemonic`;
    expect(
      (await run(['weights', 'set', '--netuid', '64', '--from-audit'], { TAOSCOPE_HOTKEY: words })).code,
    ).not.toBe(0);
    await run(['audit', 'report', CANARIES.serverToken.slice(0, 32)].slice(0, 2));
    await run(['up', '--host', '0.0.0.0', '--port', '1', '--data', '/proc/nowhere']);
  });

  test('a server that audits', async () => {
    await using server = await startServer('up', ['--config', join(dir.path, 'taoscope.yaml')], { env });
    const headers = { authorization: `Bearer ${CANARIES.serverToken}` };
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${server.url}${path}`, {
        ...init,
        headers: { ...headers, ...init.headers },
      });
      const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
      told.push([path, `${JSON.stringify([...response.headers])}${text}`]);
      return { status: response.status, text };
    };
    await until(async () => (await ask('/api/v1/audit')).text.includes('"endedAt":"'), {
      what: 'a whole look at the sources',
    });
    const { text } = await ask('/api/v1/audit/reports');
    const [, id = ''] = /"id":"([0-9a-f]{32})"/.exec(text) ?? [];
    const paths = [
      '',
      '/findings',
      '/incentives',
      '/miners',
      '/probes',
      `/reports/${id}`,
      `/reports/${id}/bundle`,
    ];
    for (const path of paths) expect((await ask(`/api/v1/audit${path}`)).status, path).toBe(200);
    const body = { method: 'POST', body: '{"kind":"chat"}', headers: { 'content-type': 'application/json' } };
    await ask('/api/v1/audit/probes', body);
    for (const path of [
      '/metrics',
      '/api/v1/status',
      '/health',
      '/',
      '/audit',
      '/audit/probes',
      '/api/v1/audit/reports/x',
    ])
      await ask(path);
    await server.stop();
    told.push(['log of the server', server.child.output()]);
  });
});

test('no secret is in anything that was printed, logged, answered, stored or written', async () => {
  expect(told.length).toBeGreaterThan(40);
  const own = new Set(['taoscope.yaml', 'key']);
  for (const entry of await readdir(dir.path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || (entry.parentPath === dir.path && own.has(entry.name))) continue;
    told.push([
      join(entry.parentPath, entry.name),
      (await readFile(join(entry.parentPath, entry.name))).toString('latin1'),
    ]);
  }
  const leaks: string[] = [];
  for (const [where, text] of told)
    for (const [name, canary] of Object.entries(CANARIES))
      for (const form of formsOf(canary)) if (text.includes(form)) leaks.push(`${name} in ${where}`);
  expect([...new Set(leaks)]).toEqual([]);
});

test('nor in any row of the store, however it is packed there', async () => {
  const config = loadConfig({ flags: { 'chain.network': 'local', 'store.path': join(dir.path, 'store') } });
  const store = await openConfiguredStore(config, silentLogger);
  try {
    const tables = await store.query<{ name: string }>('SHOW TABLES', { label: 'list the tables' });
    expect(tables.map(({ name }) => name)).toContain('audit_probes');
    const needles = Object.values(CANARIES).flatMap(formsOf);
    for (const { name } of tables) {
      const rows = await store.query<{ row: string }>(
        `SELECT formatRow('JSONEachRow', *) AS row FROM ${name} LIMIT 100000`,
        { label: 'write out a table' },
      );
      const text = rows.map(({ row }) => row).join('');
      for (const needle of needles) expect(text.includes(needle), name).toBe(false);
    }
  } finally {
    await store.close();
  }
});

/** As it is, in other alphabets, and the half of it: a secret that is cut is one still. */
function formsOf(canary: string): string[] {
  return [
    canary,
    canary.slice(0, Math.ceil(canary.length / 2)),
    Buffer.from(canary).toString('base64').slice(0, 24),
    encodeURIComponent(canary),
  ];
}
