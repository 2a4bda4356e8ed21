import type { Command } from 'commander';
import {
  type FindingAnswer,
  type FindingsAnswer,
  findingsToCsv,
  MOST_ROWS,
  parseFindingKind,
  parseSeverity,
} from '../../../audit/index.ts';
import { shortAddress, stringifyJson } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type Column, printable, renderTable } from '../../table.ts';
import { type Adapters, askAudit, timeCell } from './ask-audit.ts';

export interface FindingsOptions {
  source?: string;
  kind?: string;
  severity?: string;
  hotkey?: string;
  all?: boolean;
  limit?: number;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope audit findings`: what a person should look at, gravest first. Listing them is no failure: it ends with 0. */
export async function findings(
  command: Command,
  effects: Effects,
  options: FindingsOptions,
  adapters: Adapters,
): Promise<void> {
  const query = {
    source: options.source,
    kind: options.kind === undefined ? undefined : parseFindingKind(options.kind),
    severity: options.severity === undefined ? undefined : parseSeverity(options.severity),
    hotkey: options.hotkey,
    state: options.all ? ('all' as const) : ('open' as const),
    limit: Math.min(options.limit ?? 100, MOST_ROWS),
  };
  const answer = await askAudit<FindingsAnswer>(
    command,
    effects,
    { path: '/audit/findings', query, read: (answers, signal) => answers.findings(query, signal) },
    adapters,
  );
  if (options.json) await effects.stdout.write(`${stringifyJson(answer, 2)}\n`);
  else if (options.csv) await effects.stdout.write(findingsToCsv(answer));
  else await effects.stdout.write(renderFindings(answer));
}

/** The table for people: how many are open, then one line each. */
export function renderFindings({ findings: shown, total, open }: FindingsAnswer): string {
  const summary = `open findings: ${open.critical} critical, ${open.warning} warnings, ${open.info} for information\n\n`;
  if (shown.length === 0) return `${summary}Nothing to show.\n`;
  const more = total > shown.length ? `… and ${total - shown.length} more; --limit shows them\n` : '';
  return summary + renderTable(COLUMNS, shown) + more;
}

/** One finding in a line: `critical  paid-unowed  2025-02-10 16:00  …`. */
export function findingLine({ severity, kind, hour, title }: FindingAnswer): string {
  return printable(
    `${severity.padEnd(8)}  ${kind}  ${timeCell(hour).slice(0, 16)}  ${withShortNames(title)}`,
  );
}

/** Whole addresses would push a sentence off the screen. */
export function withShortNames(sentence: string): string {
  return sentence.replace(/\b5[1-9A-HJ-NP-Za-km-z]{46,47}\b/g, shortAddress);
}

const COLUMNS: Column<FindingAnswer>[] = [
  {
    title: 'severity',
    cell: ({ severity, resolvedAt }) => (resolvedAt === null ? severity : `${severity}, over`),
  },
  { title: 'kind', cell: ({ kind }) => kind },
  { title: 'hour (UTC)', cell: ({ hour }) => timeCell(hour).slice(0, 16) },
  { title: 'first seen (UTC)', cell: ({ firstSeen }) => timeCell(firstSeen).slice(0, 16) },
  { title: 'what', cell: ({ title }) => withShortNames(title) },
];
