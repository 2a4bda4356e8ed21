import type { Command } from 'commander';
import type { WhyAnswer } from '../../../audit/index.ts';
import { parseAccount, stringifyJson, toSs58 } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { type Column, printable, renderFacts, renderTable } from '../../table.ts';
import { type Adapters, askAudit, deltaCell, percentCell, timeCell } from './ask-audit.ts';
import { type JudgementOptions, judgementQuery } from './scores.ts';

/** `taoscope audit why <hotkey>`: where a miner's score comes from, and what would explain that it was paid otherwise. */
export async function why(
  command: Command,
  effects: Effects,
  hotkey: string,
  options: Omit<JudgementOptions, 'csv'>,
  adapters: Adapters,
): Promise<void> {
  const account = toSs58(parseAccount(hotkey));
  const { asked, query } = judgementQuery(options);
  const answer = await askAudit<WhyAnswer>(
    command,
    effects,
    {
      path: `/audit/why/${account}`,
      query: asked,
      read: (answers, signal) => answers.why(account, query, signal),
      chain: true,
    },
    adapters,
  );
  await effects.stdout.write(options.json ? `${stringifyJson(answer, 2)}\n` : renderWhy(answer));
}

/** The whole story for people. */
export function renderWhy(answer: WhyAnswer): string {
  const { features, instances, chutes, candidates, notCounted } = answer;
  return [
    renderFacts([
      ['miner', `${answer.hotkey}${answer.uid === null ? '' : `, uid ${answer.uid}`}`],
      ['judged', `profile ${answer.profile} at ${timeCell(answer.at)} UTC, from ${answer.basis} reports`],
      ['owed', `${percentCell(answer.expected)}${answer.rank === null ? '' : `, rank ${answer.rank}`}`],
      ['own weights', sideText(answer.weight)],
      ['consensus', sideText(answer.incentive)],
      ['published', sideText(answer.published)],
      ['state', answer.state],
      [
        'rows',
        [`${answer.counted} counted`, ...notCounted.map(({ why: reason, rows }) => `${rows} ${reason}`)].join(
          ', ',
        ),
      ],
    ]),
    ...(features.length === 0 ? [] : [renderTable(FEATURE_COLUMNS, features)]),
    ...(instances.length === 0 ? [] : [renderTable(INSTANCE_COLUMNS, instances)]),
    ...(chutes.length === 0 ? [] : [renderTable(CHUTE_COLUMNS, chutes)]),
    `${[
      answer.summary,
      ...answer.explanations.slice(1).map(({ text }) => text),
      ...candidates.map(({ text }) => `  ${text}`),
    ]
      .map(printable)
      .join('\n')}\n`,
  ].join('\n');
}

function sideText({ paid, delta }: WhyAnswer['weight']): string {
  return paid === null ? 'not known' : `${percentCell(paid)} (${deltaCell(delta)})`;
}

const number = (value: number | null) => (value === null ? '' : String(Number(value.toPrecision(6))));

const FEATURE_COLUMNS: Column<WhyAnswer['features'][number]>[] = [
  { title: 'feature', cell: ({ name }) => name },
  { title: 'its own', align: 'right', cell: ({ raw }) => number(raw) },
  { title: 'of all', align: 'right', cell: ({ total }) => number(total) },
  { title: 'unit', cell: ({ unit }) => unit },
  { title: 'share', align: 'right', cell: ({ share }) => percentCell(share) },
  { title: 'brings', align: 'right', cell: ({ contribution }) => percentCell(contribution) },
];

const INSTANCE_COLUMNS: Column<WhyAnswer['instances'][number]>[] = [
  { title: 'instance', cell: ({ instanceId }) => instanceId },
  { title: 'chute', cell: ({ chuteId }) => chuteId },
  { title: 'seconds', align: 'right', cell: ({ seconds }) => number(seconds) },
  { title: 'multiplier', align: 'right', cell: ({ multiplier }) => number(multiplier) },
  { title: 'brings', align: 'right', cell: ({ share }) => percentCell(share) },
  { title: 'note', cell: ({ note }) => note },
];

const CHUTE_COLUMNS: Column<WhyAnswer['chutes'][number]>[] = [
  { title: 'chute', cell: ({ chuteId }) => chuteId },
  { title: 'requests', align: 'right', cell: ({ requests }) => String(requests) },
  { title: 'units', align: 'right', cell: ({ units }) => number(units) },
];
