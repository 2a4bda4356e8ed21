import type { Command } from 'commander';
import { type Grouping, type GroupsFigure, groupsFigure, groupsToCsv } from '../../metagraph/index.ts';
import { shortAddress, stringifyJson, TaoscopeError } from '../../shared/index.ts';
import type { Effects } from '../effects.ts';
import { type Column, renderTable } from '../table.ts';
import { askFigure, type FigureOptions, headline, sparkline } from './figure.ts';

export interface GroupsOptions extends FigureOptions {
  by: string;
  count?: string;
  top: number;
}

/** `taoscope groups <netuid>` */
export async function groups(
  command: Command,
  effects: Effects,
  netuid: number,
  options: GroupsOptions,
): Promise<void> {
  const query = {
    from: options.from,
    to: options.to,
    hours: options.hours,
    mechanism: options.mechanism,
    by: parseGrouping('--by', options.by),
    count: options.count === undefined ? undefined : parseGrouping('--count', options.count),
    top: options.top,
  };
  const figure = await askFigure<GroupsFigure>(command, effects, {
    path: `/subnets/${netuid}/groups`,
    query,
    read: (store) => groupsFigure(store, { netuid, ...query }, effects.signal),
  });
  if (options.json) effects.stdout.write(`${stringifyJson(figure, 2)}\n`);
  else if (options.csv) effects.stdout.write(groupsToCsv(figure));
  else effects.stdout.write(`${headline(`groups by ${NAMES[figure.by]}`, figure)}${render(figure)}`);
}

const GROUPINGS = ['coldkey', 'hotkey', 'ip', 'subnet24'] as const;

const NAMES: Readonly<Record<Grouping, string>> = {
  coldkey: 'coldkey',
  hotkey: 'hotkey',
  ip: 'IP',
  subnet24: 'network',
};

function parseGrouping(option: string, text: string): Grouping {
  const found = GROUPINGS.find((one) => one === text);
  if (found !== undefined) return found;
  throw new TaoscopeError('usage', {
    failed: `unknown ${option}`,
    got: text.slice(0, 80),
    expected: GROUPINGS.join(', '),
  });
}

function render({ by, count, shown, groups: found }: GroupsFigure): string {
  if (shown === 0) return '';
  type Row = (typeof found)[number];
  const isAccount = by === 'hotkey' || by === 'coldkey';
  const columns: Column<Row>[] = [
    { title: NAMES[by], cell: ({ key }) => (isAccount ? shortAddress(key) : key) },
    { title: `${NAMES[count]}s now`, align: 'right', cell: ({ values }) => String(values.at(-1) ?? '') },
    { title: 'rows', align: 'right', cell: ({ rows }) => String(rows) },
    { title: 'over time', cell: ({ values }) => sparkline(values, 40) },
  ];
  return found.length === 0 ? 'No neuron has one.\n' : renderTable(columns, found);
}
