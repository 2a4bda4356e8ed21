import type { ListedReport, Verdict } from '../types.ts';
import type { DownloadOutcome } from './check-file.ts';
import { reportIdOf } from './subjects.ts';
import { onReport, quoted, shortened } from './verdict.ts';

/**
 * Whether the publisher still serves the bytes that were verified: the verdict `again`, from the digest that was stored then and a
 * later download. `undefined` when the later download says nothing: a report that is no longer served is still the one we hold.
 */
export function checkAgain(
  report: ListedReport,
  stored: string,
  again: DownloadOutcome,
): Verdict | undefined {
  if (!('sha256' in again)) return undefined;
  const evidence = { stored, sha256: again.sha256 };
  if (again.sha256 === stored) {
    const detail = 'The publisher still serves the same bytes.';
    return onReport(report, 'again', { verdict: 'verified', reason: 'ok', detail, evidence });
  }
  const detail = `The publisher now serves other bytes (SHA-256 ${quoted(again.sha256)}) under the entry whose bytes were ${stored}.`;
  return onReport(report, 'again', { verdict: 'mismatch', reason: 'rewritten', detail, evidence });
}

/**
 * Lines that were changed after they were first seen, or that contradict one another in one list: of the same source, role, account and
 * id, but another block, path or time. The verdict `again` on each such line of `listed`. One line seen twice is one line.
 */
export function checkListedAgain(known: Iterable<ListedReport>, listed: readonly ListedReport[]): Verdict[] {
  const identity = ({ source, role, hotkey, entryId }: ListedReport) =>
    JSON.stringify([source, role, hotkey, entryId]);
  const seen = Map.groupBy([...known, ...listed], identity);
  const verdicts = new Map<string, Verdict>();
  for (const report of listed) {
    const id = reportIdOf(report);
    const other = seen.get(identity(report))?.find((line) => reportIdOf(line) !== id);
    if (other === undefined || verdicts.has(id)) continue;
    const fields = CLAIMS.filter((name) => report[name] !== other[name]);
    const detail = `The entry ${quoted(report.entryId)} is listed with another ${fields.join(' and ')} than before.`;
    const evidence = {
      entryId: shortened(report.entryId),
      fields: [...fields],
      before: fields.map((name) => claimed(other[name])),
      after: fields.map((name) => claimed(report[name])),
      other: reportIdOf(other),
    };
    verdicts.set(
      id,
      onReport(report, 'again', { verdict: 'mismatch', reason: 'rewritten', detail, evidence }),
    );
  }
  return [...verdicts.values()];
}

const CLAIMS = ['block', 'path', 'start', 'end'] as const;

function claimed(value: string | number): string | number {
  return typeof value === 'string' ? shortened(value) : value;
}
