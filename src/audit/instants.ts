import type { Micros } from './types.ts';

/** One second and one hour, in microseconds. */
export const SECOND: Micros = 1_000_000;
export const HOUR: Micros = 3_600 * SECOND;

// What DateTime64(6) of ClickHouse holds: 1900 to 2299. A claim beyond it is cut to the last second that fits.
const FIRST = -2_208_988_800 * SECOND;
const LAST = 10_413_791_999 * SECOND;

/** An instant as ClickHouse writes a `DateTime64(6, 'UTC')`: `2025-02-10 15:51:19.216856`. */
export function sqlInstant(instant: Micros): string {
  return isoInstant(instant).slice(0, -1).replace('T', ' ');
}

/** An instant as JSON and people read it: `2025-02-10T15:51:19.216856Z`. */
export function isoInstant(instant: Micros): string {
  const bounded = Math.min(Math.max(Math.round(instant), FIRST), LAST);
  const seconds = Math.floor(bounded / SECOND);
  const fraction = bounded - seconds * SECOND;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`;
}

/** The same for people and subjects: six digits of a second only where there are any; `no time` for what is no number. */
export function shortInstant(instant: Micros): string {
  return Number.isNaN(instant) ? 'no time' : isoInstant(instant).replace('.000000', '');
}

/** The instant that ClickHouse or JSON wrote: with or without fraction, `T` and `Z`, always UTC. `undefined` for NULL and for any other text. */
export function readInstant(text: string | null | undefined): Micros | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z?$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [, day, time, fraction = ''] = parts;
  const ms = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(fraction.padEnd(6, '0'));
}
