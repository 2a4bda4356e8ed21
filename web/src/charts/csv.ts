export type CsvCell = string | number | null | undefined;

/**
 * Rows as CSV (RFC 4180, CRLF); absent cells are empty. A text that a spreadsheet would run as a formula gets a leading
 * apostrophe: names come from the chain.
 */
export function toCsv(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [header.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** A figure's columns as rows: each of equal length, the first ones the axis. */
export function columnsToCsv(
  columns: readonly (readonly [name: string, values: readonly CsvCell[]])[],
): string {
  const length = Math.max(0, ...columns.map(([, values]) => values.length));
  return toCsv(
    columns.map(([name]) => name),
    Array.from({ length }, (_, index) => columns.map(([, values]) => values[index])),
  );
}

function cell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
