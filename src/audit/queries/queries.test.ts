import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ANN,
  BEN,
  LAST,
  NOW,
  openSampleAudit,
  payments,
  reportId,
  SOURCE,
  VALIDATOR,
} from '../../../test/support/sample-audit.ts';
import type { OpenedStore } from '../../store/index.ts';
import { saveFile } from '../collect/ingest/files.ts';
import { createAuditAnswers } from './answers.ts';

let store: OpenedStore;

beforeAll(async () => {
  store = await openSampleAudit();
}, 60_000);

afterAll(async () => {
  await store.close();
});

/** Weights of 3 to 1, as the instances earn. */
const answers = (row: Readonly<Record<number, number>> = { 1: 65_535, 2: 21_845 }) =>
  createAuditAnswers({
    store,
    sources: [SOURCE],
    payments: () => payments(row),
    profile: 'I4',
    now: () => NOW / 1000,
  });

describe('overview', () => {
  test('tables that wait are told; those of a report that contradicts the chain wait for nothing', async () => {
    const file = (hour: number, state: 'named' | 'loaded') => ({
      ...{
        source: 'sample',
        reportId: reportId(hour),
        kind: 'later',
        path: `${hour}.csv`,
        claimedSha256: '',
      },
      ...{ hour: LAST - (24 - hour) * 3_600_000_000, state },
    });
    const waiting = async () => (await answers().overview(24)).sources[0]?.tablesWaiting;
    for (const hour of [9, 20, 21]) await saveFile(store, file(hour, 'named'));
    expect(await waiting()).toBe(2);
    for (const hour of [9, 20, 21]) await saveFile(store, file(hour, 'loaded'));
    expect(await waiting()).toBe(0);
  });

  test('each hour as good as its worst check, with the reason and the report', async () => {
    const { sources, findings } = await answers().overview(24);
    expect(findings).toEqual({ info: 1, warning: 1, critical: 2 });
    const [source] = sources;
    expect(source).toMatchObject({
      name: 'sample',
      host: 'reports.example',
      reports: { validator: 23, miner: 2 },
      reportingMiners: 1,
      newestReportEnd: '2026-06-02T00:00:00.000000Z',
      tablesWaiting: 0,
    });
    const [validator] = source?.validators ?? [];
    expect(validator?.hours).toHaveLength(24);
    expect(validator?.counts).toEqual({ verified: 22, mismatch: 2 });
    expect(validator?.hours[5]).toMatchObject({ verdict: 'mismatch', reason: 'gap', reportId: null });
    expect(validator?.hours[9]).toMatchObject({
      hour: '2026-06-01T10:00:00.000000Z',
      verdict: 'mismatch',
      check: 'commitment',
      reportId: reportId(9),
    });
    expect(validator?.coverage).toMatchObject({
      wantedSeconds: 86_400,
      seconds: 82_800,
      gaps: [{ from: '2026-06-01T05:00:00.000000Z', seconds: 3_600 }],
    });
  });

  test('hours that nothing is known of are not judged', async () => {
    const [source] = (await answers().overview(30)).sources;
    expect(source?.validators[0]?.counts).toEqual({ none: 6, verified: 22, mismatch: 2 });
  });

  test('a source with nothing in the store', async () => {
    const other = { ...SOURCE, source: { ...SOURCE.source, name: 'other' } };
    const empty = createAuditAnswers({ store, sources: [other], now: () => NOW / 1000 });
    const [source] = (await empty.overview(2)).sources;
    expect(source).toMatchObject({ newestReportEnd: null, reports: { validator: 0, miner: 0 } });
    expect(source?.validators[0]?.counts).toEqual({ none: 2 });
  });
});

