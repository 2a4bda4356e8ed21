import { HOUR } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { ScoringRules } from '../types.ts';

/** SQL of an instant that is bound as microseconds. */
export function instantParam(name: string): string {
  return `fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`;
}

/** End of the hour in which an instant lies; itself when it is a full hour. */
export function hourEnd(instant: Micros): Micros {
  return Math.ceil(instant / HOUR) * HOUR;
}

/** Microseconds as the engine's JSON writes them: 64 bits in text. */
export function microsOf(text: string): Micros;
export function microsOf(text: string | null): Micros | null;
export function microsOf(text: string | null): Micros | null {
  return text === null ? null : Number(text);
}

/** A number of a report, or `null` for what is none. */
export function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** SQL of the hours whose exports may tell of the window, with the parameters `from` and `until`. */
export const WINDOW_HOURS = `hour > ${instantParam('from')} AND hour <= ${instantParam('until')}`;

/**
 * Which requests of {@link WINDOW_HOURS} the rules look at, as SQL conditions with the parameters `from` and `at`.
 *
 * The validator looks at what began in its window, and knew of everything up to the instant, also of what the report of the hour under
 * way tells only later. The published auditor takes whatever exports it has not purged.
 */
export function inWindow({ windowBy }: Pick<ScoringRules, 'windowBy'>): string[] {
  if (windowBy === 'exported') return [];
  return [`started_at > ${instantParam('from')}`, `started_at <= ${instantParam('at')}`];
}

/** The end of the newest hour whose report may tell of what had happened at the instant. */
export function lastHour({ windowBy }: Pick<ScoringRules, 'windowBy'>, at: Micros): Micros {
  return windowBy === 'exported' ? at : hourEnd(at);
}
