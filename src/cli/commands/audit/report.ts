import type { Command } from 'commander';
import type { ReportDetails } from '../../../audit/index.ts';
import { stringifyJson, TaoscopeError } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type Column, printable, renderFacts, renderTable } from '../../table.ts';
import { type Adapters, askAudit, timeCell } from './ask-audit.ts';
import { findingLine } from './findings.ts';

export interface ReportOptions {
  json?: boolean;
}

/** `taoscope audit report <id>`: each check of a report with what it rests on. */
export async function report(
  command: Command,
  effects: Effects,
  id: string,
  options: ReportOptions,
  adapters: Adapters,
): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new TaoscopeError('usage', {
      failed: 'this is not the id of a report',
      got: JSON.stringify(id.slice(0, 80)),
      expected: '32 hex digits, as `taoscope audit findings --json` shows them',
    });
  const answer = await askAudit<ReportDetails>(
    command,
    effects,
    { path: `/audit/reports/${id}`, read: (answers, signal) => answers.report(id, signal) },
    adapters,
  );
  await effects.stdout.write(options.json ? `${stringifyJson(answer, 2)}\n` : renderReport(answer));
}

/** The whole report for people: what it is, its checks worst first, its files, what it tells otherwise, findings. */
export function renderReport(details: ReportDetails): string {
  const { report: told, checks, files, differences, findings } = details;
  return [
    renderFacts([
      ['report', told.id],
      ['verdict', told.verdict ?? 'not judged'],
      ['by', `${told.role} ${told.hotkey}`],
      ['covers', `${timeCell(told.start)} to ${timeCell(told.end)} UTC`],
      ['entry', `${told.entryId}, block ${told.block}`],
      ['path', told.path],
      ['SHA-256', told.sha256 ?? 'not fetched'],
      ['size', told.bytes === null ? 'not known' : `${told.bytes} bytes`],
      ['rows', `${told.instances} instances, ${told.multipliers} multipliers, ${told.badRows} unreadable`],
      ...told.drift.map((line): [string, string] => ['format', line]),
    ]),
    ...(checks.length === 0 ? ['No check was made yet.\n'] : [renderTable(CHECK_COLUMNS, checks)]),
    ...(files.length === 0 ? [] : [renderTable(FILE_COLUMNS, files)]),
    ...(differences.length === 0
      ? []
      : [
          `It tells ${differences.length} things otherwise than the report before it:\n${renderTable(DIFFERENCE_COLUMNS, differences.slice(0, MOST_LINES))}`,
        ]),
    ...(findings.length === 0
      ? []
      : [
          findings
            .slice(0, MOST_LINES)
            .map((one) => `${findingLine(one)}\n  ${printable(one.detail)}\n`)
            .join(''),
        ]),
  ].join('\n');
}

// What a screen holds.
const MOST_LINES = 30;

const CHECK_COLUMNS: Column<ReportDetails['checks'][number]>[] = [
  { title: 'check', cell: ({ check, file }) => (file === null ? check : `${check} of ${file}`) },
  { title: 'verdict', cell: ({ verdict }) => verdict },
  { title: 'reason', cell: ({ reason }) => reason },
  { title: 'since (UTC)', cell: ({ at }) => timeCell(at) },
  {
    title: 'before',
    cell: ({ history }) => history.map(({ verdict }) => verdict).join(', ') || '',
  },
  { title: 'what was seen', cell: ({ detail }) => detail },
];

const FILE_COLUMNS: Column<ReportDetails['files'][number]>[] = [
  { title: 'file', cell: ({ kind }) => kind },
  { title: 'state', cell: ({ state }) => state },
  { title: 'rows', align: 'right', cell: ({ rows }) => String(rows) },
  { title: 'unreadable', align: 'right', cell: ({ badRows }) => String(badRows) },
  { title: 'bytes', align: 'right', cell: ({ bytes }) => (bytes === null ? '' : String(bytes)) },
  {
    title: 'SHA-256',
    cell: ({ sha256, claimedSha256 }) =>
      sha256 === null
        ? `${claimedSha256} claimed`
        : sha256 === claimedSha256
          ? sha256
          : `${sha256}, not ${claimedSha256}`,
  },
];

const DIFFERENCE_COLUMNS: Column<ReportDetails['differences'][number]>[] = [
  { title: 'instance', cell: ({ instanceId }) => instanceId },
  { title: 'what', cell: ({ field }) => field },
  { title: 'before', cell: ({ before }) => before },
  { title: 'now', cell: ({ after }) => after },
  { title: 'severity', cell: ({ severity }) => severity },
];
