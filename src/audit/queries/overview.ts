import type { Store } from '../../store/index.ts';
import { isoInstant, readInstant, sqlInstant } from '../instants.ts';
import { type Micros, VERDICTS, type VerdictKind } from '../types.ts';
import { coverageOf, type Interval } from '../verify/coverage.ts';
import type { AuditedSource } from './audited-source.ts';
import { evidenceOf, figure, textOrNull, verdictOrNull } from './cells.ts';
import { openFindings, type SeverityCounts, severityCounts } from './findings.ts';

/** Seconds of a range that reports cover, as they are told. */
export interface CoverageAnswer {
  from: string;
  to: string;
  wantedSeconds: number;
  seconds: number;
  gaps: { from: string; to: string; seconds: number }[];
}

export interface HourAnswer {
  hour: string;
  verdict: VerdictKind | null;
  reason: string | null;
  check: string | null;
  detail: string | null;
  reportId: string | null;
}

export interface OverviewAnswer {
  findings: SeverityCounts;
  sources: {
    name: string;
    adapter: string;
    host: string;
    netuid: number;
    findings: SeverityCounts;
    reports: { validator: number; miner: number };
    reportingMiners: number;
    newestReportEnd: string | null;
    /** Tables of reports in the range that were not yet held against their digests. */
    tablesWaiting: number;
    validators: {
      hotkey: string;
      hours: HourAnswer[];
      counts: Record<string, number>;
      coverage: CoverageAnswer;
    }[];
  }[];
}

/** Most hours of a strip. */
export const MOST_HOURS = 1_000;

/** How the last hours of each audited validator came out, with the worst check of each hour. */
export async function auditOverview(
  store: Store,
  sources: readonly AuditedSource[],
  { hours, now }: { readonly hours: number; readonly now: Micros },
  signal?: AbortSignal,
): Promise<OverviewAnswer> {
  const open = await openFindings(store, signal);
  const none = severityCounts([]);
  const findings = [...open.values()].reduce(
    (sum, { info, warning, critical }) => ({
      info: sum.info + info,
      warning: sum.warning + warning,
      critical: sum.critical + critical,
    }),
    none,
  );
  return {
    findings,
    sources: await Promise.all(
      sources.map(async ({ source, adapter }) => {
        const to = Math.floor(now / adapter.reportMicros) * adapter.reportMicros;
        const range = { start: to - hours * adapter.reportMicros, end: to };
        const [facts, tablesWaiting] = await Promise.all([
          reportFacts(store, source.name, range, signal),
          countWaiting(store, source.name, range, signal),
        ]);
        return {
          name: source.name,
          adapter: source.adapter,
          host: URL.canParse(source.url) ? new URL(source.url).host : '',
          netuid: source.netuid,
          findings: open.get(source.name) ?? none,
          ...facts,
          tablesWaiting,
          validators: await Promise.all(
            source.validators.map((hotkey) =>
              stripOf(store, source.name, hotkey, range, adapter.reportMicros, signal),
            ),
          ),
        };
      }),
    ),
  };
}

/** Tells a coverage with the times as text. */
export function presentCoverage(intervals: readonly Interval[], range: Interval): CoverageAnswer {
  const { seconds, wanted, gaps } = coverageOf(intervals, range.start, range.end);
  return {
    from: isoInstant(range.start),
    to: isoInstant(range.end),
    wantedSeconds: wanted,
    seconds,
    gaps: gaps.map(({ start, end }) => ({
      from: isoInstant(start),
      to: isoInstant(end),
      seconds: (end - start) / 1_000_000,
    })),
  };
}

async function reportFacts(
  store: Store,
  source: string,
  range: Interval,
  signal: AbortSignal | undefined,
): Promise<{
  reports: { validator: number; miner: number };
  reportingMiners: number;
  newestReportEnd: string | null;
}> {
  const [row] = await store.query<{
    validator: string;
    miner: string;
    miners: string;
    newest: string;
  }>(
    `SELECT countIf(role = 'validator') AS validator, countIf(role = 'miner') AS miner,
       uniqExactIf(hotkey, role = 'miner' AND end > {from:DateTime64(6, 'UTC')}) AS miners,
       maxIf(end, role = 'validator') AS newest
     FROM audit_reports FINAL WHERE source = {source:String}`,
    { params: { source, from: sqlInstant(range.start) }, label: 'count reports', signal },
  );
  const validator = figure(row?.validator);
  return {
    reports: { validator, miner: figure(row?.miner) },
    reportingMiners: figure(row?.miners),
    newestReportEnd: validator === 0 ? null : isoInstant(readInstant(row?.newest) ?? 0),
  };
}

