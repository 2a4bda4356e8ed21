import { throwIfAborted, toTaoscopeError } from '../../shared/index.ts';
import type { AuditSource, Listing } from '../adapter.ts';
import { HOUR } from '../instants.ts';
import type { FindingScope, Ledger, RecordedVerdict } from '../ledger/types.ts';
import { FINDING_KINDS, type Finding, type ListedReport, type Micros } from '../types.ts';
import { checkListedAgain } from '../verify/check-again.ts';
import { fileSubject, reportIdOf } from '../verify/subjects.ts';
import { counted, quoted, shortened } from '../verify/verdict.ts';
import { auditReport, LONGEST_WAIT_MS, type SourceParts } from './audit-report.ts';
import { boundedList } from './bounded-list.ts';
import { type FileRow, readFiles } from './file-rows.ts';
import { continueAfter, nextSequence } from './ingest/sequence.ts';
import { settleDuplicates } from './ingest/settle-duplicates.ts';
import { judgeHours } from './judge-hours.ts';
import { type LoadedFile, loadFile, ROW_KINDS } from './load-files.ts';
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
  const { store, source, adapter, now } = parts;
  const { ledger, signal, onProgress = () => {} } = options;
  const startedMs = now();
  // A clock that was put back must not write versions that lose against those before.
  if (options.whole) continueAfter(await newestVersion(store, source.name, signal));
  const from = startedMs * 1_000 - WINDOW;
  const hours = { from, to: (startedMs + 86_400_000) * 1_000 };
  const tell = (phase: PassProgress['phase'], done: number, total: number) =>
    onProgress({ source: source.name, phase, done, total });

  tell('list', 0, 1);
  const told = await readList(parts, signal);
  const known = new Map(
    (await readReports(store, source.name, from, signal)).map((row) => [row.reportId, row]),
  );
  const listing = typeof told === 'string' ? told : boundedList(told, { ...hours, known: known.values() });
  const unreachable = typeof listing === 'string' ? listing : undefined;
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
  const recorded = await ledger.record(retold, { signal });
  const touched = new Set(retold.map(({ subject }) => subject));
  const totals = { reports: 0, files: 0, rows: 0, bytes: 0, opened: 0, verdicts: recorded.length };

  const relisted = new Set(touched);
  const isFresh = new Set(fresh.map(({ reportId }) => reportId));
  const due = [...known.values()].filter((row) => isDue(row, source, startedMs)).toSorted(inTurn);
  let left = 0;
  for (let at = 0; at < due.length; at += BATCH) {
    const batch = due.slice(at, at + BATCH);
    // However many miners report, and however slowly: what validators say is judged in time. The next look goes on with the rest.
    if (now() - startedMs > (batch.every(({ role }) => role === 'miner') ? MINERS_TURN_MS : LOOK_MS)) {
      left = due.length - at;
      break;
    }
    const before = await outcomesBefore(batch.filter(({ reportId }) => !isFresh.has(reportId)));
    const audited = await inParallel(batch, options.concurrency, (row) => {
      const { reportId } = row;
      return auditReport(
        parts,
        row,
        { before: before.get(reportId), relisted: relisted.has(reportId) },
        signal,
      );
    });
    const verdicts = audited.flatMap((one) => one.verdicts);
    totals.verdicts += (await ledger.record(verdicts, { signal })).length;
    // The row says that the report is done: it comes behind everything that it announces.
    await saveReports(
      store,
      audited.map(({ row }) => row),
      nextSequence(),
    );
    for (const { row } of audited) {
      known.set(row.reportId, row);
      touched.add(row.reportId);
    }
    totals.reports += audited.length;
    tell('reports', totals.reports, due.length);
  }

  const wanted = dueFiles(
    await readFiles(store, source.name, from, signal),
    known,
    startedMs,
    await judgedFiles(),
  );
  tell('files', 0, wanted.length);
  // One digest is one file of ours: those who share it take turns.
  const groups = [...Map.groupBy(wanted, ({ sha256 }) => sha256).values()];
  const atOnce = 2 * options.concurrency;
  for (let at = 0; at < groups.length; at += atOnce) {
    if (now() - startedMs > LOOK_MS) {
      left += groups.length - at;
      break;
    }
    const loaded: LoadedFile[] = [];
    await inParallel(groups.slice(at, at + atOnce), options.concurrency, async (group) => {
      for (const file of group) {
        const report = known.get(file.reportId);
        if (report !== undefined) loaded.push(await loadFile(parts, report, file, signal));
      }
    });
    const subjects = loaded.map(({ verdict }) => verdict.subject);
    const findings = loaded.flatMap((one) => one.findings);
    const found = await ledger.find(
      source.name,
      findings,
      { hours, kinds: [...ROW_KINDS], subjects },
      { signal },
    );
    // The verdict says that the file is done: it comes behind everything that its rows told.
    const verdicts = loaded.map(({ verdict }) => verdict);
    totals.verdicts += (await ledger.record(verdicts, { signal })).length;
    totals.opened += found.opened;
    for (const { verdict, load, bytes } of loaded) {
      touched.add(verdict.subject);
      touched.add(verdict.subject.slice(0, 32));
      totals.files++;
      totals.bytes += bytes;
      if (load?.state === 'loaded') totals.rows += load.rows;
    }
    tell('files', totals.files, wanted.length);
  }
  await settleDuplicates(store, source.name, signal);

  async function outcomesBefore(rows: readonly ReportRow[]): Promise<Map<string, RecordedVerdict[]>> {
    if (rows.length === 0) return new Map();
    const subjects = rows.map(({ reportId }) => reportId);
    return Map.groupBy(
      await ledger.current({ source: source.name, subjectType: 'report', subjects, signal }),
      ({ subject }) => subject,
    );
  }

  /** Files with a verdict; after a start alone, when one may have been killed between its rows and its verdict. */
  async function judgedFiles(): Promise<ReadonlySet<string> | undefined> {
    if (!options.whole) return undefined;
    const outcomes = await ledger.outcomes({
      source: source.name,
      subjectType: 'file',
      hours,
      limit: 1_000_000,
      signal,
    });
    return new Set(outcomes.map(({ subject }) => subject));
  }

  tell('hours', 0, 1);
  const rows = [...known.values()].toSorted((a, b) => a.end - b.end);
  const judged = await judgeHours({
    ...{ source, adapter, evidence: parts.evidence, ledger, rows, from, signal },
    touched: options.whole ? undefined : touched,
    everListed: await listedValidators(store, source.name, signal),
    // What is missing from a list that could not be read is not missing.
    listedMs: unreachable === undefined ? now() : rows.reduce((ms, row) => Math.max(ms, row.firstSeenMs), 0),
    nowMs: now(),
  });
  return {
    ...{ source: source.name, listed: listed.length, fresh: fresh.length },
    ...totals,
    verdicts: totals.verdicts + judged.verdicts.length,
    opened: totals.opened + judged.opened,
    left,
    unreachable,
  };
}

