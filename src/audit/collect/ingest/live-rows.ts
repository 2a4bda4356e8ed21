import { sqlInstant } from '../../instants.ts';
import type { Basis, Micros, VerdictKind } from '../../types.ts';
import { PROVEN } from '../../types.ts';
import type { RowTable } from './load-state.ts';

/** Verdicts of a report's commitment with which its rows may be counted. */
function verdictsOf(basis: Basis): readonly VerdictKind[] {
  return basis === 'committed' ? PROVEN : [...PROVEN, 'stale', 'uncommitted', 'unverifiable'];
}

/** Behind every report: nothing is left out. */
const EVERYTHING: Micros = 10_413_791_999_000_000;

/** Parameters of {@link COUNTED_REPORTS} besides `source`: on a basis, reports that end by `known` at the latest. */
export function countedParams(
  basis: Basis,
  known: Micros = EVERYTHING,
): { readonly commitments: readonly VerdictKind[]; readonly known: string } {
  return { commitments: verdictsOf(basis), known: sqlInstant(known) };
}

/**
 * SQL of the reports that count under a basis: those of validators against which no check of their own speaks. Rows that cannot be read
 * are left out; the others of their report are as good as its commitment.
 * Parameters: `source` String, and those of {@link countedParams}.
 */
export const COUNTED_REPORTS = `SELECT report_id FROM audit_reports FINAL
  WHERE source = {source:String} AND role = 'validator' AND state = 'loaded'
    AND commitment IN {commitments:Array(String)} AND counts
    AND end <= {known:DateTime64(6, 'UTC')}`;

/** SQL of the loads of reports that count; of files that are the same byte for byte, one. The parameters of {@link COUNTED_REPORTS}. */
const COUNTED_LOADS = `SELECT load_id FROM (
    SELECT load_id FROM audit_files FINAL
    WHERE source = {source:String} AND state = 'loaded' AND report_id GLOBAL IN (${COUNTED_REPORTS})
    ORDER BY hour DESC, report_id LIMIT 1 BY kind, if(sha256 = '', report_id, sha256)
  )`;

/** SQL of the loads that were not yet compared with the others ({@link settleDuplicates}): until then they count for nothing. */
export const UNSETTLED_LOADS = `SELECT load_id FROM audit_loads FINAL
    WHERE source = {source:String} AND rows_in = 'audit_invocations' AND state = 'begun'`;

/**
 * SQL of the rows that stand for a request which another row tells better. Of the rows of one request in loads that count, the best is
 * one with an end, then of the latest hour, then by content: which it is does not depend on what was loaded when.
 */
const OUTDONE_ROWS = `SELECT load_id, row FROM (
    SELECT load_id, row, row_number() OVER (
      PARTITION BY invocation_id ORDER BY completed DESC, hour DESC, content, load_id, row
    ) AS place
    FROM audit_repeats FINAL
    WHERE source = {source:String} AND load_id GLOBAL IN (${COUNTED_LOADS})
  ) WHERE place > 1`;

/** SQL of whether a row of `audit_invocations` stands for its request: no other tells it better. The parameters of {@link COUNTED_REPORTS}. */
export const STANDS = `(load_id, row) GLOBAL NOT IN (${OUTDONE_ROWS})`;

/**
 * SQL of the rows of a table of exports that are in whole loads of reports that count. A request may be told by several: see
 * {@link STANDS}. The parameters of {@link COUNTED_REPORTS}. `columns` are named by the caller, never taken from outside.
 */
export function loadedRows(table: RowTable, columns: string): string {
  const compared = table === 'audit_invocations' ? `AND load_id GLOBAL NOT IN (${UNSETTLED_LOADS})` : '';
  return `SELECT ${columns} FROM ${table}
  WHERE source = {source:String} AND load_id GLOBAL IN (${COUNTED_LOADS}) ${compared}`;
}

/** SQL of the rows of {@link loadedRows} that count: each request once. */
export function liveRows(table: RowTable, columns: string): string {
  const once = table === 'audit_invocations' ? `AND ${STANDS}` : '';
  return `${loadedRows(table, columns)} ${once}`;
}

/**
 * SQL of the requests (`parent_id`) that a complaint, confirmed by then, takes out of the count. A confirmation that comes in a later
 * export is an update; none takes one back. The parameters of {@link COUNTED_REPORTS} and `instant` DateTime64(6, 'UTC').
 */
export const CONFIRMED_PARENTS = `SELECT DISTINCT parent_id FROM (
  ${liveRows('audit_complaints', 'parent_id, confirmed_at')}
) WHERE confirmed_at <= {instant:DateTime64(6, 'UTC')}`;

/**
 * SQL of the jobs as they were told last: one that has finished stands over one that runs, then the latest hour counts, then the
 * content. The parameters of {@link COUNTED_REPORTS}. `columns` of `audit_jobs`, named by the caller.
 */
export function liveJobs(columns: string): string {
  return `SELECT ${columns} FROM (
  ${liveRows('audit_jobs', '*')}
  ORDER BY job_id, finished_at IS NULL, hour DESC, finished_at, status, miner_terminated, compute_multiplier, miner_hotkey, load_id, row
  LIMIT 1 BY job_id
)`;
}
