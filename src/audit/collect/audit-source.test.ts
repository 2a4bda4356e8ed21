import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TaoscopeError } from '../../shared/index.ts';
import type { OpenedStore } from '../../store/index.ts';
import type { AuditAdapter, AuditSource, Fetcher } from '../adapter.ts';
import { HOUR } from '../instants.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { Ledger } from '../ledger/types.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import type { ListedReport } from '../types.ts';
import type { SourceParts } from './audit-report.ts';
import { auditSource } from './audit-source.ts';
import type { EvidenceReader } from './chain-evidence.ts';
import { evidenceFolder } from './evidence-folder.ts';

/*
 * A subnet that does not exist, and is nothing like Chutes: a ferry company whose reports are lines of text, one for two hours, with one
 * table of crossings. That it can be audited without a word of it in the core is what the adapter is for.
 */

const STEP = 2 * HOUR;
/** 2025-03-01T12:00:00Z. */
const NOW_MS = Date.UTC(2025, 2, 1, 12);
const CAPTAIN = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ferries: AuditAdapter = {
  name: 'ferries',
  reportMicros: STEP,
  lateAfterMicros: HOUR,
  async list(source, fetcher, signal) {
    const { bytes } = await fetcher.bytes(`${source.url}/log`, { maxBytes: 1_000_000 }, signal);
    const reports = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): ListedReport => {
        const [block = '', end = ''] = line.split(' ');
        return {
          ...{
            source: source.name,
            role: 'validator',
            hotkey: CAPTAIN,
            entryId: `trip-${block}`,
            block: Number(block),
          },
          ...{ path: `trip/${block}`, start: Number(end) - STEP, end: Number(end) },
        };
      });
    return { reports, bad: [], badCount: 0 };
  },
  reportUrl: (source, { path }) => `${source.url}/${path}`,
  maxReportBytes: 10_000,
  entryIdOf: ({ block }) => `trip-${block}`,
  pathOf: ({ block }) => `trip/${block}`,
  parse(_role, bytes) {
    const [title, digest = '', path = ''] = new TextDecoder().decode(bytes).split('\n');
    if (title !== 'crossings')
      throw new TaoscopeError('undecodable', { failed: 'this is no log', got: title });
    const exports = [{ kind: 'crossings', path, sha256: digest }];
    return { exports, instances: [], multipliers: [], drift: [], bad: [], badCount: 0 };
  },
  exportUrl: (source, path) => `${source.url}/${path}`,
  maxExportBytes: 1_000_000,
  exportPathOf: (_kind, end) => `crossings-${end / STEP}.csv`,
  tableOf: () => ({
    table: 'audit_invocations',
    format: 'CSVWithNames',
    columns: ['crossing', 'boat', 'master', 'left', 'landed'].map((name) => ({ name, required: true })),
    values: {
      parent_id: 'ifNull(toUUIDOrNull(crossing), reinterpretAsUUID(sipHash128(crossing)))',
      invocation_id: 'ifNull(toUUIDOrNull(crossing), reinterpretAsUUID(sipHash128(crossing)))',
      chute_id: "'strait'",
      function_name: "'cross'",
      instance_id: 'boat',
      miner_uid: '1',
      miner_hotkey: 'master',
      started_at: "ifNull(toDateTime64OrNull(`left`, 6, 'UTC'), toDateTime64(0, 6, 'UTC'))",
      completed_at: "toDateTime64OrNull(landed, 6, 'UTC')",
      failed: 'false',
      error: "''",
      compute_multiplier: '1',
      bounty: '0',
      metrics_state: "'none'",
      private: 'false',
    },
    keep: 'true',
    bad: "toDateTime64OrNull(`left`, 6, 'UTC') IS NULL",
  }),
  expectedExports: () => ['crossings'],
  commits: () => true,
};

const source: AuditSource = {
  name: 'strait',
  adapter: 'ferries',
  url: 'http://ferries.invalid',
  netuid: 9,
  validators: [CAPTAIN],
  minerReports: false,
};

interface Trip {
  readonly block: number;
  readonly end: number;
  report: string;
  table: string;
  /** What the chain holds, and since when. */
  committed: string;
  setAt: number;
}

let store: OpenedStore;
let folder: string;
let trips: Trip[];
let reached: string[];
let ledger: Ledger;
let clockMs: number;
/** Whether the node has forgotten the state of old blocks. */
let pruned: boolean;

beforeAll(async () => {
  store = await openAuditStore();
});

