import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { readInstant } from '../instants.ts';
import type { ListedReport, ReporterRole, ReportId } from '../types.ts';
import { hourSubject } from '../verify/subjects.ts';
import type { Manifest } from './manifest.ts';

/** What the store knows of one report. */
export interface StoredReport {
  readonly entry: ListedReport;
  /** SHA-256 of the bytes that were served; empty when they never were. */
  readonly sha256: string;
  readonly files: readonly {
    readonly kind: string;
    readonly path: string;
    readonly claimed: string;
    readonly found: string;
  }[];
  /** The newest verdict of each check: on the report, its files and its hour. */
  readonly verdicts: Manifest['verdicts'];
}

interface ReportRow {
  source: string;
  role: ReporterRole;
  hotkey: string;
  entry_id: string;
  block: string;
  path: string;
  created_at: string | null;
  start: string;
  end: string;
  sha256: string;
}

interface VerdictRow
  extends Record<'verdict' | 'reason' | 'detail' | 'evidence' | 'at' | 'check' | 'subject', string> {
  subject_type: 'report' | 'file' | 'hour';
}

/** Reads a report and its verdicts; `not-found` when there is none of that id, `usage` for what is no id. */
export async function readStoredReport(
  store: Pick<Store, 'query'>,
  reportId: ReportId,
  signal?: AbortSignal,
): Promise<StoredReport> {
  if (!/^[0-9a-f]{32}$/.test(reportId)) throw notAnId(reportId);
  const [row] = await store.query<ReportRow>(
    `SELECT source, role, hotkey, entry_id, toString(block) AS block, path, created_at, start, end, sha256
FROM audit_reports FINAL WHERE report_id = {id:String} LIMIT 1`,
    { params: { id: reportId }, signal, label: 'audit: report for a bundle' },
  );
  if (row === undefined) throw noSuchReport(reportId);
  const entry = entryOf(row);
  const files = await store.query<{ kind: string; path: string; claimed: string; found: string }>(
    `SELECT kind, path, claimed_sha256 AS claimed, sha256 AS found
FROM audit_files FINAL WHERE source = {source:String} AND report_id = {id:String} ORDER BY kind`,
    { params: { source: entry.source, id: reportId }, signal, label: 'audit: files for a bundle' },
  );
  const verdicts = await store.query<VerdictRow>(
    `SELECT subject_type, subject, check, verdict, reason, detail, evidence, formatDateTime(at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS at
FROM audit_verdicts
WHERE source = {source:String} AND (subject = {id:String} OR startsWith(subject, {files:String}) OR subject = {hour:String})
ORDER BY subject_type, subject, check, sequence DESC
LIMIT 1 BY subject_type, subject, check`,
    {
      params: {
        source: entry.source,
        id: reportId,
        files: `${reportId}/`,
        hour: hourSubject(entry.hotkey, entry.end),
      },
      signal,
      label: 'audit: verdicts for a bundle',
    },
  );
  return { entry, sha256: row.sha256, files, verdicts: verdicts.map(verdictOf) };
}

function entryOf(row: ReportRow): ListedReport {
  const createdAt = readInstant(row.created_at);
  return {
    source: row.source,
    role: row.role,
    hotkey: row.hotkey,
    entryId: row.entry_id,
    block: Number(row.block),
    path: row.path,
    ...(createdAt === undefined ? {} : { createdAt }),
    start: readInstant(row.start) ?? 0,
    end: readInstant(row.end) ?? 0,
  };
}

function verdictOf({ subject_type, evidence, ...rest }: VerdictRow): Manifest['verdicts'][number] {
  const { subject, check, verdict, reason, detail, at } = rest;
  return {
    subjectType: subject_type,
    subject,
    check,
    verdict: verdict as Manifest['verdicts'][number]['verdict'],
    reason,
    detail,
    evidence: JSON.parse(evidence || '{}') as Record<string, unknown>,
    at,
  };
}

function notAnId(text: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'this is not the id of a report',
    got: JSON.stringify(text.slice(0, 80)),
    expected: '32 lower-case hex digits, as `taoscope audit` and the page of a report show it',
  });
}

function noSuchReport(reportId: ReportId): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: `there is no report ${reportId} in the store`,
    todo: 'look for its id with `taoscope audit`, or on the page of the audit',
  });
}
