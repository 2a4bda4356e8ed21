import type { AuditAdapter } from '../../src/audit/adapter.ts';
import type { PaymentReader } from '../../src/audit/compare/chain-reader.ts';
import { HOUR, readInstant, sqlInstant } from '../../src/audit/instants.ts';
import type { AuditedSource } from '../../src/audit/queries/audited-source.ts';
import { openAuditStore } from '../../src/audit/testing/open-audit-store.ts';
import type { Micros, VerdictKind } from '../../src/audit/types.ts';
import type { OpenedStore, Store } from '../../src/store/index.ts';

/** A day of one validator's audit in the tables, made by hand: small enough to check every answer by eye. */

export const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
export const ANN = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
export const BEN = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';

/** End of the first hour, and of the 24th. */
export const FIRST: Micros = (readInstant('2026-06-01T00:00:00Z') ?? 0) + HOUR;
export const LAST: Micros = FIRST + 23 * HOUR;
/** A few minutes after the last hour. */
export const NOW: Micros = LAST + 300_000_000;

/** 32 hex digits that tell what they stand for. */
export const reportId = (hour: number, miner = false): string =>
  `${miner ? 'b' : 'a'}${String(hour).padStart(31, '0')}`;

const adapter: AuditAdapter = {
  name: 'made-up',
  reportMicros: HOUR,
  lateAfterMicros: HOUR,
  list: async () => ({ reports: [], bad: [], badCount: 0 }),
  reportUrl: ({ url }, { path }) => `${url}/download?path=${encodeURIComponent(path)}`,
  maxReportBytes: 1,
  entryIdOf: () => undefined,
  pathOf: () => undefined,
  parse: () => ({ exports: [], instances: [], multipliers: [], drift: [], bad: [], badCount: 0 }),
  exportUrl: ({ url }, path) => `${url}/${path}`,
  maxExportBytes: 1,
  exportPathOf: () => undefined,
  tableOf: () => undefined,
  expectedExports: () => [],
  commits: () => true,
};

export const SOURCE: AuditedSource = {
  source: {
    name: 'sample',
    adapter: 'made-up',
    url: 'https://reports.example',
    netuid: 64,
    validators: [VALIDATOR],
    minerReports: true,
  },
  adapter,
};

const insert = (store: Store, table: string, rows: readonly Readonly<Record<string, unknown>>[]) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return store.insert(
    table,
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
};

const DIGEST = 'd'.repeat(64);

/** A report's row; the hour counts from 0. */
export function reportRow(hour: number, more: Readonly<Record<string, unknown>> = {}) {
  const end = FIRST + hour * HOUR;
  return {
    source: 'sample',
    report_id: reportId(hour),
    role: 'validator',
    hotkey: VALIDATOR,
    entry_id: `entry-${hour}`,
    block: 1_000 + hour * 300,
    path: `reports/${hour}.json`,
    start: sqlInstant(end - HOUR),
    end: sqlInstant(end),
    state: 'loaded',
    sha256: DIGEST,
    bytes: 1_000,
    verdict: 'verified',
    commitment: 'verified',
    attempts: 1,
    next_attempt: '2026-06-01 00:00:00.000',
    instances: 2,
    multipliers: 0,
    drift: '[]',
    bad_count: 0,
    first_seen: '2026-06-01 00:05:00.000',
    version: 1,
    ...more,
  };
}

export function verdictRow(
  hour: number,
  check: string,
  verdict: VerdictKind,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    source: 'sample',
    subject_type: 'report',
    subject: reportId(hour),
    hotkey: VALIDATOR,
    hour: sqlInstant(FIRST + hour * HOUR),
    check,
    verdict,
    reason: verdict === 'verified' ? 'ok' : 'digest',
    detail: `${check} is ${verdict}`,
    evidence: '{}',
    fingerprint: 1,
    at: '2026-06-02 00:01:00.000',
    sequence: 1,
    ...more,
  };
}

const instance = (id: string, hotkey: string, uid: number, multiplier: number, created: Micros) => ({
  source: 'sample',
  report_id: reportId(23),
  end: sqlInstant(LAST),
  row: uid,
  instance_id: id,
  chute_id: 'chute',
  miner_uid: uid,
  miner_hotkey: hotkey,
  created_at: sqlInstant(created),
  verified_at: sqlInstant(created),
  activated_at: sqlInstant(created),
  compute_multiplier: multiplier,
  valid_termination: false,
  bounty: false,
});

