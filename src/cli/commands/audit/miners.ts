import type { Command } from 'commander';
import { agreementsToCsv, type MinersAnswer } from '../../../audit/index.ts';
import { shortAddress, stringifyJson } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type Column, printable, renderTable } from '../../table.ts';
import { type Adapters, askAudit, timeCell } from './ask-audit.ts';

export interface MinersOptions {
  source?: string;
  validator?: string;
  hours?: number;
  /** A log line for each instead of the table. */
  lines?: boolean;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope audit miners`: what miners say of themselves, beside what the validator says of them. */
export async function miners(
  command: Command,
  effects: Effects,
  options: MinersOptions,
  adapters: Adapters,
): Promise<void> {
  const query = { source: options.source, validator: options.validator, hours: options.hours ?? 168 };
  const answer = await askAudit<MinersAnswer>(
    command,
    effects,
    { path: '/audit/miners', query, read: (answers, signal) => answers.miners(query, signal) },
    adapters,
  );
  if (options.json) await effects.stdout.write(`${stringifyJson(answer, 2)}\n`);
  else if (options.csv) await effects.stdout.write(agreementsToCsv(answer));
  else if (options.lines)
    await effects.stdout.write(answer.miners.map(({ line }) => `${printable(line)}\n`).join(''));
  else await effects.stdout.write(renderMiners(answer));
}

/** The table for people: those that disagree first. */
export function renderMiners({ source, from, to, threshold, miners: shown }: MinersAnswer): string {
  const head = `${source}, ${timeCell(from)} to ${timeCell(to)} UTC: miners' own counts beside the validator's; a ratio below ${threshold} that chance does not explain is a disagreement\n\n`;
  return shown.length === 0
    ? `${head}No miner has published a report about itself.\n`
    : head + renderTable(COLUMNS, shown);
}

type Miner = MinersAnswer['miners'][number];

const COLUMNS: Column<Miner>[] = [
  { title: 'uid', align: 'right', cell: ({ uid }) => (uid === null ? '' : String(uid)) },
  { title: 'hotkey', cell: ({ hotkey }) => shortAddress(hotkey) },
  {
    title: 'covered',
    align: 'right',
    cell: ({ coverage }) => `${Math.round(coverage.seconds)} of ${Math.round(coverage.wantedSeconds)} s`,
  },
  { title: 'hours', align: 'right', cell: ({ commonHours }) => String(commonHours) },
  { title: 'own', align: 'right', cell: ({ counts }) => String(counts.own) },
  { title: 'validator', align: 'right', cell: ({ counts }) => String(counts.validator) },
  {
    title: 'ratio',
    align: 'right',
    cell: ({ counts }) => (counts.ratio === null ? '' : counts.ratio.toFixed(4)),
  },
  {
    title: '95 %',
    cell: ({ counts }) =>
      counts.low === null || counts.high === null ? '' : `${counts.low.toFixed(4)}–${counts.high.toFixed(4)}`,
  },
  { title: 'counts', cell: ({ counts }) => counts.state },
  {
    title: 'instances',
    align: 'right',
    cell: ({ instances }) =>
      `${instances.matched} matched, ${instances.ownOnly} + ${instances.validatorOnly} alone`,
  },
  { title: 'sides', cell: ({ instances }) => instances.state },
];
