import type { Store } from '../../store/index.ts';
import type { AuditAdapter } from '../adapter.ts';
import { readInstant } from '../instants.ts';
import type { ListedReport, ReportId, Severity } from '../types.ts';
import { compareSnapshots } from '../verify/snapshots/compare-snapshots.ts';
import type { Snapshot } from '../verify/snapshots/difference.ts';
import { recordsOf } from './records.ts';
import type { ReportAnswer } from './reports.ts';

/** What a report tells otherwise than the one before it, as it is told. */
export interface DifferenceAnswer {
  instanceId: string;
  field: string;
  before: string;
  after: string;
  explanation: string;
  severity: Severity;
}

/** Most differences that are told of one report. */
const MOST_DIFFERENCES = 500;

/**
 * Compares a report anew with the one before it, from the stored rows: the ledger keeps that they differ, not every way in which
 * they do. The report after it tells what became of instances that vanished.
 */
export async function snapshotDifferences(
  store: Store,
  adapter: AuditAdapter,
  {
    report,
    previous,
    following,
  }: {
    readonly report: ReportAnswer;
    readonly previous: ReportAnswer | undefined;
    readonly following: ReportAnswer | undefined;
  },
  signal?: AbortSignal,
): Promise<DifferenceAnswer[]> {
  if (report.role !== 'validator' || previous === undefined) return [];
  const snapshot = async (told: ReportAnswer): Promise<Snapshot> => ({
    report: listedOf(told),
    ...(await recordsOf(store, told.source, told.id as ReportId, signal)),
  });
  const [earlier, later, next] = await Promise.all([
    snapshot(previous),
    snapshot(report),
    following === undefined ? undefined : snapshot(following),
  ]);
  const differences = compareSnapshots(earlier, later, { lateAfter: adapter.lateAfterMicros, next });
  return differences
    .slice(0, MOST_DIFFERENCES)
    .map(({ instanceId, kind, field, before, after, severity, explanation }) => ({
      instanceId,
      field: `${field} (${kind})`,
      before,
      after,
      explanation: explanation ?? '',
      severity,
    }));
}

/** A report's line of the list, as it was stored. */
export function listedOf(report: ReportAnswer): ListedReport {
  return {
    source: report.source,
    role: report.role,
    hotkey: report.hotkey,
    entryId: report.entryId,
    block: report.block,
    path: report.path,
    createdAt: readInstant(report.createdAt),
    start: readInstant(report.start) ?? 0,
    end: readInstant(report.end) ?? 0,
  };
}
