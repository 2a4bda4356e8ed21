/** What a cell may hold. Bytes are written as they are (FixedString, String); `undefined` and `null` are NULL. */
export type Cell = string | number | bigint | boolean | Uint8Array | null | undefined;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;
const LETTER_N = 0x4e;

// Digits of the largest u128, a sign, and room to spare; strings and bytes reserve for themselves.
const SHORT_CELL = 48;

/**
 * Rows as ClickHouse's TabSeparated, the fastest of the formats that both chDB and the HTTP interface take byte for byte:
 * raw account ids survive. Written digit by digit into one buffer, since a metagraph of all subnets has 1.4 million cells
 * (`bench/storage.ts`).
 */
export function encodeTsv(rows: readonly (readonly unknown[])[]): Buffer {
  let buffer = Buffer.allocUnsafe(Math.max(4_096, rows.length * 256));
  let at = 0;
  const texts = new Map<string, Buffer>();

  const reserve = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(grown, 0, 0, at);
    buffer = grown;
  };
  const writeBytes = (bytes: Uint8Array): void => {
    reserve(2 * bytes.length + 1);
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte > BACKSLASH || (byte > RETURN && byte < BACKSLASH)) {
        buffer[at++] = byte;
        continue;
      }
      const letter = ESCAPE_LETTERS[byte] as number;
      if (letter !== 0) buffer[at++] = BACKSLASH;
      buffer[at++] = letter === 0 ? byte : letter;
    }
  };
  const writeText = (text: string): void => {
    // Instants, units and addresses come again in many rows.
    let bytes = texts.get(text);
    if (bytes === undefined) {
      bytes = Buffer.from(text, 'utf8');
      texts.set(text, bytes);
    }
    writeBytes(bytes);
  };
  const writeDigits = (value: number): void => {
    let count = 1;
    for (let bound = 10; bound <= value; bound *= 10) count++;
    let rest = value;
    // 32-bit arithmetic is many times faster than dividing doubles.
    let place = at + count;
    while (rest >= 0x7fff_ffff) {
      const tenth = Math.floor(rest / 10);
      buffer[--place] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    let small = rest | 0;
    while (place > at) {
      const tenth = (small / 10) | 0;
      buffer[--place] = ZERO + (small - tenth * 10);
      small = tenth;
    }
    at += count;
  };
  const writeNumber = (value: number): void => {
    if (Number.isSafeInteger(value)) {
      if (value < 0) buffer[at++] = MINUS;
      writeDigits(Math.abs(value));
    } else at += buffer.write(String(value), at, 'latin1');
  };
  const writeBigint = (cell: bigint): void => {
    const value = Number(cell);
    if (Number.isSafeInteger(value)) writeNumber(value);
    else writeText(cell.toString());
  };
  const writeCell = (cell: unknown): void => {
    reserve(SHORT_CELL);
    if (typeof cell === 'number') writeNumber(cell);
    else if (cell === undefined || cell === null) {
      buffer[at++] = BACKSLASH;
      buffer[at++] = LETTER_N;
    } else if (typeof cell === 'bigint') writeBigint(cell);
    else if (typeof cell === 'boolean') buffer[at++] = cell ? ZERO + 1 : ZERO;
    else if (typeof cell === 'string') writeText(cell);
    else if (cell instanceof Uint8Array) writeBytes(cell);
    else throw new TypeError(`a cell cannot hold ${Object.prototype.toString.call(cell)}`);
  };

  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      if (i > 0) {
        reserve(1);
        buffer[at++] = TAB;
      }
      writeCell(row[i]);
    }
    reserve(1);
    buffer[at++] = NEWLINE;
  }
  return buffer.subarray(0, at);
}

// The letter after the backslash, for the bytes that must be escaped; 0 for those that need not.
const ESCAPE_LETTERS = new Uint8Array(256);
ESCAPE_LETTERS[TAB] = 0x74;
ESCAPE_LETTERS[NEWLINE] = 0x6e;
ESCAPE_LETTERS[RETURN] = 0x72;
ESCAPE_LETTERS[BACKSLASH] = BACKSLASH;
