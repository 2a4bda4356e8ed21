import { isRecord } from '../../shared/index.ts';
import type { Micros, ReportContent } from '../types.ts';
import { parseTimestamp } from './timestamps.ts';

/** Collects what could not be read and what the format did not have, in bounded numbers. */
export interface Faults {
  bad(where: string, reason: string): void;
  drift(line: string): void;
  readonly result: Pick<ReportContent, 'drift' | 'bad' | 'badCount'>;
}

/** Reads one published row field by field. What is absent is `null`; what is there and makes no sense is `null` and told to the faults. */
export interface RowReader {
  /** A text that must be there: 1 to 128 characters. `undefined` when it is not. */
  id(name: string): string | undefined;
  /** A text, cut at {@link MAX_TEXT}. */
  text(name: string): string | null;
  instant(name: string): Micros | null;
  /** A finite number from `min` to `max`, also written as text. */
  number(name: string, min: number, max: number): number | null;
  integer(name: string, min: number, max: number): number | null;
  /** `true` only for `true`. */
  flag(name: string): boolean;
}

/** Longest text that is kept; the rest of it is cut off. */
export const MAX_TEXT = 4_096;
/** Rows of one list. */
export const MAX_ROWS = 1_000_000;

const MAX_ID = 128;
const MAX_BAD = 100;
const MAX_DRIFT = 20;
const NUMBER = /^-?\d{1,20}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/;

export function createFaults(): Faults {
  const drift = new Set<string>();
  const bad: { where: string; reason: string }[] = [];
  let badCount = 0;
  return {
    bad(where, reason) {
      badCount++;
      if (bad.length < MAX_BAD) bad.push({ where, reason });
    },
    drift(line) {
      if (drift.size < MAX_DRIFT) drift.add(line);
    },
    get result() {
      return { drift: [...drift], bad, badCount };
    },
  };
}

/** A text for people: quoted, short, without control characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The rows of a list that `read` accepts, in order. Fields that `known` does not name are drift. */
export function readRows<Row>(
  value: unknown,
  list: string,
  known: ReadonlySet<string>,
  faults: Faults,
  read: (row: RowReader) => Row | undefined,
): Row[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    faults.bad(list, 'is no list');
    return [];
  }
  const rows: Row[] = [];
  const unknown = new Set<string>();
  for (let index = 0; index < value.length; index++) {
    const where = `${list}[${index}]`;
    if (index >= MAX_ROWS) {
      faults.bad(where, `more than ${MAX_ROWS} rows; the rest is not read`);
      break;
    }
    const fields: unknown = value[index];
    if (!isRecord(fields)) {
      faults.bad(where, 'is no object');
      continue;
    }
    for (const name in fields) {
      if (known.has(name) || unknown.has(name)) continue;
      if (unknown.size < MAX_DRIFT) unknown.add(name);
      faults.drift(`${list} has the new field ${quoted(name)}`);
    }
    const row = read(createRowReader(fields, where, faults));
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

export function createRowReader(
  fields: Readonly<Record<string, unknown>>,
  where: string,
  faults: Faults,
): RowReader {
  const get = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

  function refuse(name: string, value: unknown, expected: string): null {
    const shown =
      typeof value === 'string' ? quoted(value) : typeof value === 'number' ? String(value) : typeof value;
    faults.bad(`${where}.${name}`, `is ${shown}, not ${expected}`);
    return null;
  }

  function number(name: string, min: number, max: number, isWhole: boolean): number | null {
    const value = get(name);
    if (value === undefined || value === null || value === '') return null;
    const parsed = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
    const fits = typeof parsed === 'number' && parsed >= min && parsed <= max;
    if (fits && (!isWhole || Number.isSafeInteger(parsed))) return parsed;
    return refuse(name, value, `${isWhole ? 'an integer' : 'a number'} from ${min} to ${max}`);
  }

  return {
    id(name) {
      const value = get(name);
      if (typeof value === 'string' && value.length > 0 && value.length <= MAX_ID)
        return value.toWellFormed();
      refuse(name, value, `a text of 1 to ${MAX_ID} characters; the row is not counted`);
      return undefined;
    },
    text(name) {
      const value = get(name);
      if (value === undefined || value === null) return null;
      if (typeof value !== 'string') return refuse(name, value, 'a text');
      return value.slice(0, MAX_TEXT).toWellFormed();
    },
    instant(name) {
      const value = get(name);
      if (value === undefined || value === null || value === '') return null;
      const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
      return instant ?? refuse(name, value, 'a time');
    },
    number: (name, min, max) => number(name, min, max, false),
    integer: (name, min, max) => number(name, min, max, true),
    flag(name) {
      const value = get(name);
      if (typeof value === 'boolean') return value;
      if (value !== undefined && value !== null) refuse(name, value, 'true or false');
      return false;
    },
  };
}
