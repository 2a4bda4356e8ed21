import type { AuditBody } from '../../api/types.ts';

export type StripHour = AuditBody['sources'][number]['validators'][number]['hours'][number];

export interface HourGrid {
  /** One row per day (UTC) that has an hour, oldest first. */
  readonly days: readonly { readonly day: string; readonly cells: readonly (GridCell | undefined)[] }[];
  /** Where each hour stands, in the order of the answer. */
  readonly places: readonly { readonly row: number; readonly column: number }[];
}

export interface GridCell {
  /** Place of the hour in the answer. */
  readonly index: number;
  readonly hour: StripHour;
}

export type StripKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

const HOUR_MS = 3_600_000;
const COLUMNS = 24;

/** Hours as days by hours of the day, each under the hour in which it begins. An hour whose end is no instant has no place. */
export function gridOf(hours: readonly StripHour[]): HourGrid {
  const days: { day: string; cells: (GridCell | undefined)[] }[] = [];
  const places: { row: number; column: number }[] = [];
  for (const [index, hour] of hours.entries()) {
    const startMs = Date.parse(hour.hour) - HOUR_MS;
    if (Number.isNaN(startMs)) continue;
    const start = new Date(startMs);
    const day = start.toISOString().slice(0, 10);
    if (days.at(-1)?.day !== day) days.push({ day, cells: Array.from({ length: COLUMNS }, () => undefined) });
    const column = start.getUTCHours();
    const row = days.length - 1;
    days[row]?.cells.splice(column, 1, { index, hour });
    places[index] = { row, column };
  }
  return { days, places };
}

/** The hour that a key leads to from `index`: left and right by time across midnight, up and down by days; an edge stays. */
export function walk(grid: HourGrid, index: number, key: StripKey): number {
  const last = grid.places.length - 1;
  const place = grid.places[index];
  if (place === undefined) return Math.max(0, last);
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(last, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
    case 'ArrowDown': {
      const row = grid.days[place.row + (key === 'ArrowUp' ? -1 : 1)];
      return row?.cells[place.column]?.index ?? index;
    }
  }
}
