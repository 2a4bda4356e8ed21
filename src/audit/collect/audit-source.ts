import { inParallel } from '../../shared/index.ts';
import type { AuditSource } from '../adapter.ts';
import { HOUR } from '../instants.ts';
import type { Ledger, RecordedVerdict } from '../ledger/types.ts';
import type { Micros } from '../types.ts';
import { checkListedAgain } from '../verify/check-again.ts';
import { fileSubject } from '../verify/subjects.ts';
import { auditReport, LONGEST_WAIT_MS, type SourceParts } from './audit-report.ts';
import { boundedList } from './bounded-list.ts';
import { type FileRow, readFiles } from './file-rows.ts';
import { continueAfter, nextSequence } from './ingest/sequence.ts';
import { settleDuplicates } from './ingest/settle-duplicates.ts';
import { judgeHours } from './judge-hours.ts';
import { type LoadedFile, loadFile, ROW_KINDS } from './load-files.ts';
import { freshRows, listFindings, listScope, readList } from './read-list.ts';
import { listedValidators, newestVersion, type ReportRow, readReports, saveReports } from './report-rows.ts';

/** What a look at one source came to. */
export interface SourcePass {
  readonly source: string;
  /** Lines of its list, and those among them that are new to us. */
  readonly listed: number;
  readonly fresh: number;
  /** Reports that were looked at, files that were loaded, rows in them. */
  readonly reports: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Outcomes that are new or other than before. */
  readonly verdicts: number;
  /** Findings that were not known before. */
  readonly opened: number;
  /** Reports and files that were due, and left to the next look. */
  readonly left: number;
  /** Why its list could not be read. */
  readonly unreachable?: string | undefined;
}

/** How far a look at a source is. */
export interface PassProgress {
  readonly source: string;
  readonly phase: 'list' | 'reports' | 'files' | 'hours';
  readonly done: number;
  readonly total: number;
}

