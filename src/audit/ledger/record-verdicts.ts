import type { Store } from '../../store/index.ts';
import { sqlInstant } from '../instants.ts';
import type { Verdict } from '../types.ts';
import { boundedEvidence } from './bounded-evidence.ts';
import { fingerprint } from './fingerprint.ts';
import type { RecordedVerdict } from './types.ts';

export interface RecordCall {
  /** Time of the pass; `undefined`: now. */
  readonly atMs?: number | undefined;
  readonly nowMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One stored outcome, as far as it tells whether another is new. */
interface Known {
  readonly sequence: number;
  readonly atMs: number;
  readonly fingerprint: bigint;
}

// Rows of one insert; evidence is a few hundred bytes each.
const ROWS_PER_INSERT = 16_384;

// Up to here the primary key finds them; beyond, one look over the thin columns of their hours is faster.
const FEW_SUBJECTS = 1_000;

const COLUMNS = [
  'source',
  'subject_type',
  'subject',
  'hotkey',
  'hour',
  'check',
  'verdict',
  'reason',
  'detail',
  'evidence',
  'fingerprint',
  'at',
  'sequence',
] as const;

/** Appends what differs from the last outcome of its check: `Ledger.record`. */
export async function recordVerdicts(
  store: Store,
  verdicts: readonly Verdict[],
  { atMs, nowMs, signal }: RecordCall,
): Promise<RecordedVerdict[]> {
  const appended: RecordedVerdict[] = [];
  const batches = Map.groupBy(verdicts, ({ source }) => source);
  for (const [source, batch] of batches) {
    const bounded = lastOfEach(batch.map(withinBounds));
    const known = await readKnown(store, source, bounded, signal);
    for (const verdict of bounded) {
      const print = fingerprint(verdict);
      const history = known.get(keyOf(verdict)) ?? [];
      const last = history.at(-1);
      // The pass is repeated when it is older than what is known: then it is compared with what was known at its time.
      const then = atMs === undefined ? last : history.findLast((outcome) => outcome.atMs <= atMs);
      if (then?.fingerprint === print) continue;
      appended.push({
        ...verdict,
        // A clock that was put back must not put an outcome before the one that it follows.
        atMs: Math.max(atMs ?? nowMs, last?.atMs ?? 0),
        sequence: (last?.sequence ?? 0) + 1,
      });
    }
  }
  for (let from = 0; from < appended.length; from += ROWS_PER_INSERT) {
    const rows = appended.slice(from, from + ROWS_PER_INSERT).map(cells);
    await store.insert('audit_verdicts', COLUMNS, rows, { label: 'append verdicts', signal });
  }
  return appended;
}

function keyOf({ subjectType, subject, check }: Pick<Verdict, 'subjectType' | 'subject' | 'check'>): string {
  return `${subjectType}\n${check}\n${subject}`;
}

/** Of several outcomes of one check the last, in the place of the first. */
function lastOfEach(verdicts: readonly Verdict[]): Verdict[] {
  const last = new Map<string, Verdict>();
  for (const verdict of verdicts) last.set(keyOf(verdict), verdict);
  return [...last.values()];
}

/** Verdicts are ours, but subjects and hotkeys have remote text in them: bounded, and as it can be read back. */
function withinBounds(verdict: Verdict): Verdict {
  const { subject, hotkey, check, detail } = verdict;
  return {
    ...verdict,
    subject: subject.slice(0, 300).toWellFormed(),
    hotkey: hotkey.slice(0, 128).toWellFormed(),
    check: check.slice(0, 64),
    detail: detail.slice(0, 2_000),
  };
}

/** What is stored of the checks in a batch, oldest first. */
async function readKnown(
  store: Store,
  source: string,
  batch: readonly Verdict[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Known[]>> {
  if (batch.length === 0) return new Map();
  const subjects = [...new Set(batch.map(({ subject }) => subject))];
  const few = subjects.length <= FEW_SUBJECTS;
  const hours = batch.map(({ hour }) => hour);
  const rows = await store.query<{
    type: Verdict['subjectType'];
    subject: string;
    check: string;
    sequence: string;
    at: string;
    print: string;
  }>(
    `SELECT toString(subject_type) AS type, subject, toString(check) AS check, sequence, fingerprint AS print,
       toUnixTimestamp64Milli(at) AS at
     FROM audit_verdicts
     WHERE source = {source:String} AND ${
       few
         ? 'subject_type IN {types:Array(String)} AND subject IN {subjects:Array(String)}'
         : "hour BETWEEN {from:DateTime64(6, 'UTC')} AND {to:DateTime64(6, 'UTC')}"
     }
     ORDER BY sequence`,
    {
      params: few
        ? { source, subjects, types: [...new Set(batch.map(({ subjectType }) => subjectType))] }
        : {
            source,
            from: sqlInstant(hours.reduce((a, b) => Math.min(a, b))),
            to: sqlInstant(hours.reduce((a, b) => Math.max(a, b))),
          },
      label: 'read the last outcomes',
      signal,
    },
  );
  const wanted = new Set(batch.map(keyOf));
  const known = new Map<string, Known[]>();
  for (const { type, subject, check, sequence, at, print } of rows) {
    const key = keyOf({ subjectType: type, subject, check });
    if (!wanted.has(key)) continue;
    const outcome = { sequence: Number(sequence), atMs: Number(at), fingerprint: BigInt(print) };
    const outcomes = known.get(key);
    // A killed insert that was repeated left the same row twice.
    if (outcomes === undefined) known.set(key, [outcome]);
    else if (outcomes.at(-1)?.sequence !== outcome.sequence) outcomes.push(outcome);
  }
  return known;
}

function cells(verdict: RecordedVerdict): unknown[] {
  return [
    verdict.source,
    verdict.subjectType,
    verdict.subject,
    verdict.hotkey,
    sqlInstant(verdict.hour),
    verdict.check,
    verdict.verdict,
    verdict.reason,
    verdict.detail,
    boundedEvidence(verdict.evidence),
    fingerprint(verdict),
    sqlInstant(verdict.atMs * 1_000),
    verdict.sequence,
  ];
}
