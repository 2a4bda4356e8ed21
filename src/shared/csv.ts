/** CSV (RFC 4180) of plain cells. Absent values are empty. */
export function renderCsv(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * CSV of records: a column per field that any record has, in the order in which fields are first met. Fields of nested
 * records become columns of their own (`axon.ip` is `axonIp`); lists are left out.
 */
export function recordsToCsv(records: readonly object[]): string {
  const flat = records.map((record) => flatten(record));
  const names = [...new Set(flat.flatMap((record) => [...record.keys()]))];
  return renderCsv(
    names,
    flat.map((record) => names.map((name) => record.get(name))),
  );
}

function flatten(record: object, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    const path = prefix === '' ? name : prefix + name[0]?.toUpperCase() + name.slice(1);
    if (value === undefined || Array.isArray(value)) continue;
    if (typeof value === 'object' && value !== null)
      for (const [key, cell] of flatten(value, path)) flat.set(key, cell);
    else flat.set(path, value);
  }
  return flat;
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
