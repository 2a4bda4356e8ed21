import type { Store } from '../../store/index.ts';
import { type FoundChild, lookupChild } from '../collect/ingest/lookup-child.ts';
import { nextSequence } from '../collect/ingest/sequence.ts';
import { HOUR, isoInstant, readInstant, sqlInstant } from '../instants.ts';
import { FINDING_KINDS, type Finding, type Micros } from '../types.ts';
import type { ProbeLookup } from './probe-rows.ts';
import type { AttemptOutcome } from './types.ts';

/** An attempt that a trace told, to be looked up. */
export interface ToldAttempt {
  readonly probeId: string;
  readonly attempt: number;
  readonly kind: string;
  readonly at: Micros;
  /** When the whole request was over. */
  readonly until: Micros;
  readonly childId: string;
  readonly chuteId: string;
  readonly instanceId: string;
  readonly minerHotkey: string;
  readonly outcome: AttemptOutcome;
}

/** What is known of an hour's export of requests. */
export interface HourExport {
  /** End of the hour. */
  readonly hour: Micros;
  /** `proven`: its report is committed to, no check speaks against it and its rows are loaded. `doubtful`: it is published, but not proven. `without`: its report names no such export. */
  readonly state: 'proven' | 'doubtful' | 'without';
}

export interface Answer {
  readonly lookup: ProbeLookup;
  readonly detail: string;
}

// Rows are written when a request is over; the exporter starts a minute after the hour.
const EXPORT_DELAY: Micros = 120_000_000;

/**
 * Whether an attempt is in the exports. "Missing" is said only when every export in which it could stand is proven and has no such row; before
 * that it is `pending`, and `unverifiable` when no proof can come any more.
 *
 * Source: shared reference on Chutes, section 8, "Missing properly means".
 */
export function judgeAttempt(
  attempt: ToldAttempt,
  found: FoundChild | undefined,
  exports: ReadonlyMap<Micros, HourExport>,
  now: Micros,
  lateAfter: Micros,
): Answer {
  if (found !== undefined) return judgeRow(attempt, found);
  for (const hour of hoursOf(attempt)) {
    const at = `the hour to ${isoInstant(hour)}`;
    const known = exports.get(hour);
    if (known === undefined)
      return now < hour + lateAfter + EXPORT_DELAY
        ? { lookup: 'pending', detail: `${at} is not published yet` }
        : { lookup: 'unverifiable', detail: `${at} was never published` };
    if (known.state === 'without')
      return { lookup: 'unverifiable', detail: `${at} has no export of requests` };
    if (known.state === 'doubtful')
      return { lookup: 'unverifiable', detail: `the export of ${at} is published, but not proven` };
  }
  if (attempt.outcome === 'unfinished')
    return { lookup: 'unverifiable', detail: 'nobody knows how it ended; it need not have been recorded' };
  return {
    lookup: 'missing',
    detail: `no row has the id ${attempt.childId} in any proven export in which it could stand`,
  };
}

function judgeRow(attempt: ToldAttempt, row: FoundChild): Answer {
  const differences = [
    differs('instance', attempt.instanceId, row.instanceId),
    differs('hotkey', attempt.minerHotkey, row.minerHotkey),
    differs('chute', attempt.chuteId, row.chuteId),
    attempt.outcome === 'succeeded' || attempt.outcome === 'failed'
      ? differs('outcome', attempt.outcome, row.outcome === 'unfinished' ? attempt.outcome : row.outcome)
      : undefined,
  ].filter((text) => text !== undefined);
  if (differences.length > 0) return { lookup: 'mismatched', detail: differences.join('; ') };
  return { lookup: 'present', detail: `in the export of the hour to ${isoInstant(row.hour)}` };
}

function differs(what: string, told: string, exported: string): string | undefined {
  if (told === '' || told.toLowerCase() === exported.toLowerCase()) return undefined;
  return `${what}: the trace said ${told.slice(0, 100)}, the export says ${exported.slice(0, 100)}`;
}

/** Ends of the hours in whose exports an attempt may stand: from its start to when its row was written at the latest. */
export function hoursOf({ at, until }: Pick<ToldAttempt, 'at' | 'until'>): Micros[] {
  const first = Math.floor(at / HOUR) * HOUR + HOUR;
  const last = Math.floor((until + EXPORT_DELAY) / HOUR) * HOUR + HOUR;
  const hours: Micros[] = [];
  for (let hour = first; hour <= last && hours.length < 48; hour += HOUR) hours.push(hour);
  return hours;
}

export interface LookUpOptions {
  /** Microseconds. */
  readonly now: Micros;
  readonly lateAfter: Micros;
  readonly signal?: AbortSignal | undefined;
}

/** How far back attempts are looked up, microseconds: longer than any window of exports. */
const REACH: Micros = 9 * 24 * HOUR;
const MOST_AT_ONCE = 2_000;

/** Looks up what is still open of a source, stores what came out and answers what a person should look at. */
export async function lookUpProbes(
  store: Store,
  source: string,
  { now, lateAfter, signal }: LookUpOptions,
): Promise<Finding[]> {
  const open = await openAttempts(store, source, now, signal);
  if (open.length > 0) {
    const from = open.reduce((least, { at }) => Math.min(least, at), now) - HOUR;
    const exports = await exportsOf(store, source, from, signal);
    const ids = [...new Set(open.map(({ childId }) => childId))];
    const found = await lookupChild(store, source, ids, {
      between: { from, to: now + 2 * HOUR },
      signal,
    });
    for (const attempt of open) {
      const row = found.get(attempt.childId);
      const answer = judgeAttempt(attempt, row, exports, now, lateAfter);
      if (answer.lookup !== attempt.lookup || answer.detail !== attempt.detail)
        await saveAnswer(store, source, attempt, answer, signal);
    }
  }
  return findings(store, source, now, signal);
}

