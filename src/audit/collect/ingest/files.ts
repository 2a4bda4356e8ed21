import type { QueryOptions, Store } from '../../../store/index.ts';
import { sqlInstant } from '../../instants.ts';
import type { Micros, ReportId } from '../../types.ts';
import { nextSequence } from './sequence.ts';

/** A row of `audit_files`: what became of one file that a report names. */
export interface FileState {
  readonly source: string;
  readonly reportId: ReportId;
  readonly kind: string;
  readonly path: string;
  readonly claimedSha256: string;
  /** End of the hour that the report covers. */
  readonly hour: Micros;
  readonly state: 'named' | 'loaded' | 'failed' | 'purged';
  readonly sha256?: string | undefined;
  readonly bytes?: number | undefined;
  /** Load whose rows count; 0 for none. */
  readonly loadId?: bigint | undefined;
  readonly rows?: number | undefined;
  readonly bad?: number | undefined;
  readonly unreadable?: number | undefined;
  readonly drift?: readonly string[] | undefined;
  readonly attempts?: number | undefined;
  /** When it is worth another try, ms since the epoch. */
  readonly nextAttemptMs?: number | undefined;
}

/** Writes the state of a file over the one before. */
export async function saveFile(store: Store, file: FileState, options: QueryOptions = {}): Promise<void> {
  await store.command(
    `INSERT INTO audit_files (source, report_id, kind, path, claimed_sha256, sha256, bytes, state, load_id, hour, row_count,
  bad_count, unreadable_metrics, drift, attempts, next_attempt, version)
SELECT {source:String}, {reportId:String}, {kind:String}, {path:String}, {claimed:String}, {sha256:String}, {bytes:UInt64},
  {state:String}, {loadId:UInt64}, {hour:DateTime64(6, 'UTC')}, {rows:UInt64}, {bad:UInt64}, {unreadable:UInt64},
  {drift:Array(String)}, {attempts:UInt16}, fromUnixTimestamp64Milli({next:Int64}, 'UTC'), {version:UInt64}`,
    {
      label: 'save the state of a file',
      ...options,
      params: {
        source: file.source,
        reportId: file.reportId,
        kind: file.kind,
        path: file.path,
        claimed: file.claimedSha256,
        sha256: file.sha256 ?? '',
        bytes: file.bytes ?? 0,
        state: file.state,
        loadId: file.loadId ?? 0n,
        hour: sqlInstant(file.hour),
        rows: file.rows ?? 0,
        bad: file.bad ?? 0,
        unreadable: file.unreadable ?? 0,
        drift: [...(file.drift ?? [])],
        attempts: file.attempts ?? 0,
        next: Math.round(file.nextAttemptMs ?? 0),
        version: nextSequence(),
      },
    },
  );
}
