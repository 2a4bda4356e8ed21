import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import type { Micros, ReporterRole, VerdictKind } from '../types.ts';
import { figure, instant, instantOrNull, textOrNull, verdictOrNull } from './cells.ts';
import { conditions, parsePlace, placeText } from './page.ts';

export type ReportState = 'listed' | 'fetched' | 'loaded' | 'failed';

export interface ReportsQuery {
  readonly source?: string | undefined;
  readonly role?: ReporterRole | undefined;
  readonly hotkey?: string | undefined;
  readonly verdict?: VerdictKind | undefined;
  readonly state?: ReportState | undefined;
  /** Those that end after the first and not after the second. */
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
}

/** A report as it is told. */
export interface ReportAnswer {
  id: string;
  source: string;
  role: ReporterRole;
  hotkey: string;
  entryId: string;
  block: number;
  path: string;
  createdAt: string | null;
  start: string;
  end: string;
  state: ReportState;
  sha256: string | null;
  bytes: number | null;
  verdict: VerdictKind | null;
  commitment: VerdictKind | null;
  instances: number;
  multipliers: number;
  badRows: number;
  firstSeen: string;
}

export interface ReportsAnswer {
  reports: ReportAnswer[];
  next?: string;
  total: number;
}

/** Reports, newest first. */
export async function reportsOf(
  store: Store,
  query: ReportsQuery,
  signal?: AbortSignal,
): Promise<ReportsAnswer> {
  const { source, role, hotkey, verdict, state, from, to, limit, before } = query;
  const place = before === undefined ? undefined : parsePlace(before);
  const filter: [unknown, string][] = [
    [source, 'source = {source:String}'],
    [role, 'role = {role:String}'],
    [hotkey, 'hotkey = {hotkey:String}'],
    [verdict, 'verdict = {verdict:String}'],
    [state, 'state = {state:String}'],
    [from, "end > {from:DateTime64(6, 'UTC')}"],
    [to, "end <= {to:DateTime64(6, 'UTC')}"],
  ];
  const params = {
    ...{ source, role, hotkey, verdict, state },
    from: from === undefined ? undefined : sqlInstant(from),
    to: to === undefined ? undefined : sqlInstant(to),
  };
  const page = conditions(
    [...filter, [place, '(toUnixTimestamp64Micro(end), report_id) < ({atEnd:Int64}, {atId:String})']],
    { ...params, atEnd: place?.at, atId: place?.id },
  );
  const all = conditions(filter, params);
  const [rows, [counted]] = await Promise.all([
    store.query<ReportRow>(
      `SELECT ${REPORT_COLUMNS} FROM audit_reports FINAL ${page.where}
       ORDER BY end DESC, report_id DESC LIMIT {limit:UInt32}`,
      { params: { ...page.params, limit: limit + 1 }, label: 'read reports', signal },
    ),
    store.query<{ total: string }>(`SELECT count() AS total FROM audit_reports FINAL ${all.where}`, {
      params: all.params,
      label: 'count reports',
      signal,
    }),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    reports: shown.map(presentReport),
    ...(last === undefined ? {} : { next: placeText({ at: Number(last.micros), id: last.report_id }) }),
    total: figure(counted?.total),
  };
}

export const REPORT_COLUMNS = `source, report_id, toString(role) AS role_name, hotkey, entry_id, block, path, created_at, start, end,
  toUnixTimestamp64Micro(end) AS micros, toString(state) AS state_name, sha256, bytes, verdict, commitment, attempts,
  instances, multipliers, drift, bad_count, first_seen`;

export interface ReportRow {
  readonly source: string;
  readonly report_id: string;
  readonly role_name: ReporterRole;
  readonly hotkey: string;
  readonly entry_id: string;
  readonly block: string;
  readonly path: string;
  readonly created_at: string | null;
  readonly start: string;
  readonly end: string;
  readonly micros: string;
  readonly state_name: ReportState;
  readonly sha256: string;
  readonly bytes: string;
  readonly verdict: string;
  readonly commitment: string;
  readonly attempts: number;
  readonly instances: number;
  readonly multipliers: number;
  readonly drift: readonly string[];
  readonly bad_count: number;
  readonly first_seen: string;
}

export function presentReport(row: ReportRow): ReportAnswer {
  const fetched = row.sha256 !== '';
  return {
    id: row.report_id,
    source: row.source,
    role: row.role_name,
    hotkey: row.hotkey,
    entryId: row.entry_id,
    block: Number(row.block),
    path: row.path,
    createdAt: instantOrNull(row.created_at),
    start: instant(row.start),
    end: instant(row.end),
    state: row.state_name,
    sha256: textOrNull(row.sha256),
    bytes: fetched ? Number(row.bytes) : null,
    verdict: verdictOrNull(row.verdict),
    commitment: verdictOrNull(row.commitment),
    instances: row.instances,
    multipliers: row.multipliers,
    badRows: row.bad_count,
    firstSeen: instant(row.first_seen),
  };
}