/** Of a report that contradicts the chain no table is looked at: it waits for nothing. */
async function countWaiting(
  store: Store,
  source: string,
  range: Interval,
  signal: AbortSignal | undefined,
): Promise<number> {
  const [row] = await store.query<{ files: string }>(
    `SELECT count() AS files FROM audit_files FINAL
     WHERE source = {source:String} AND state = 'named' AND hour > {from:DateTime64(6, 'UTC')}
       AND report_id GLOBAL IN (
         SELECT report_id FROM audit_reports FINAL
         WHERE source = {source:String} AND state = 'loaded' AND commitment != 'mismatch'
       )`,
    { params: { source, from: sqlInstant(range.start) }, label: 'count what waits to be checked', signal },
  );
  return figure(row?.files);
}

/** The newest outcome of one check. */
interface Outcome {
  readonly type: 'report' | 'file' | 'hour';
  readonly subject: string;
  readonly hour: string;
  readonly check: string;
  readonly verdict: string;
  readonly reason: string;
  readonly detail: string;
  readonly evidence: string;
}

async function stripOf(
  store: Store,
  source: string,
  hotkey: string,
  range: Interval,
  step: Micros,
  signal: AbortSignal | undefined,
): Promise<OverviewAnswer['sources'][number]['validators'][number]> {
  const params = {
    source,
    hotkey,
    from: sqlInstant(range.start),
    to: sqlInstant(range.end),
  };
  const inRange = "hour > {from:DateTime64(6, 'UTC')} AND hour <= {to:DateTime64(6, 'UTC')}";
  const [outcomes, reports] = await Promise.all([
    store.query<Outcome>(
      `SELECT toString(subject_type) AS type, subject, hour, check, verdict, reason, detail,
         if(subject_type = 'hour', evidence, '') AS evidence
       FROM audit_verdicts FINAL
       WHERE source = {source:String} AND hotkey = {hotkey:String} AND ${inRange}
       ORDER BY subject_type, subject, check, sequence DESC LIMIT 1 BY subject_type, subject, check`,
      { params, label: 'read the verdicts of a validator', signal },
    ),
    store.query<{ start: string; end: string }>(
      `SELECT start, end FROM audit_reports FINAL
       WHERE source = {source:String} AND role = 'validator' AND hotkey = {hotkey:String}
         AND end > {from:DateTime64(6, 'UTC')} AND start < {to:DateTime64(6, 'UTC')}`,
      { params, label: 'read what reports cover', signal },
    ),
  ]);
  const byHour = Map.groupBy(outcomes, ({ hour }) => readInstant(hour) ?? 0);
  const hours: HourAnswer[] = [];
  for (let hour = range.start + step; hour <= range.end; hour += step)
    hours.push(judgeHour(hour, byHour.get(hour) ?? []));
  const counts: Record<string, number> = {};
  for (const { verdict } of hours) counts[verdict ?? 'none'] = (counts[verdict ?? 'none'] ?? 0) + 1;
  const intervals = reports.map(({ start, end }) => ({
    start: readInstant(start) ?? 0,
    end: readInstant(end) ?? 0,
  }));
  return { hotkey, hours, counts, coverage: presentCoverage(intervals, range) };
}

/** An hour is as good as its worst check; of equally bad ones, the more particular says why. */
function judgeHour(hour: Micros, outcomes: readonly Outcome[]): HourAnswer {
  const grid = outcomes.find(({ type }) => type === 'hour');
  // Of several reports with the same bytes, one that is proven proves them all: only the grid knows of it.
  const judged = grid?.reason === 'duplicate' ? [grid] : outcomes;
  const worst = judged.reduce<Outcome | undefined>(
    (bad, one) => (bad === undefined || gravity(one) > gravity(bad) ? one : bad),
    undefined,
  );
  return {
    hour: isoInstant(hour),
    verdict: worst === undefined ? null : (verdictOrNull(worst.verdict) ?? 'unverifiable'),
    reason: worst?.reason ?? null,
    check: worst?.check ?? null,
    detail: worst?.detail ?? null,
    reportId: reportOf(worst, grid, outcomes),
  };
}

function gravity({ verdict, type }: Outcome): number {
  const kind = verdictOrNull(verdict) ?? 'unverifiable';
  return VERDICTS.indexOf(kind) * 2 + (type === 'hour' ? 0 : 1);
}

function reportOf(
  worst: Outcome | undefined,
  grid: Outcome | undefined,
  outcomes: readonly Outcome[],
): string | null {
  if (worst !== undefined && worst.type !== 'hour') return worst.subject.slice(0, 32);
  const { reports } = evidenceOf(grid?.evidence ?? '');
  const [first] = Array.isArray(reports) ? reports : [];
  if (typeof first === 'object' && first !== null && !Array.isArray(first) && typeof first.id === 'string')
    return first.id;
  return textOrNull(outcomes.find(({ type }) => type === 'report')?.subject ?? '');
}