type OpenAttempt = ToldAttempt & { readonly lookup: ProbeLookup; readonly detail: string };

async function openAttempts(
  store: Store,
  source: string,
  now: Micros,
  signal: AbortSignal | undefined,
): Promise<OpenAttempt[]> {
  const rows = await store.query<StoredAttempt>(
    `SELECT ${ATTEMPT} FROM audit_probes FINAL
     WHERE source = {source:String} AND attempt > 0 AND lookup IN ('pending', 'unverifiable') AND at >= {from:DateTime64(6)}
     ORDER BY lookup = 'pending' DESC, at DESC LIMIT ${MOST_AT_ONCE}`,
    { params: { source, from: sqlInstant(now - REACH) }, label: 'read open probes', signal },
  );
  return rows.map(presentAttempt);
}

const ATTEMPT = `probe_id, attempt, kind, toString(at) AS begun, elapsed_ms, child_id, chute_id, instance_id, miner_hotkey,
  toString(outcome) AS ended, lookup, lookup_detail`;

interface StoredAttempt {
  readonly probe_id: string;
  readonly attempt: number;
  readonly kind: string;
  readonly begun: string;
  readonly elapsed_ms: number;
  readonly child_id: string;
  readonly chute_id: string;
  readonly instance_id: string;
  readonly miner_hotkey: string;
  readonly ended: AttemptOutcome;
  readonly lookup: ProbeLookup;
  readonly lookup_detail: string;
}

function presentAttempt(row: StoredAttempt): OpenAttempt {
  const at = readInstant(row.begun) ?? 0;
  return {
    probeId: row.probe_id,
    attempt: row.attempt,
    kind: row.kind,
    at,
    until: at + row.elapsed_ms * 1_000,
    childId: row.child_id,
    chuteId: row.chute_id,
    instanceId: row.instance_id,
    minerHotkey: row.miner_hotkey,
    outcome: row.ended,
    lookup: row.lookup,
    detail: row.lookup_detail,
  };
}

async function exportsOf(
  store: Store,
  source: string,
  from: Micros,
  signal: AbortSignal | undefined,
): Promise<Map<Micros, HourExport>> {
  const rows = await store.query<{ hour: string; named: number; proven: number }>(
    `SELECT toString(end) AS hour, max(f.report_id != '') AS named,
       max(f.state = 'loaded' AND r.commitment IN ('verified', 'matches-but-older') AND r.counts) AS proven
     FROM (SELECT report_id, end, commitment, counts FROM audit_reports FINAL
           WHERE source = {source:String} AND role = 'validator' AND state = 'loaded' AND end >= {from:DateTime64(6)}) AS r
     LEFT JOIN (SELECT report_id, toString(state) AS state FROM audit_files FINAL
           WHERE source = {source:String} AND kind = 'invocations') AS f ON f.report_id = r.report_id
     GROUP BY end`,
    { params: { source, from: sqlInstant(from) }, label: 'read proven hours', signal },
  );
  return new Map(
    rows.map((row): [Micros, HourExport] => {
      const hour = readInstant(row.hour) ?? 0;
      const state = Number(row.proven) > 0 ? 'proven' : Number(row.named) > 0 ? 'doubtful' : 'without';
      return [hour, { hour, state }];
    }),
  );
}

async function saveAnswer(
  store: Store,
  source: string,
  { probeId, attempt }: ToldAttempt,
  { lookup, detail }: Answer,
  signal: AbortSignal | undefined,
): Promise<void> {
  await store.command(
    `INSERT INTO audit_probes SELECT * REPLACE ({lookup:String} AS lookup, {detail:String} AS lookup_detail, {version:UInt64} AS version)
     FROM audit_probes FINAL WHERE source = {source:String} AND probe_id = {probe:String} AND attempt = {attempt:UInt8}`,
    {
      params: { source, probe: probeId, attempt, lookup, detail, version: nextSequence() },
      label: 'store what became of a probe',
      signal,
    },
  );
}

async function findings(
  store: Store,
  source: string,
  now: Micros,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const rows = await store.query<StoredAttempt>(
    `SELECT ${ATTEMPT} FROM audit_probes FINAL
     WHERE source = {source:String} AND lookup IN ('missing', 'mismatched') AND at >= {from:DateTime64(6)}
     ORDER BY at LIMIT ${MOST_AT_ONCE}`,
    { params: { source, from: sqlInstant(now - REACH) }, label: 'read probes that do not agree', signal },
  );
  return rows.map((row): Finding => {
    const attempt = presentAttempt(row);
    const kind = row.lookup === 'missing' ? 'probe-missing' : 'probe-mismatched';
    const said = row.lookup === 'missing' ? 'is missing from the exports' : 'is another one in the exports';
    return {
      source,
      kind,
      subject: `${attempt.probeId}/${attempt.attempt}`,
      severity: FINDING_KINDS[kind],
      hotkey: attempt.minerHotkey,
      hour: hoursOf(attempt)[0] ?? attempt.at,
      title: `Our request ${attempt.kind} of ${isoInstant(attempt.at).slice(0, 19)}Z ${said}`,
      detail: attempt.detail,
      evidence: {
        probe: attempt.probeId,
        attempt: attempt.attempt,
        child: attempt.childId,
        instance: attempt.instanceId,
        chute: attempt.chuteId,
        outcome: attempt.outcome,
      },
    };
  });
}
