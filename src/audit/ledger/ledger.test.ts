import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedStore } from '../../store/index.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import type { Finding, Verdict, VerdictKind } from '../types.ts';
import { createLedger } from './ledger.ts';
import type { FindingScope, Ledger } from './types.ts';

const HOUR = 3_600_000_000;
// 2025-02-10T16:00:00Z.
const NOON = Date.UTC(2025, 1, 10, 16) * 1_000;

let opened: OpenedStore;
let sources = 0;

beforeAll(async () => {
  opened = await openAuditStore();
});
afterAll(() => opened.close());

/** A ledger on a source of its own, with a clock that is set by hand. */
function fresh(): { ledger: Ledger; source: string; clock: { ms: number } } {
  const clock = { ms: 1_740_000_000_000 };
  return { ledger: createLedger(opened, { now: () => clock.ms }), source: `s${sources++}`, clock };
}

function verdict(source: string, own: Partial<Verdict> = {}): Verdict {
  return {
    source,
    subjectType: 'report',
    subject: 'r1',
    hotkey: 'K',
    hour: NOON,
    check: 'commitment',
    verdict: 'verified',
    reason: 'ok',
    detail: 'As it should be.',
    evidence: { sha256: 'aa'.repeat(32), host: 'one.example' },
    ...own,
  };
}

const WHOLE: FindingScope = { hours: { from: 0, to: NOON + 1_000 * HOUR } };

function finding(source: string, own: Partial<Finding> = {}): Finding {
  return {
    source,
    kind: 'hour-gap',
    subject: 'K@x',
    severity: 'critical',
    hotkey: 'K',
    hour: NOON,
    title: 'No report of an hour',
    detail: 'None.',
    evidence: {},
    ...own,
  };
}

