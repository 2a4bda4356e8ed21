import { describe, expect, test } from 'vitest';
import {
  failureOfAnswer,
  failureOfConnection,
  failureOfStatus,
  isBatchRefusal,
  parseRetryAfter,
} from './retry-table.ts';

const ASKED = { host: 'node.example:443', method: 'state_call', redact: (text: string) => text };

// Texts and codes: the reference's table of pruned state, jsonrpsee's error codes, polkadot-sdk's author errors.
test.each([
  [
    4003,
    'Client error: Api called for an unknown Block: State already discarded for 0x12',
    'state-pruned',
    'elsewhere',
  ],
  [4003, 'Client error: UnknownBlock: State already discarded for 0x12', 'state-pruned', 'elsewhere'],
  [
    -32603,
    'Client error: UnknownBlock: State already discarded for BlockId::Hash(0x12)',
    'state-pruned',
    'elsewhere',
  ],
  [1, 'Unable to get neurons: UnknownBlock("State already discarded for 0x12")', 'state-pruned', 'elsewhere'],
  [-32702, 'Response is too big', 'response-too-big', 'elsewhere'],
  [-32008, 'Response is too big: Exceeded max limit of 15728640', 'response-too-big', 'elsewhere'],
  [4003, 'Client error: UnknownBlock: Header was not found in the database: 0x12', 'not-found', 'elsewhere'],
  [1, 'Block 0x12 not found', 'not-found', 'elsewhere'],
  [-32601, 'Method not found', 'unsupported', 'elsewhere'],
  [-32601, 'RPC call is unsafe to be called externally', 'unsupported', 'elsewhere'],
  [4003, 'Client error: Execution failed: Other: Exported method X_y is not found', 'unsupported', 'give-up'],
  [
    4003,
    'Client error: Execution failed: Execution aborted due to trap: wasm trap: unreachable',
    'rpc-refused',
    'give-up',
  ],
  [-32602, 'Invalid params', 'rpc-refused', 'give-up'],
  [1010, 'Invalid Transaction', 'rpc-refused', 'give-up'],
  [1014, 'Priority is too low: (1 vs 1)', 'rpc-refused', 'give-up'],
  [-32999, 'RPC rate limit exceeded', 'rpc-refused', 'later'],
  [-32000, 'Too many requests', 'rpc-refused', 'later'],
  [-32009, 'Server is busy, try again later', 'rpc-refused', 'later'],
  [-32603, 'Internal error', 'rpc-refused', 'elsewhere'],
  [undefined, 'an error of another shape', 'rpc-refused', 'elsewhere'],
] as const)('an error %s "%s" is %s, then %s', (code, text, expected, next) => {
  const failure = failureOfAnswer({ code, text }, ASKED);
  expect([failure.error.code, failure.next]).toEqual([expected, next]);
  expect(failure.error.fields).toEqual({ host: ASKED.host, method: ASKED.method });
});

test('only trouble that passes may be tried again', () => {
  const retryable = (code: number, text: string) => failureOfAnswer({ code, text }, ASKED).error.retryable;
  expect(retryable(-32999, '')).toBe(true);
  expect(retryable(1010, 'Invalid Transaction')).toBe(false);
  expect(retryable(4003, 'State already discarded')).toBe(false);
});

test('foreign text is cut, flattened to a line and redacted', () => {
  const redact = (text: string) => text.replaceAll('key', '…');
  const { error } = failureOfAnswer(
    { code: 1, text: `a key\n\u001b[31mred\u0007 ${'x'.repeat(10_000)}` },
    { ...ASKED, redact },
  );
  expect(error.parts.got).toMatch(/^a … \[31mred {2}x+… \(code 1\)$/);
  expect(error.parts.got?.length).toBeLessThan(330);
});

test('a message has its four parts', () => {
  const { error } = failureOfAnswer({ code: 4003, text: 'State already discarded for 0x12' }, ASKED);
  expect(error.message).toMatchInlineSnapshot(`
    "node.example:443 refuses state_call
      got:      State already discarded for 0x12 (code 4003)
      to do:    name an archive node (--archive, or chain.archive in the configuration)"
  `);
});

test('the reason of a lost connection is the innermost one', () => {
  const inner = new Error('connect ECONNREFUSED 127.0.0.1:1');
  expect(
    failureOfConnection(new TypeError('fetch failed', { cause: inner }), ASKED, true).error.parts.got,
  ).toBe(inner.message);
  expect(failureOfConnection(new AggregateError([inner], ''), ASKED, true).error.parts.got).toBe(
    inner.message,
  );
});

test.each([
  [429, 'rpc-refused', 'later', true],
  [503, 'unreachable', 'later', true],
  [502, 'unreachable', 'later', true],
  [401, 'rpc-refused', 'elsewhere', false],
  [404, 'rpc-refused', 'elsewhere', false],
] as const)('HTTP status %i is %s, then %s', (status, code, next, retryable) => {
  const failure = failureOfStatus(status, '2', ASKED);
  expect([failure.error.code, failure.next, failure.error.retryable]).toEqual([code, next, retryable]);
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  test.each([
    ['3', 3_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['999999', 60_000],
    ['soon', 1_000],
    [null, 1_000],
  ] as const)('%s means %i ms', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });
});

test.each([
  [-32005, 'Batched requests are not supported by this server', 'unsupported'],
  [-32600, 'Invalid request', 'unsupported'],
  [-32010, 'The batch request was too large', 'too-large'],
  [-32011, 'The batch response was too large', 'too-large'],
  [-32601, 'Method not found', false],
] as const)('an error %i without id says of a batch: %s', (code, text, expected) => {
  expect(isBatchRefusal({ code, text })).toBe(expected);
});
