import { createHash } from 'node:crypto';
import { shortInstant } from '../instants.ts';
import type { ListedReport, Micros, ReportId } from '../types.ts';

/** What we call a report: {@link ReportId}. Two lines that differ in any field have different ids. */
export function reportIdOf(report: ListedReport): ReportId {
  const known = ids.get(report);
  if (known !== undefined) return known;
  const { source, role, hotkey, entryId, block, path, start, end } = report;
  // JSON, since it tells where one hostile text ends and the next begins.
  const line = JSON.stringify([source, role, hotkey, entryId, block, path, start, end]);
  const id = createHash('sha256').update(line).digest('hex').slice(0, 32);
  ids.set(report, id);
  return id;
}

// Every verdict and difference asks again.
const ids = new WeakMap<ListedReport, ReportId>();

/** Subject of the verdicts on a file that a report names. */
export function fileSubject(reportId: ReportId, kind: string): string {
  return `${reportId}/${kind}`;
}

/** Subject of the verdicts on an hour of a validator: `5Dt7…@2025-02-10T16:00:00Z`, the hour's end. */
export function hourSubject(validator: string, end: Micros): string {
  return `${validator}@${shortInstant(end)}`;
}
