import { type FileHandle, open } from 'node:fs/promises';
import type { TableReader } from '../../adapter.ts';

/** What the header of a table says about it. */
export type Header =
  | { readonly names: readonly string[]; readonly drift: readonly string[] }
  /** Why it is no such table, as a sentence's end: "has no column …". */
  | { readonly malformed: string };

/** A header ends within this, or it is none. */
const HEADER_BYTES = 65_536;
const MAX_COLUMNS = 1_000;
const MAX_DRIFT = 20;
const SHOWN = 60;

/** The first record of a CSV file against the columns that a reader knows. */
export async function readHeader(file: string, columns: TableReader['columns']): Promise<Header> {
  await using handle = await open(file);
  const names = headerNames(await firstBytes(handle));
  if (names === undefined) return { malformed: 'does not begin with a line of column names' };
  const known = new Set(columns.map(({ name }) => name));
  const present = new Set(names);
  if (present.size < names.length) return { malformed: 'names a column twice' };
  const absent = columns.filter(({ name }) => !present.has(name));
  const needed = absent.filter(({ required }) => required);
  if (needed.length > 0)
    return { malformed: `lacks ${needed.map(({ name }) => name).join(', ')} in its header` };
  const drift = [
    ...names.filter((name) => !known.has(name)).map((name) => `unknown column ${shown(name)}`),
    ...absent.map(({ name }) => `no column ${shown(name)}`),
  ];
  return { names, drift: drift.slice(0, MAX_DRIFT) };
}

async function firstBytes(handle: FileHandle): Promise<string | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  try {
    // A character that is cut off at the end is no fault; anything else that is not UTF-8 is.
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead), { stream: true });
  } catch {
    return undefined;
  }
}

/** Names of the first record; `undefined` when it does not end, or is no text. */
function headerNames(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names: string[] = [];
  let at = 0;
  for (;;) {
    // A quoted name has its quotes doubled; a bare one ends before the next separator.
    const cell = /"((?:[^"]|"")*)"|[^",\r\n]*/y;
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (match === null || names.length === MAX_COLUMNS) return undefined;
    names.push(match[1] === undefined ? match[0] : match[1].replaceAll('""', '"'));
    at += match[0].length;
    const end = text[at];
    if (end === ',') at++;
    else if (end === '\n' || end === '\r') return hasControls(names) ? undefined : names;
    // At the end of a file that is nothing but its header; else cut off, or text after a quote.
    else return end === undefined && text.length < HEADER_BYTES && !hasControls(names) ? names : undefined;
  }
}

function hasControls(names: readonly string[]): boolean {
  return names.some((name) => name === '' || /\p{Cc}/u.test(name));
}

function shown(name: string): string {
  return JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name);
}
