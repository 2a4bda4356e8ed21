import type { FindingsAnswer } from '../../../audit/index.ts';
import { printable } from '../../table.ts';
import { findingLine } from './findings.ts';

/** What a look at all sources came to; `--json` prints it as it is. */
export interface PassReport {
  readonly sources: readonly {
    readonly source: string;
    /** Lines of its list, and those that were new. */
    readonly listed: number;
    readonly fresh: number;
    /** Reports looked at, files and rows loaded. */
    readonly reports: number;
    readonly files: number;
    readonly rows: number;
    /** Why its list could not be read. */
    readonly unreachable?: string | undefined;
    /** Hours of its validators by verdict, over the window; those that nothing is known of under `none`. */
    readonly hours: Readonly<Record<string, number>>;
  }[];
  /** Those that are open. */
  readonly findings: FindingsAnswer;
  readonly seconds: number;
}

/** A look for people: findings first, one line each, then what was looked at and how it came out. */
export function renderPass({ sources, findings, seconds }: PassReport): string {
  const { open, total } = findings;
  const shown = findings.findings;
  return [
    ...shown.map(findingLine),
    ...(total > shown.length ? [`… and ${total - shown.length} more: taoscope audit findings`] : []),
    ...(shown.length === 0 ? [] : ['']),
    ...sources.map((one) => printable(sourceLine(one))),
    `open findings: ${open.critical} critical, ${open.warning} warnings, ${open.info} for information; ${seconds.toFixed(1)} s`,
    '',
  ].join('\n');
}

/** In the order from good to bad. */
const ORDER = [
  'verified',
  'matches-but-older',
  'stale',
  'uncommitted',
  'unverifiable',
  'mismatch',
  'none',
] as const;

function sourceLine({
  source,
  unreachable,
  hours,
  fresh,
  reports,
  files,
  rows,
}: PassReport['sources'][number]) {
  const counts = ORDER.flatMap((verdict) => {
    const count = hours[verdict] ?? 0;
    return count === 0 ? [] : [`${count} ${verdict === 'none' ? 'not judged' : verdict}`];
  });
  const came = `${counts.join(', ') || 'none'}; ${fresh} new entries, ${reports} reports, ${files} files, ${rows} rows`;
  return unreachable === undefined
    ? `${source}: hours ${came}`
    : `${source}: its list could not be read (${unreachable.slice(0, 200)}); hours ${came}`;
}
