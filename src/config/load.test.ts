import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TaoscopeError } from '../shared/index.ts';
import { loadConfig } from './load.ts';

const TEN_MISTAKES = `chain:
  endpoints: [finney, 3]
  netwrk: finney
  heads: latest
collect:
  netuids: [1, x]
  everyBlocks: 0
server:
  port: 99999
  token: abc
store:
  url: ftp://x
log: {level: loud}
`;

function mistakesOf(action: () => unknown): TaoscopeError {
  try {
    action();
  } catch (error) {
    if (error instanceof TaoscopeError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('without any source it is the public network, on loopback', () => {
  const config = loadConfig({});
  expect(config.chain.network).toBe('finney');
  expect(config.chain.genesis).toBe('0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03');
  expect(config.chain.archive).toHaveLength(1);
  expect(config.server).toEqual({ host: '127.0.0.1', port: 8700 });
});

test('all mistakes come at once, each with its line and what was expected', () => {
  const error = mistakesOf(() => loadConfig({ file: { name: 'bad.yaml', text: TEN_MISTAKES } }));
  expect(error.code).toBe('usage');
  expect(error.message).toMatchInlineSnapshot(`
    "the configuration has 10 mistakes
      got:      
        bad.yaml:2  chain.endpoints[0]: expected a URL that starts with ws://, wss://, http:// or https://
        bad.yaml:2  chain.endpoints[1]: expected text
        bad.yaml:3  chain.netwrk: no such setting; did you mean network?; the choices are network, endpoints, archive, genesis, heads, timeoutSeconds, maxResponseMegabytes
        bad.yaml:4  chain.heads: expected one of finalized, best, got "latest"
        bad.yaml:6  collect.netuids[1]: expected a number, got "x"
        bad.yaml:7  collect.everyBlocks: expected at least 1, got 0
        bad.yaml:9  server.port: expected at most 65535, got 99999
        bad.yaml:10  server.token: a secret does not belong into this file; give it in the environment or in a file of its own (…File)
        bad.yaml:12  store.url: expected a URL that starts with http:// or https://
        bad.yaml:13  log.level: expected one of debug, info, warn, error, silent, got "loud"
      expected: settings as \`taoscope config schema\` describes them
      to do:    correct bad.yaml and run \`taoscope config check\`"
  `);
});

test('flags win over the environment, which wins over the file', () => {
  const file = {
    name: 'a.yaml',
    text: 'server: {port: 1}\ncollect: {everyBlocks: 1}\nretention: {rawHours: 1}',
  };
  const env = { TAOSCOPE_SERVER_PORT: '2', TAOSCOPE_COLLECT_EVERY_BLOCKS: '2' };
  const config = loadConfig({ file, env, flags: { 'server.port': 3 } });
  expect([config.server.port, config.collect.everyBlocks, config.retention.rawHours]).toEqual([3, 2, 1]);
});

test('lists in the environment are separated by commas', () => {
  const env = {
    TAOSCOPE_CHAIN_ENDPOINTS: 'wss://a.example,https://b.example',
    TAOSCOPE_COLLECT_NETUIDS: '1, 64',
  };
  const config = loadConfig({ env });
  expect(config.chain.endpoints).toEqual(['wss://a.example', 'https://b.example']);
  expect(config.collect.netuids).toEqual([1, 64]);
});

test('own endpoints serve whatever chain they serve, unless a genesis is given', () => {
  expect(loadConfig({ flags: { 'chain.endpoints': ['ws://127.0.0.1:9944'] } }).chain.genesis).toBeUndefined();
});

test('a misspelt variable is a mistake that names the nearest', () => {
  const error = mistakesOf(() => loadConfig({ env: { TAOSCOPE_SERVER_PROT: '1' } }));
  expect(error.parts.got).toContain('did you mean TAOSCOPE_SERVER_PORT?');
});

test('secrets come from the environment or a file, and are in no message', () => {
  expect(loadConfig({ env: { TAOSCOPE_SERVER_TOKEN: 'hunter2-hunter2' } }).secrets.serverToken).toBe(
    'hunter2-hunter2',
  );
  const fromFile = loadConfig({ flags: { 'server.tokenFile': 'secret' }, readFile: () => ' from-file \n' });
  expect(fromFile.secrets.serverToken).toBe('from-file');
  const error = mistakesOf(() =>
    loadConfig({
      env: { TAOSCOPE_SERVER_TOKEN: 'hunter2', TAOSCOPE_CHAIN_ENDPOINTS: 'wsss://user:hunter2@host/hunter2' },
      flags: { 'store.url': 'ftp://user:hunter2@host' },
    }),
  );
  expect(error.message).not.toContain('hunter2');
});

test('whatever the file holds, it is accepted or refused as a usage error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.constantFrom('*!', 'a: &x [*x]', '&a [*a, *a]', '? {a: 1}\n: 2')),
      (text) => {
        try {
          loadConfig({ file: { name: 'x.yaml', text } });
        } catch (error) {
          expect(error).toBeInstanceOf(TaoscopeError);
          expect((error as TaoscopeError).code).toBe('usage');
        }
      },
    ),
  );
});