describe('findings', () => {
  test('gravest and newest first, page by page, without what is over', async () => {
    const first = await answers().findings({ limit: 2 });
    expect(first.findings.map(({ id }) => id)).toEqual(['f2', 'f1']);
    expect(first.findings[0]).toMatchObject({
      reportId: reportId(9),
      evidence: { seen: 1 },
      resolvedAt: null,
    });
    expect(first.total).toBe(4);
    const second = await answers().findings({ limit: 2, before: first.next });
    expect(second.findings.map(({ id }) => id)).toEqual(['f3', 'f5']);
    expect(second.next).toBeUndefined();
  });

  test('by kind, severity and state', async () => {
    const ids = async (query: object) =>
      (await answers().findings({ limit: 10, ...query })).findings.map(({ id }) => id);
    expect(await ids({ kind: 'report-late' })).toEqual(['f3']);
    expect(await ids({ severity: 'critical', state: 'all' })).toEqual(['f2', 'f1', 'f4']);
    expect(await ids({ state: 'resolved' })).toEqual(['f4']);
    expect(await ids({ source: "'; DROP TABLE audit_findings; --" })).toEqual([]);
  });

  test('a place that nobody gave', async () => {
    await expect(answers().findings({ limit: 1, before: '3:x:y' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('reports', () => {
  test('newest first, page by page', async () => {
    const first = await answers().reports({ role: 'validator', limit: 20 });
    expect(first.reports[0]).toMatchObject({ id: reportId(23), end: '2026-06-02T00:00:00.000000Z' });
    expect(first.total).toBe(23);
    const second = await answers().reports({ role: 'validator', limit: 20, before: first.next });
    expect(second.reports.map(({ id }) => id)).toEqual([reportId(2), reportId(1), reportId(0)]);
    expect((await answers().reports({ verdict: 'mismatch', limit: 5 })).reports).toHaveLength(1);
  });

  test('one: its checks worst first, what they said before, its files, what lies around it', async () => {
    const details = await answers().report(reportId(9));
    expect(details.checks.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['commitment', 'mismatch'],
      ['path', 'verified'],
    ]);
    expect(details.checks[0]).toMatchObject({
      evidence: { block: 3_700 },
      history: [{ verdict: 'unverifiable', reason: 'rpc' }],
    });
    expect(details.findings.map(({ id }) => id)).toEqual(['f2']);
    expect([details.previous, details.following]).toEqual([reportId(8), reportId(10)]);
    expect(details.report.url).toBe('https://reports.example/download?path=reports%2F9.json');
    const last = await answers().report(reportId(23));
    expect(last.files).toMatchObject([{ kind: 'invocations', rows: 38, unreadableMetrics: 1 }]);
    expect(last.checks.find(({ file }) => file === 'invocations')?.check).toBe('digest');
    expect(last.bundle.parts.map(({ name, held }) => [name, held])).toEqual([
      ['report', true],
      ['export invocations', true],
      ['commitment', true],
      ['header and proof', false],
    ]);
    expect(last.following).toBeNull();
  });

  test('one that there is not', async () => {
    await expect(answers().report('f'.repeat(32))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('incentives', () => {
  test('what is owed by the instances is what the row pays', async () => {
    const told = await answers().incentives({});
    expect(told).toMatchObject({
      netuid: 64,
      at: '2026-06-02T00:00:00.000000Z',
      basis: 'committed',
      profile: { name: 'I4', chosen: 'named' },
      // The gap, and the report that is not what was committed to.
      hours: {
        wanted: 24,
        counted: 22,
        enough: false,
        missing: ['2026-06-01T06:00:00.000000Z', '2026-06-01T10:00:00.000000Z'],
      },
    });
    const byUid = told.miners.toSorted((a, b) => (a.uid ?? 0) - (b.uid ?? 0));
    expect(byUid.map(({ uid, state, expected }) => [uid, state, expected])).toEqual([
      [1, 'agrees', 0.75],
      [2, 'agrees', 0.25],
    ]);
    expect(told.sides.weight).toMatchObject({ block: 10_079, missing: null, owedUnpaid: 0 });
    expect(told.sides.weight.l1).toBeLessThan(1e-4);
    expect(told.sides.incentive).toMatchObject({ block: 10_080, missing: null });
    expect(told.sides.published).toMatchObject({ l1: null, block: null });
    expect(told.sides.published.missing).not.toBeNull();
    expect(told.profiles.length).toBeGreaterThan(20);
  });

  test('owed but unpaid comes first; a judgement that is stored is told from the store', async () => {
    const judged = answers({ 1: 65_535 });
    await judged.judge({ source: 'sample', validator: VALIDATOR, profile: 'I4', basis: 'committed' });
    // Without a chain only what is stored can be told.
    const offline = createAuditAnswers({ store, sources: [SOURCE], now: () => NOW / 1000 });
    const told = await offline.incentives({});
    expect(told.miners[0]).toMatchObject({
      hotkey: BEN,
      state: 'owed-unpaid',
      weight: { paid: 0, delta: -0.25, relative: -1, rank: null },
    });
    expect(told.profiles.length).toBeGreaterThan(20);
    await expect(offline.incentives({ profile: 'P18' })).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('what the auditor finds of it: nothing, as long as too few hours count', async () => {
    // 22 of 24 hours are less than 95 of 100.
    expect(await answers({ 1: 65_535 }).judgePay('sample')).toEqual([]);
  });

  test('where the reports hold nothing, nobody is said to be paid without being owed', async () => {
    // Before the first hour of the sample.
    const told = await answers({ 1: 65_535 }).incentives({
      at: LAST - 30 * 86_400 * 1_000_000,
      profile: 'I4',
    });
    expect(told.hours).toMatchObject({ counted: 0, enough: false });
    expect(told.sides.weight).toMatchObject({ l1: null, owedUnpaid: null, paidUnowed: null });
    expect(told.sides.weight.missing).toBe('the counted reports hold nothing that the profile pays for');
    expect(new Set(told.miners.map(({ state }) => state))).toEqual(new Set(['unknown']));
  });

  test('an instant of its own, and a profile that does not exist', async () => {
    const told = await answers().incentives({ at: LAST, profile: 'I1' });
    expect(told.profile).toMatchObject({ name: 'I1', windowSeconds: 604_800 });
    await expect(answers().incentives({ at: LAST, profile: 'Z9' })).rejects.toMatchObject({ code: 'usage' });
    await expect(answers().incentives({ source: 'nobody' })).rejects.toMatchObject({
      code: 'usage',
      parts: { expected: 'sample' },
    });
  });
});

test('why: the instance that a miner lives on, and that it is what is missing', async () => {
  const told = await answers({ 1: 65_535 }).why(BEN, { at: LAST });
  expect(told).toMatchObject({
    uid: 2,
    coldkey: 'cold-2',
    state: 'owed-unpaid',
    expected: 0.25,
    features: [{ name: 'instanceSeconds', raw: 86_400, total: 345_600, share: 0.25, contribution: 0.25 }],
    instances: [{ instanceId: 'i-ben', seconds: 86_400, multiplier: 1, share: 0.25 }],
  });
  expect(told.candidates.map(({ name, explains }) => [name, explains])).toEqual([
    ['i-ben', 1],
    ['instanceSeconds', 1],
  ]);
  const stranger = await answers().why('5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM', { at: LAST });
  expect(stranger.summary).toBe('No counted report says anything of it, and it is paid nothing.');
});

test('miners: only hours that both sides cover whole are counted', async () => {
  const told = await answers().miners({ hours: 24 });
  expect(told.miners).toHaveLength(1);
  expect(told.miners[0]).toMatchObject({
    hotkey: ANN,
    uid: 1,
    reports: 2,
    commonHours: 1,
    incompleteHours: 1,
    // 38 rows less the one that failed and the one of the hour before.
    counts: { own: 40, validator: 36, ratio: 0.9, state: 'agrees' },
    instances: { own: 1, validator: 1, matched: 1, state: 'agrees' },
    coverage: { seconds: 7_200, wantedSeconds: 86_400 },
  });
  expect(told.miners[0]?.line).toContain('agreement ratio 0.9000');
});

describe('probes', () => {
  test('newest first, with every attempt; the worst lookup of them', async () => {
    const told = await answers().probes({ limit: 10 });
    expect(told.probes.map(({ id, lookup, outcome }) => [id, lookup, outcome])).toEqual([
      ['p4', 'present', 'succeeded'],
      ['p3', 'unverifiable', 'failed'],
      ['p2', 'pending', 'succeeded'],
      ['p1', 'missing', 'succeeded'],
    ]);
    const [, nobody, picture, chat] = told.probes;
    expect(nobody?.attempts).toEqual([]);
    expect(picture).toMatchObject({ mediaType: 'image/png', outputBytes: 10, text: null });
    expect(chat).toMatchObject({ text: 'Grüß <b>dich</b>', outputBytes: 18 });
    expect(chat?.attempts).toMatchObject([
      { attempt: 1, outcome: 'failed', error: 'RATE_LIMIT', lookup: 'missing', uid: 1 },
      { attempt: 2, outcome: 'succeeded', lookup: 'present' },
    ]);
    expect(told.counts).toEqual({ pending: 1, present: 2, missing: 1, mismatched: 0, unverifiable: 1 });
  });

  test('by what became of them, page by page', async () => {
    const { probes } = await answers().probes({ limit: 10, lookup: 'missing' });
    // The one attempt fits; all are told.
    expect(probes.map(({ id, attempts }) => [id, attempts.length])).toEqual([['p1', 2]]);
    const first = await answers().probes({ limit: 3 });
    const second = await answers().probes({ limit: 3, before: first.next });
    expect(second.probes.map(({ id }) => id)).toEqual(['p1']);
  });

  test('outputs: text as text, pictures as they are, all else as a download', async () => {
    const told = async (id: string) => {
      const { bytes, contentType } = await answers().probeOutput(id);
      return [contentType, Buffer.from(bytes).toString()];
    };
    expect(await told('p1')).toEqual(['text/plain; charset=utf-8', 'Grüß <b>dich</b>']);
    expect(await told('p2')).toEqual(['image/png', 'not really']);
    expect((await told('p4'))[0]).toBe('application/octet-stream');
    await expect(told('p3')).rejects.toMatchObject({ code: 'not-found' });
  });
});
