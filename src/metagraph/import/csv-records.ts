import { TaoscopeError } from '../../shared/index.ts';

/** A line of a CSV file, and how many bytes had been read when it ended. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly bytesRead: number;
}

// Far more than a table of neurons has.
const MOST_CELLS = 1_000;
const MOST_CELL_LENGTH = 65_536;

/** The records of a CSV file (RFC 4180, commas; quoted cells may hold line breaks). Throws `usage` for what cannot be one. */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<CsvRecord, void, undefined> {
  const decoder = new TextDecoder('utf-8');
  let cells: string[] = [];
  let cell = '';
  let state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  let bytesRead = 0;
  let line = 1;

  const endCell = () => {
    if (cells.length >= MOST_CELLS) throw noCsv(path, line, `more than ${MOST_CELLS} cells`);
    cells.push(cell);
    cell = '';
    state = 'start';
  };
  for await (const piece of bytes) {
    bytesRead += piece.length;
    const text = decoder.decode(piece, { stream: true });
    for (const char of text) {
      if (state === 'quoted') {
        if (char === '"') state = 'quote';
        else cell += char;
      } else if (char === '"' && state !== 'plain') {
        // Two in a quoted cell stand for one.
        if (state === 'quote') cell += char;
        state = 'quoted';
      } else if (char === ',') endCell();
      else if (char === '\n') {
        endCell();
        if (cells.length > 1 || cells[0] !== '') yield { cells, bytesRead };
        cells = [];
        line++;
      } else if (char !== '\r') {
        if (state === 'quote') throw noCsv(path, line, 'text behind a closing quote');
        state = 'plain';
        cell += char;
      }
      if (cell.length > MOST_CELL_LENGTH)
        throw noCsv(path, line, `a cell of more than ${MOST_CELL_LENGTH} characters`);
    }
  }
  if (state === 'quoted') throw noCsv(path, line, 'a quote that is not closed');
  if (cell !== '' || cells.length > 0) {
    endCell();
    yield { cells, bytesRead };
  }
}

function noCsv(path: string, line: number, got: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `cannot read ${path} as CSV`,
    got: `${got}, in record ${line}`,
    expected: 'a CSV file with commas (RFC 4180), or Parquet',
  });
}
