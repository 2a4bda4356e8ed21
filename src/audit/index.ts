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
export type { Auditor, AuditorEvent, AuditorStats, AuditPass } from './auditor.ts';
export { createBundle } from './bundle/create-bundle.ts';
export { type BundleSources, gatherBundle } from './bundle/gather-bundle.ts';
export { type Verification, type VerifyOptions, verifyBundle } from './bundle/verify-bundle.ts';
export type { PassProgress, SourcePass } from './collect/audit-source.ts';
export { type EvidenceFolder, evidenceFolder } from './collect/evidence-folder.ts';
export { createPaymentReader, type PaymentReader } from './compare/chain-reader.ts';
export type { Judgement, JudgeRequest } from './compare/judge.ts';
export { agreementLine, coverageLine, incentiveLine } from './compare/log-lines.ts';
export { readInstant } from './instants.ts';
export { ADAPTERS, type Audit, type AuditOptions, openAudit, storedAudit } from './open-audit.ts';
export type { ProbeResult } from './probes/probe-rows.ts';
export type { Prober, ProbeWish } from './probes/prober.ts';
export { type ToldProbe, tellProbe } from './probes/tell-probe.ts';
export { PROBE_KINDS, type ProbeKind } from './probes/types.ts';
export {
  type AuditAnswers,
  type AuditAnswersOptions,
  createAuditAnswers,
  type IncentivesQuery,
} from './queries/answers.ts';
export { type AuditedSource, chooseSource, chooseValidator } from './queries/audited-source.ts';
export {
  agreementsToCsv,
  findingsToCsv,
  incentivesToCsv,
  probesToCsv,
  reportsToCsv,
} from './queries/csv.ts';
export {
  type FindingAnswer,
  type FindingsAnswer,
  type FindingsQuery,
  parseFindingKind,
  parseSeverity,
  type SeverityCounts,
} from './queries/findings.ts';
export type { IncentivesAnswer } from './queries/incentives.ts';
export type { MinersAnswer } from './queries/miners.ts';
export { MOST_HOURS, type OverviewAnswer } from './queries/overview.ts';
export { MOST_ROWS } from './queries/page.ts';
export type { ProbesAnswer, ProbesQuery } from './queries/probes.ts';
export type { ReportDetails } from './queries/report.ts';
export type { ReportsAnswer, ReportsQuery } from './queries/reports.ts';
export type { WhyAnswer } from './queries/why-miner.ts';
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
  worstVerdict,
} from './types.ts';
export { advanceCommit } from './weights/advance-commit.ts';
export { type HeldCommit, openCommitFolder } from './weights/commit-folder.ts';
export { createCommitPort } from './weights/commit-port.ts';
export { type CommitRecord, isDone } from './weights/commit-record.ts';
export { type Judged, latestScores, scoresOf } from './weights/latest-scores.ts';
export { type PlannedWeight, planWeights, type WeightPlan, type WeightRow } from './weights/plan-weights.ts';
export { obstacles, preflight, type RuleCheck } from './weights/preflight.ts';
export { parseScores, type WeightScores } from './weights/scores.ts';
export { type SetResult, setWeights, wayOf } from './weights/set-weights.ts';
export { readWeightRules, type WeightRules } from './weights/weight-rules.ts';