afterAll(() => store.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-ferries-'));
  reached = [];
  clockMs = NOW_MS;
  pruned = false;
  for (const name of ['reports', 'files', 'verdicts', 'findings', 'invocations', 'loads', 'repeats'])
    await store.command(`TRUNCATE TABLE audit_${name}`);
  ledger = createLedger(store, { now: () => clockMs });
  trips = [1, 2, 3, 4].map((n) => {
    const end = NOW_MS * 1_000 - (5 - n) * STEP;
    const at = (minutes: number) =>
      new Date(end / 1_000 - minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    const table = `crossing,boat,master,left,landed\r\nc-${n},boat-1,ann,${at(90)},${at(60)}\r\nd-${n},boat-2,bob,${at(80)},${at(20)}\r\n`;
    const report = `crossings\n${sha256(table)}\ncrossings-${end / STEP}.csv`;
    return { block: 1_000 + n, end, report, table, committed: sha256(report), setAt: 1_000 + n };
  });
  return () => rmSync(folder, { recursive: true, force: true });
});

const fetcher: Fetcher = {
  async bytes(url) {
    const text = answer(url);
    return {
      bytes: new TextEncoder().encode(text),
      status: 200,
      contentType: 'text/plain',
      sha256: sha256(text),
    };
  },
  async file(url, target) {
    const text = answer(url);
    if (target.sha256 !== undefined && sha256(text) !== target.sha256)
      throw new TaoscopeError('falsified', { failed: 'other bytes' }, { fields: { sha256: sha256(text) } });
    mkdirSync(dirname(target.path), { recursive: true });
    writeFileSync(target.path, text);
    return { sha256: sha256(text), bytes: text.length };
  },
};

function answer(url: string): string {
  const path = url.slice(source.url.length);
  reached.push(path);
  if (path === '/log') return trips.map(({ block, end }) => `${block} ${end}`).join('\n');
  const trip = trips.find(
    ({ block, end }) => path === `/trip/${block}` || path === `/crossings-${end / STEP}.csv`,
  );
  if (trip === undefined) throw new TaoscopeError('not-found', { failed: 'no such file' });
  return path.startsWith('/trip') ? trip.report : trip.table;
}

const chain: EvidenceReader = {
  async read({ block, end }) {
    if (pruned) {
      const failed = { outcome: 'failed', reason: 'pruned', detail: 'state discarded' } as const;
      return { commitment: failed, blockTime: failed };
    }
    const trip = trips.find((one) => one.block === block);
    const at = { number: block, hash: '0x00' } as const;
    const fields = [{ kind: 'Sha256', hex: trip?.committed ?? '' }];
    return {
      commitment: { outcome: 'read', at, commitment: trip && { at, setAt: trip.setAt, fields } },
      blockTime: { outcome: 'read', ms: end / 1_000 + 60_000 },
    };
  },
};

function parts(): SourceParts {
  return {
    ...{ store, source, adapter: ferries, fetcher, chain, evidence: evidenceFolder(folder) },
    ...{ maxReportBytes: 1e6, maxExportBytes: 1e6, keepExports: false, now: () => clockMs },
  };
}

const look = (whole = false) =>
  auditSource(parts(), { ledger, concurrency: 2, whole, signal: new AbortController().signal });

const outcomes = async (type: 'report' | 'file' | 'hour') =>
  (await ledger.outcomes({ source: 'strait', subjectType: type })).map(({ verdict, reason }) =>
    reason === 'ok' ? verdict : `${verdict} ${reason}`,
  );

const counted = async () => {
  const [row] = await store.query<{ n: string }>('SELECT count() AS n FROM audit_invocations');
  return Number(row?.n);
};

test('an honest publisher of another subnet: everything verified, nothing found, nothing asked for twice', async () => {
  expect(await look()).toMatchObject({ listed: 4, fresh: 4, reports: 4, files: 4, rows: 8, opened: 0 });
  expect(await outcomes('report')).toEqual(Array(4).fill('verified'));
  expect(await outcomes('file')).toEqual(Array(4).fill('verified'));
  expect(await outcomes('hour')).toEqual(Array(4).fill('verified'));
  expect(await counted()).toBe(8);
  reached = [];
  expect(await look()).toMatchObject({ fresh: 0, reports: 0, files: 0, verdicts: 0, opened: 0 });
  expect(reached).toEqual(['/log']);
});