describe('record', () => {
  test('appends what is new, and nothing that was said before', async () => {
    const { ledger, source, clock } = fresh();
    expect(await ledger.record([verdict(source)])).toHaveLength(1);
    clock.ms += 60_000;
    const again = verdict(source, {
      detail: 'In other words.',
      evidence: { host: 'two.example', sha256: 'aa'.repeat(32) },
    });
    expect(await ledger.record([again])).toEqual([]);
    expect(await ledger.history(source, 'r1')).toMatchObject([{ sequence: 1, atMs: 1_740_000_000_000 }]);
  });

  test.each<[string, Partial<Verdict>]>([
    ['verdict', { verdict: 'mismatch' }],
    ['reason', { reason: 'late' }],
    ['digest', { evidence: { sha256: 'bb'.repeat(32) } }],
    [
      'digest inside a list',
      { evidence: { sha256: 'aa'.repeat(32), committed: [{ id: '0x'.padEnd(66, 'c') }] } },
    ],
  ])('another %s is another outcome', async (_name, own) => {
    const { ledger, source, clock } = fresh();
    await ledger.record([verdict(source)]);
    clock.ms += 60_000;
    await ledger.record([verdict(source, own)]);
    clock.ms += 60_000;
    await ledger.record([verdict(source)]);
    const history = await ledger.history(source, 'r1');
    expect(history.map(({ sequence, atMs }) => [sequence, atMs - 1_740_000_000_000])).toEqual([
      [1, 0],
      [2, 60_000],
      [3, 120_000],
    ]);
    expect(history[1]).toMatchObject(own);
    expect(await ledger.current({ source })).toMatchObject([{ sequence: 3, verdict: 'verified' }]);
  });

  test('callers at the same time take turns', async () => {
    const { ledger, source } = fresh();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ledger.record([verdict(source)])));
    expect(answers.flat()).toHaveLength(1);
  });

  test('of two outcomes of one check in one batch the last counts', async () => {
    const { ledger, source } = fresh();
    await ledger.record([verdict(source, { verdict: 'mismatch' }), verdict(source)]);
    expect(await ledger.history(source, 'r1')).toMatchObject([{ verdict: 'verified' }]);
  });

  test('a clock that is put back puts no outcome before the one it follows', async () => {
    const { ledger, source, clock } = fresh();
    await ledger.record([verdict(source)]);
    clock.ms -= 3_600_000;
    await ledger.record([verdict(source, { verdict: 'mismatch' })]);
    expect(await ledger.history(source, 'r1')).toMatchObject([
      { sequence: 1 },
      { sequence: 2, verdict: 'mismatch' },
    ]);
    expect((await ledger.current({ source }))[0]?.verdict).toBe('mismatch');
  });

  test('hostile subjects and huge evidence are stored bounded, and read back', async () => {
    const { ledger, source } = fresh();
    const subject = "'); DROP TABLE audit_verdicts; --\t\n\\N\u0000";
    const evidence = {
      sha256: 'aa'.repeat(32),
      rows: Array.from({ length: 9_000 }, (_, i) => `row ${i}`),
      text: 'x'.repeat(99_999),
    };
    await ledger.record([verdict(source, { subject, evidence, detail: 'd'.repeat(9_999) })]);
    const [row] = await ledger.current({ source, subjects: [subject] });
    expect(row?.subject).toBe(subject);
    expect(row?.detail).toHaveLength(2_000);
    expect(row?.evidence).toMatchObject({ sha256: 'aa'.repeat(32), omitted: ['rows', 'text'] });
    expect(JSON.stringify(row?.evidence).length).toBeLessThanOrEqual(16_384);
    // What was cut away is not the outcome: the same evidence again says nothing new.
    expect(await ledger.record([verdict(source, { subject, evidence })])).toEqual([]);
  });

  test('half of a pair of surrogates is no other subject each time', async () => {
    const { ledger, source } = fresh();
    expect(await ledger.record([verdict(source, { subject: 'r1/\ud800' })])).toHaveLength(1);
    expect(await ledger.record([verdict(source, { subject: 'r1/\ud800' })])).toEqual([]);
  });

  test('more subjects than fit into one statement', async () => {
    const { ledger, source } = fresh();
    const many = Array.from({ length: 2_500 }, (_, i) =>
      verdict(source, { subject: `r${i}`, hour: NOON + (i % 9) * HOUR }),
    );
    expect(await ledger.record(many)).toHaveLength(2_500);
    expect(
      await ledger.record(
        many.with(7, verdict(source, { subject: 'r7', hour: NOON + 7 * HOUR, verdict: 'stale' })),
      ),
    ).toMatchObject([{ subject: 'r7', sequence: 2 }]);
    const subjects = many.map(({ subject }) => subject);
    expect(await ledger.current({ source, subjects })).toHaveLength(2_500);
    expect(await ledger.outcomes({ source, subjects })).toHaveLength(2_500);
    expect(await ledger.current({ source, subjects, limit: 2_100 })).toHaveLength(2_100);
  });

  test('nothing', async () => {
    const { ledger, source } = fresh();
    expect(await ledger.record([])).toEqual([]);
    expect(await ledger.current({ source })).toEqual([]);
    expect(await ledger.summary(source)).toEqual({ subjects: [], findings: [], changedMs: undefined });
  });

  test('repeating any passes changes no history, wherever a kill cut them', { timeout: 60_000 }, async () => {
    const kind = fc.constantFrom<VerdictKind>('verified', 'stale', 'mismatch');
    const pass = fc.array(fc.tuple(fc.constantFrom('r1', 'r2', 'r3'), kind), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(pass, { minLength: 1, maxLength: 5 }),
        fc.nat(4),
        fc.nat(3),
        async (passes, until, cut) => {
          const [plain, repeated] = [fresh(), fresh()];
          const play = (to: typeof plain, which: number, part?: number) =>
            to.ledger.record(
              (passes[which] ?? [])
                .slice(0, part)
                .map(([subject, outcome]) => verdict(to.source, { subject, verdict: outcome })),
              { atMs: 1_000 * (which + 1) },
            );
          for (const which of passes.keys()) await play(plain, which);
          const killed = Math.min(until, passes.length - 1);
          for (let which = 0; which < killed; which++) await play(repeated, which);
          // One check appears once in a pass of the auditor.
          fc.pre(passes.every((lines) => new Set(lines.map(([subject]) => subject)).size === lines.length));
          await play(repeated, killed, cut);
          for (const which of passes.keys()) await play(repeated, which);
          for (const which of passes.keys()) await play(repeated, which);
          for (const subject of ['r1', 'r2', 'r3']) {
            const [a, b] = await Promise.all(
              [plain, repeated].map(({ ledger, source }) => ledger.history(source, subject)),
            );
            const essence = (rows = a) =>
              rows?.map(({ sequence, atMs, verdict: outcome }) => [sequence, atMs, outcome]);
            expect(essence(b)).toEqual(essence(a));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('what stands', () => {
  test('is asked for by subject, hour, account and check', async () => {
    const { ledger, source } = fresh();
    await ledger.record([
      verdict(source),
      verdict(source, { check: 'path', verdict: 'mismatch', reason: 'path' }),
      verdict(source, { subject: 'r2', hour: NOON + HOUR, hotkey: 'L' }),
      verdict(source, {
        subjectType: 'hour',
        subject: 'K@x',
        check: 'grid',
        verdict: 'mismatch',
        reason: 'gap',
      }),
    ]);
    const subjects = async (query: object) =>
      (await ledger.current({ source, ...query })).map(({ subject, check }) => `${subject} ${check}`).sort();
    expect(await subjects({})).toEqual(['K@x grid', 'r1 commitment', 'r1 path', 'r2 commitment']);
    expect(await subjects({ subjects: ['r1'] })).toEqual(['r1 commitment', 'r1 path']);
    expect(await subjects({ subjects: [] })).toEqual([]);
    expect(await subjects({ subjectType: 'hour' })).toEqual(['K@x grid']);
    expect(await subjects({ hours: { from: NOON + 1, to: NOON + HOUR } })).toEqual(['r2 commitment']);
    expect(await subjects({ hotkey: 'L' })).toEqual(['r2 commitment']);
    expect(await subjects({ checks: ['path', 'grid'] })).toEqual(['K@x grid', 'r1 path']);
    expect(await subjects({ limit: 1 })).toHaveLength(1);

    expect(await ledger.outcomes({ source, subjectType: 'report' })).toEqual([
      {
        subjectType: 'report',
        subject: 'r1',
        hotkey: 'K',
        hour: NOON,
        verdict: 'mismatch',
        reason: 'path',
        check: 'path',
        checks: 2,
      },
      {
        subjectType: 'report',
        subject: 'r2',
        hotkey: 'L',
        hour: NOON + HOUR,
        verdict: 'verified',
        reason: 'ok',
        check: 'commitment',
        checks: 1,
      },
    ]);
    await ledger.record([
      verdict(source, { subject: 'r2', hour: NOON + HOUR, hotkey: 'L', check: 'block-time', reason: 'late' }),
    ]);
    expect(await ledger.outcomes({ source, subjects: ['r2'] })).toMatchObject([
      { verdict: 'verified', reason: 'late' },
    ]);
    expect((await ledger.summary(source)).subjects).toEqual([
      { type: 'report', verdict: 'verified', count: 1 },
      { type: 'report', verdict: 'mismatch', count: 1 },
      { type: 'hour', verdict: 'mismatch', count: 1 },
    ]);
  });
});

describe('find', () => {
  test('opened, seen again, resolved, opened again: its first sight stays', async () => {
    const { ledger, source, clock } = fresh();
    const first = clock.ms;
    const counts = { opened: 0, reopened: 0, seenAgain: 0, resolved: 0 };
    expect(await ledger.find(source, [finding(source)], WHOLE)).toEqual({ ...counts, opened: 1 });
    clock.ms += 60_000;
    expect(await ledger.find(source, [finding(source, { detail: 'Still none.' })], WHOLE)).toEqual({
      ...counts,
      seenAgain: 1,
    });
    expect(await ledger.findings(source)).toMatchObject([
      { detail: 'Still none.', firstSeenMs: first, lastSeenMs: first + 60_000 },
    ]);
    clock.ms += 60_000;
    expect(await ledger.find(source, [], WHOLE)).toEqual({ ...counts, resolved: 1 });
    expect(await ledger.findings(source)).toEqual([]);
    expect(await ledger.findings(source, { state: 'resolved' })).toMatchObject([
      { detail: 'Still none.', firstSeenMs: first, lastSeenMs: first + 60_000, resolvedMs: first + 120_000 },
    ]);
    expect(await ledger.find(source, [], WHOLE)).toEqual(counts);
    clock.ms += 60_000;
    expect(await ledger.find(source, [finding(source)], WHOLE)).toEqual({ ...counts, reopened: 1 });
    expect(await ledger.findings(source)).toMatchObject([
      { firstSeenMs: first, lastSeenMs: first + 180_000, resolvedMs: undefined },
    ]);
    expect((await ledger.summary(source)).findings).toEqual([
      { kind: 'hour-gap', severity: 'critical', count: 1 },
    ]);
  });

  test('resolves only within what was judged', async () => {
    const { ledger, source } = fresh();
    const open = [
      finding(source),
      finding(source, { subject: 'later', hour: NOON + HOUR }),
      finding(source, { subject: 'other', kind: 'paid-unowed' }),
    ];
    await ledger.find(source, open, WHOLE);
    const left = async (scope: FindingScope) => {
      await ledger.find(source, [], scope);
      return (await ledger.findings(source)).map(({ subject }) => subject).sort();
    };
    expect(await left({ hours: { from: 0, to: NOON - 1 } })).toHaveLength(3);
    expect(await left({ ...WHOLE, subjects: ['nobody'] })).toHaveLength(3);
    expect(await left({ hours: { from: NOON, to: NOON }, kinds: ['hour-gap'] })).toEqual(['later', 'other']);
    expect(await left({ ...WHOLE, subjects: ['later'] })).toEqual(['other']);
    expect(await left(WHOLE)).toEqual([]);
  });

  test('findings of other sources are not touched', async () => {
    const [one, other] = [fresh(), fresh()];
    await one.ledger.find(one.source, [finding(one.source)], WHOLE);
    await other.ledger.find(other.source, [finding(one.source, { subject: 'foreign' })], WHOLE);
    expect(await one.ledger.findings(one.source)).toHaveLength(1);
    expect(await other.ledger.findings(other.source, { state: 'all' })).toEqual([]);
  });

  test('of a flood a hundred are kept for each hour, the gravest, and one that counts the rest', async () => {
    const { ledger, source } = fresh();
    const flood = Array.from({ length: 1_000 }, (_, i) =>
      finding(source, { subject: `m${i}`, severity: i < 3 ? 'critical' : 'warning' }),
    );
    await ledger.find(source, flood, WHOLE);
    const kept = await ledger.findings(source);
    expect(kept).toHaveLength(101);
    expect(kept.filter(({ severity }) => severity === 'critical')).toHaveLength(3);
    expect(kept.find(({ subject }) => subject.startsWith('more@'))).toMatchObject({
      evidence: { count: 900 },
    });
    // The same flood in another order is the same.
    expect(await ledger.find(source, flood.toReversed(), WHOLE)).toEqual({
      opened: 0,
      reopened: 0,
      seenAgain: 101,
      resolved: 0,
    });
  });

  test('a repeated call after a kill changes nothing', async () => {
    const { ledger, source } = fresh();
    for (let i = 0; i < 3; i++) await ledger.find(source, [finding(source)], WHOLE);
    const once = await ledger.findings(source, { state: 'all' });
    await ledger.find(source, [finding(source)], WHOLE);
    expect(await ledger.findings(source, { state: 'all' })).toEqual(once);
  });
});
