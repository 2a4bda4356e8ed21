import { type JsonValue, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { FINDING_KINDS, type FindingKind, SEVERITIES, type Severity } from '../types.ts';
import { evidenceOf, figure, instant, instantOrNull, textOrNull } from './cells.ts';
import { conditions } from './page.ts';

export interface FindingsQuery {
  readonly source?: string | undefined;
  readonly kind?: FindingKind | undefined;
  readonly severity?: Severity | undefined;
  /** ss58. */
  readonly hotkey?: string | undefined;
  /** Default `open`. */
  readonly state?: 'open' | 'resolved' | 'all' | undefined;
  readonly limit: number;
  /** `next` of an earlier answer. */
  readonly before?: string | undefined;
}

/** A finding as it is told. */
export interface FindingAnswer {
  id: string;
  source: string;
  kind: string;
  severity: Severity;
  subject: string;
  reportId: string | null;
  hotkey: string | null;
  hour: string;
  title: string;
  detail: string;
  evidence: Record<string, JsonValue>;
  firstSeen: string;
  lastSeen: string;
  resolvedAt: string | null;
}

export type SeverityCounts = Record<Severity, number>;

export interface FindingsAnswer {
  findings: FindingAnswer[];
  next?: string;
  total: number;
  open: SeverityCounts;
  kinds: { kind: string; severity: Severity; open: number }[];
}

/** Findings, gravest and newest first. */
export async function findingsOf(
  store: Store,
  query: FindingsQuery,
  signal?: AbortSignal,
): Promise<FindingsAnswer> {
  const { source, kind, severity, hotkey, state = 'open', limit, before } = query;
  const place = before === undefined ? undefined : parseGravePlace(before);
  const filter: [unknown, string][] = [
    [source, 'source = {source:String}'],
    [kind, 'kind = {kind:String}'],
    [severity, 'severity = {severity:String}'],
    [hotkey, 'hotkey = {hotkey:String}'],
    [state === 'open' ? '' : undefined, 'resolved_at IS NULL'],
    [state === 'resolved' ? '' : undefined, 'resolved_at IS NOT NULL'],
  ];
  const params = { source, kind, severity, hotkey };
  const page = conditions(
    [
      ...filter,
      [
        place,
        `(toInt8(severity), toUnixTimestamp64Micro(hour), finding_id) < ({atSeverity:Int8}, {atHour:Int64}, {atId:String})`,
      ],
    ],
    { ...params, atSeverity: place?.severity, atHour: place?.hour, atId: place?.id },
  );
  const all = conditions(filter, params);
  const ofSource = conditions([[source, 'source = {source:String}']], { source });
  const [rows, [counted], kinds] = await Promise.all([
    store.query<FindingRow>(
      `SELECT ${FINDING_COLUMNS} FROM audit_findings FINAL ${page.where}
       ORDER BY toInt8(severity) DESC, hour DESC, finding_id DESC LIMIT {limit:UInt32}`,
      { params: { ...page.params, limit: limit + 1 }, label: 'read findings', signal },
    ),
    store.query<{ total: string }>(`SELECT count() AS total FROM audit_findings FINAL ${all.where}`, {
      params: all.params,
      label: 'count findings',
      signal,
    }),
    openKinds(store, ofSource, signal),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    findings: shown.map(presentFinding),
    ...(last === undefined ? {} : { next: `${last.grave}:${last.micros}:${last.finding_id}` }),
    total: figure(counted?.total),
    open: severityCounts(kinds),
    kinds,
  };
}

/** Open findings by severity, of each source. */
export async function openFindings(
  store: Store,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, SeverityCounts>> {
  const rows = await store.query<{ source: string; name: Severity; open: string }>(
    `SELECT source, toString(severity) AS name, count() AS open FROM audit_findings FINAL
     WHERE resolved_at IS NULL GROUP BY source, severity`,
    { label: 'count open findings', signal },
  );
  const counts = new Map<string, SeverityCounts>();
  for (const { source, name, open } of rows) {
    const of = counts.get(source) ?? severityCounts([]);
    of[name] += figure(open);
    counts.set(source, of);
  }
  return counts;
}

export const FINDING_COLUMNS = `source, finding_id, kind, toString(severity) AS severity_name, toInt8(severity) AS grave, subject, hotkey,
  hour, toUnixTimestamp64Micro(hour) AS micros, title, detail, evidence, first_seen, last_seen, resolved_at`;

export interface FindingRow {
  readonly source: string;
  readonly finding_id: string;
  readonly kind: string;
  readonly severity_name: Severity;
  readonly grave: number;
  readonly subject: string;
  readonly hotkey: string;
  readonly hour: string;
  readonly micros: string;
  readonly title: string;
  readonly detail: string;
  readonly evidence: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly resolved_at: string | null;
}

export function presentFinding(row: FindingRow): FindingAnswer {
  const evidence = evidenceOf(row.evidence);
  return {
    id: row.finding_id,
    source: row.source,
    kind: row.kind,
    severity: row.severity_name,
    subject: row.subject,
    reportId: reportOf(row.subject, evidence),
    hotkey: textOrNull(row.hotkey),
    hour: instant(row.hour),
    title: row.title,
    detail: row.detail,
    evidence,
    firstSeen: instant(row.first_seen),
    lastSeen: instant(row.last_seen),
    resolvedAt: instantOrNull(row.resolved_at),
  };
}

export function severityCounts(
  kinds: readonly { readonly severity: Severity; readonly open: number }[],
): SeverityCounts {
  const counts: SeverityCounts = { info: 0, warning: 0, critical: 0 };
  for (const { severity, open } of kinds) counts[severity] += open;
  return counts;
}

/** The report that a finding is about: its subject begins with the report's id, or the evidence names it. */
function reportOf(subject: string, evidence: Record<string, JsonValue>): string | null {
  const named = /^[0-9a-f]{32}(?=$|[/:@#])/.exec(subject)?.[0] ?? evidence.report ?? evidence.reportId;
  return typeof named === 'string' && /^[0-9a-f]{32}$/.test(named) ? named : null;
}

async function openKinds(
  store: Store,
  { where, params }: { where: string; params: Record<string, unknown> },
  signal: AbortSignal | undefined,
): Promise<FindingsAnswer['kinds']> {
  const rows = await store.query<{ kind: string; name: Severity; open: string }>(
    `SELECT kind, toString(severity) AS name, countIf(resolved_at IS NULL) AS open FROM audit_findings FINAL ${where}
     GROUP BY kind, severity ORDER BY toInt8(severity) DESC, kind`,
    { params, label: 'count findings by kind', signal },
  );
  return rows.map(({ kind, name, open }) => ({ kind, severity: name, open: figure(open) }));
}

/** Severity, hour and id of the last finding of a page. */
function parseGravePlace(text: string): { severity: number; hour: string; id: string } {
  const [, severity, hour, id] = /^([1-9]):(-?\d{1,17}):([0-9A-Za-z-]{1,80})$/.exec(text) ?? [];
  if (severity !== undefined && hour !== undefined && id !== undefined)
    return { severity: Number(severity), hour, id };
  throw new TaoscopeError('usage', {
    failed: 'this is no place among the findings',
    got: JSON.stringify(text.slice(0, 80)),
    expected: 'the `next` of an earlier answer',
    todo: 'begin without `before`',
  });
}

/** A kind of finding by its name; `usage` with the choices for any other. */
export function parseFindingKind(text: string): FindingKind {
  if (Object.hasOwn(FINDING_KINDS, text)) return text as FindingKind;
  throw new TaoscopeError('usage', {
    failed: 'there is no such kind of finding',
    got: JSON.stringify(text.slice(0, 60)),
    expected: Object.keys(FINDING_KINDS).join(', '),
  });
}

/** A severity by its name; `usage` with the choices for any other. */
export function parseSeverity(text: string): Severity {
  const severity = SEVERITIES.find((name) => name === text);
  if (severity !== undefined) return severity;
  throw new TaoscopeError('usage', {
    failed: 'there is no such severity',
    got: JSON.stringify(text.slice(0, 60)),
    expected: SEVERITIES.join(', '),
  });
}
