import type { JsonValue } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import { type SubjectType, VERDICTS, type Verdict, type VerdictKind } from '../types.ts';
import type { RecordedVerdict, SubjectOutcome, VerdictQuery } from './types.ts';

interface Row {
  type: SubjectType;
  subject: string;
  hotkey: string;
  hour: string;
  check: string;
  verdict: VerdictKind;
  reason: Verdict['reason'];
  detail: string;
  evidence: string;
  at: string;
  sequence: string;
}

interface WorstRow {
  type: SubjectType;
  subject: string;
  hotkey: string;
  hour: string;
  worst: [check: string, verdict: VerdictKind, reason: Verdict['reason']];
  checks: string;
}

const ALL = `source, toString(subject_type) AS type, subject, toString(hotkey) AS hotkey, toUnixTimestamp64Micro(hour) AS hour,
  toString(check) AS check, toString(verdict) AS verdict, toString(reason) AS reason, detail, evidence,
  toUnixTimestamp64Milli(at) AS at, sequence`;

const MOST_VERDICTS = 50_000;
const MOST_HISTORY = 1_000;

// Names of subjects in one statement, whose length servers bound.
const SUBJECTS_PER_STATEMENT = 2_000;

// Backwards through the primary key, so that nothing is sorted: the newest of a check comes first.
const NEWEST = `ORDER BY source DESC, subject_type DESC, subject DESC, check DESC, sequence DESC
  LIMIT 1 BY source, subject_type, subject, check`;

// Only the newest outcome of a check tells whether there is something to tell.
const NOTABLE = "verdict != 'verified' OR reason != 'ok' OR JSONHas(evidence, 'drift')";

/** `Ledger.current`. */
export function currentVerdicts(store: Store, query: VerdictQuery): Promise<RecordedVerdict[]> {
  return inParts(query, (part) => readCurrent(store, part));
}

/** `Ledger.outcomes`. */
export function subjectOutcomes(store: Store, query: VerdictQuery): Promise<SubjectOutcome[]> {
  return inParts(query, (part) => readOutcomes(store, part));
}

/** The answers for all subjects, a few at a time. */
async function inParts<T>(query: VerdictQuery, read: (part: VerdictQuery) => Promise<T[]>): Promise<T[]> {
  const { subjects, limit = MOST_VERDICTS } = query;
  if (subjects === undefined || subjects.length <= SUBJECTS_PER_STATEMENT) return read({ ...query, limit });
  const answers: T[][] = [];
  let left = limit;
  for (let from = 0; from < subjects.length && left > 0; from += SUBJECTS_PER_STATEMENT) {
    const part = subjects.slice(from, from + SUBJECTS_PER_STATEMENT);
    const answer = await read({ ...query, subjects: part, limit: left });
    answers.push(answer);
    left -= answer.length;
  }
  return answers.flat();
}

async function readCurrent(store: Store, query: VerdictQuery): Promise<RecordedVerdict[]> {
  const { where, params } = conditions(query);
  const newest = `SELECT ${ALL} FROM audit_verdicts AS v WHERE ${where} ${NEWEST}`;
  const rows = await store.query<Row>(
    query.notable === true
      ? `SELECT * FROM (${newest}) WHERE ${NOTABLE} LIMIT {limit:UInt32}`
      : `${newest} LIMIT {limit:UInt32}`,
    {
      params: { ...params, limit: query.limit },
      label: 'read the current verdicts',
      signal: query.signal,
    },
  );
  return rows.map((row) => recorded(query.source, row));
}

async function readOutcomes(store: Store, query: VerdictQuery): Promise<SubjectOutcome[]> {
  const { where, params } = conditions(query);
  const rows = await store.query<WorstRow>(
    `SELECT toString(subject_type) AS type, subject, toString(any(hotkey)) AS hotkey,
       toUnixTimestamp64Micro(any(hour)) AS hour, count() AS checks,
       argMax((toString(check), toString(verdict), toString(reason)), (rank, reason != 'ok', check)) AS worst
     FROM (
       SELECT v.source AS source, v.subject_type AS subject_type, v.subject AS subject, v.hotkey AS hotkey, v.hour AS hour,
         v.check AS check, v.verdict AS verdict, v.reason AS reason,
         indexOf({order:Array(String)}, toString(v.verdict)) AS rank
       FROM audit_verdicts AS v WHERE ${where} ${NEWEST}
     )
     GROUP BY subject_type, subject ORDER BY subject_type, subject LIMIT {limit:UInt32}`,
    {
      params: { ...params, order: [...VERDICTS], limit: query.limit },
      label: 'read the worst verdicts',
      signal: query.signal,
    },
  );
  return rows.map(({ type, subject, hotkey, hour, worst: [check, verdict, reason], checks }) => ({
    subjectType: type,
    subject,
    hotkey,
    hour: Number(hour),
    verdict,
    reason,
    check,
    checks: Number(checks),
  }));
}

/** `Ledger.history`. */
export async function historyOf(
  store: Store,
  source: string,
  subject: string,
  signal?: AbortSignal,
): Promise<RecordedVerdict[]> {
  const rows = await store.query<Row>(
    `SELECT ${ALL} FROM audit_verdicts AS v FINAL
     WHERE v.source = {source:String} AND v.subject_type IN ('report', 'file', 'hour') AND v.subject = {subject:String}
     ORDER BY v.at, v.check, v.sequence LIMIT ${MOST_HISTORY}`,
    { params: { source, subject }, label: 'read the history of a verdict', signal },
  );
  return rows.map((row) => recorded(source, row));
}

function conditions({ source, subjectType, subjects, hours, hotkey, checks }: VerdictQuery): {
  where: string;
  params: Record<string, unknown>;
} {
  const conditions = ['v.source = {source:String}'];
  const params: Record<string, unknown> = { source };
  if (subjectType !== undefined) {
    conditions.push('v.subject_type = {type:String}');
    params.type = subjectType;
  }
  if (subjects !== undefined) {
    conditions.push('v.subject IN {subjects:Array(String)}');
    params.subjects = [...subjects];
  }
  if (hours !== undefined) {
    conditions.push("v.hour BETWEEN {from:DateTime64(6, 'UTC')} AND {to:DateTime64(6, 'UTC')}");
    params.from = sqlInstant(hours.from);
    params.to = sqlInstant(hours.to);
  }
  if (hotkey !== undefined) {
    conditions.push('v.hotkey = {hotkey:String}');
    params.hotkey = hotkey;
  }
  if (checks !== undefined) {
    conditions.push('v.check IN {checks:Array(String)}');
    params.checks = [...checks];
  }
  return { where: conditions.join(' AND '), params };
}

function recorded(source: string, row: Row): RecordedVerdict {
  return {
    source,
    subjectType: row.type,
    subject: row.subject,
    hotkey: row.hotkey,
    hour: Number(row.hour),
    check: row.check,
    verdict: row.verdict,
    reason: row.reason,
    detail: row.detail,
    evidence: JSON.parse(row.evidence) as Record<string, JsonValue>,
    atMs: Number(row.at),
    sequence: Number(row.sequence),
  };
}
