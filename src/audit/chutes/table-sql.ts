import { idOf } from '../collect/ingest/id-of.ts';
import { FIRST_YEAR, LAST_YEAR } from './timestamps.ts';

/*
 * Expressions over text columns of a published table. Each is total: whatever the text, it gives a value or NULL and does not throw. Column names
 * are ours, never a publisher's.
 */

const IDS = 128;

/** The text itself; absent is empty. */
export function textSql(column: string): string {
  return `ifNull(${column}, '')`;
}

/** The text in valid UTF-8, cut at a number of bytes. */
export function shortTextSql(column: string, maxBytes = IDS): string {
  return `toValidUTF8(substring(${textSql(column)}, 1, ${maxBytes}))`;
}

/** The id of the text in the column, as the whole room makes it. */
export function idSql(column: string): string {
  return idOf(textSql(column));
}

/** A finite number from `min` to `max` in decimal digits; else NULL. */
export function numberSql(column: string, min: number, max: number): string {
  const text = textSql(column);
  const value = `toFloat64OrNull(${text})`;
  const form = String.raw`'^-?[0-9]{1,20}(\\.[0-9]{0,30})?([eE][+-]?[0-9]{1,3})?$'`;
  return `if(match(${text}, ${form}) AND ifNull(isFinite(${value}) AND ${value} BETWEEN ${min} AND ${max}, 0), ${value}, NULL)`;
}

/** An integer from `min` to `max`, written in the one way that Python writes it; else NULL. */
export function wholeSql(column: string, min: number, max: number): string {
  const text = textSql(column);
  const value = `toInt32OrNull(${text})`;
  return `if(ifNull(toString(${value}) = ${text} AND ${value} BETWEEN ${min} AND ${max}, 0), ${value}, NULL)`;
}

const FORM = String.raw`'^[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?$'`;

/**
 * An instant with its microseconds, in all forms that `parseTimestamp` reads and no others; else NULL. The usual form of a table is read straight and
 * proved by writing it again: the engine lets the 30th of February pass. The other forms are rare, and judged by their form first.
 */
export function instantSql(column: string): string {
  const text = textSql(column);
  const usual = `multiIf(length(${text}) = 26, ${text}, length(${text}) = 19, concat(${text}, '.000000'), '')`;
  const straight = `toDateTime64OrNull(${usual}, 6, 'UTC')`;
  const year = (value: string) => `toYear(${value}) BETWEEN ${FIRST_YEAR} AND ${LAST_YEAR}`;
  const day = `substring(${text}, 1, 10)`;
  const other = `parseDateTime64BestEffortOrNull(${text}, 6, 'UTC')`;
  const isOther = `match(${text}, ${FORM}) AND ifNull(toString(toDate32OrNull(${day})) = ${day} AND ${year(`toDate32OrNull(${day})`)}, 0)`;
  return `multiIf(ifNull(toString(${straight}) = ${usual} AND ${year(straight)}, 0), ${straight}, ${isOther}, ${other}, NULL)`;
}
