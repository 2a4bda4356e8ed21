import type { Command } from 'commander';
import { type CopierEvidence, copierEvidence, copiersToCsv } from '../../metagraph/index.ts';
import { shortAddress, stringifyJson } from '../../shared/index.ts';
import type { Effects } from '../effects.ts';
import { type Column, renderTable } from '../table.ts';
import { askFigure } from './figure.ts';

export interface CopiersOptions {
  from?: number;
  to?: number;
  mechanism?: number;
  threshold?: number;
  epochs?: number;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope copiers <netuid>`: a suspicion with its evidence. Suspecting somebody is no failure: it ends with 0. */
export async function copiers(
  command: Command,
  effects: Effects,
  netuid: number,
  options: CopiersOptions,
): Promise<void> {
  const { from, to, mechanism, threshold, epochs } = options;
  const query = { from, to, mechanism, threshold, epochs };
  const evidence = await askFigure<CopierEvidence>(command, effects, {
    path: `/subnets/${netuid}/copiers`,
    query,
    read: (store) => copierEvidence(store, { netuid, ...query }, effects.signal),
  });
  if (options.json) effects.stdout.write(`${stringifyJson(evidence, 2)}\n`);
  else if (options.csv) effects.stdout.write(copiersToCsv(evidence));
  else effects.stdout.write(renderCopiers(evidence));
}

/** The table for people: the most suspected first, with the strongest evidence in a line. */
export function renderCopiers(evidence: CopierEvidence): string {
  const { netuid, mechanism, from, to, epochs, commitReveal, threshold, note, validators } = evidence;
  const subnet = `netuid ${netuid}${mechanism === 0 ? '' : `, mechanism ${mechanism}`}`;
  const reveal = commitReveal ? ', weights hidden until revealed' : '';
  return [
    `${subnet}, blocks ${from} to ${to}, ${epochs} epochs${reveal}: evidence that weights are copied`,
    `A score from ${threshold} is a suspicion, not a verdict; --json shows the rows behind it.\n`,
    ...(note === undefined ? [] : [`${note}\n`]),
    ...(validators.length === 0 ? [] : [renderTable(COLUMNS, validators)]),
  ].join('\n');
}

type Validator = CopierEvidence['validators'][number];

const COLUMNS: Column<Validator>[] = [
  {
    title: 'score',
    align: 'right',
    cell: ({ score }) => (score === null ? '' : score.toFixed(2)),
  },
  { title: 'state', cell: ({ state }) => state },
  { title: 'uid', align: 'right', cell: ({ uid }) => String(uid) },
  { title: 'hotkey', cell: ({ hotkey }) => shortAddress(hotkey) },
  {
    title: 'stake',
    align: 'right',
    cell: ({ stake }) => (stake === null ? '' : stake.toFixed(3)),
  },
  { title: 'strongest evidence', cell: ({ explanation }) => withShortNames(explanation[0] ?? '') },
];

/** Whole addresses would push a sentence off the screen. */
function withShortNames(sentence: string): string {
  return sentence.replace(/\b5[1-9A-HJ-NP-Za-km-z]{46,47}\b/g, shortAddress);
}
