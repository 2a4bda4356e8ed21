import type { Store } from '../../store/index.ts';
import { readInstant, sqlInstant } from '../instants.ts';
import type { ExportRef, Micros, ReportId } from '../types.ts';

/** A file that a report names, and how far we are with it. `purged`: its rows have gone by age, its digest stays. */
export interface FileRow extends ExportRef {
  readonly reportId: ReportId;
  readonly hour: Micros;
  readonly state: 'named' | 'loaded' | 'failed' | 'purged';
  readonly attempts: number;
  /** When it is worth another try, ms since the epoch. */
  readonly nextAttemptMs: number;
}

/** The files that reports of a source name, of hours at or after an instant. */
export async function readFiles(
  store: Store,
  source: string,
  from: Micros,
  signal?: AbortSignal,
): Promise<FileRow[]> {
  const rows = await store.query<{
    report_id: string;
    kind: string;
    path: string;
    claimed_sha256: string;
    state: FileRow['state'];
    hour: string;
    attempts: number;
    next_attempt: string;
  }>(
    `SELECT report_id, kind, path, claimed_sha256, state, hour, attempts, next_attempt FROM audit_files FINAL
     WHERE source = {source:String} AND hour >= {from:DateTime64(6)}`,
    { params: { source, from: sqlInstant(from) }, label: 'read files', signal },
  );
  return rows.map((row) => ({
    reportId: row.report_id,
    kind: row.kind,
    path: row.path,
    sha256: row.claimed_sha256,
    hour: readInstant(row.hour) ?? 0,
    state: row.state,
    attempts: row.attempts,
    nextAttemptMs: (readInstant(row.next_attempt) ?? 0) / 1_000,
  }));
}
