import type { TableReader } from '../../adapter.ts';

/** A longer row is no claim about a request: Python's own reader gives up at fields of 131,072 characters. */
const MAX_ROW_BYTES = 1 << 20;
/** Texts that are read by us, not by the engine, are not longer than this: a page of them must fit into memory. */
export const MAX_EXACT_BYTES = 1 << 16;
const SAMPLE_BYTES = 200;

/** The columns of an export that any expression reads, as the engine's reader is told: all of them text. */
export function structureOf(reader: TableReader): string {
  return usedColumns(reader)
    .map((name) => `${name} String`)
    .join(', ');
}

/**
 * The INSERT … SELECT of one file. Rows that cannot be read, and rows with a text that only we can read, go aside: under the number after
 * that of the load, which no file names. Parameters: `source`, `hour`, `load`.
 */
export function insertSql(reader: TableReader, from: string): string {
  const columns = Object.keys(reader.values);
  const used = usedColumns(reader);
  const { exact } = reader;
  const isExact =
    exact === undefined ? '0' : `(${exact.when}) AND length(${exact.column}) <= ${MAX_EXACT_BYTES}`;
  const sample = used.map((name) => `left(${name}, ${SAMPLE_BYTES})`).join(", ',', ");
  // One level, so that the engine computes what expressions have in common once. The values stand without aliases: one would hide the
  // text column of its name from the expressions after it. A row of which nobody knows whether to keep it is for `bad` to judge.
  return `INSERT INTO ${reader.table} (source, hour, load_id, row, ${columns.join(', ')}, aside, aside_text)
WITH multiIf(${used.map((name) => `length(${name})`).join(' + ')} > ${MAX_ROW_BYTES}, 1, ${reader.bad}, 1, ${isExact}, 2, 0) AS aside_of_row
SELECT {source:String}, {hour:DateTime64(6, 'UTC')}, {load:UInt64} + (aside_of_row > 0), rowNumberInAllBlocks(),
  ${columns.map((column) => reader.values[column]).join(',\n  ')},
  aside_of_row,
  multiIf(aside_of_row = 2, ${exact?.column ?? "''"}, aside_of_row = 1, left(toValidUTF8(concat(${sample})), ${SAMPLE_BYTES}), '')
FROM ${from}
WHERE ifNull(${reader.keep}, 1)`;
}

/** Reading a column costs, whether or not anything is made of it. */
function usedColumns({ columns, values, keep, bad, exact }: TableReader): string[] {
  const words = new Set([...Object.values(values), keep, bad, exact?.when ?? ''].join(' ').match(/\w+/g));
  const used = columns.filter(({ name }) => words.has(name)).map(({ name }) => name);
  return exact === undefined || used.includes(exact.column) ? used : [...used, exact.column];
}
