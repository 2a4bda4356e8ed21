import type { Store } from '../../store/index.ts';
import { type FindingKind, type Severity, type SubjectType, VERDICTS, type VerdictKind } from '../types.ts';
import type { LedgerSummary } from './types.ts';

/** `Ledger.summary`. */
export async function summarise(store: Store, source: string, signal?: AbortSignal): Promise<LedgerSummary> {
  const options = { params: { source, order: [...VERDICTS] }, label: 'count verdicts and findings', signal };
  const [subjects, findings, changed] = await Promise.all([
    store.query<{ type: SubjectType; verdict: VerdictKind; count: string }>(
      `SELECT toString(subject_type) AS type, {order:Array(String)}[rank] AS verdict, count() AS count FROM (
         SELECT subject_type, subject, max(rank) AS rank FROM (
           SELECT subject_type, subject, check, argMax(indexOf({order:Array(String)}, toString(verdict)), sequence) AS rank
           FROM audit_verdicts WHERE source = {source:String} GROUP BY subject_type, subject, check
         ) GROUP BY subject_type, subject
       ) GROUP BY subject_type, rank ORDER BY subject_type, rank`,
      options,
    ),
    store.query<{ kind: FindingKind; severity: Severity; count: string }>(
      `SELECT toString(kind) AS kind, toString(severity) AS severity, count() AS count FROM audit_findings FINAL
       WHERE source = {source:String} AND resolved_at IS NULL GROUP BY kind, severity ORDER BY kind, severity`,
      options,
    ),
    store.query<{ at: string; rows: string }>(
      'SELECT toUnixTimestamp64Milli(max(at)) AS at, count() AS rows FROM audit_verdicts WHERE source = {source:String}',
      options,
    ),
  ]);
  const last = changed[0];
  return {
    subjects: subjects.map(({ type, verdict, count }) => ({ type, verdict, count: Number(count) })),
    findings: findings.map(({ kind, severity, count }) => ({ kind, severity, count: Number(count) })),
    changedMs: last === undefined || Number(last.rows) === 0 ? undefined : Number(last.at),
  };
}
