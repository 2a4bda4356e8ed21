import { expect, test } from 'vitest';
import { recordsToCsv, renderCsv } from '../shared/index.ts';
import { fixed } from './commands/metagraph.ts';
import type { Effects } from './effects.ts';
import { progressLine } from './progress.ts';
import { run } from './run.ts';
import { printable, renderTable } from './table.ts';

/** Runs a command line in this process; files are what `files` says. */
async function cli(
  args: string[],
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const effects: Effects = {
    stdout: {
      write(text) {
        stdout.push(String(text));
        return undefined;
      },
    },
    stderr: { write: (text) => void stderr.push(text), isTTY: false },
    env,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return text;
    },
    signal: new AbortController().signal,
  };
  return { code: await run(args, effects), stdout: stdout.join(''), stderr: stderr.join('') };
}

test('help names every command, on stdout, with exit code 0', async () => {
  const { code, stdout, stderr } = await cli(['--help']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  for (const name of [
    'up',
    'demo',
    'metagraph',
    'neuron',
    'subnets',
    'backfill',
    'sql',
    'export',
    'config',
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  }
});

test.each([
  [['metagraf', '1'], "unknown command 'metagraf'"],
  [['metagraph'], "missing required argument 'netuid'"],
  [['metagraph', '70000'], 'A netuid is a whole number from 0 to 65535.'],
  [['metagraph', '-1'], 'A netuid is a whole number from 0 to 65535.'],
  [['backfill', '--from', '1'], "required option '--to <block>' not specified"],
  [['up', '--port', '99999'], 'A port is a whole number from 0 to 65535.'],
  [['metagraph', '1', '--source', 'x'], 'expected: auto or storage'],
  [['neuron', 'abc'], 'this is not an account address'],
  [['export', '--out', 'x.xls', '--format', 'xls'], 'expected: parquet or csv'],
  [['subnets', '--endpoint', 'finney'], 'expected a URL that starts with ws://'],
  [['subnets', '--config', 'missing.yaml'], 'cannot read the configuration file'],
])('%j is a mistake of usage: exit code 2, nothing on stdout', async (args, message) => {
  const { code, stdout, stderr } = await cli(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});

test('config check reads the named file, the default one, or none', async () => {
  expect(await cli(['config', 'check'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no file'),
  });
  const files = { 'taoscope.yaml': 'chain: {network: test}', 'other.yaml': 'chain: {network: mars}' };
  expect(await cli(['config', 'check'], { files })).toMatchObject({
    code: 0,
    stdout: 'taoscope.yaml: fine (test, 1 endpoint)\n',
  });
  const wrong = await cli(['config', 'check', '--config', 'other.yaml'], { files });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(
    'other.yaml:1  chain.network: expected one of finney, test, local, got "mars"',
  );
});

test('config schema is a JSON Schema with every section', async () => {
  const { stdout } = await cli(['config', 'schema']);
  const schema = JSON.parse(stdout);
  expect(schema.$schema).toContain('json-schema.org');
  expect(Object.keys(schema.properties)).toEqual([
    'chain',
    'collect',
    'store',
    'retention',
    'audit',
    'server',
    'log',
  ]);
});

test('an open bind without a token is refused before anything is opened', async () => {
  const { code, stderr } = await cli(['up', '--host', '0.0.0.0', '--endpoint', 'ws://127.0.0.1:1']);
  expect(code).toBe(2);
  expect(stderr).toContain('does not listen on 0.0.0.0 without a token');
});

test('text of the chain can neither move the cursor nor turn the text around', () => {
  expect(printable('a\u001b[2Jb\u202ec\nd')).toBe('a·[2Jb·c·d');
});

test('a table lines up; numbers stand right', () => {
  const columns = [
    { title: 'name', cell: (row: { name: string; n: number }) => row.name },
    { title: 'n', align: 'right' as const, cell: (row: { name: string; n: number }) => String(row.n) },
  ];
  expect(
    renderTable(columns, [
      { name: 'a', n: 1 },
      { name: 'long', n: 200 },
    ]),
  ).toBe('name    n\n────  ───\na       1\nlong  200\n');
});

test('CSV quotes what it must and defuses formulas, not numbers', () => {
  expect(
    renderCsv(
      ['a', 'b'],
      [
        ['x,"y"', '=1+1'],
        ['-5', undefined],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""","\'=1+1"\r\n-5,\r\n');
});

test('records become columns, whichever of them have which fields', () => {
  const records = [
    { a: 1, axon: { ip: '1.2.3.4' }, list: [1] },
    { a: 2, b: '0x', gone: undefined },
  ];
  expect(recordsToCsv(records)).toBe('a,axonIp,b\r\n1,1.2.3.4,\r\n2,,0x\r\n');
});

test('decimals are cut, not rounded', () => {
  expect([fixed('1.23999', 3), fixed('7', 2), fixed(undefined, 2)]).toEqual(['1.239', '7.00', '']);
});

test('progress tells how far, how fast and how long', () => {
  const line = progressLine({
    total: 100,
    done: 40,
    skipped: 10,
    missing: 1,
    ratePerSecond: 4.25,
    secondsLeft: 11.5,
  });
  expect(line).toBe('████████████░░░░░░░░░░░░  51/100 blocks  10 stored before  1 missing  4.3/s  12 s left');
});
