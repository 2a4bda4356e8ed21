import type { Command } from 'commander';
import { type IncentivesAnswer, incentivesToCsv } from '../../../audit/index.ts';
import { shortAddress, stringifyJson, TaoscopeError } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type Column, printable, renderTable } from '../../table.ts';
import { type Adapters, askAudit, deltaCell, percentCell, timeCell } from './ask-audit.ts';

export interface JudgementOptions {
  source?: string;
  validator?: string;
  /** ISO 8601, UTC. */
  at?: string;
  profile?: string;
  /** Score also from reports that nobody committed to, and the live feeds. */
  published?: boolean;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope audit scores`: what each miner is owed, beside what it was paid. */
export async function scores(
  command: Command,
  effects: Effects,
  options: JudgementOptions,
  adapters: Adapters,
): Promise<void> {
  const { asked, query } = judgementQuery(options);
  const answer = await askAudit<IncentivesAnswer>(
    command,
    effects,
    {
      path: '/audit/incentives',
      query: asked,
      read: (answers, signal) => answers.incentives(query, signal),
      chain: true,
    },
    adapters,
  );
  if (options.json) await effects.stdout.write(`${stringifyJson(answer, 2)}\n`);
  else if (options.csv) await effects.stdout.write(incentivesToCsv(answer));
  else await effects.stdout.write(renderScores(answer));
}

/** The options as the API wants them, and as the store does. */
export function judgementQuery({ source, validator, at, profile, published }: JudgementOptions) {
  const basis = published ? ('published' as const) : ('committed' as const);
  const instant = at === undefined ? undefined : parseInstant(at);
  return {
    asked: { source, validator, at: instant?.text, profile, basis },
    query: { source, validator, at: instant?.micros, profile, basis },
  };
}

/** An instant that a person wrote; without a zone it is UTC. */
export function parseInstant(text: string): { readonly text: string; readonly micros: number } {
  const [, day, time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?)?Z?$/.exec(text) ?? [];
  const ms = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (day !== undefined && !Number.isNaN(ms))
    return {
      text: `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}Z`,
      micros: ms * 1000 + Number(fraction.padEnd(6, '0')),
    };
  throw new TaoscopeError('usage', {
    failed: 'this is no instant',
    got: JSON.stringify(text.slice(0, 60)),
    expected: 'a time in UTC as 2025-02-10T15:00:00Z, or a day',
  });
}

/** The table for people: what was judged, how far it lies off, and each miner, worst first. */
export function renderScores(answer: IncentivesAnswer): string {
  const { profile, at, hours, sides, miners, basis, runnersUp, notes } = answer;
  const chosen = { auto: 'by its date', best: 'as the best fit', named: 'as asked' }[profile.chosen];
  const head = [
    `${answer.source}, netuid ${answer.netuid}: profile ${profile.name} (${chosen}) at ${timeCell(at)} UTC, from ${basis} reports`,
    `${hours.counted} of ${hours.wanted} hours count${hours.enough ? '' : ': too little to say who is paid wrongly'}`,
    `own weights:  ${sideLine(sides.weight)}`,
    `consensus:    ${sideLine(sides.incentive)}`,
    `published:    ${sideLine(sides.published)}`,
    ...(runnersUp.length === 0
      ? []
      : [
          `profiles by distance: ${runnersUp.map(({ profile: name, l1, tied }) => `${name} ${l1 === null ? 'pays nobody' : l1.toFixed(5)}${tied ? ' (tied)' : ''}`).join(', ')}`,
        ]),
    ...notes,
  ].map(printable);
  return `${head.join('\n')}\n\n${renderTable(COLUMNS, miners)}`;
}

function sideLine(side: IncentivesAnswer['sides']['weight']): string {
  if (side.missing !== null) return side.missing;
  const block = side.block === null ? '' : `block ${side.block}, `;
  return `${block}L1 ${(side.l1 ?? 0).toFixed(5)}, largest delta ${(side.largest ?? 0).toFixed(5)}, ${side.owedUnpaid} owed but unpaid, ${side.paidUnowed} paid but unowed, ${side.paidOtherwise} paid otherwise, ${side.rankChanges} other ranks`;
}

type Miner = IncentivesAnswer['miners'][number];

const COLUMNS: Column<Miner>[] = [
  { title: 'state', cell: ({ state }) => (state === 'agrees' ? '' : state) },
  { title: 'uid', align: 'right', cell: ({ uid }) => (uid === null ? '' : String(uid)) },
  { title: 'hotkey', cell: ({ hotkey }) => shortAddress(hotkey) },
  { title: 'expected', align: 'right', cell: ({ expected }) => percentCell(expected) },
  { title: 'weight', align: 'right', cell: ({ weight }) => percentCell(weight.paid) },
  { title: 'delta', align: 'right', cell: ({ weight }) => deltaCell(weight.delta) },
  { title: 'incentive', align: 'right', cell: ({ incentive }) => percentCell(incentive.paid) },
  { title: 'delta', align: 'right', cell: ({ incentive }) => deltaCell(incentive.delta) },
  { title: 'published', align: 'right', cell: ({ published }) => percentCell(published.paid) },
  {
    title: 'may be explained by',
    cell: ({ explanations }) => explanations.map(({ reason }) => reason).join(', '),
  },
];