async function readList(parts: SourceParts, signal: AbortSignal): Promise<Listing | string> {
  try {
    return await parts.adapter.list(parts.source, parts.fetcher, signal);
  } catch (caught) {
    throwIfAborted(signal);
    const error = toTaoscopeError(caught);
    if (error.fault === 'us' || error.fault === 'machine') throw error;
    return error.parts.got ?? error.parts.failed;
  }
}

function unreachableFinding(source: string, why: string, nowMs: number): Finding {
  return {
    source,
    kind: 'source-unreachable',
    subject: source,
    severity: FINDING_KINDS['source-unreachable'],
    hotkey: '',
    hour: nowMs * 1_000,
    title: 'The list of reports cannot be read',
    detail: `Nothing new can be audited until it can: ${why}`,
    evidence: { why },
  };
}

/** Without a list nothing new is known about its lines. */
function listScope(listing: Listing | string, hours: FindingScope['hours']): FindingScope {
  const kinds = ['source-unreachable', 'hostile-value'] as const;
  return { hours, kinds: typeof listing === 'string' ? kinds.slice(0, 1) : kinds };
}

function listFindings(source: string, listing: Listing | string, nowMs: number): Finding[] {
  if (typeof listing === 'string') return [unreachableFinding(source, listing, nowMs)];
  const { bad, badCount } = listing;
  if (badCount === 0) return [];
  const [first] = bad;
  const sample = first === undefined ? '' : ` The first, ${quoted(first.where)}: ${quoted(first.reason)}.`;
  return [
    {
      source,
      kind: 'hostile-value',
      subject: source,
      severity: FINDING_KINDS['hostile-value'],
      hotkey: '',
      hour: nowMs * 1_000,
      title: `${counted(badCount, 'line')} of the list cannot be an entry`,
      detail: `They are left out, and the others are read.${sample}`,
      evidence: {
        count: badCount,
        lines: bad
          .slice(0, 10)
          .map(({ where, reason }) => ({ where: shortened(where), reason: shortened(reason) })),
      },
    },
  ];
}

function freshRows(
  listed: readonly ListedReport[],
  known: ReadonlyMap<string, ReportRow>,
  nowMs: number,
): ReportRow[] {
  const fresh = new Map<string, ReportRow>();
  for (const report of listed) {
    const reportId = reportIdOf(report);
    if (known.has(reportId) || fresh.has(reportId)) continue;
    fresh.set(reportId, {
      ...report,
      reportId,
      state: 'listed',
      sha256: '',
      bytes: 0,
      verdict: 'unverifiable',
      commitment: 'unverifiable',
      attempts: 0,
      nextAttemptMs: 0,
      instances: 0,
      multipliers: 0,
      drift: [],
      badCount: 0,
      counts: false,
      selfMessage: '',
      firstSeenMs: nowMs,
    });
  }
  return [...fresh.values()];
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

/** Runs an action on each item, so many at a time. The first failure is thrown when those that have begun have ended. */
async function inParallel<In, Out>(
  items: readonly In[],
  concurrency: number,
  action: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        results[at] = await action(items[at] as In);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
