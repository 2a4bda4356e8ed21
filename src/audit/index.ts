/**
 * A validator's published claims: fetched, verified against the chain, scored again, compared with what was paid, probed; and
 * weights set from what came out. It believes nobody, passes nothing on doubt, and keeps the evidence of each verdict.
 */
export type {
  AuditAdapter,
  AuditSource,
  FetchBounds,
  FetchedBytes,
  Fetcher,
  Listing,
  LiveFeeds,
  TableReader,
} from './adapter.ts';
export { auditMigrations } from './schema.ts';
export {
  type Basis,
  type CheckName,
  type Commitment,
  type ExportRef,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type InstanceRecord,
  type ListedReport,
  type Micros,
  type MultiplierRecord,
  type ReportContent,
  type ReporterRole,
  type ReportId,
  SEVERITIES,
  type Severity,
  VERDICTS,
  type Verdict,
  type VerdictKind,
  type VerdictReason,
} from './types.ts';
