import type { Store } from '../../store/index.ts';
import { readInstant, sqlInstant } from '../instants.ts';
import type { ListedReport, Micros, ReporterRole, ReportId, VerdictKind } from '../types.ts';

/** How far we are with a report. `loaded`: its records are stored. `failed`: its bytes could not be had, or nothing of them be read. */
export type ReportState = 'listed' | 'fetched' | 'loaded' | 'failed';

/** A report and what became of it so far. */
export interface ReportRow extends ListedReport {
  readonly reportId: ReportId;
  readonly state: ReportState;
  /** Of the bytes that are kept as evidence; empty before. */
  readonly sha256: string;
  readonly bytes: number;
  /** The worst of its checks, and that of its commitment. */
  readonly verdict: VerdictKind;
  readonly commitment: VerdictKind;
  readonly attempts: number;
  /** When it is worth another look, ms since the epoch. */
  readonly nextAttemptMs: number;
  readonly instances: number;
  readonly multipliers: number;
  readonly drift: readonly string[];
  readonly badCount: number;
  /** Whether none of its checks speaks against what can be read of it. Rows that cannot be read do not: they alone are left out. */
  readonly counts: boolean;
  /** What a miner's report says of itself: its uptime, in words. */
  readonly selfMessage: string;
  readonly firstSeenMs: number;
}

const COLUMNS = [
  'source',
  'report_id',
  'role',
  'hotkey',
  'entry_id',
  'block',
  'path',
  'created_at',
  'start',
  'end',
  'state',
  'sha256',
  'bytes',
  'verdict',
  'commitment',
  'attempts',
  'next_attempt',
  'instances',
  'multipliers',
  'drift',
  'bad_count',
  'counts',
  'self_message',
  'first_seen',
  'version',
] as const;

/** Writes the states of reports; of two rows of one report the one with the higher version counts. */
export async function saveReports(store: Store, rows: readonly ReportRow[], version: bigint): Promise<void> {
  if (rows.length === 0) return;
  await store.insert(
    'audit_reports',
    COLUMNS,
    rows.map((row) => [
      row.source,
      row.reportId,
      row.role,
      row.hotkey,
      row.entryId,
      row.block,
      row.path,
      row.createdAt === undefined ? null : sqlInstant(row.createdAt),
      sqlInstant(row.start),
      sqlInstant(row.end),
      row.state,
      row.sha256,
      row.bytes,
      row.verdict,
      row.commitment,
      row.attempts,
      sqlInstant(row.nextAttemptMs * 1_000),
      row.instances,
      row.multipliers,
      textArray(row.drift),
      row.badCount,
      row.counts,
      row.selfMessage,
      sqlInstant(row.firstSeenMs * 1_000),
      version,
    ]),
    { label: 'store reports' },
  );
}

interface StoredReport {
  readonly source: string;
  readonly report_id: string;
  readonly role: ReporterRole;
  readonly hotkey: string;
  readonly entry_id: string;
  readonly block: string;
  readonly path: string;
  readonly created_at: string | null;
  readonly start: string;
  readonly end: string;
  readonly state: ReportState;
  readonly sha256: string;
  readonly bytes: string;
  readonly verdict: VerdictKind;
  readonly commitment: VerdictKind;
  readonly attempts: number;
  readonly next_attempt: string;
  readonly instances: number;
  readonly multipliers: number;
  readonly drift: string[];
  readonly bad_count: number;
  readonly counts: boolean;
  readonly self_message: string;
  readonly first_seen: string;
}

/** The reports of a source that end at or after an instant, in order of their ends. */
export async function readReports(
  store: Store,
  source: string,
  from: Micros,
  signal?: AbortSignal,
): Promise<ReportRow[]> {
  const rows = await store.query<StoredReport>(
    `SELECT ${COLUMNS.filter((name) => name !== 'version').join(', ')} FROM audit_reports FINAL
     WHERE source = {source:String} AND end >= {from:DateTime64(6)} ORDER BY end, report_id`,
    { params: { source, from: sqlInstant(from) }, label: 'read reports', signal },
  );
  return rows.map((row) => ({
    source: row.source,
    reportId: row.report_id,
    role: row.role,
    hotkey: row.hotkey,
    entryId: row.entry_id,
    block: Number(row.block),
    path: row.path,
    createdAt: readInstant(row.created_at),
    start: readInstant(row.start) ?? 0,
    end: readInstant(row.end) ?? 0,
    state: row.state,
    sha256: row.sha256,
    bytes: Number(row.bytes),
    verdict: row.verdict,
    commitment: row.commitment,
    attempts: row.attempts,
    nextAttemptMs: (readInstant(row.next_attempt) ?? 0) / 1_000,
    instances: row.instances,
    multipliers: row.multipliers,
    drift: row.drift,
    badCount: row.bad_count,
    counts: row.counts,
    selfMessage: row.self_message,
    firstSeenMs: (readInstant(row.first_seen) ?? 0) / 1_000,
  }));
}

/** The validators of whom any report of a source was ever listed. */
export async function listedValidators(
  store: Store,
  source: string,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rows = await store.query<{ account: string }>(
    `SELECT DISTINCT toString(hotkey) AS account FROM audit_reports
     WHERE source = {source:String} AND role = 'validator'`,
    { params: { source }, label: 'look for validators with reports', signal },
  );
  return new Set(rows.map(({ account }) => account));
}

/** The highest version that any row of a source has; 0 where there is none. */
export async function newestVersion(store: Store, source: string, signal?: AbortSignal): Promise<bigint> {
  const rows = await store.query<{ version: string }>(
    ['audit_reports', 'audit_files', 'audit_loads']
      .map((table) => `SELECT toString(max(version)) AS version FROM ${table} WHERE source = {source:String}`)
      .join(' UNION ALL '),
    { params: { source }, label: 'look for the newest version', signal },
  );
  return rows.reduce((newest, { version }) => (BigInt(version) > newest ? BigInt(version) : newest), 0n);
}

/** An `Array(String)` as the engine reads it in a cell, whose escapes of backslashes and controls hold for the texts inside too. */
function textArray(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(',')}]`;
}
