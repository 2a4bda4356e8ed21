import { integer } from '../format/numbers.ts';
import { displayText } from '../format/text.ts';
import { type Cell, type Column, compareCells } from '../table/column.ts';
import type { Sort } from '../url/search.ts';
import { INK, type Scheme } from './inks.ts';
import { PICTURE_FONT, PICTURE_SCALE } from './picture.ts';

export interface TableContent {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (Cell | null)[])[];
}

/** More rows make a picture that nobody can look at; the CSV has them all. */
const MAX_ROWS = 200;
const MAX_CHARACTERS = 100;
const SIX_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
const ROW_PX = 24;
const GAP_PX = 22;
const SIDE_PX = 14;

/** The content of a `DataTable` as it is ordered on the page, under the page's own headers. */
export function tableContent<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  sort?: Sort,
): TableContent {
  return {
    header: columns.map(({ header, unit }) => (unit === undefined ? header : `${header} (${unit})`)),
    rows: ordered(columns, rows, sort).map((row) => columns.map(({ value }) => value(row))),
  };
}

/** A note for the picture when it does not show every row. */
export function rowsNote({ rows }: TableContent): string | undefined {
  return rows.length <= MAX_ROWS
    ? undefined
    : `the first ${MAX_ROWS} of ${integer(rows.length)} rows; the CSV has all`;
}

/** A cell as the picture writes it: six significant digits, accounts by beginning and end, nothing that could reorder text. */
export function pictureText(cell: Cell | null): string {
  if (cell === undefined || cell === null) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'number') {
    if (!Number.isFinite(cell)) return '–';
    return Number.isInteger(cell) ? integer(cell) : SIX_DIGITS.format(cell);
  }
  if (/^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(cell)) return `${cell.slice(0, 8)}…${cell.slice(-6)}`;
  return displayText(cell, MAX_CHARACTERS) ?? '–';
}

/** The table as a drawing at {@link PICTURE_SCALE}: header, then at most 200 rows; figures stand at the right of their column. */
export function drawTable(content: TableContent, scheme: Scheme): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) return undefined;
  const ink = INK[scheme];
  const s = PICTURE_SCALE;
  const plain = `${12 * s}px ${PICTURE_FONT}`;
  const bold = `600 ${plain}`;
  const shown = content.rows.slice(0, MAX_ROWS);
  const texts = shown.map((row) => row.map(pictureText));
  let x = SIDE_PX * s;
  const columns = content.header.map((name, at) => {
    pen.font = bold;
    let width = pen.measureText(name).width;
    pen.font = plain;
    for (const row of texts) width = Math.max(width, pen.measureText(row[at] ?? '').width);
    const end = shown.some((row) => typeof row[at] === 'number');
    const left = x;
    x += width + GAP_PX * s;
    return { name, at, left, right: left + width, end };
  });
  // A canvas that changes its size forgets its font.
  canvas.width = Math.ceil(x - (GAP_PX - SIDE_PX) * s);
  canvas.height = (texts.length + 1) * ROW_PX * s;
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'middle';
  const write = (text: string, { left, right, end }: (typeof columns)[number], row: number) => {
    pen.textAlign = end ? 'right' : 'left';
    pen.fillText(text, end ? right : left, (row + 0.5) * ROW_PX * s);
  };
  pen.font = bold;
  pen.fillStyle = ink.strong;
  for (const column of columns) write(column.name, column, 0);
  pen.font = plain;
  for (const [index, row] of texts.entries()) {
    pen.fillStyle = ink.line;
    pen.fillRect(SIDE_PX * s, (index + 1) * ROW_PX * s, canvas.width - 2 * SIDE_PX * s, s);
    pen.fillStyle = ink.text;
    for (const column of columns) write(row[column.at] ?? '', column, index + 1);
  }
  return canvas;
}

function ordered<Row>(columns: readonly Column<Row>[], rows: readonly Row[], sort: Sort | undefined) {
  const column = columns.find(({ id }) => id === sort?.id);
  if (column === undefined || sort === undefined) return rows;
  const { value } = column;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sort.desc ? compareCells(right, left) : compareCells(left, right);
  });
}
