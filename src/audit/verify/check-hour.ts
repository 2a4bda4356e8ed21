import type { AuditAdapter } from '../adapter.ts';
import { shortInstant } from '../instants.ts';
import type { ListedReport, Micros, ReportContent, Verdict } from '../types.ts';
import { counted, type Outcome, onReport, quoted, shortened, spanText } from './verdict.ts';

export interface HourContext {
  /** Time of the block that the entry names, ms since the epoch: what was committed to in it was written before. */
  readonly blockMs?: number | undefined;
}

/** A row whose time cannot be in a report of its hour. */
interface Outlier {
  readonly row: string;
  readonly field: string;
  readonly at: Micros;
}

// The chain's clock and that of the publisher's database.
const CLOCK_SKEW: Micros = 60_000_000;

const SHOWN = 10;

/**
 * Whether a report is of the hour that its entry names: the verdict `hour`. The entry's range is one step of the grid; the entry
 * was not made before it was over; the range that the report itself names, if any, is the same; and no row is of another time:
 *
 * - nothing was created, verified or activated after the report was written (its block; else `lateAfterMicros` behind its end)
 * - an instance that was deleted was deleted within the hour, both ends included
 * - a multiplier's span overlaps the hour
 */
export function checkHour(
  adapter: Pick<AuditAdapter, 'reportMicros' | 'lateAfterMicros'>,
  report: ListedReport,
  content: ReportContent | undefined,
  context: HourContext = {},
): Verdict {
  return onReport(report, 'hour', judge(adapter, report, content, context));
}

/** Whether a range is one step of the grid of reports. */
export function isOnGrid(range: { readonly start: Micros; readonly end: Micros }, step: Micros): boolean {
  return range.end - range.start === step && range.end % step === 0;
}

function judge(
  adapter: Pick<AuditAdapter, 'reportMicros' | 'lateAfterMicros'>,
  report: ListedReport,
  content: ReportContent | undefined,
  { blockMs }: HourContext,
): Outcome {
  const { start, end, createdAt } = report;
  const range = { start: shortInstant(start), end: shortInstant(end) };
  if (!isOnGrid(report, adapter.reportMicros)) {
    const detail = `The entry covers ${range.start} to ${range.end}, which is no step of ${spanText(adapter.reportMicros)}.`;
    return wrong(detail, range);
  }
  if (createdAt !== undefined && createdAt < end) {
    const made = shortInstant(createdAt);
    return wrong(`The entry is of ${made}, before its end.`, { ...range, createdAt: made });
  }
  if (content === undefined) {
    const detail = 'The content could not be read, so that nothing tells which hour it is of.';
    return { verdict: 'unverifiable', reason: 'unread', detail, evidence: range };
  }

  const { self } = content;
  if (self !== undefined && (self.start === null || self.end === null)) {
    const detail = 'The report does not say which time it covers.';
    return { verdict: 'mismatch', reason: 'malformed', detail, evidence: range };
  }
  if (self !== undefined && (self.start !== start || self.end !== end)) {
    const own = { ownStart: shortInstant(self.start ?? 0), ownEnd: shortInstant(self.end ?? 0) };
    const detail = `The report says that it covers ${own.ownStart} to ${own.ownEnd}, its entry ${range.start} to ${range.end}.`;
    return wrong(detail, { ...range, ...own });
  }

  const latest =
    blockMs === undefined || blockMs * 1_000 < end ? end + adapter.lateAfterMicros : blockMs * 1_000;
  const { count, shown } = outliers(report, content, latest + CLOCK_SKEW);
  const first = shown[0];
  if (first !== undefined) {
    const detail = `${counted(count, 'time')} in it cannot be of this hour; the first: ${quoted(first.row)} has ${first.field} ${shortInstant(first.at)}.`;
    return wrong(detail, {
      ...range,
      count,
      rows: shown.map(({ row, field, at }) => ({ row: shortened(row), field, at: shortInstant(at) })),
    });
  }
  const detail = `It covers ${range.start} to ${range.end}, and nothing in it is of another time.`;
  return { verdict: 'verified', reason: 'ok', detail, evidence: range };
}

function wrong(detail: string, evidence: NonNullable<Outcome['evidence']>): Outcome {
  return { verdict: 'mismatch', reason: 'hour', detail, evidence };
}

/** Rows of another time: how many values, and the first few. */
function outliers(
  { start, end }: ListedReport,
  { instances, multipliers, self }: ReportContent,
  latest: Micros,
): { count: number; shown: Outlier[] } {
  const shown: Outlier[] = [];
  let count = 0;
  const take = (row: string, field: string, at: Micros | null, from: Micros, to: Micros): void => {
    if (at === null || (at >= from && at <= to)) return;
    count++;
    if (shown.length < SHOWN) shown.push({ row, field, at });
  };
  for (const { instanceId, createdAt, verifiedAt, activatedAt, deletedAt } of instances) {
    take(instanceId, 'createdAt', createdAt, -Infinity, latest);
    take(instanceId, 'verifiedAt', verifiedAt, -Infinity, latest);
    take(instanceId, 'activatedAt', activatedAt, -Infinity, latest);
    take(instanceId, 'deletedAt', deletedAt, start, end);
  }
  for (const row of multipliers) {
    take(row.instanceId, 'start', row.start, -Infinity, end);
    take(row.instanceId, 'end', row.end, start, latest);
  }
  for (const { deploymentId, createdAt, verifiedAt, deletedAt } of self?.deployments ?? []) {
    take(deploymentId, 'createdAt', createdAt, -Infinity, latest);
    take(deploymentId, 'verifiedAt', verifiedAt, -Infinity, latest);
    take(deploymentId, 'deletedAt', deletedAt, start, latest);
  }
  return { count, shown };
}
