import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoNode, startDemoNode } from '../support/demo-node.ts';
import { tempDir } from '../support/paths.ts';
import { freePort } from '../support/peers.ts';
import { type Result, startServer, taoscope } from '../support/taoscope.ts';

let node: DemoNode;
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  node = await startDemoNode();
  dir = await tempDir('bad-input');
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

describe('what a person mistypes', () => {
  test('an unknown netuid: 1, and which there are', async () => {
    const result = await taoscope(['metagraph', '4242', '--endpoint', node.url, '--json']);
    expectMessage(result, 1, /4242/);
  });

  test.each(['70000', '-1', '1.5', 'sn1'])('%s is no netuid: 2, and what is', async (netuid) => {
    const { code, stdout, stderr } = await taoscope([
      'metagraph',
      '--endpoint',
      node.url,
      '--json',
      '--',
      netuid,
    ]);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(netuid);
    expect(stderr).toMatch(/0 to 65535/);
  });

  test.each(['5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ', '5Grwva', '0x1234', 'l0O'])(
    '%s is no address: 2',
    async (address) => {
      expectMessage(await taoscope(['neuron', address, '--endpoint', node.url]), 2, /address/);
    },
  );

  test('a block that the chain has not reached: 1', async () => {
    const result = await taoscope(['metagraph', '1', '--endpoint', node.url, '--block', '4000000000']);
    expectMessage(result, 1, /4000000000/);
  });

  test.each([
    'backfill --from 20 --to 10',
    'backfill --from 1 --to 10 --step 0',
    'metagraph',
    'metagraph 1 --nonsense',
    'metagraph 1 --block 1e3',
    'nonsense',
  ])('taoscope %s: 2', async (line) => {
    const args = [...line.split(' '), '--endpoint', node.url, '--data', join(dir.path, 'usage')];
    const { code, stdout, stderr } = await taoscope(args);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim()).not.toBe('');
    expect(stderr).not.toMatch(STACK);
  });
});

