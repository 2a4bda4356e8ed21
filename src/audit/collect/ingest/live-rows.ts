import type { Basis, VerdictKind } from '../../types.ts';
import { PROVEN } from '../../types.ts';

/** Verdicts of a report's commitment with which its rows may be counted. */
export function verdictsOf(basis: Basis): readonly VerdictKind[] {
  return basis === 'committed' ? PROVEN : [...PROVEN, 'stale', 'uncommitted', 'unverifiable'];
}

/**
 * SQL of the reports that count under a basis: those of validators whose own checks all hold as far as they could be made.
 * Parameters: `source` String, `commitments` Array(String) from {@link verdictsOf}.
 */
export const COUNTED_REPORTS = `SELECT report_id FROM audit_reports FINAL
  WHERE source = {source:String} AND role = 'validator' AND state = 'loaded'
    AND commitment IN {commitments:Array(String)} AND verdict != 'mismatch'`;

/**
 * SQL of the rows of a table of exports that count: of whole loads of reports that count, without those that another row tells
 * better. The parameters of {@link COUNTED_REPORTS}. `columns` are named by the caller, never taken from outside.
 */
export function liveRows(
  table: 'audit_invocations' | 'audit_complaints' | 'audit_jobs',
  columns: string,
): string {
  const superseded =
    table === 'audit_invocations'
      ? 'AND (load_id, row) NOT IN (SELECT load_id, row FROM audit_superseded WHERE source = {source:String})'
      : '';
  return `SELECT ${columns} FROM ${table}
  WHERE source = {source:String} AND load_id IN (
    SELECT load_id FROM audit_files FINAL
    WHERE source = {source:String} AND state = 'loaded' AND report_id IN (${COUNTED_REPORTS})
  ) ${superseded}`;
}
