import { HOUR } from '../../instants.ts';
import type { ListedReport, Micros, Verdict } from '../../types.ts';
import { reportIdOf } from '../subjects.ts';
import { counted, onReport } from '../verdict.ts';
import { compareInstances } from './compare-instances.ts';
import { compareMultipliers } from './compare-multipliers.ts';
import type { Change, Difference, Penalties, Snapshot } from './difference.ts';

export interface CompareOptions {
  /** The report after the later one: it tells whether an instance that is missing was deleted. */
  readonly next?: Snapshot | undefined;
  /** How long after its end a report may have been written, where its block's time is not known. Default one hour. */
  readonly lateAfter?: Micros | undefined;
  /** Default ×0.1, and ×0 for private instances. */
  readonly penalties?: Penalties | undefined;
}

// A row that a transaction wrote is seen when it is over; an export that starts a minute after the hour sees what began before it.
const COMMIT_TIME: Micros = 60_000_000;
// A publisher that changes everything wants to be found, not listed.
const MOST_DIFFERENCES = 50_000;

const USUAL_PENALTIES: Penalties = { shared: 0.1, private: 0 };

/**
 * Where two reports of one publisher contradict each other about the past; empty for honest ones. They need not be neighbours, but
 * what is missing from the later one is only held against it when it begins where the earlier one ends. Which of two is the
 * earlier, their hours say, not their places here. In a fixed order; of more than 50 000 the first.
 *
 * A digest on the chain proves what was said when; these prove that the publisher did not change its mind later.
 */
export function compareSnapshots(one: Snapshot, other: Snapshot, options: CompareOptions = {}): Difference[] {
  const [earlier, later] = inOrder([one, other]) as [Snapshot, Snapshot];
  const { lateAfter = HOUR } = options;
  const comparison = {
    earlier,
    later,
    next: options.next,
    consecutive: later.report.start === earlier.report.end,
    settled: earlier.report.end - COMMIT_TIME,
    earlierWrittenBy: writtenBy(earlier, lateAfter),
    laterWrittenBy: writtenBy(later, lateAfter),
    penalties: options.penalties ?? USUAL_PENALTIES,
  };
  const changes = [...compareInstances(comparison), ...compareMultipliers(comparison)];
  return changes
    .map((change) => [sortKey(change), change] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .slice(0, MOST_DIFFERENCES)
    .map(([, change]) => ({ report: later.report, against: earlier.report, ...change }));
}

/** Each report of one publisher against the one before it. The order in which they are given does not matter. */
export function compareHistory(
  snapshots: readonly Snapshot[],
  options: Omit<CompareOptions, 'next'> = {},
): Difference[] {
  const ordered = inOrder(snapshots);
  return ordered.flatMap((later, index) => {
    const earlier = ordered[index - 1];
    if (earlier === undefined) return [];
    return compareSnapshots(earlier, later, { ...options, next: ordered[index + 1] });
  });
}

/**
 * The verdict `snapshot` on the later of two reports that were compared. A past that was changed as the publisher is known to do is
 * no mismatch, since then everybody's report would be one: it is told, in findings. An instance that vanished is told so too.
 */
export function checkSnapshot(
  report: ListedReport,
  against: ListedReport,
  differences: readonly Difference[],
): Verdict {
  const id = reportIdOf(report);
  const own = differences.filter((difference) => reportIdOf(difference.report) === id);
  const grave = own.filter(({ severity }) => severity === 'critical');
  const evidence = {
    against: reportIdOf(against),
    differences: own.length,
    unexplained: grave.length,
  };
  const first = grave[0];
  if (first === undefined) {
    const detail =
      own.length === 0
        ? 'It tells the past as the report before it.'
        : `It tells the past as the report before it, but for ${counted(own.length, 'change')} that the publisher is known to make.`;
    return onReport(report, 'snapshot', { verdict: 'verified', reason: 'ok', detail, evidence });
  }
  const detail = `It tells the past otherwise than the report before it in ${counted(grave.length, 'place')}; the first: ${first.field} ${first.kind}, ${first.before} became ${first.after}.`;
  return onReport(report, 'snapshot', {
    verdict: 'mismatch',
    reason: 'rewritten',
    detail: printable(detail),
    evidence,
  });
}

function inOrder(snapshots: readonly Snapshot[]): Snapshot[] {
  return snapshots
    .map((snapshot) => [reportIdOf(snapshot.report), snapshot] as const)
    .sort(
      ([idA, { report: a }], [idB, { report: b }]) =>
        a.end - b.end || a.start - b.start || a.block - b.block || (idA < idB ? -1 : 1),
    )
    .map(([, snapshot]) => snapshot);
}

function writtenBy({ report, writtenBy: known }: Snapshot, lateAfter: Micros): Micros {
  return known === undefined || known < report.end ? report.end + lateAfter : known + COMMIT_TIME;
}

function sortKey({ instanceId, field, kind, before, after }: Change): string {
  return JSON.stringify([instanceId, field, kind, before, after]);
}

function printable(text: string): string {
  return text.replace(/[^ -~…]/g, '?');
}
