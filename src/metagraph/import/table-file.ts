import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { TaoscopeError, throwIfAborted } from '../../shared/index.ts';
import { csvRecords } from './csv-records.ts';

/** A row of a file: cells by column name. */
export type FileRow = Readonly<Record<string, unknown>>;

/** A table in a file, read piece by piece, as often as wanted. */
export interface TableFile {
  readonly columns: readonly string[];
  /** Rows in order, from the first. `share` is how much of the file has been read, 0 to 1. */
  rows(
    columns: readonly string[],
    signal: AbortSignal | undefined,
  ): AsyncIterable<{ readonly rows: readonly FileRow[]; readonly share: number }>;
}

// Rows that are in memory at a time.
const ROWS_AT_A_TIME = 32_768;
/** A page that says it unpacks to more than this is a bomb. */
const MOST_PAGE_BYTES = 512 * 2 ** 20;

/** Opens a Parquet or CSV file. Throws `usage` for what is neither. */
export async function openTableFile(path: string): Promise<TableFile> {
  let size: number;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw Object.assign(new Error('no file'), { code: 'it is no file' });
    size = stats.size;
  } catch (cause) {
    throw unreadable(path, String((cause as NodeJS.ErrnoException).code), cause);
  }
  return (await beginsWith(path, 'PAR1')) ? openParquet(path) : openCsv(path, size);
}

async function openParquet(path: string): Promise<TableFile> {
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw unreadable(path, String((cause as Error).message).slice(0, 200), cause);
    }
  };
  const file = await reading(() => asyncBufferFromFile(path));
  const metadata = await reading(() => parquetMetadataAsync(file));
  const total = Number(metadata.num_rows);
  const columns = await reading(async () =>
    parquetSchema(metadata).children.map(({ element }) => element.name),
  );
  return {
    columns,
    async *rows(wanted, signal) {
      for (let start = 0; start < total; start += ROWS_AT_A_TIME) {
        throwIfAborted(signal);
        const end = Math.min(total, start + ROWS_AT_A_TIME);
        const rows = await reading(() =>
          parquetReadObjects({
            file,
            metadata,
            columns: [...wanted],
            rowStart: start,
            rowEnd: end,
            compressors: COMPRESSORS,
          }),
        );
        if (rows.length !== end - start)
          throw unreadable(path, `${rows.length} rows in the place of ${end - start}`, undefined);
        yield { rows, share: end / total };
      }
    },
  };
}

/** Snappy is read by the reader itself. */
const COMPRESSORS = {
  GZIP: (input: Uint8Array, length: number) => gunzipSync(input, bound(length)),
  BROTLI: (input: Uint8Array, length: number) => brotliDecompressSync(input, bound(length)),
  ZSTD: (input: Uint8Array, length: number) => zstdDecompressSync(input, bound(length)),
};

function bound(length: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, Math.min(length, MOST_PAGE_BYTES)) };
}

async function openCsv(path: string, size: number): Promise<TableFile> {
  const records = () => csvRecords(createReadStream(path), path);
  const first = await records().next();
  const columns = first.done === true ? [] : [...first.value.cells];
  return {
    columns,
    async *rows(wanted, signal) {
      const places = wanted.map((column) => [column, columns.indexOf(column)] as const);
      let rows: FileRow[] = [];
      let share = 0;
      let isHeader = true;
      for await (const { cells, bytesRead } of records()) {
        if (isHeader) {
          isHeader = false;
          continue;
        }
        if (cells.length !== columns.length)
          throw unreadable(path, `${cells.length} cells in a line, ${columns.length} columns`, undefined);
        rows.push(Object.fromEntries(places.map(([column, at]) => [column, cells[at]])));
        share = size === 0 ? 1 : bytesRead / size;
        if (rows.length < ROWS_AT_A_TIME) continue;
        throwIfAborted(signal);
        yield { rows, share };
        rows = [];
      }
      if (rows.length > 0) yield { rows, share: 1 };
    },
  };
}

async function beginsWith(path: string, magic: string): Promise<boolean> {
  try {
    for await (const piece of createReadStream(path, { end: magic.length - 1 }))
      return (piece as Buffer).toString('latin1') === magic;
    return false;
  } catch (cause) {
    throw unreadable(path, String((cause as NodeJS.ErrnoException).code), cause);
  }
}

function unreadable(path: string, got: string, cause: unknown): TaoscopeError {
  return new TaoscopeError(
    'usage',
    {
      failed: `cannot read ${path}`,
      got,
      expected: 'a Parquet or CSV file with a row per neuron and block',
      todo: 'check the path; write the file again if it is cut',
    },
    { cause },
  );
}
