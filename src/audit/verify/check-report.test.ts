import { describe, expect, test } from 'vitest';
import { TaoscopeError } from '../../shared/index.ts';
import type { InstanceRecord, MultiplierRecord, ReportContent } from '../types.ts';
import { checkBlockTime } from './check-block-time.ts';
import { checkContent } from './check-content.ts';
import { checkDownload, checkFile, type DownloadOutcome, failedDownload } from './check-file.ts';
import {
  ALICE,
  BOB,
  content,
  HOUR,
  instance,
  listed,
  MINUTE,
  madeUp,
  multiplier,
  NOON,
  outcomeOf,
} from './testing/made-up.ts';

describe('block time', () => {
  test.each([
    [-1, 'mismatch', 'block-time'],
    [0, 'verified', 'ok'],
    [90_000, 'verified', 'ok'],
    [3_600_000, 'verified', 'ok'],
    [3_600_001, 'verified', 'late'],
  ])('%d ms after the end', (after, verdict, reason) => {
    const reading = { outcome: 'read', ms: NOON / 1_000 + after } as const;
    expect(checkBlockTime(listed(), reading, HOUR)).toMatchObject({ verdict, reason });
  });

  test('of a block that cannot be read, that does not exist, or has no time', () => {
    const failed = { outcome: 'failed', reason: 'pruned', detail: 'discarded' } as const;
    expect(checkBlockTime(listed(), failed, HOUR)).toMatchObject({
      verdict: 'unverifiable',
      reason: 'pruned',
    });
    expect(checkBlockTime(listed(), { outcome: 'no-block', head: 1 }, HOUR).verdict).toBe('mismatch');
    expect(checkBlockTime(listed(), { outcome: 'read', ms: 0 }, HOUR)).toMatchObject({
      verdict: 'unverifiable',
      reason: 'rpc',
    });
  });
});

describe('a report of its hour', () => {
  const check = (
    own: Partial<ReportContent> = {},
    line: Parameters<typeof listed>[0] = {},
    blockMs?: number,
  ) => outcomeOf(checkContent(madeUp, listed(line), content(own), { blockMs }), 'hour');
  const withInstance = (own: Partial<InstanceRecord>, blockMs?: number) =>
    check({ instances: [instance(), instance({ instanceId: 'i-2', ...own })] }, {}, blockMs);
  const withSpan = (own: Partial<MultiplierRecord>) => check({ multipliers: [multiplier(own)] });

  test('holds', () => expect(check()).toBe('verified ok'));

  test.each([
    ['half an hour', { start: NOON - HOUR / 2 }],
    ['two hours', { start: NOON - 2 * HOUR }],
    ['nothing', { start: NOON }],
    ['backwards', { start: NOON + HOUR }],
    ['an hour off the grid', { start: NOON - HOUR + MINUTE, end: NOON + MINUTE }],
    ['an entry made before its end', { createdAt: NOON - 1 }],
  ])('does not cover %s', (_name, line) => expect(check({}, line)).toBe('mismatch hour'));

  test('knows nothing of later hours', () => {
    expect(withInstance({ createdAt: NOON + 30_000_000 })).toBe('verified ok');
    expect(withInstance({ createdAt: NOON + 3 * HOUR })).toBe('mismatch hour');
    expect(withInstance({ activatedAt: NOON + 3 * HOUR })).toBe('mismatch hour');
    expect(withSpan({ start: NOON + 1 })).toBe('mismatch hour');
  });

  test('knows nothing that happened after its block', () => {
    const blockMs = NOON / 1_000 + 60_000;
    expect(withInstance({ createdAt: NOON + 30_000_000 }, blockMs)).toBe('verified ok');
    expect(withInstance({ createdAt: NOON + 30 * MINUTE }, blockMs)).toBe('mismatch hour');
  });

  test('tells deletions of its hour alone, both ends included', () => {
    expect(withInstance({ deletedAt: NOON - HOUR })).toBe('verified ok');
    expect(withInstance({ deletedAt: NOON })).toBe('verified ok');
    expect(withInstance({ deletedAt: NOON - HOUR - 1 })).toBe('mismatch hour');
    expect(withInstance({ deletedAt: NOON + 1 })).toBe('mismatch hour');
    expect(withSpan({ end: NOON - HOUR - 1 })).toBe('mismatch hour');
  });

  test('billing may end later', () => {
    expect(withInstance({ stopBillingAt: NOON + 100 * HOUR })).toBe('verified ok');
  });

  test('counts what is wrong, and shows a few', () => {
    const instances = Array.from({ length: 5_000 }, (_, i) =>
      instance({ instanceId: `i-${i}`, createdAt: NOON + 9 * HOUR }),
    );
    const verdict = checkContent(madeUp, listed(), content({ instances })).find(
      ({ check }) => check === 'hour',
    );
    expect(verdict?.evidence.count).toBe(5_000);
    expect(verdict?.evidence.rows).toHaveLength(10);
  });

  const self = (own: object = {}) => ({
    hotkey: BOB,
    start: NOON - HOUR,
    end: NOON,
    message: '',
    counts: [],
    deployments: [],
    ...own,
  });
  test.each([
    [self(), 'verified ok', 'verified ok'],
    [self({ start: NOON - 2 * HOUR, end: NOON - HOUR }), 'mismatch hour', 'verified ok'],
    [self({ end: null }), 'mismatch malformed', 'verified ok'],
    [self({ hotkey: ALICE }), 'verified ok', 'mismatch hotkey'],
    [self({ hotkey: null }), 'verified ok', 'mismatch malformed'],
    [undefined, 'verified ok', 'mismatch malformed'],
  ])("a miner's own words %#", (own, hour, author) => {
    const line = listed({ role: 'miner', hotkey: BOB });
    const verdicts = checkContent(
      madeUp,
      line,
      content({ exports: [], instances: [], multipliers: [], self: own }),
    );
    expect(outcomeOf(verdicts, 'hour')).toBe(hour);
    expect(outcomeOf(verdicts, 'author')).toBe(author);
  });
});

