/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** A table as text: padded columns, a rule below the titles. Control characters in cells are shown as `·`. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  const widths = columns.map(({ title }, i) =>
    Math.max(width(title), ...cells.map((line) => width(line[i] ?? ''))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => {
        const pad = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(text)));
        return columns[i]?.align === 'right' ? pad + text : text + pad;
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((w) => '─'.repeat(w)).join('  '),
    ...cells.map(line),
    '',
  ].join('\n');
}

/** Name and value, one pair a line. */
export function renderFacts(facts: readonly (readonly [string, string])[]): string {
  const widest = Math.max(...facts.map(([name]) => width(name)));
  return facts
    .map(([name, value]) => `${name}${' '.repeat(widest - width(name))}  ${printable(value)}\n`)
    .join('');
}

/** Text of the chain for a terminal: no control characters, no bidirectional overrides. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, '·');
}

function width(text: string): number {
  return [...text].length;
}
