import { shortInstant } from '../instants.ts';
import type { ListedReport, Micros, Verdict, VerdictKind, VerdictReason } from '../types.ts';
import { VERDICTS } from '../types.ts';
import { isOnGrid } from './check-hour.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { reportIdOf } from './subjects.ts';
import { counted, type Outcome, onHour, spanText } from './verdict.ts';

/** A report of one validator, with the worst of its own checks. */
export interface GridReport {
  readonly report: ListedReport;
  /** Of the bytes as they were served; `undefined` when they could not be had. */
  readonly sha256?: string | undefined;
  readonly verdict: VerdictKind;
  /** Of the check that was worst. */
  readonly reason: VerdictReason;
}

export interface GridInput {
  readonly source: string;
  /** ss58. Reports of others are not counted. */
  readonly validator: string;
  readonly reports: readonly GridReport[];
  /** The hours whose ends lie behind `from` and not behind `to`. */
  readonly from: Micros;
  readonly to: Micros;
  /** Length of a step. */
  readonly hour: Micros;
  readonly now: Micros;
  /** How long after its end a report may be missing before that is a gap. */
  readonly lateAfter: Micros;
}

export interface GridCell {
  readonly start: Micros;
  readonly end: Micros;
  /** `due`: no report yet, and none is late. */
  readonly state: 'reported' | 'duplicate' | 'overlap' | 'gap' | 'due';
  readonly reports: readonly string[];
  /** Absent while the report is due. */
  readonly verdict?: Verdict | undefined;
}

export interface HourGrid {
  readonly source: string;
  readonly validator: string;
  readonly cells: readonly GridCell[];
  /** Of all reports of the validator in the window, whatever their verdicts. */
  readonly coverage: Coverage;
}

/** Hours of one grid at most, more than a year: the window comes from a setting or a request. */
const MOST_HOURS = 10_000;

/**
 * The hours of a window, each with one verdict:
 *
 * - one report, and nothing else touches the hour: as good as the worst of its checks, and for the same reason
 * - none: `mismatch` `gap`, as soon as it is later than it may be; until then there is no verdict
 * - several of the same bytes: as good as the best of them, reason `duplicate`. The content is one, and one proof of it is enough.
 * - several of different bytes, or of bytes that could not be compared: `mismatch` `duplicate`
 * - a report that is off the grid and touches the hour: `mismatch` `hour`, whatever else there is
 *
 * The order of the reports does not matter.
 */
export function hourGrid(input: GridInput): HourGrid {
  const { source, validator, from, to, hour } = input;
  const reports = input.reports
    .filter(({ report }) => report.role === 'validator' && report.hotkey === validator)
    .map((entry) => ({ ...entry, id: reportIdOf(entry.report) }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .filter(({ id }, index, all) => id !== all[index - 1]?.id);
  const aligned = Map.groupBy(
    reports.filter(({ report }) => isOnGrid(report, hour)),
    ({ report }) => report.end,
  );
  const astray = reports.filter(({ report }) => !isOnGrid(report, hour));

  const cells: GridCell[] = [];
  const first = Math.floor(from / hour + 1) * hour;
  for (let end = first; end <= to && cells.length < MOST_HOURS; end += hour) {
    const start = end - hour;
    const touching = astray.filter(({ report }) => report.start < end && report.end > start);
    const judged = judgeHour(input, start, end, aligned.get(end) ?? [], touching);
    cells.push({
      start,
      end,
      state: judged.state,
      reports: [...(aligned.get(end) ?? []), ...touching].map(({ id }) => id).slice(0, 20),
      verdict: judged.outcome === undefined ? undefined : onHour(source, validator, end, judged.outcome),
    });
  }
  const covered = reports.map(({ report }) => report);
  return { source, validator, cells, coverage: coverageOf(covered, from, Math.min(to, lastEnd(cells, to))) };
}

type Numbered = GridReport & { readonly id: string };

function judgeHour(
  { now, lateAfter }: GridInput,
  start: Micros,
  end: Micros,
  reports: readonly Numbered[],
  astray: readonly Numbered[],
): { state: GridCell['state']; outcome?: Outcome } {
  const evidence = {
    start: shortInstant(start),
    reports: [...reports, ...astray]
      .slice(0, 20)
      .map(({ id, sha256 }) => (sha256 === undefined ? { id } : { id, sha256 })),
  };
  const [only, other] = reports;
  const strayed = astray[0];
  if (strayed !== undefined) {
    const { report } = strayed;
    const detail = `A report of ${shortInstant(report.start)} to ${shortInstant(report.end)} reaches into this hour${only === undefined ? '' : ', which has a report of its own'}.`;
    return {
      state: 'overlap',
      outcome: {
        verdict: 'mismatch',
        reason: 'hour',
        detail,
        evidence: { ...evidence, astray: strayed.id, reported: only !== undefined },
      },
    };
  }
  if (only === undefined) {
    if (now < end + lateAfter) return { state: 'due' };
    const detail = `No report of this hour, ${spanText(now - end)} after its end.`;
    return {
      state: 'gap',
      outcome: { verdict: 'mismatch', reason: 'gap', detail, evidence: { start: evidence.start } },
    };
  }
  if (other === undefined) {
    const { verdict, reason } = only;
    const detail = ONE_REPORT[verdict];
    return { state: 'reported', outcome: { verdict, reason, detail, evidence } };
  }
  const same = only.sha256 !== undefined && reports.every(({ sha256 }) => sha256 === only.sha256);
  if (same) {
    const detail = `${counted(reports.length, 'report')} of this hour with the same bytes.`;
    const best = VERDICTS.find((kind) => reports.some(({ verdict }) => verdict === kind)) ?? 'unverifiable';
    return {
      state: 'duplicate',
      outcome: { verdict: best, reason: 'duplicate', detail, evidence: { ...evidence, sameBytes: true } },
    };
  }
  const detail = `${counted(reports.length, 'report')} of this hour, and not the same bytes.`;
  return {
    state: 'duplicate',
    outcome: {
      verdict: 'mismatch',
      reason: 'duplicate',
      detail,
      evidence: { ...evidence, sameBytes: false },
    },
  };
}

const ONE_REPORT: Record<VerdictKind, string> = {
  verified: 'One report, and every check of it holds.',
  'matches-but-older': 'One report, committed before the block that its entry names.',
  stale: 'One report that the account did not commit to: the chain holds an older digest.',
  uncommitted: 'One report that the account did not commit to.',
  unverifiable: 'One report, of which a check could not be made.',
  mismatch: 'One report, of which a check fails.',
};

/** End of the last hour that is not merely due: what nobody owes yet is no gap in the coverage. */
function lastEnd(cells: readonly GridCell[], to: Micros): Micros {
  const owed = cells.findLast(({ state }) => state !== 'due');
  const due = cells.find(({ state }) => state === 'due');
  if (due === undefined) return to;
  return owed === undefined ? (cells[0]?.start ?? to) : owed.end;
}