describe('endpoints', () => {
  test('nobody listens: 75, host and reason', async () => {
    const port = await freePort();
    const result = await taoscope(['metagraph', '1', '--endpoint', `ws://127.0.0.1:${port}`]);
    expectMessage(result, 75, new RegExp(`127\\.0\\.0\\.1:${port}`));
    expect(result.stderr).toMatch(/refused/i);
  });

  test('something else answers: no stack trace, no success', async () => {
    const { createServer } = await import('node:http');
    const web = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as { port: number };
    try {
      for (const scheme of ['ws', 'http']) {
        const result = await taoscope(['metagraph', '1', '--endpoint', `${scheme}://127.0.0.1:${port}`]);
        expect([1, 75], result.stderr).toContain(result.code);
        expectFourParts(result);
      }
    } finally {
      web.closeAllConnections();
      web.close();
    }
  });

  test('not a URL: 2', async () => {
    expectMessage(await taoscope(['metagraph', '1', '--endpoint', 'finney.example']), 2, /ws:\/\//);
  });

  test('another chain than the configuration names: 2, both hashes', async () => {
    const config = join(dir.path, 'other-chain.yaml');
    const wrong = `0x${'ab'.repeat(32)}`;
    await writeFile(config, `chain:\n  endpoints: ['${node.url}']\n  genesis: '${wrong}'\n`);
    const result = await taoscope([
      'up',
      '--config',
      config,
      '--data',
      join(dir.path, 'other'),
      '--port',
      '0',
    ]);
    expectMessage(result, 2, new RegExp(wrong));
    expect(result.stderr).toContain(await node.rpc('chain_getBlockHash', 0));
  });

  test('another chain than the data folder holds: 2, the folder stays as it is', async () => {
    const data = join(dir.path, 'first-chain');
    await using first = await startServer('up', ['--endpoint', node.url, '--data', data]);
    expect((await first.stop()).code).toBe(0);
    await using other = await startDemoNode({ seed: 'another chain' });
    const result = await taoscope(['up', '--endpoint', other.url, '--data', data, '--port', '0']);
    expectMessage(result, 2, /--data/);
  });
});

test('ten mistakes in one config file are told at once, each with its line: 2', async () => {
  const config = join(dir.path, 'ten.yaml');
  await writeFile(
    config,
    `chain:
  network: finey
  endpoints: ['ftp://node.example/SECRETKEY']
  timeoutSeconds: 0
collect:
  netuids: some
  everyBlock: 10
store:
  password: hunter2hunter2
  database: 'no spaces please'
retention:
  rawHours: forever
server:
  port: 70000
log:
  level: loud
`,
  );
  const result = await taoscope(['config', 'check', '--config', config]);
  expect(result.code, result.stderr).toBe(2);
  const said = `${result.stdout}${result.stderr}`;
  for (const line of [2, 3, 4, 6, 7, 9, 10, 12, 14, 16])
    expect(said, `line ${line}`).toMatch(new RegExp(`ten\\.yaml:${line}\\b`));
  expect(said).toMatch(/everyBlocks/);
  expect(said).not.toMatch(/hunter2|SECRETKEY/);
});

describe('data folders', () => {
  test('one that holds other things: 2, and is not touched', async () => {
    const data = join(dir.path, 'holiday');
    await mkdir(data);
    await writeFile(join(data, 'photo.jpg'), 'not really');
    const result = await taoscope(['up', '--endpoint', node.url, '--data', data, '--port', '0']);
    expectMessage(result, 2, /holiday/);
    expect(await readdir(data)).toEqual(['photo.jpg']);
  });

  test('one of a newer Taoscope: 2, and is not touched', async () => {
    const data = join(dir.path, 'newer');
    await using server = await startServer('up', ['--endpoint', node.url, '--data', data]);
    expect((await server.stop()).code).toBe(0);
    const marker = join(data, 'taoscope.json');
    const format = JSON.parse(await readFile(marker, 'utf8')) as Record<string, unknown>;
    const newer = JSON.stringify(
      Object.fromEntries(
        Object.entries(format).map(([key, value]) => [
          key,
          typeof value === 'number' ? value + 1_000 : value,
        ]),
      ),
    );
    await writeFile(marker, newer);
    const result = await taoscope(['up', '--endpoint', node.url, '--data', data, '--port', '0']);
    expectMessage(result, 2, /newer/i);
    expect(await readFile(marker, 'utf8')).toBe(newer);
  });

  test('one that another process owns: 75 with its pid, and reading commands are served by it', async () => {
    const data = join(dir.path, 'owned');
    await using server = await startServer('up', ['--endpoint', node.url, '--data', data]);
    const second = await taoscope(['up', '--endpoint', node.url, '--data', data, '--port', '0']);
    expectMessage(second, 75, new RegExp(`\\b${server.child.pid}\\b`));
    const read = await taoscope(['sql', 'SELECT 1 AS one', '--data', data, '--json']);
    expect(read.code, read.stderr).toBe(0);
    expect(read.stdout).toMatch(/1/);
  });

  test('a file in place of a folder: no stack trace', async () => {
    const data = join(dir.path, 'file');
    await writeFile(data, '');
    const result = await taoscope(['up', '--endpoint', node.url, '--data', data, '--port', '0']);
    expect([1, 2], result.stderr).toContain(result.code);
    expectFourParts(result);
  });
});

const STACK = /\n\s+at .+:\d+:\d+/;

/** Nothing on stdout, the four parts on stderr, no stack. */
function expectMessage(result: Result, code: number, pattern: RegExp): void {
  expect(result.code, `${result.stdout}${result.stderr}`).toBe(code);
  expect(result.stdout).toBe('');
  expectFourParts(result);
  expect(result.stderr).toMatch(pattern);
}

function expectFourParts({ stderr }: Result): void {
  expect(stderr).toMatch(/got: /);
  expect(stderr).toMatch(/expected: |to do: /);
  expect(stderr).not.toMatch(STACK);
}
