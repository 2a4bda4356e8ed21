import type { JsonValue } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import type { Finding, FindingKind, Severity } from '../types.ts';
import { boundedEvidence } from './bounded-evidence.ts';
import { findingIdOf } from './finding-id.ts';
import { foldFindings } from './fold-findings.ts';
import type { FindingScope, FoundCounts, StoredFinding } from './types.ts';

export interface FindCall {
  readonly source: string;
  readonly findings: readonly Finding[];
  readonly scope: FindingScope;
  readonly atMs: number;
  readonly signal?: AbortSignal | undefined;
}

const COLUMNS = [
  'source',
  'finding_id',
  'kind',
  'subject',
  'severity',
  'hotkey',
  'hour',
  'title',
  'detail',
  'evidence',
  'first_seen',
  'last_seen',
  'resolved_at',
  'version',
] as const;

const ROWS_PER_INSERT = 8_192;
const IDS_PER_STATEMENT = 1_000;

interface Known {
  readonly id: string;
  readonly kind: FindingKind;
  readonly subject: string;
  readonly inHours: number;
  readonly first: string;
  readonly open: number;
  readonly version: string;
}

/** `Ledger.find`. */
export async function saveFindings(
  store: Store,
  { source, findings, scope, atMs, signal }: FindCall,
): Promise<FoundCounts> {
  const kept = foldFindings(lastOfEach(findings.filter((finding) => finding.source === source)));
  const known = await readKnown(store, source, scope, kept.map(findingIdOf), signal);
  const counts = { opened: 0, reopened: 0, seenAgain: 0, resolved: 0 };
  const rows: unknown[][] = [];
  const seen = new Set<string>();
  for (const finding of kept) {
    const id = findingIdOf(finding);
    seen.add(id);
    const before = known.get(id);
    if (before === undefined) counts.opened++;
    else if (before.open === 0) counts.reopened++;
    else counts.seenAgain++;
    rows.push(cells(finding, id, before, atMs));
  }
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT)
    await store.insert('audit_findings', COLUMNS, rows.slice(from, from + ROWS_PER_INSERT), {
      label: 'save findings',
      signal,
    });

  const judged = scope.subjects === undefined ? undefined : new Set(scope.subjects);
  const gone = [...known.values()].filter(
    ({ id, open, inHours, kind, subject }) =>
      open === 1 &&
      inHours === 1 &&
      !seen.has(id) &&
      (scope.kinds === undefined || scope.kinds.includes(kind)) &&
      (judged === undefined || judged.has(subject)),
  );
  await resolve(
    store,
    source,
    gone.map(({ id }) => id),
    atMs,
    signal,
  );
  counts.resolved = gone.length;
  return counts;
}

/** Findings of a source, the newest first. */
export async function storedFindings(
  store: Store,
  source: string,
  state: 'open' | 'resolved' | 'all',
  limit: number,
  signal?: AbortSignal,
): Promise<StoredFinding[]> {
  const condition = { open: 'f.resolved_at IS NULL', resolved: 'f.resolved_at IS NOT NULL', all: '1' }[state];
  const rows = await store.query<Row>(
    `SELECT f.finding_id AS id, toString(f.kind) AS kind, f.subject AS subject, toString(f.severity) AS severity,
       toString(f.hotkey) AS hotkey, toUnixTimestamp64Micro(f.hour) AS hour, f.title AS title, f.detail AS detail,
       f.evidence AS evidence, toUnixTimestamp64Milli(f.first_seen) AS first, toUnixTimestamp64Milli(f.last_seen) AS last,
       toUnixTimestamp64Milli(f.resolved_at) AS resolved
     FROM audit_findings AS f FINAL WHERE f.source = {source:String} AND ${condition}
     ORDER BY f.last_seen DESC, f.hour DESC, f.finding_id LIMIT {limit:UInt32}`,
    { params: { source, limit }, label: 'read findings', signal },
  );
  return rows.map((row) => ({
    source,
    findingId: row.id,
    kind: row.kind,
    subject: row.subject,
    severity: row.severity,
    hotkey: row.hotkey,
    hour: Number(row.hour),
    title: row.title,
    detail: row.detail,
    evidence: JSON.parse(row.evidence) as Record<string, JsonValue>,
    firstSeenMs: Number(row.first),
    lastSeenMs: Number(row.last),
    resolvedMs: row.resolved === null ? undefined : Number(row.resolved),
  }));
}

interface Row {
  id: string;
  kind: FindingKind;
  subject: string;
  severity: Severity;
  hotkey: string;
  hour: string;
  title: string;
  detail: string;
  evidence: string;
  first: string;
  last: string;
  resolved: string | null;
}

function lastOfEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [findingIdOf(finding), finding])).values()];
}

/** What is known of these findings, and what may be resolved in the scope; without what makes it long. */
async function readKnown(
  store: Store,
  source: string,
  { hours }: FindingScope,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Known>> {
  const few = ids.length <= IDS_PER_STATEMENT ? ids : undefined;
  const rows = await store.query<Known>(
    `SELECT f.finding_id AS id, toString(f.kind) AS kind, f.subject AS subject,
       f.hour BETWEEN {from:DateTime64(6, 'UTC')} AND {to:DateTime64(6, 'UTC')} AS inHours,
       toString(f.first_seen) AS first, isNull(f.resolved_at) AS open, f.version AS version
     FROM audit_findings AS f FINAL WHERE f.source = {source:String}${
       few === undefined ? '' : ' AND (inHours OR f.finding_id IN {ids:Array(String)})'
     }`,
    {
      params: {
        ...{ source, from: sqlInstant(hours.from), to: sqlInstant(hours.to) },
        ...(few === undefined ? {} : { ids: [...few] }),
      },
      label: 'read the known findings',
      signal,
    },
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Closes findings where they are: what they said stays as it was. */
async function resolve(
  store: Store,
  source: string,
  ids: readonly string[],
  atMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const at = sqlInstant(atMs * 1_000).slice(0, 23);
  for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT) {
    await store.command(
      `INSERT INTO audit_findings (${COLUMNS.join(', ')})
       SELECT f.source, f.finding_id, f.kind, f.subject, f.severity, f.hotkey, f.hour, f.title, f.detail, f.evidence,
         f.first_seen, f.last_seen, {at:DateTime64(3, 'UTC')}, greatest(f.version + 1, {version:UInt64})
       FROM audit_findings AS f FINAL
       WHERE f.source = {source:String} AND f.finding_id IN {ids:Array(String)}`,
      {
        params: { source, at, version: atMs, ids: ids.slice(from, from + IDS_PER_STATEMENT) },
        label: 'resolve findings',
        signal,
      },
    );
  }
}

function cells(finding: Finding, id: string, before: Known | undefined, atMs: number): unknown[] {
  const at = sqlInstant(atMs * 1_000).slice(0, 23);
  const version = BigInt(Math.trunc(atMs));
  const next = before === undefined ? version : BigInt(before.version) + 1n;
  return [
    finding.source,
    id,
    finding.kind,
    finding.subject.slice(0, 300),
    finding.severity,
    finding.hotkey.slice(0, 128),
    sqlInstant(finding.hour),
    finding.title.slice(0, 300),
    finding.detail.slice(0, 4_000),
    boundedEvidence(finding.evidence),
    before?.first ?? at,
    at,
    undefined,
    next > version ? next : version,
  ];
}
