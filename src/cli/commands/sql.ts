import type { Command } from 'commander';
import type { SqlBody } from '../../server/index.ts';
import { renderCsv, stringifyJson } from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { openOrServed } from '../served.ts';
import { renderTable } from '../table.ts';

export interface SqlOptions {
  json?: boolean;
  csv?: boolean;
}

/** `taoscope sql <query>` */
export async function sql(
  command: Command,
  effects: Effects,
  query: string,
  options: SqlOptions,
): Promise<void> {
  const result = await ask(createContext(command, effects), query);
  const { columns, rows } = result;
  if (options.json)
    effects.stdout.write(
      `${stringifyJson(
        rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))),
        2,
      )}\n`,
    );
  else if (options.csv)
    effects.stdout.write(
      renderCsv(
        columns.map(({ name }) => name),
        rows,
      ),
    );
  else {
    const table = columns.map(({ name, type }, i) => ({
      title: name,
      align: /Int|Float|Decimal/.test(type) ? ('right' as const) : ('left' as const),
      cell: (row: readonly unknown[]) => shown(row[i]),
    }));
    effects.stdout.write(renderTable(table, rows));
  }
  if (result.truncated) effects.stderr.write(`only the first ${rows.length} rows; there are more\n`);
}

async function ask(
  context: ReturnType<typeof createContext>,
  query: string,
): Promise<
  Pick<SqlBody, 'truncated'> & {
    columns: readonly { name: string; type: string }[];
    rows: readonly (readonly unknown[])[];
  }
> {
  const place = await openOrServed(context);
  if ('served' in place) return place.served.json<SqlBody>('POST', '/sql', { query });
  try {
    return await place.store.sandbox(query, {}, context.effects.signal);
  } finally {
    await place.store.close();
  }
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
