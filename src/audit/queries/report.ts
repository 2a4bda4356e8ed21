import { type JsonValue, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import { type SubjectType, VERDICTS, type VerdictKind } from '../types.ts';
import type { AuditedSource } from './audited-source.ts';
import { evidenceOf, figure, instant, textOrNull, verdictOrNull } from './cells.ts';
import { FINDING_COLUMNS, type FindingAnswer, type FindingRow, presentFinding } from './findings.ts';
import { presentReport, REPORT_COLUMNS, type ReportAnswer, type ReportRow } from './reports.ts';
import { type DifferenceAnswer, listedOf, snapshotDifferences } from './snapshot-differences.ts';

export interface CheckAnswer {
  subjectType: SubjectType;
  file: string | null;
  check: string;
  verdict: VerdictKind;
  reason: string;
  detail: string;
  evidence: Record<string, JsonValue>;
  at: string;
  history: { at: string; verdict: VerdictKind; reason: string; detail: string }[];
}

export interface FileAnswer {
  kind: string;
  path: string;
  claimedSha256: string;
  sha256: string | null;
  bytes: number | null;
  state: 'named' | 'loaded' | 'failed' | 'purged';
  rows: number;
  badRows: number;
  unreadableMetrics: number;
  drift: string[];
}

export interface ReportDetails {
  report: ReportAnswer & { drift: string[]; attempts: number; url: string | null };
  /** The worst first. */
  checks: CheckAnswer[];
  files: FileAnswer[];
  differences: DifferenceAnswer[];
  findings: FindingAnswer[];
  previous: string | null;
  following: string | null;
  bundle: {
    available: boolean;
    parts: { name: string; bytes: number | null; held: boolean; note: string }[];
  };
}

const MOST_HISTORY = 50;
const MOST_CHECKS = 500;
const MOST_FINDINGS = 200;

/** One report: each check with what it rests on and what it said before, its files, what its snapshot tells otherwise. Throws `not-found`. */
export async function reportDetails(
  store: Store,
  sources: readonly AuditedSource[],
  id: string,
  signal?: AbortSignal,
): Promise<ReportDetails> {
  const [row] = await store.query<ReportRow>(
    `SELECT ${REPORT_COLUMNS} FROM audit_reports FINAL WHERE report_id = {id:String} LIMIT 1`,
    { params: { id }, label: 'read a report', signal },
  );
  if (row === undefined) throw noSuchReport(id);
  const [checks, files, findings, around] = await Promise.all([
    checksOf(store, row, signal),
    filesOf(store, row, signal),
    findingsAbout(store, row, signal),
    neighboursOf(store, row, signal),
  ]);
  const report = presentReport(row);
  // A source that is no longer configured has nobody to speak its language.
  const audited = sources.find(({ source }) => source.name === report.source);
  const differences =
    audited === undefined
      ? []
      : await snapshotDifferences(store, audited.adapter, { report, ...around }, signal);
  return {
    report: {
      ...report,
      drift: [...row.drift],
      attempts: row.attempts,
      url:
        audited === undefined ? null : publicUrl(audited.adapter.reportUrl(audited.source, listedOf(report))),
    },
    checks,
    files,
    differences,
    findings,
    previous: around.previous?.id ?? null,
    following: around.following?.id ?? null,
    bundle: bundleOf(report, files, checks),
  };
}

/** Where anybody may look: without the credentials that the source's URL may hold. */
function publicUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

interface VerdictRow {
  readonly type: SubjectType;
  readonly subject: string;
  readonly check: string;
  readonly verdict: string;
  readonly reason: string;
  readonly detail: string;
  readonly evidence: string;
  readonly at: string;
}

async function checksOf(
  store: Store,
  row: ReportRow,
  signal: AbortSignal | undefined,
): Promise<CheckAnswer[]> {
  const rows = await store.query<VerdictRow>(
    `SELECT toString(subject_type) AS type, subject, check, verdict, reason, detail, evidence, at
     FROM audit_verdicts FINAL
     WHERE source = {source:String} AND (
       (subject_type = 'report' AND subject = {id:String})
       OR (subject_type = 'file' AND startsWith(subject, concat({id:String}, '/')))
       OR (subject_type = 'hour' AND hotkey = {hotkey:String} AND hour = {end:DateTime64(6, 'UTC')} AND {role:String} = 'validator'))
     ORDER BY subject_type, subject, check, sequence DESC
     LIMIT ${MOST_HISTORY + 1} BY subject_type, subject, check
     LIMIT ${MOST_CHECKS}`,
    {
      params: {
        source: row.source,
        id: row.report_id,
        hotkey: row.hotkey,
        end: sqlInstant(Number(row.micros)),
        role: row.role_name,
      },
      label: 'read the verdicts on a report',
      signal,
    },
  );
  const byCheck = Map.groupBy(rows, ({ type, subject, check }) => `${type}\0${subject}\0${check}`);
  return [...byCheck.values()]
    .flatMap(([now, ...before]) => (now === undefined ? [] : [checkOf(now, before)]))
    .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict));
}

