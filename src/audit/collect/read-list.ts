import { throwIfAborted, toTaoscopeError } from '../../shared/index.ts';
import type { Listing } from '../adapter.ts';
import type { FindingScope } from '../ledger/types.ts';
import { FINDING_KINDS, type Finding, type ListedReport } from '../types.ts';
import { reportIdOf } from '../verify/subjects.ts';
import { counted, quoted, shortened } from '../verify/verdict.ts';
import type { SourceParts } from './audit-report.ts';
import type { ReportRow } from './report-rows.ts';

/** The list of a source, or why it cannot be read. */
export async function readList(parts: SourceParts, signal: AbortSignal): Promise<Listing | string> {
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

/** Which findings {@link listFindings} decides. Without a list nothing new is known about its lines. */
export function listScope(listing: Listing | string, hours: FindingScope['hours']): FindingScope {
  const kinds = ['source-unreachable', 'hostile-value'] as const;
  return { hours, kinds: typeof listing === 'string' ? kinds.slice(0, 1) : kinds };
}

/** What of a list a person should look at: that it cannot be read, or lines of it that are no entries. */
export function listFindings(source: string, listing: Listing | string, nowMs: number): Finding[] {
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

/** Rows of the listed reports that are not known yet, each once. */
export function freshRows(
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