describe('the content of a report', () => {
  const check = (own: Partial<ReportContent>, name: string) =>
    outcomeOf(checkContent(madeUp, listed(), content(own)), name);
  const file = content().exports[0] as ReportContent['exports'][number];

  test.each<[string, ReportContent['exports'], string]>([
    ['each at its place', [file], 'verified ok'],
    [
      'one more, at its place',
      [file, { ...file, kind: 'jobs', path: `made-up/jobs/${NOON / HOUR}.csv` }],
      'verified ok',
    ],
    ['none', [], 'mismatch malformed'],
    ['of another hour', [{ ...file, path: `made-up/calls/${NOON / HOUR - 1}.csv` }], 'mismatch path'],
    ['out of its place', [{ ...file, path: '../calls.csv' }], 'mismatch path'],
    ['twice', [file, file], 'mismatch malformed'],
    ['without a digest', [{ ...file, sha256: 'AB' }], 'mismatch malformed'],
    ['of a million', Array.from({ length: 1_000_000 }, () => file), 'mismatch malformed'],
  ])('names its exports: %s', (_name, exports, outcome) => {
    expect(check({ exports }, 'exports')).toBe(outcome);
  });

  test('rows that cannot be read are one mismatch, however many', () => {
    const bad = Array.from({ length: 100 }, (_, i) => ({
      where: `row ${i}`,
      reason: 'NaN is no multiplier',
    }));
    const [format] = checkContent(madeUp, listed(), content({ bad, badCount: 1_000_000 }));
    expect(format).toMatchObject({ check: 'format', verdict: 'mismatch', reason: 'malformed' });
    expect(format?.evidence).toMatchObject({ badCount: 1_000_000 });
    expect(format?.evidence.bad).toHaveLength(10);
  });

  test('drift is told, and is no mismatch', () => {
    const [format] = checkContent(madeUp, listed(), content({ drift: ['unknown key "x"'] }));
    expect(format).toMatchObject({ verdict: 'verified', evidence: { drift: ['unknown key "x"'] } });
  });

  test('of which nothing can be read', () => {
    const error = new TaoscopeError('undecodable', { failed: 'cannot read the report', got: '<html>' });
    const verdicts = checkContent(madeUp, listed(), error);
    expect(verdicts).toMatchObject([{ check: 'format', verdict: 'mismatch', reason: 'malformed' }]);
    const astray = checkContent(madeUp, listed({ start: NOON }), error);
    expect(astray.map(({ check }) => check)).toEqual(['format', 'hour']);
  });
});

describe('a file', () => {
  const ref = { kind: 'calls', path: 'made-up/calls/1.csv', sha256: 'ab'.repeat(32) };
  test.each<[DownloadOutcome, string, string]>([
    [{ outcome: 'fetched', sha256: ref.sha256, bytes: 3 }, 'verified', 'ok'],
    [{ outcome: 'fetched', sha256: 'cd'.repeat(32) }, 'mismatch', 'digest'],
    [{ outcome: 'malformed', sha256: ref.sha256, detail: 'open quote' }, 'mismatch', 'malformed'],
    [{ outcome: 'malformed', sha256: 'cd'.repeat(32), detail: 'open quote' }, 'mismatch', 'digest'],
    [{ outcome: 'unpublished', detail: 'HTTP 404' }, 'unverifiable', 'unpublished'],
    [{ outcome: 'transport', code: 'timeout', detail: 'too slow' }, 'unverifiable', 'transport'],
  ])('%o', (outcome, verdict, reason) => {
    const got = checkFile(listed(), ref, outcome);
    expect(got).toMatchObject({ subjectType: 'file', check: 'digest', verdict, reason });
    expect(got.subject).toMatch(/^[0-9a-f]{32}\/calls$/);
  });

  test.each([
    ['not-found', 'unverifiable unpublished'],
    ['response-too-big', 'unverifiable transport'],
    ['timeout', 'unverifiable transport'],
    ['refused', 'unverifiable transport'],
    ['unreachable', 'unverifiable transport'],
    ['rpc-refused', 'unverifiable transport'],
  ] as const)('whose download fails with %s', (code, outcome) => {
    const error = new TaoscopeError(code, { failed: 'cannot fetch it' });
    expect(outcomeOf([checkDownload(listed(), failedDownload(error))], 'download')).toBe(outcome);
  });

  test('that the fetcher found to be another', () => {
    const sha256 = 'ef'.repeat(32);
    const error = new TaoscopeError('falsified', { failed: 'another digest' }, { fields: { sha256 } });
    expect(checkFile(listed(), ref, failedDownload(error))).toMatchObject({
      reason: 'digest',
      evidence: { sha256 },
    });
  });

  test('what is our own fault is no verdict on anybody', () => {
    for (const code of ['aborted', 'disk-full', 'internal'] as const)
      expect(() => failedDownload(new TaoscopeError(code, { failed: 'x' }))).toThrow();
    expect(() => failedDownload(new TypeError('x'))).toThrow(TypeError);
  });
});