export interface SourceOptions {
  readonly ledger: Ledger;
  /** Downloads at the same time. */
  readonly concurrency: number;
  /** Judge everything that is known again, not only what is new: after a start, since the last run may have been killed. */
  readonly whole: boolean;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Hours that are looked at: the longest window of a list, and a day behind it. */
export const WINDOW: Micros = 8 * 24 * HOUR;

/** After this long in one look no more miners' reports are begun, ms. */
const MINERS_TURN_MS = 15 * 60_000;

/** After this long nothing more is begun in one look: the hours are to be judged by what there is, ms. */
const LOOK_MS = 2 * 3_600_000;

/** Reports whose outcomes are written together. */
const BATCH = 16;

/**
 * One look at a source: its list, each report that is new or worth another look, the files that they name, then what only hours together
 * can tell. One bad report never stops the others; it throws only for what is our own (`aborted`, `disk-full`, `store-failed`).
 * May be killed anywhere and repeated.
 */
export async function auditSource(parts: SourceParts, options: SourceOptions): Promise<SourcePass> {
  const look = await beginLook(parts, options);
  const { listed, fresh, unreachable } = await lookAtList(look);
  await lookAtReports(look, new Set(fresh.map(({ reportId }) => reportId)));
  await lookAtFiles(look);
  await settleDuplicates(parts.store, parts.source.name, options.signal);
  await lookAtHours(look, unreachable);
  return { source: parts.source.name, listed, fresh: fresh.length, ...look.came, unreachable };
}

/** A look under way. */
interface Look {
  readonly parts: SourceParts;
  readonly options: SourceOptions;
  readonly startedMs: number;
  /** The hours that are looked at begin here. */
  readonly from: Micros;
  /** Those that findings are of. */
  readonly hours: { readonly from: Micros; readonly to: Micros };
  /** The reports of these hours, as they stand. */
  readonly known: Map<string, ReportRow>;
  /** Reports and files of which something was told in this look. */
  readonly touched: Set<string>;
  /** What it has come to. */
  readonly came: {
    -readonly [Count in 'reports' | 'files' | 'rows' | 'bytes' | 'verdicts' | 'opened' | 'left']: number;
  };
  tell(phase: PassProgress['phase'], done: number, total: number): void;
}

async function beginLook(parts: SourceParts, options: SourceOptions): Promise<Look> {
  const { store, source, now } = parts;
  const { signal, onProgress = () => {} } = options;
  const startedMs = now();
  // A clock that was put back must not write versions that lose against those before.
  if (options.whole) continueAfter(await newestVersion(store, source.name, signal));
  const from = startedMs * 1_000 - WINDOW;
  const rows = await readReports(store, source.name, from, signal);
  return {
    parts,
    options,
    startedMs,
    from,
    hours: { from, to: (startedMs + 86_400_000) * 1_000 },
    known: new Map(rows.map((row) => [row.reportId, row])),
    touched: new Set(),
    came: { reports: 0, files: 0, rows: 0, bytes: 0, verdicts: 0, opened: 0, left: 0 },
    tell: (phase, done, total) => onProgress({ source: source.name, phase, done, total }),
  };
}

/** What is new in the list, and which lines of it contradict another. */
async function lookAtList(look: Look): Promise<{
  readonly listed: number;
  readonly fresh: readonly ReportRow[];
  readonly unreachable: string | undefined;
}> {
  const { parts, options, known, touched, came, hours, startedMs } = look;
  const { store, source } = parts;
  const { ledger, signal } = options;
  look.tell('list', 0, 1);
  const told = await readList(parts, signal);
  const listing = typeof told === 'string' ? told : boundedList(told, { ...hours, known: known.values() });
  const listed = (typeof listing === 'string' ? [] : listing.reports).filter(
    ({ role }) => role === 'validator' || source.minerReports,
  );
  await ledger.find(source.name, listFindings(source.name, listing, startedMs), listScope(listing, hours), {
    signal,
  });
  const retold = checkListedAgain(known.values(), listed);
  const fresh = freshRows(listed, known, startedMs);
  for (const row of fresh) known.set(row.reportId, row);
  await saveReports(store, fresh, nextSequence());
  came.verdicts += (await ledger.record(retold, { signal })).length;
  for (const { subject } of retold) touched.add(subject);
  return { listed: listed.length, fresh, unreachable: typeof listing === 'string' ? listing : undefined };
}

/** Every report that is due, in turn, as far as time allows. */
async function lookAtReports(look: Look, fresh: ReadonlySet<string>): Promise<void> {
  const { parts, options, known, touched, came, startedMs } = look;
  const { ledger, signal } = options;
  const relisted = new Set(touched);
  const due = [...known.values()].filter((row) => isDue(row, parts.source, startedMs)).toSorted(inTurn);
  for (let at = 0; at < due.length; at += BATCH) {
    const batch = due.slice(at, at + BATCH);
    // However many miners report, and however slowly: what validators say is judged in time. The next look goes on with the rest.
    const turnMs = batch.every(({ role }) => role === 'miner') ? MINERS_TURN_MS : LOOK_MS;
    if (parts.now() - startedMs > turnMs) {
      came.left += due.length - at;
      return;
    }
    const before = await outcomesBefore(
      look,
      batch.map(({ reportId }) => reportId).filter((reportId) => !fresh.has(reportId)),
    );
    const audited = await inParallel(batch, options.concurrency, (row) => {
      const { reportId } = row;
      const knownOf = { before: before.get(reportId), relisted: relisted.has(reportId) };
      return auditReport(parts, row, knownOf, signal);
    });
    const verdicts = audited.flatMap((one) => one.verdicts);
    came.verdicts += (await ledger.record(verdicts, { signal })).length;
    // The row says that the report is done: it comes behind everything that it announces.
    const rows = audited.map(({ row }) => row);
    await saveReports(parts.store, rows, nextSequence());
    for (const row of rows) {
      known.set(row.reportId, row);
      touched.add(row.reportId);
    }
    came.reports += audited.length;
    look.tell('reports', came.reports, due.length);
  }
}

async function outcomesBefore(
  { parts, options }: Look,
  subjects: readonly string[],
): Promise<Map<string, RecordedVerdict[]>> {
  if (subjects.length === 0) return new Map();
  const { ledger, signal } = options;
  const query = { source: parts.source.name, subjectType: 'report' as const, subjects, signal };
  return Map.groupBy(await ledger.current(query), ({ subject }) => subject);
}

/** Every file that is due, as far as time allows. */
async function lookAtFiles(look: Look): Promise<void> {
  const { parts, options, known, touched, came, hours, startedMs } = look;
  const { store, source } = parts;
  const { ledger, signal } = options;
  const files = await readFiles(store, source.name, look.from, signal);
  const wanted = dueFiles(files, known, startedMs, await judgedFiles(look));
  look.tell('files', 0, wanted.length);
  // One digest is one file of ours: those who share it take turns.
  const groups = [...Map.groupBy(wanted, ({ sha256 }) => sha256).values()];
  const atOnce = 2 * options.concurrency;
  for (let at = 0; at < groups.length; at += atOnce) {
    if (parts.now() - startedMs > LOOK_MS) {
      came.left += groups.length - at;
      return;
    }
    const loaded: LoadedFile[] = [];
    await inParallel(groups.slice(at, at + atOnce), options.concurrency, async (group) => {
      for (const file of group) {
        const report = known.get(file.reportId);
        if (report !== undefined) loaded.push(await loadFile(parts, report, file, signal));
      }
    });
    const verdicts = loaded.map(({ verdict }) => verdict);
    const found = await ledger.find(
      source.name,
      loaded.flatMap((one) => one.findings),
      { hours, kinds: [...ROW_KINDS], subjects: verdicts.map(({ subject }) => subject) },
      { signal },
    );
    came.opened += found.opened;
    // The verdict says that the file is done: it comes behind everything that its rows told.
    came.verdicts += (await ledger.record(verdicts, { signal })).length;
    for (const { verdict, load, bytes } of loaded) {
      touched.add(verdict.subject);
      touched.add(verdict.subject.slice(0, 32));
      came.files++;
      came.bytes += bytes;
      if (load?.state === 'loaded') came.rows += load.rows;
    }
    look.tell('files', came.files, wanted.length);
  }
}

/** Files with a verdict; after a start alone, when one may have been killed between its rows and its verdict. */
async function judgedFiles({ parts, options, hours }: Look): Promise<ReadonlySet<string> | undefined> {
  if (!options.whole) return undefined;
  const { ledger, signal } = options;
  const query = { source: parts.source.name, subjectType: 'file' as const, hours, limit: 1_000_000, signal };
  return new Set((await ledger.outcomes(query)).map(({ subject }) => subject));
}

/** What only hours together can tell. */
async function lookAtHours(look: Look, unreachable: string | undefined): Promise<void> {
  const { parts, options, known, touched, came, from } = look;
  const { store, source, adapter, evidence, now } = parts;
  const { ledger, signal } = options;
  look.tell('hours', 0, 1);
  const rows = [...known.values()].toSorted((a, b) => a.end - b.end);
  const judged = await judgeHours({
    ...{ source, adapter, evidence, ledger, rows, from, signal },
    touched: options.whole ? undefined : touched,
    everListed: await listedValidators(store, source.name, signal),
    // What is missing from a list that could not be read is not missing.
    listedMs: unreachable === undefined ? now() : rows.reduce((ms, row) => Math.max(ms, row.firstSeenMs), 0),
    nowMs: now(),
  });
  came.verdicts += judged.verdicts.length;
  came.opened += judged.opened;
}

/**
 * Whether a report is worth a look now: when its time has come, when it was put off by a clock that ran ahead, or when the configuration no longer
 * has the validator whose word it counts as.
 */
function isDue(row: ReportRow, { validators }: AuditSource, nowMs: number): boolean {
  const { nextAttemptMs, role, hotkey, counts } = row;
  if (role === 'validator' && counts && !validators.includes(hotkey)) return true;
  return nextAttemptMs <= nowMs || nextAttemptMs > nowMs + LONGEST_WAIT_MS;
}

/** Validators before miners, the newest hour first: what people wait for comes first. */
function inTurn(a: ReportRow, b: ReportRow): number {
  if (a.role !== b.role) return a.role === 'validator' ? -1 : 1;
  return b.end - a.end;
}

/** Files of reports that may count: what contradicts the chain is not worth its rows. Newest hour first. */
function dueFiles(
  files: readonly FileRow[],
  reports: ReadonlyMap<string, ReportRow>,
  nowMs: number,
  judged: ReadonlySet<string> | undefined,
): FileRow[] {
  return files
    .filter(({ state, reportId, kind, nextAttemptMs }) => {
      const report = reports.get(reportId);
      if (report?.state !== 'loaded' || report.commitment === 'mismatch') return false;
      // What became of it was written, and the verdict was not: the last run was killed between them.
      const isUntold = judged !== undefined && !judged.has(fileSubject(reportId, kind));
      if (state === 'loaded') return isUntold;
      const isDue = nextAttemptMs <= nowMs || nextAttemptMs > nowMs + LONGEST_WAIT_MS;
      return state === 'named' || (state === 'failed' && (isDue || isUntold));
    })
    .toSorted((a, b) => b.hour - a.hour || (a.kind < b.kind ? -1 : 1));
}
