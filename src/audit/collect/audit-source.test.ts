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

beforeAll(async () => {
  store = await openAuditStore();
});

afterAll(() => store.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-ferries-'));
  reached = [];
  for (const name of ['reports', 'files', 'verdicts', 'findings', 'invocations', 'loads', 'repeats'])
    await store.command(`TRUNCATE TABLE audit_${name}`);
  ledger = createLedger(store, { now: () => NOW_MS });
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
    ...{ maxReportBytes: 1e6, maxExportBytes: 1e6, keepExports: false, now: () => NOW_MS },
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