test('after a start everything is judged again from what is stored, and comes out the same', async () => {
  await look();
  const before = await ledger.current({ source: 'strait' });
  expect(await look(true)).toMatchObject({ reports: 0, files: 0, verdicts: 0, opened: 0 });
  expect(await ledger.current({ source: 'strait' })).toEqual(before);
});

test('one bad report stops no other', async () => {
  const [first, second, third] = trips as [Trip, Trip, Trip];
  first.report = 'no log at all';
  first.committed = sha256(first.report);
  second.committed = sha256('something else');
  third.table = third.table.replace('ann', 'bob');
  await look();
  expect((await outcomes('report')).toSorted()).toEqual([
    'mismatch digest',
    'mismatch malformed',
    'verified',
    'verified',
  ]);
  // The table of a report that contradicts the chain is not even loaded.
  expect((await outcomes('file')).toSorted()).toEqual(['mismatch digest', 'verified']);
  const kinds = (await ledger.findings('strait')).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['commitment-mismatch', 'export-mismatch', 'report-malformed']);
  expect(await counted()).toBe(2);
});

test('other bytes under a known entry: what was said first counts, that it changed is found', async () => {
  await look();
  const trip = trips[1] as Trip;
  trip.report = trip.report.replace('crossings', 'crossings!');
  await store.command(
    "INSERT INTO audit_reports SELECT * REPLACE (toDateTime64(0, 3, 'UTC') AS next_attempt, version + 1 AS version) FROM audit_reports FINAL",
  );
  await look();
  const changed = (await ledger.current({ source: 'strait', checks: ['again'] })).filter(
    ({ verdict }) => verdict === 'mismatch',
  );
  expect(changed).toMatchObject([{ reason: 'rewritten', evidence: { stored: trip.committed } }]);
  const [row] = await store.query<{ n: string }>(
    "SELECT count() AS n FROM audit_reports FINAL WHERE verdict = 'verified' AND state = 'loaded'",
  );
  expect(Number(row?.n)).toBe(4);
});

test('a list that cannot be read is a finding, and is over when it can', async () => {
  await look();
  const log = trips;
  trips = [];
  const failing: Fetcher = {
    ...fetcher,
    bytes: () => Promise.reject(new TaoscopeError('unreachable', { failed: 'gone', got: 'no connection' })),
  };
  const pass = await auditSource(
    { ...parts(), fetcher: failing },
    { ledger, concurrency: 2, whole: false, signal: new AbortController().signal },
  );
  expect(pass.unreachable).toBe('no connection');
  expect((await ledger.findings('strait')).map(({ kind }) => kind)).toEqual(['source-unreachable']);
  trips = log;
  await look();
  expect(await ledger.findings('strait')).toEqual([]);
});

/** Makes all reports due. */
const putForward = () =>
  store.command(
    "INSERT INTO audit_reports SELECT * REPLACE (toDateTime64(0, 3, 'UTC') AS next_attempt, version + 1 AS version) FROM audit_reports FINAL",
  );

const countedReports = async () => {
  const rows = await store.query<{ block: number }>(
    "SELECT block - 1000 AS block FROM audit_reports FINAL WHERE state = 'loaded' AND counts AND commitment IN ('verified', 'matches-but-older') ORDER BY block",
  );
  return rows.map(({ block }) => Number(block));
};

const openKinds = async () => (await ledger.findings('strait')).map(({ kind }) => kind).toSorted();

test('a node that has forgotten takes no proof away, and washes no mismatch', async () => {
  (trips[1] as Trip).committed = sha256('something else');
  await look();
  const before = await ledger.current({ source: 'strait' });
  pruned = true;
  await putForward();
  expect(await look()).toMatchObject({ reports: 4, verdicts: 4, opened: 0 });
  const after = await ledger.current({ source: 'strait' });
  expect(after.filter(({ check }) => check !== 'again')).toEqual(before);
  expect(await countedReports()).toEqual([1, 3, 4]);
  expect(await openKinds()).toEqual(['commitment-mismatch']);
});

test('what could never be asked of the chain does not count, and is asked again', async () => {
  pruned = true;
  await look();
  expect(await outcomes('hour')).toEqual(Array(4).fill('unverifiable pruned'));
  expect(await countedReports()).toEqual([]);
  pruned = false;
  clockMs += 61_000;
  await look();
  expect(await countedReports()).toEqual([1, 2, 3, 4]);
});