/**
 * 24 hours: the 6th has no report, the 10th a digest that does not fit, the 24th an export of requests and a miner's report. Ann's
 * instance earns three times what Ben's does; Ann counted 40 requests of her own, 36 of which the validator has.
 */
export async function openSampleAudit(): Promise<OpenedStore> {
  const store = await openAuditStore();
  try {
    await fill(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function fill(store: Store): Promise<void> {
  const hours = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => hour !== 5);
  const mismatch = { verdict: 'mismatch', commitment: 'mismatch' };
  await insert(store, 'audit_reports', [
    ...hours.map((hour) => reportRow(hour, hour === 9 ? mismatch : {})),
    reportRow(23, { report_id: reportId(23, true), role: 'miner', hotkey: ANN, block: 8_001 }),
    reportRow(22, {
      report_id: reportId(22, true),
      role: 'miner',
      hotkey: ANN,
      block: 7_601,
      self_message: 'uptime: 1200 seconds',
    }),
  ]);
  await insert(store, 'audit_verdicts', [
    ...hours.flatMap((hour) => [
      verdictRow(hour, 'path', 'verified'),
      verdictRow(hour, 'commitment', hour === 9 ? 'mismatch' : 'verified', {
        evidence: JSON.stringify({ block: 1_000 + hour * 300 }),
      }),
    ]),
    // Once it could not be checked.
    verdictRow(9, 'commitment', 'unverifiable', {
      reason: 'rpc',
      sequence: 0,
      at: '2026-06-01 10:01:00.000',
    }),
    verdictRow(5, 'grid', 'mismatch', {
      subject_type: 'hour',
      subject: `${VALIDATOR}@2026-06-01T06:00:00Z`,
      reason: 'gap',
      detail: 'No report of this hour.',
    }),
    verdictRow(23, 'digest', 'verified', {
      subject_type: 'file',
      subject: `${reportId(23)}/invocations`,
    }),
  ]);
  const finding = (id: string, severity: string, hour: number, more: object = {}) => ({
    source: 'sample',
    finding_id: id,
    kind: 'hour-gap',
    subject: `${VALIDATOR}@${hour}`,
    severity,
    hotkey: VALIDATOR,
    hour: sqlInstant(FIRST + hour * HOUR),
    title: `finding ${id}`,
    detail: 'what was seen',
    evidence: '{"seen":1}',
    first_seen: '2026-06-01 06:00:00.000',
    last_seen: '2026-06-02 00:00:00.000',
    version: 1,
    ...more,
  });
  await insert(store, 'audit_findings', [
    finding('f1', 'critical', 5),
    finding('f2', 'critical', 9, { kind: 'commitment-mismatch', subject: reportId(9) }),
    finding('f3', 'warning', 20, { kind: 'report-late', subject: reportId(20) }),
    finding('f4', 'critical', 3, { resolved_at: '2026-06-01 12:00:00.000' }),
    finding('f5', 'info', 23, { kind: 'schema-drift' }),
  ]);
  await insert(store, 'audit_files', [
    {
      source: 'sample',
      report_id: reportId(23),
      kind: 'invocations',
      path: 'invocations/23.csv',
      claimed_sha256: DIGEST,
      sha256: DIGEST,
      bytes: 500,
      state: 'loaded',
      load_id: 2,
      hour: sqlInstant(LAST),
      row_count: 38,
      bad_count: 0,
      unreadable_metrics: 1,
      drift: '[]',
      attempts: 1,
      next_attempt: '2026-06-01 00:00:00.000',
      version: 1,
    },
  ]);
  await insert(store, 'audit_invocations', [
    ...Array.from({ length: 38 }, (_, row) => ({
      source: 'sample',
      hour: sqlInstant(LAST),
      load_id: 2,
      row,
      parent_id: `00000000-0000-0000-0000-0000000001${String(row).padStart(2, '0')}`,
      invocation_id: `00000000-0000-0000-0000-0000000002${String(row).padStart(2, '0')}`,
      chute_id: 'chute',
      function_name: 'chat',
      instance_id: 'i-ann',
      miner_uid: 1,
      miner_hotkey: ANN,
      started_at: sqlInstant(LAST - HOUR / 2),
      // One failed, one ended in the hour before.
      completed_at: sqlInstant(row === 37 ? LAST - HOUR - 1 : LAST - HOUR / 2 + 1),
      failed: row === 36,
      error: '',
      compute_multiplier: 1,
      bounty: 0,
      metrics_state: 'none',
      private: false,
    })),
  ]);
  await insert(
    store,
    'audit_self_counts',
    [22, 23].map((hour) => ({
      source: 'sample',
      report_id: reportId(hour, true),
      hotkey: ANN,
      start: sqlInstant(FIRST + (hour - 1) * HOUR),
      end: sqlInstant(FIRST + hour * HOUR),
      row: 0,
      chute_id: 'chute',
      deployment_id: 'd',
      function: 'chat',
      seconds: 60,
      count: hour === 23 ? 40 : 5,
    })),
  );
  await insert(store, 'audit_instances', [
    instance('i-ann', ANN, 1, 3, FIRST - HOUR),
    instance('i-ben', BEN, 2, 1, FIRST - HOUR),
  ]);
  await insert(store, 'audit_self_deployments', [
    {
      source: 'sample',
      report_id: reportId(23, true),
      hotkey: ANN,
      end: sqlInstant(LAST),
      row: 0,
      deployment_id: 'd',
      validator: VALIDATOR,
      instance_id: 'i-ann',
      chute_id: 'chute',
      created_at: sqlInstant(FIRST - HOUR + 1_000_000),
      verified_at: sqlInstant(FIRST - HOUR),
    },
  ]);
  const attempt = (probe: string, number: number, minutes: number, more: object) => ({
    source: 'sample',
    probe_id: probe,
    attempt: number,
    kind: 'chat',
    at: sqlInstant(LAST - minutes * 60_000_000),
    parent_id: `parent-${probe}`,
    child_id: `child-${probe}-${number}`,
    chute_id: 'chute',
    chute_name: 'a chute',
    function: 'chat',
    instance_id: 'i-ann',
    miner_uid: 1,
    miner_hotkey: ANN,
    outcome: 'succeeded',
    error: '',
    prompt: 'Say hello.',
    media_type: '',
    output: '',
    output_sha256: '',
    elapsed_ms: 800,
    lookup: 'present',
    lookup_detail: '',
    version: 1,
    ...more,
  });
  await insert(store, 'audit_probes', [
    attempt('p1', 1, 30, { outcome: 'failed', error: 'RATE_LIMIT', lookup: 'missing' }),
    attempt('p1', 2, 29, { media_type: 'text/plain', output: 'Grüß <b>dich</b>', output_sha256: DIGEST }),
    attempt('p2', 1, 10, {
      kind: 'image',
      media_type: 'image/png',
      output: Buffer.from('not really').toString('base64'),
      output_sha256: DIGEST,
      lookup: 'pending',
    }),
    attempt('p3', 0, 5, {
      outcome: 'failed',
      error: 'no_targets',
      lookup: 'unverifiable',
      miner_uid: null,
      miner_hotkey: '',
      child_id: '',
    }),
    attempt('p4', 1, 3, { media_type: 'text/html', output: '<script>', output_sha256: DIGEST }),
  ]);
}

/** A chain on which the validator pays some shares, by a row that it set when the last hour ended. */
export function payments(row: Readonly<Record<number, number>>): PaymentReader {
  const state = (block: number) => ({
    block,
    time: LAST + (block - 10_000) * 12_000_000,
    miners: [VALIDATOR, ANN, BEN].map((hotkey, uid) => ({ hotkey, uid, coldkey: `cold-${uid}` })),
    lastUpdate: [10_000, undefined, undefined],
    incentive: [0, 49_151, 16_383],
    hidden: false,
    lastEpochBlock: Math.floor(block / 360) * 360,
    nextEpochBlock: Math.floor(block / 360) * 360 + 360,
  });
  return {
    head: async () => 10_200,
    state: async (block) => state(block),
    rows: async (_block, uids) =>
      uids.map((uid) => ({
        uid,
        targets: uid === 0 ? Object.keys(row).map(Number) : [],
        values: uid === 0 ? Object.values(row) : [],
      })),
    holders: async (block, uids) => uids.map((uid) => state(block).miners[uid]?.hotkey),
    time: async (block) => state(block).time,
  };
}
