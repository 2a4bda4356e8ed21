/** Instants of the audit, which are ISO 8601 in UTC with up to microseconds. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `Sat 21 Nov` of a day. */
export function dayText(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return '';
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `2026-11-21 14:00–15:00 UTC` between two instants; both in full when they are days apart. */
export function spanText(from: string, to: string): string {
  const [start, end] = [minuteText(from), minuteText(to)];
  if (start === undefined || end === undefined) return 'a time that cannot be read';
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  return sameDay ? `${start}–${end.slice(11)} UTC` : `${start} – ${end} UTC`;
}

/** The hour that ends at an instant, as {@link spanText}; one that ends at midnight is of the day before. */
export function hourText(end: string): string {
  const endMs = Date.parse(end);
  if (Number.isNaN(endMs)) return 'a time that cannot be read';
  const start = new Date(endMs - 3_600_000).toISOString();
  const clock = new Date(endMs).toISOString().slice(11, 16);
  return `${start.slice(0, 10)} ${start.slice(11, 16)}–${clock === '00:00' ? '24:00' : clock} UTC`;
}

/** When something happened: the hour that ends at a full hour, else the instant to the second. */
export function whenText(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime()) || isFullHour(instant)) return hourText(instant);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Whether an instant is the end of an hour, as reports have it. */
export function isFullHour(instant: string): boolean {
  return Date.parse(instant) % 3_600_000 === 0;
}

/** `2026-11-21 14:00:05.123456 UTC`: no digit is dropped but zeros at the end. */
export function exactText(instant: string): string {
  const [, day, clock, fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|\+00:00)?$/.exec(instant) ?? [];
  if (day === undefined || clock === undefined) return '';
  const digits = fraction.replace(/\.?0+$/, '');
  return `${day} ${clock}${digits} UTC`;
}

/** The range of hours that shows an hour: the usual one, unless it is longer ago. */
export function hoursToShow(hour: string, nowMs: number): 720 | undefined {
  return nowMs - Date.parse(hour) > 167 * 3_600_000 ? 720 : undefined;
}

function minuteText(instant: string): string | undefined {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 16).replace('T', ' ');
}