test('an error page in place of a report is put right by the bytes that the chain proves', async () => {
  const trip = trips[2] as Trip;
  const { report } = trip;
  trip.report = '<html>try again later</html>';
  await look();
  expect(await countedReports()).toEqual([1, 2, 4]);
  trip.report = report;
  await putForward();
  await look();
  expect(await countedReports()).toEqual([1, 2, 3, 4]);
  expect(await counted()).toBe(8);
  // That it was another file before is not forgotten.
  expect(await openKinds()).toEqual(['history-rewritten']);
});

test('whoever falls silent for longer than the window is missed still', async () => {
  await look();
  trips = [];
  clockMs += 9 * 24 * 3_600_000;
  await look();
  const gaps = await openKinds();
  // Of a day, and of what may have been due still a day ago.
  expect(gaps).toHaveLength(13);
  expect(new Set(gaps)).toEqual(new Set(['hour-gap']));
  clockMs += 3_600_000 * 24;
  await look();
  expect(await openKinds()).toHaveLength(25);
});

test('of a list that cannot be read nothing is missing', async () => {
  await look();
  const failing: Fetcher = {
    ...fetcher,
    bytes: () => Promise.reject(new TaoscopeError('unreachable', { failed: 'gone', got: 'no connection' })),
  };
  clockMs += 24 * 3_600_000;
  const options = { ledger, concurrency: 2, whole: false, signal: new AbortController().signal };
  await auditSource({ ...parts(), fetcher: failing }, options);
  expect(await openKinds()).toEqual(['source-unreachable']);
});

test('a validator of whom there never was a report is told', async () => {
  trips = [];
  await look();
  expect(await ledger.findings('strait')).toMatchObject([{ kind: 'hour-gap', subject: CAPTAIN }]);
});

test('of one entry that is told twice neither counts; one that counted before counts on', async () => {
  await look();
  const [first, second] = trips as [Trip, Trip];
  trips.push({ ...first, end: second.end }, { ...second, end: second.end + HOUR });
  await putForward();
  await look();
  expect(await countedReports()).toEqual([1, 2, 3, 4]);
  const told = await ledger.current({ source: 'strait', checks: ['again'] });
  const rewritten = told.filter(({ verdict }) => verdict === 'mismatch').length;
  expect(rewritten).toBe(4);
  // A later look at the bytes does not take that back.
  await putForward();
  expect(await look()).toMatchObject({ verdicts: 0 });
});

test('a validator that the configuration no longer has counts no more, at once', async () => {
  await look();
  const options = { ledger, concurrency: 2, whole: true, signal: new AbortController().signal };
  await auditSource({ ...parts(), source: { ...source, validators: [] } }, options);
  expect(await countedReports()).toEqual([]);
});

test('evidence that has rotted stops nothing', async () => {
  await look();
  const evidence = evidenceFolder(folder);
  for (const digest of await evidence.list('report')) writeFileSync(evidence.reportFile(digest), 'rot');
  trips = [];
  pruned = true;
  await putForward();
  expect(await look(true)).toMatchObject({ reports: 4 });
  expect(await countedReports()).toEqual([1, 2, 3, 4]);
});

test('a table on which the engine chokes stops no other', async () => {
  let loads = 0;
  const choking: typeof store = {
    ...store,
    load(...call) {
      if (loads++ > 0) return store.load(...call);
      const fields = { clickhouseCode: 241 };
      throw new TaoscopeError('store-failed', { failed: 'the engine cannot' }, { fields });
    },
  };
  const options = { ledger, concurrency: 1, whole: false, signal: new AbortController().signal };
  expect(await auditSource({ ...parts(), store: choking }, options)).toMatchObject({ files: 4, rows: 6 });
  expect(await openKinds()).toEqual(['export-unavailable']);
  clockMs += 61_000;
  await look();
  expect(await counted()).toBe(8);
  expect(await openKinds()).toEqual([]);
});

test('a clock that is put back between two runs loses no state', async () => {
  await look();
  // As written by a process of next year.
  await store.command(
    'INSERT INTO audit_reports SELECT * REPLACE (version + 40000000000000000 AS version) FROM audit_reports FINAL',
  );
  (trips[1] as Trip).committed = sha256('something else');
  await store.command(
    "INSERT INTO audit_reports SELECT * REPLACE (toDateTime64(0, 3, 'UTC') AS next_attempt, version + 1 AS version) FROM audit_reports FINAL",
  );
  await look(true);
  expect(await countedReports()).toEqual([1, 3, 4]);
});
