import { isTaoscopeError, shortAddress } from '../../shared/index.ts';
import type { AuditAdapter, AuditSource } from '../adapter.ts';
import { HOUR } from '../instants.ts';
import type { FindingScope, Ledger, RecordedVerdict } from '../ledger/types.ts';
import { type Finding, type Micros, VERDICTS, type Verdict } from '../types.ts';
import { findingsOf } from '../verify/findings-of.ts';
import { type GridReport, type HourGrid, hourGrid } from '../verify/hour-grid.ts';
import { checkSnapshot, compareSnapshots } from '../verify/snapshots/compare-snapshots.ts';
import type { Difference, Snapshot } from '../verify/snapshots/difference.ts';
import { hourSubject } from '../verify/subjects.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import type { ReportRow } from './report-rows.ts';

/** What the hours of a source are judged from. */
export interface HoursInput {
  readonly source: AuditSource;
  readonly adapter: AuditAdapter;
  readonly evidence: EvidenceFolder;
  readonly ledger: Ledger;
  /** All reports of the window, by their ends. */
  readonly rows: readonly ReportRow[];
  /** Reports and files that were judged in this pass; `undefined`: all are taken as such. */
  readonly touched: ReadonlySet<string> | undefined;
  readonly from: Micros;
  /** Validators of whom there ever was a report. */
  readonly everListed: ReadonlySet<string>;
  /** When the list was last read, ms since the epoch; before the first time 0. */
  readonly listedMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface JudgedHours {
  /** Those that are new, or other than before. */
  readonly verdicts: readonly Verdict[];
  readonly grids: readonly HourGrid[];
  readonly opened: number;
}

/** Verdicts read at once: a week of hours with all their miners, and more. */
const MOST_VERDICTS = 2_000_000;

/** Kinds of findings that come from reports, files and hours: these are resolved when they are no longer found. */
const KINDS: FindingScope['kinds'] = [
  'commitment-mismatch',
  'commitment-missing',
  'commitment-stale',
  'commitment-older',
  'report-unverifiable',
  'report-malformed',
  'report-misplaced',
  'report-late',
  'entry-forged',
  'path-escape',
  'export-mismatch',
  'export-malformed',
  'export-unavailable',
];

const HOUR_KINDS: FindingScope['kinds'] = ['hour-gap', 'hour-duplicate'];

/** The shortest time for which lists are kept: what is older may be missing because it is old. */
const LISTED_FOR = 24 * HOUR;

/**
 * What can only be judged of several reports together: whether neighbours tell one past, and whether each hour has its one report. Records
 * the verdicts and what a person should look at.
 */
export async function judgeHours(input: HoursInput): Promise<JudgedHours> {
  const { source, adapter, ledger, rows, touched, from, everListed, listedMs, nowMs, signal } = input;
  const differences: Difference[] = [];
  const snapshots: Verdict[] = [];
  for (const validator of source.validators) {
    const own = rows.filter(
      (row) => row.role === 'validator' && row.hotkey === validator && row.state === 'loaded',
    );
    const judged = await compareNeighbours(input, own);
    differences.push(...judged.differences);
    snapshots.push(...judged.verdicts);
  }
  const retold = await ledger.record(snapshots, { signal });

  const to = nowMs * 1_000;
  const hours = { from, to: to + adapter.reportMicros };
  const worst = await worstOfReports(ledger, source.name, hours, signal);
  const grids = source.validators.flatMap((validator): HourGrid[] => {
    const own = rows.filter((row) => row.role === 'validator' && row.hotkey === validator);
    // Before the first report that we ever saw nobody owed us anything. Who has long been silent owes us the last day at least.
    if (!everListed.has(validator)) return [];
    const lately = to - LISTED_FOR - adapter.lateAfterMicros - adapter.reportMicros;
    const began = own[0] === undefined ? lately : own[0].end - adapter.reportMicros;
    const reports = own.map((row): GridReport => {
      const outcome = worst.get(row.reportId);
      return {
        report: row,
        sha256: row.sha256 === '' ? undefined : row.sha256,
        verdict: outcome?.verdict ?? 'unverifiable',
        reason: outcome?.reason ?? 'unread',
      };
    });
    return [
      hourGrid({
        source: source.name,
        validator,
        reports,
        from: Math.max(from, began),
        to,
        hour: adapter.reportMicros,
        now: Math.min(to, listedMs * 1_000),
        lateAfter: adapter.lateAfterMicros,
      }),
    ];
  });
  const cells = grids.flatMap((grid) => grid.cells.flatMap(({ verdict }) => verdict ?? []));
  const recorded = await ledger.record(cells, { signal });

  const current = await ledger.current({
    source: source.name,
    ...(touched === undefined ? {} : { subjects: [...touched] }),
    hours,
    notable: true,
    limit: MOST_VERDICTS,
    signal,
  });
  // Once a publisher has stopped to commit, all its reports together are one finding: it must know them all.
  const commitments =
    touched === undefined
      ? []
      : await ledger.current({
          source: source.name,
          checks: ['commitment'],
          hours,
          notable: true,
          limit: MOST_VERDICTS,
          signal,
        });
  const silent = commitments.filter(({ evidence }) => evidence.publisherCommits === false);
  const onReports = [...current, ...silent].filter(({ subjectType }) => subjectType !== 'hour');
  const subjects = touched === undefined ? undefined : [...touched];
  const found = await ledger.find(
    source.name,
    findingsOf(onReports, differences, []),
    { hours, kinds: KINDS, subjects },
    { signal },
  );
  const silentOnes =
    listedMs === nowMs ? source.validators.filter((validator) => !everListed.has(validator)) : [];
  // An hour that is out of sight is not for that in order: only what was judged can be resolved.
  const seen = grids.flatMap(({ validator, cells: own }) =>
    own.flatMap(({ end, state }) => (state === 'due' ? [] : [hourSubject(validator, end)])),
  );
  const ofHours = await ledger.find(
    source.name,
    [...findingsOf([], [], grids), ...silentOnes.map((validator) => neverListed(source.name, validator, to))],
    { hours, kinds: HOUR_KINDS, subjects: [...seen, ...everListed] },
    { signal },
  );
  return { verdicts: [...retold, ...recorded], grids, opened: found.opened + ofHours.opened };
}

function neverListed(source: string, validator: string, hour: Micros): Finding {
  return {
    source,
    kind: 'hour-gap',
    subject: validator,
    severity: 'warning',
    hotkey: validator,
    hour,
    title: `There is no report of ${shortAddress(validator)} at all`,
    detail: 'It is among the validators of the source, and its list has never had a line of it.',
    evidence: {},
  };
}

async function compareNeighbours(
  { adapter, evidence, touched }: HoursInput,
  rows: readonly ReportRow[],
): Promise<{ differences: Difference[]; verdicts: Verdict[] }> {
  // What the chain contradicts tells nothing; of two for one hour the first to be committed is the first.
  const ordered = rows
    .filter(({ commitment }) => commitment !== 'mismatch')
    .toSorted((a, b) => a.end - b.end || a.block - b.block || (a.reportId < b.reportId ? -1 : 1));
  const differences: Difference[] = [];
  const verdicts: Verdict[] = [];
  const read = new Map<string, Snapshot | undefined>();
  const snapshotOf = async (row: ReportRow | undefined): Promise<Snapshot | undefined> => {
    if (row === undefined) return undefined;
    if (read.has(row.reportId)) return read.get(row.reportId);
    const snapshot = await readSnapshot(evidence, adapter, row);
    read.set(row.reportId, snapshot);
    // Three are needed at a time.
    const oldest = read.keys().next().value;
    if (read.size > 4 && oldest !== undefined) read.delete(oldest);
    return snapshot;
  };
  const hours = [...Map.groupBy(ordered, ({ end }) => end).values()];
  for (const [index, hour] of hours.entries()) {
    for (const [turn, row] of hour.entries()) {
      const [first] = hour;
      // Of two stories of one hour the second is held against the first, and the next hour against whichever it agrees with best.
      const before = turn === 0 ? (hours[index - 1] ?? []) : first === undefined ? [] : [first];
      const after = hours[index + 1]?.[0];
      if (touched !== undefined && ![row, after, ...before].some((one) => one && touched.has(one.reportId)))
        continue;
      const [later, next] = [await snapshotOf(row), await snapshotOf(after)];
      if (later === undefined) continue;
      let nearest: { readonly against: ReportRow; readonly found: Difference[] } | undefined;
      for (const against of before) {
        const earlier = await snapshotOf(against);
        if (earlier === undefined) continue;
        const found = compareSnapshots(earlier, later, { next, lateAfter: adapter.lateAfterMicros });
        if (nearest === undefined || found.length < nearest.found.length) nearest = { against, found };
      }
      if (nearest === undefined) continue;
      differences.push(...nearest.found);
      verdicts.push(checkSnapshot(row, nearest.against, nearest.found));
    }
  }
  return { differences, verdicts };
}

/** What a report says; `undefined` when its bytes are no longer there, or no longer what they were: nothing can be compared then. */
async function readSnapshot(
  evidence: EvidenceFolder,
  adapter: AuditAdapter,
  report: ReportRow,
): Promise<Snapshot | undefined> {
  try {
    const bytes = await evidence.read('report', report.sha256);
    return bytes === undefined ? undefined : { report, ...adapter.parse(report.role, bytes) };
  } catch (error) {
    if (isTaoscopeError(error) && error.fault === 'peer') return undefined;
    throw error;
  }
}

/** The worst check of each report, and of the files that it names. */
async function worstOfReports(
  ledger: Ledger,
  source: string,
  hours: { from: Micros; to: Micros },
  signal: AbortSignal,
): Promise<Map<string, Pick<RecordedVerdict, 'verdict' | 'reason'>>> {
  const worst = new Map<string, Pick<RecordedVerdict, 'verdict' | 'reason'>>();
  for (const outcome of await ledger.outcomes({ source, hours, limit: MOST_VERDICTS, signal })) {
    if (outcome.subjectType === 'hour') continue;
    const report = outcome.subject.slice(0, 32);
    const other = worst.get(report);
    if (other === undefined || VERDICTS.indexOf(outcome.verdict) > VERDICTS.indexOf(other.verdict))
      worst.set(report, outcome);
  }
  return worst;
}
