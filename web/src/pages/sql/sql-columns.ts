import type { SqlBody } from '../../api/types.ts';
import { displayText } from '../../format/text.ts';
import type { Cell, Column } from '../../table/column.ts';

/** A row of an answer and where it stood in it. */
export interface SqlRow {
  readonly index: number;
  readonly values: readonly unknown[];
}

const NUMERIC = /^(Nullable\()?(LowCardinality\()?(U?Int\d+|Float\d+|Decimal)/;
const CHAR_WIDTH = 7.6;
const SAMPLED_ROWS = 50;

/** Columns as wide as their first rows want; figures to the right, in the engine's own order of columns. */
export function sqlColumns(body: SqlBody): Column<SqlRow>[] {
  return body.columns.map(({ name, type }, index) => {
    const numeric = NUMERIC.test(type);
    const longest = body.rows
      .slice(0, SAMPLED_ROWS)
      .reduce((most, row) => Math.max(most, cellText(row[index]).length), name.length + type.length + 2);
    return {
      id: `c${index}`,
      header: displayText(name, 60) ?? '?',
      unit: displayText(type, 30),
      width: Math.round(Math.min(420, Math.max(80, longest * CHAR_WIDTH + 26))),
      align: numeric ? 'end' : undefined,
      descFirst: numeric,
      value: ({ values }) => sortable(values[index], numeric),
      cell: ({ values }) => displayText(cellText(values[index]), 300) ?? '',
      title: ({ values }) => displayText(cellText(values[index]), 2_000),
    };
  });
}

/** A value as it is shown and copied. Absent is an empty text, as in CSV. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** CSV after RFC 4180. A text that a spreadsheet would run as a formula gets a quote before it. */
export function toCsv(body: SqlBody): string {
  const line = (cells: readonly string[]) => cells.map(csvCell).join(',');
  return [
    line(body.columns.map(({ name }) => name)),
    ...body.rows.map((row) => body.columns.map((_, index) => csvValue(row[index])).join(',')),
  ].join('\r\n');
}

function csvValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return csvCell(cellText(value));
}

function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function sortable(value: unknown, numeric: boolean): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (!numeric) return cellText(value);
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
