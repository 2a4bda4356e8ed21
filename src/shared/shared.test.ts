import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import * as shared from './index.ts';

const {
  exitCodeOf,
  fromHex,
  raoToDecimal,
  raoToNumber,
  retry,
  sleep,
  stringifyJson,
  TaoscopeError,
  toHex,
  toTaoscopeError,
  withAbort,
} = shared;

test('the room offers just these names', () => {
  expect(Object.keys(shared).sort()).toMatchInlineSnapshot(`
    [
      "BLOCKS_PER_DAY",
      "RAO_PER_TAO",
      "SS58_PREFIX",
      "TaoscopeError",
      "U16_ONE",
      "abortedError",
      "backoffMs",
      "createLogger",
      "csvCell",
      "exitCodeOf",
      "fromHex",
      "holdFile",
      "inParallel",
      "integerToJson",
      "isFileHeld",
      "isMissing",
      "isRecord",
      "isTaoscopeError",
      "makeFolder",
      "mapOrdered",
      "parseAccount",
      "pathFailure",
      "raoToDecimal",
      "raoToNumber",
      "recordsToCsv",
      "renderCsv",
      "retry",
      "sameBytes",
      "shortAddress",
      "silentLogger",
      "sleep",
      "stringifyJson",
      "throwIfAborted",
      "toHex",
      "toSs58",
      "toTaoscopeError",
      "u16ToFraction",
      "withAbort",
    ]
  `);
});

test('hex survives both ways; what is not hex is refused, not cut short', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
  for (const text of ['0x0', '0xzz', '00', '0x00g0', '']) expect(() => fromHex(text)).toThrow('not hex');
});

test('rao become decimals exactly', () => {
  expect([0n, 1n, 1_500_000_000n, -1n, 21_000_000_000_000_000n].map(raoToDecimal)).toEqual([
    '0',
    '0.000000001',
    '1.5',
    '-0.000000001',
    '21000000',
  ]);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (rao) => {
      const [whole = '', fraction = ''] = raoToDecimal(rao).split('.');
      expect(BigInt(whole + fraction.padEnd(9, '0'))).toBe(rao);
      expect(raoToNumber(rao)).toBeCloseTo(Number(raoToDecimal(rao)), 3);
    }),
  );
});

test('integers beyond 2^53 are decimal text in JSON', () => {
  expect(stringifyJson({ a: 2n ** 53n - 1n, b: 2n ** 53n, c: undefined })).toBe(
    '{"a":9007199254740991,"b":"9007199254740992"}',
  );
});

test('an error tells in four parts, and its class gives the exit code', () => {
  const error = new TaoscopeError('usage', { failed: 'a', got: 'b', expected: 'c', todo: 'd' });
  expect(error.message).toBe('a\n  got:      b\n  expected: c\n  to do:    d');
  expect(exitCodeOf(error)).toBe(2);
  expect(exitCodeOf(new TaoscopeError('unreachable', { failed: 'x' }))).toBe(75);
  expect(exitCodeOf(new TaoscopeError('not-found', { failed: 'x' }))).toBe(1);
  expect(toTaoscopeError(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('disk-full');
});

test('what may be retried is, with doubling waits; what may not is not', async () => {
  vi.useFakeTimers();
  try {
    const waits: number[] = [];
    const failing = vi.fn(async () => {
      throw new TaoscopeError('timeout', { failed: 'slow' });
    });
    const run = retry(failing, {
      tries: 4,
      firstWaitMs: 100,
      onRetry: (_e, _n, waitMs) => waits.push(waitMs),
    }).catch((e) => e);
    await vi.runAllTimersAsync();
    expect((await run).code).toBe('timeout');
    expect(failing).toHaveBeenCalledTimes(4);
    for (const [i, wait] of waits.entries())
      expect(wait / (100 * 2 ** i)).toSatisfy((share: number) => share >= 0.75 && share <= 1);

    const final = vi.fn(async () => {
      throw new TaoscopeError('not-found', { failed: 'no' });
    });
    await expect(retry(final)).rejects.toThrow('no');
    expect(final).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

test('a fired signal ends waits at once', async () => {
  const stop = new AbortController();
  const waiting = [
    sleep(60_000, stop.signal),
    withAbort(new Promise(() => {}), stop.signal),
    retry(() => sleep(60_000, stop.signal), { signal: stop.signal }),
  ];
  stop.abort();
  for (const result of await Promise.allSettled(waiting))
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
});
