import type { Listing } from '../adapter.ts';
import type { ListedReport, Micros } from '../types.ts';

/** Lines of one account in the window of a list: an hour each for eight days is 192. */
export const MOST_OF_AN_ACCOUNT = 1_000;

/** Lines of a source in the window: all 256 accounts of a subnet, an hour each for eight days, are 49 152. */
export const MOST_OF_A_SOURCE = 100_000;

export interface ListBounds {
  /** Lines that end before this are none of our business any more. */
  readonly from: Micros;
  /** Lines that end behind this are of a time that is not over. */
  readonly to: Micros;
  /** Lines that are known from before count too. */
  readonly known?: Iterable<ListedReport> | undefined;
}

/**
 * A list without what would only keep us busy: lines of times to come, and more lines than anybody has hours to report. Validators' lines
 * come first, and of each account the newest; what is left out is told with the lines that are no entries.
 */
export function boundedList(listing: Listing, { from, to, known = [] }: ListBounds): Listing {
  const taken = new Map<string, number>();
  let all = 0;
  const take = (hotkey: string): number => {
    const count = (taken.get(hotkey) ?? 0) + 1;
    taken.set(hotkey, count);
    all++;
    return count;
  };
  const lines = new Set<string>();
  for (const report of known) {
    lines.add(lineOf(report));
    take(report.hotkey);
  }
  const bad = [...listing.bad];
  let { badCount } = listing;
  const refuse = ({ entryId }: ListedReport, reason: string): false => {
    badCount++;
    if (bad.length < MOST_SAMPLES) bad.push({ where: `entry ${entryId.slice(0, 40)}`, reason });
    return false;
  };
  const reports = listing.reports
    .filter(({ end }) => end >= from)
    .toSorted((a, b) => (a.role === b.role ? b.end - a.end : a.role === 'validator' ? -1 : 1))
    .filter((report) => {
      if (!(report.end <= to)) return refuse(report, 'is of a time that is not over');
      const line = lineOf(report);
      if (lines.has(line)) return true;
      lines.add(line);
      if ((taken.get(report.hotkey) ?? 0) >= MOST_OF_AN_ACCOUNT)
        return refuse(report, `is one of more than ${MOST_OF_AN_ACCOUNT} of its account`);
      if (report.role === 'miner' && all >= MOST_OF_A_SOURCE)
        return refuse(report, `is one of more than ${MOST_OF_A_SOURCE} in the list`);
      take(report.hotkey);
      return true;
    });
  return { ...listing, reports, bad, badCount };
}

const MOST_SAMPLES = 100;

function lineOf({ role, hotkey, entryId, block, path, start, end }: ListedReport): string {
  return JSON.stringify([role, hotkey, entryId, block, path, start, end]);
}
