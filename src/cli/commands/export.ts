import type { Command } from 'commander';
import { EXPORT_TABLES, exportMetagraph, type Resolution } from '../../metagraph/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { openOrServed, withQuery } from '../served.ts';
import { writeOut } from '../write-out.ts';

export interface ExportOptions {
  out: string;
  format?: string;
  netuid?: number;
  from?: number;
  to?: number;
  resolution?: string;
}

/** `taoscope export [table]`: stored rows as Parquet or CSV. The file appears whole or not at all. */
export async function runExport(
  command: Command,
  effects: Effects,
  name: string,
  options: ExportOptions,
): Promise<void> {
  const table = choice('table', name, EXPORT_TABLES);
  const resolution = choice('--resolution', options.resolution ?? 'raw', RESOLUTIONS);
  const format = options.format ?? (options.out.endsWith('.csv') ? 'csv' : 'parquet');
  if (format !== 'csv' && format !== 'parquet') {
    throw new TaoscopeError('usage', { failed: 'unknown --format', got: format, expected: 'parquet or csv' });
  }
  const range = { table, resolution, netuid: options.netuid, from: options.from, to: options.to };
  const place = await openOrServed(createContext(command, effects));
  try {
    const bytes =
      'served' in place
        ? await place.served.bytes(withQuery('/export', { ...range, format }))
        : await exportMetagraph(place.store, { ...range, format }, effects.signal);
    await writeOut(options.out, bytes, effects);
  } finally {
    if ('store' in place) await place.store.close();
  }
  if (options.out !== '-') effects.stderr.write(`wrote ${options.out}\n`);
}

const RESOLUTIONS = ['raw', 'hourly', 'epoch'] as const satisfies readonly Resolution[];

function choice<const T extends string>(what: string, got: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === got);
  if (found !== undefined) return found;
  throw new TaoscopeError('usage', {
    failed: `unknown ${what}`,
    got: JSON.stringify(got.slice(0, 40)),
    expected: choices.join(', '),
  });
}
