/** CSV (RFC 4180) of plain cells. Absent values are empty. */
export function renderCsv(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A CSV cell. Text that a spreadsheet would take for a formula gets a leading apostrophe, which it shows as text. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return String(value);
  // Decimal figures are text in JSON, and harmless.
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  const text = /^[\s=+\-@\uFF0B\uFF0D\uFF1D\uFF20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text.startsWith("'") ? `"${text.replaceAll('"', '""')}"` : text;
}