function checkOf(now: VerdictRow, before: readonly VerdictRow[]): CheckAnswer {
  return {
    subjectType: now.type,
    file: now.type === 'file' ? now.subject.slice(now.subject.indexOf('/') + 1) : null,
    check: now.check,
    verdict: verdictOrNull(now.verdict) ?? 'unverifiable',
    reason: now.reason,
    detail: now.detail,
    evidence: evidenceOf(now.evidence),
    at: instant(now.at),
    history: before.map(({ at, verdict, reason, detail }) => ({
      at: instant(at),
      verdict: verdictOrNull(verdict) ?? 'unverifiable',
      reason,
      detail,
    })),
  };
}

async function filesOf(store: Store, row: ReportRow, signal: AbortSignal | undefined): Promise<FileAnswer[]> {
  const rows = await store.query<{
    kind: string;
    path: string;
    claimed_sha256: string;
    sha256: string;
    bytes: string;
    state_name: FileAnswer['state'];
    row_count: string;
    bad_count: string;
    unreadable_metrics: string;
    drift: string[];
  }>(
    `SELECT kind, path, claimed_sha256, sha256, bytes, toString(state) AS state_name, row_count, bad_count, unreadable_metrics, drift
     FROM audit_files FINAL WHERE source = {source:String} AND report_id = {id:String} ORDER BY kind LIMIT 100`,
    { params: { source: row.source, id: row.report_id }, label: 'read the files of a report', signal },
  );
  return rows.map((file) => ({
    kind: file.kind,
    path: file.path,
    claimedSha256: file.claimed_sha256,
    sha256: textOrNull(file.sha256),
    bytes: file.sha256 === '' ? null : figure(file.bytes),
    state: file.state_name,
    rows: figure(file.row_count),
    badRows: figure(file.bad_count),
    unreadableMetrics: figure(file.unreadable_metrics),
    drift: file.drift,
  }));
}

/** Findings about the report itself, or about its account at its hour. */
async function findingsAbout(
  store: Store,
  row: ReportRow,
  signal: AbortSignal | undefined,
): Promise<FindingAnswer[]> {
  const rows = await store.query<FindingRow>(
    `SELECT ${FINDING_COLUMNS} FROM audit_findings FINAL
     WHERE source = {source:String} AND (startsWith(subject, {id:String}) OR position(evidence, {id:String}) > 0
       OR (startsWith(subject, concat({hotkey:String}, '@')) AND hour = {end:DateTime64(6, 'UTC')}))
     ORDER BY toInt8(severity) DESC, hour DESC, finding_id DESC LIMIT ${MOST_FINDINGS}`,
    {
      params: {
        source: row.source,
        id: row.report_id,
        hotkey: row.hotkey,
        end: sqlInstant(Number(row.micros)),
      },
      label: 'read the findings about a report',
      signal,
    },
  );
  return rows.map(presentFinding);
}

/** The reports of the same account just before and after. */
async function neighboursOf(
  store: Store,
  row: ReportRow,
  signal: AbortSignal | undefined,
): Promise<{ previous: ReportAnswer | undefined; following: ReportAnswer | undefined }> {
  const beside = async (than: '<' | '>', order: 'DESC' | 'ASC'): Promise<ReportAnswer | undefined> => {
    const [found] = await store.query<ReportRow>(
      `SELECT ${REPORT_COLUMNS} FROM audit_reports FINAL
       WHERE source = {source:String} AND role = {role:String} AND hotkey = {hotkey:String}
         AND (end, report_id) ${than} ({end:DateTime64(6, 'UTC')}, {id:String})
       ORDER BY end ${order}, report_id ${order} LIMIT 1`,
      {
        params: {
          source: row.source,
          role: row.role_name,
          hotkey: row.hotkey,
          id: row.report_id,
          end: sqlInstant(Number(row.micros)),
        },
        label: 'find the reports before and after',
        signal,
      },
    );
    return found === undefined ? undefined : presentReport(found);
  };
  const [previous, following] = await Promise.all([beside('<', 'DESC'), beside('>', 'ASC')]);
  return { previous, following };
}

/** What a bundle made now could hold: bytes that we have, and what the chain still has to give. */
function bundleOf(
  report: ReportAnswer,
  files: readonly FileAnswer[],
  checks: readonly CheckAnswer[],
): ReportDetails['bundle'] {
  const commitment = checks.find(({ check }) => check === 'commitment');
  const read = commitment !== undefined && commitment.verdict !== 'unverifiable';
  return {
    available: report.sha256 !== null,
    parts: [
      {
        name: 'report',
        bytes: report.bytes,
        held: report.sha256 !== null,
        note: report.sha256 === null ? 'it could not be had' : `SHA-256 ${report.sha256}`,
      },
      ...files.map(({ kind, bytes, sha256, claimedSha256 }) => ({
        name: `export ${kind}`,
        bytes,
        held: sha256 !== null,
        note: `SHA-256 ${sha256 ?? `${claimedSha256} by the report`}; the digest, the bytes only when they are kept`,
      })),
      {
        name: 'commitment',
        bytes: null,
        held: read,
        note: commitment?.detail ?? 'it was not read from the chain',
      },
      {
        name: 'header and proof',
        bytes: null,
        held: false,
        note: 'read from a node that still has the state, when the bundle is made',
      },
    ],
  };
}

function noSuchReport(id: string): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: 'there is no such report',
    got: JSON.stringify(id.slice(0, 80)),
    expected: 'the id of a report in the ledger: 32 hex digits',
    todo: 'list them: taoscope audit findings, or GET /audit/reports',
  });
}
