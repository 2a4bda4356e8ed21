import type { Micros } from '../types.ts';

/** Instants that a publisher may plausibly write: 2000-01-01 up to, not including, 2200-01-01. */
export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2199;

/**
 * The instant that a report, a list or a table names, microseconds exactly: `2025-02-10T15:51:19.216856`, with a space for the `T`,
 * without the fraction, with `Z` or an offset, which is converted. Without one it is UTC: Python writes naive times so. `undefined` for any other
 * text, for a day that no calendar has, for a leap second, and outside of {@link FIRST_YEAR} to {@link LAST_YEAR}.
 *
 * A report has ten of them per instance: they are read by place, not by pattern.
 */
export function parseTimestamp(text: string): Micros | undefined {
  const between = text[10];
  if (text[4] !== '-' || text[7] !== '-' || (between !== ' ' && between !== 'T')) return undefined;
  if (text[13] !== ':' || text[16] !== ':') return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // What is no digit is NaN, and fits nowhere.
  const fits =
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59;
  if (!fits || !(day >= 1 && day <= daysOf(year, month))) return undefined;

  let at = 19;
  let micros = 0;
  if (text[at] === '.') {
    const start = ++at;
    for (let unit = 100_000; unit >= 1 && isDigit(text, at); unit /= 10)
      micros += (text.charCodeAt(at++) - ZERO) * unit;
    if (at === start) return undefined;
  }
  const offset = at === text.length ? 0 : offsetSeconds(text, at);
  if (offset === undefined) return undefined;
  const seconds = ((daysBefore(year, month) + day - 1) * 24 + hour) * 3_600 + minute * 60 + second - offset;
  return seconds * 1_000_000 + micros;
}

const ZERO = 48;
// Days before each month of a year without a leap day.
const MONTHS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_TO_1970 = 719_162;

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at) - ZERO;
  return code >= 0 && code <= 9;
}

function twoDigits(text: string, at: number): number {
  return isDigit(text, at) && isDigit(text, at + 1)
    ? (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
    : Number.NaN;
}

/** What stands from there on: `Z`, `+HH`, `+HHMM` or `+HH:MM`. */
function offsetSeconds(text: string, at: number): number | undefined {
  const rest = text.slice(at);
  if (rest === 'Z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(rest) ?? [];
  if (sign === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970 to the first of a month. */
function daysBefore(year: number, month: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const leapDay = month > 2 && isLeap(year) ? 1 : 0;
  return past * 365 + leapDays - DAYS_TO_1970 + (MONTHS[month - 1] ?? 0) + leapDay;
}
