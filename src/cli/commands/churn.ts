import type { Command } from 'commander';
import { type ChurnFigure, churnFigure, linesToCsv } from '../../metagraph/index.ts';
import { stringifyJson } from '../../shared/index.ts';
import type { Effects } from '../effects.ts';
import { type Column, renderTable } from '../table.ts';
import { askFigure, type FigureOptions, headline, sparkline } from './figure.ts';

/** `taoscope churn <netuid>` */
export async function churn(
  command: Command,
  effects: Effects,
  netuid: number,
  options: FigureOptions,
): Promise<void> {
  const figure = await askFigure<ChurnFigure>(command, effects, {
    path: `/subnets/${netuid}/churn`,
    query: rangeOptions(options),
    read: (store) => churnFigure(store, { netuid, ...rangeOptions(options) }, effects.signal),
  });
  if (options.json) effects.stdout.write(`${stringifyJson(figure, 2)}\n`);
  else if (options.csv) effects.stdout.write(linesToCsv(figure, ['added', 'removed', 'changed']));
  else effects.stdout.write(`${headline('churn', figure)}${render(figure)}`);
}

function rangeOptions({ from, to, hours, mechanism }: FigureOptions) {
  return { from, to, hours, mechanism };
}

interface Row {
  readonly block: number;
  readonly timestamp: string;
  readonly added: number;
  readonly removed: number;
}

const COLUMNS: Column<Row>[] = [
  { title: 'block', align: 'right', cell: ({ block }) => String(block) },
  { title: 'time (UTC)', cell: ({ timestamp }) => timestamp },
  { title: 'added', align: 'right', cell: ({ added }) => String(added) },
  { title: 'removed', align: 'right', cell: ({ removed }) => String(removed) },
];

// What a screen holds.
const MOST_ROWS = 30;

/** The whole range as a line, and the blocks at which something changed. */
function render({ block, timestamp, added, removed, changed, shown }: ChurnFigure): string {
  if (shown === 0) return '';
  const rows = block.flatMap((one, at): Row[] => {
    if ((changed[at] ?? 0) === 0) return [];
    return [
      {
        block: one,
        timestamp: (timestamp[at] ?? '').slice(0, 19).replace('T', ' '),
        added: added[at] ?? 0,
        removed: removed[at] ?? 0,
      },
    ];
  });
  const total = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const summary = `${total(added)} added, ${total(removed)} removed\n\n${sparkline(changed)}\n\n`;
  if (rows.length === 0) return `${summary}Nothing changed.\n`;
  const more = rows.length > MOST_ROWS ? `… and ${rows.length - MOST_ROWS} earlier; --csv lists all\n` : '';
  return summary + renderTable(COLUMNS, rows.slice(-MOST_ROWS)) + more;
}
