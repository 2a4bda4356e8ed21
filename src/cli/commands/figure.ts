import type { Command } from 'commander';
import type { FigureRange } from '../../metagraph/index.ts';
import type { Store } from '../../store/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { openOrServed, withQuery } from '../served.ts';

/** Options of every figure: which snapshots, and how it is printed. */
export interface FigureOptions {
  from?: number;
  to?: number;
  hours?: number;
  mechanism: number;
  json?: boolean;
  csv?: boolean;
}

/** How a figure is had: from the API of the server that owns the store, or from the store. */
export interface FigureSource<Figure> {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly read: (store: Store) => Promise<Figure>;
}

/** Reads a figure; the store is closed again. */
export async function askFigure<Figure>(
  command: Command,
  effects: Effects,
  { path, query, read }: FigureSource<Figure>,
): Promise<Figure> {
  const place = await openOrServed(createContext(command, effects));
  if ('served' in place) return place.served.json<Figure>('GET', withQuery(path, query));
  try {
    return await read(place.store);
  } finally {
    await place.store.close();
  }
}

/** What a figure shows, in a line: the range, how finely, and how much of what is stored. */
export function headline(what: string, { netuid, resolution, from, to, stored, shown }: FigureRange): string {
  if (from === undefined || to === undefined)
    return `${what} of netuid ${netuid}: nothing is stored in this range\n`;
  const part = shown === stored ? `${stored}` : `${shown} of ${stored}`;
  const kind = { raw: 'snapshots', hourly: 'hourly snapshots', epoch: 'epochs' }[resolution];
  return `${what} of netuid ${netuid}, blocks ${from} to ${to} (${part} ${kind})\n\n`;
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A line of bars from 0 to its maximum; several points of a longer series share a bar, the highest is shown. */
export function sparkline(values: readonly (number | null)[], width = 60): string {
  const bars = Math.min(width, values.length);
  const highest = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return Array.from({ length: bars }, (_, bar) => {
    const part = values.slice(
      Math.floor((bar * values.length) / bars),
      Math.floor(((bar + 1) * values.length) / bars),
    );
    const known = part.filter((value) => value !== null);
    if (known.length === 0) return ' ';
    return BARS[highest === 0 ? 0 : Math.round((Math.max(...known) / highest) * (BARS.length - 1))];
  }).join('');
}
