import { TaoscopeError } from '../../shared/index.ts';

/** Longest field of a feed's table, characters. */
const MAX_FIELD = 65_536;
const MAX_COLUMNS = 64;

/**
 * A small table as Python's csv module writes it, whole in memory: the first record names the columns; each further one becomes an object by these names. Records
 * with another number of fields are kept as `undefined`, for the caller to count. Throws `undecodable` when it has no header or breaks off in quotes.
 */
export function readCsv(text: string, maxRows: number): (Readonly<Record<string, string>> | undefined)[] {
  const records = recordsOf(text);
  const { value: names } = records.next();
  if (names === undefined || names.length > MAX_COLUMNS || new Set(names).size < names.length)
    throw malformed('a table without a header');
  const rows: (Readonly<Record<string, string>> | undefined)[] = [];
  for (const record of records) {
    if (rows.length >= maxRows) throw malformed(`more than ${maxRows} rows`);
    rows.push(
      record.length === names.length
        ? Object.fromEntries(names.map((name, index) => [name, record[index] ?? '']))
        : undefined,
    );
  }
  return rows;
}

function* recordsOf(text: string): Generator<string[], undefined> {
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [field, next] = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (field.length > MAX_FIELD || record.length > MAX_COLUMNS) throw malformed('a field or a row too long');
    record.push(field);
    at = next;
    if (text[at] === ',') {
      at++;
      if (at < text.length) continue;
      record.push('');
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    yield record;
    record = [];
  }
  return undefined;
}

function plainField(text: string, start: number): [string, number] {
  let end = start;
  while (end < text.length && !',\r\n'.includes(text[end] ?? '')) end++;
  return [text.slice(start, end), end];
}

function quotedField(text: string, start: number): [string, number] {
  let field = '';
  for (let at = start + 1; ; ) {
    const end = text.indexOf('"', at);
    if (end === -1) throw malformed('a quote that does not end');
    field += text.slice(at, end);
    if (text[end + 1] !== '"') {
      // What follows a closing quote belongs to the field, as in Python.
      const [rest, next] = plainField(text, end + 1);
      return [field + rest, next];
    }
    field += '"';
    at = end + 2;
  }
}

function malformed(got: string): TaoscopeError {
  return new TaoscopeError('undecodable', {
    failed: 'cannot read a published table',
    got,
    expected: 'CSV with a header',
  });
}
