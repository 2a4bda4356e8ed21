/** Microseconds since the epoch, UTC: the resolution of all times that Chutes publishes. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;
export const DAY: Micros = 24 * HOUR;

export function microsOf(ms: number): Micros {
  return Math.round(ms * 1_000);
}

/** The full hour at or before an instant. */
export function hourAt(at: Micros): Micros {
  return Math.floor(at / HOUR) * HOUR;
}

/** `2025-02-10T15:51:19.216856`, without offset; the fraction only when there is one. Python's `datetime.isoformat()`. */
export function isoNaive(at: Micros): string {
  const ms = Math.floor(at / 1_000);
  const text = new Date(ms).toISOString();
  const fraction = at % SECOND;
  const whole = text.slice(0, 19);
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(6, '0')}`;
}

/** `2025-02-10 15:51:19.216856`: Python's `str(datetime)`, as its CSV writer prints naive columns. */
export function csvNaive(at: Micros): string {
  return isoNaive(at).replace('T', ' ');
}

/** `2025-02-10 15:00:00+00:00`: a column with a time zone. */
export function csvZoned(at: Micros): string {
  return `${csvNaive(at)}+00:00`;
}

/** `2025-02-10T15:00:00+00:00`: as miners write it. */
export function isoZoned(at: Micros): string {
  return `${isoNaive(at)}+00:00`;
}

/** `2025/02/10/16`: how exports name the hour that ended then. */
export function hourPath(end: Micros): string {
  return isoNaive(end).slice(0, 13).replaceAll(/[-T]/g, '/');
}
