import { INK, type Scheme } from '../../charts/inks.ts';
import { percent } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { heatColor } from './heat-scale.ts';
import { type Matrix, type NeuronHead, shareLevel } from './matrix.ts';

/** Where the cells of a matrix lie, CSS pixels. */
export interface Layout {
  /** Of the cells alone. */
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Place of the row names at the left, and of the uids above. */
  readonly names: number;
  readonly head: number;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

const FONT = 'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const HEAD = 22;
/** No browser draws a wider canvas everywhere, at two device pixels for one. */
const WIDEST = 8_000;

/** A matrix of `zoom` times the free width; a cell is at least a pixel wide, and low enough that most rows fit a screen. */
export function layoutOf(
  { rows, columns }: Pick<Matrix, 'rows' | 'columns'>,
  free: number,
  zoom: number,
): Layout {
  const names = free < 520 ? 58 : 132;
  const fitted = Math.max(80, free - names);
  const width = Math.min(
    WIDEST,
    Math.max(columns.length, Math.min(fitted * zoom, columns.length * 48 * zoom)),
  );
  const cellHeight = rows.length <= 12 ? 24 : rows.length <= 32 ? 17 : rows.length <= 72 ? 12 : 8;
  return {
    width,
    height: rows.length * cellHeight,
    cellWidth: columns.length === 0 ? width : width / columns.length,
    cellHeight,
    names,
    head: HEAD,
  };
}

/** The cell at CSS pixels from the corner of the cells; `undefined` outside. */
export function cellAt(
  { rows, columns }: Pick<Matrix, 'rows' | 'columns'>,
  { cellWidth, cellHeight }: Pick<Layout, 'cellWidth' | 'cellHeight'>,
  x: number,
  y: number,
): Cell | undefined {
  const cell = { row: Math.floor(y / cellHeight), column: Math.floor(x / cellWidth) };
  const inside = x >= 0 && y >= 0 && cell.row < rows.length && cell.column < columns.length;
  return inside ? cell : undefined;
}

/** The cells and the uids above them. `scale` is canvas pixels for one of CSS. */
export function drawCells(
  pen: CanvasRenderingContext2D,
  matrix: Matrix,
  layout: Layout,
  { scheme, scale, levels }: { scheme: Scheme; scale: number; levels: 'log' | 'linear' },
): void {
  const { rows, columns, shares } = matrix;
  const { width, height, cellWidth, cellHeight, head } = layout;
  const ink = INK[scheme];
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, Math.ceil(width * scale), Math.ceil((height + head) * scale));
  const colors = Array.from(
    { length: 256 },
    (_, level) => `rgb(${heatColor(level / 255, scheme).join(',')})`,
  );
  // Whole device pixels, so that neighbours neither overlap nor leave a seam.
  const edges = Array.from({ length: columns.length + 1 }, (_, at) => Math.round(at * cellWidth * scale));
  const gap = cellWidth * scale >= 6 ? 1 : 0;
  for (const row of rows.keys()) {
    const top = Math.round((head + row * cellHeight) * scale);
    const bottom = Math.round((head + (row + 1) * cellHeight) * scale) - 1;
    for (const column of columns.keys()) {
      const share = shares[row * columns.length + column] ?? 0;
      if (share <= 0) continue;
      const left = edges[column] ?? 0;
      const right = Math.max(left + 1, (edges[column + 1] ?? 0) - gap);
      pen.fillStyle = colors[Math.round(shareLevel(share, matrix, levels) * 255)] ?? ink.text;
      pen.fillRect(left, top, right - left, bottom - top);
    }
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.strokeStyle = ink.accent;
  pen.lineWidth = 1.5;
  for (const row of matrix.strongRows)
    pen.strokeRect(0.75, head + row * cellHeight - 0.5, width - 1.5, cellHeight);
  for (const column of matrix.strongColumns)
    pen.strokeRect(column * cellWidth - 0.75, head - 1, Math.max(3, cellWidth + 0.5), height + 1.5);
  drawUids(pen, matrix, layout, scheme);
}

/** Uids above the columns, as many as there is room for. */
function drawUids(pen: CanvasRenderingContext2D, matrix: Matrix, layout: Layout, scheme: Scheme): void {
  const ink = INK[scheme];
  const { cellWidth, head } = layout;
  pen.font = `10px ${FONT}`;
  pen.textBaseline = 'alphabetic';
  pen.textAlign = 'center';
  const every = Math.max(1, Math.ceil(28 / cellWidth));
  let free = 0;
  for (const [column, { uid }] of matrix.columns.entries()) {
    const strong = matrix.strongColumns.has(column);
    const x = (column + 0.5) * cellWidth;
    if ((column % every !== 0 && !strong) || x - 10 < free - 10 || x > layout.width - 6) continue;
    pen.fillStyle = strong ? ink.accent : ink.quiet;
    pen.fillText(String(uid), Math.max(8, x), head - 7);
    free = x + (strong ? 24 : 0);
  }
}

/** The names of the rows. */
export function drawNames(
  pen: CanvasRenderingContext2D,
  matrix: Matrix,
  layout: Layout,
  { scheme, scale }: { scheme: Scheme; scale: number },
): void {
  const ink = INK[scheme];
  const { names, height, head, cellHeight } = layout;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, names, height + head);
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  const every = Math.ceil(11 / cellHeight);
  for (const [row, { head: neuron }] of matrix.rows.entries()) {
    const strong = matrix.strongRows.has(row);
    if (row % every !== 0 && !strong) continue;
    pen.font = `${strong ? '600 ' : ''}11px ${FONT}`;
    pen.fillStyle = strong ? ink.accent : ink.text;
    pen.fillText(shortName(neuron, names < 100), names - 7, head + (row + 0.5) * cellHeight, names - 10);
  }
}

/** Height of {@link drawScale}, CSS pixels. */
export const SCALE_STRIP = 30;

/** What the colours mean, under the cells of a picture. */
export function drawScale(
  pen: CanvasRenderingContext2D,
  { low, high }: { low: number; high: number },
  left: number,
  top: number,
  scheme: Scheme,
): void {
  const [from, middle] = [left + 70, top + SCALE_STRIP / 2];
  for (let x = 0; x < 130; x += 1) {
    pen.fillStyle = `rgb(${heatColor(x / 129, scheme).join(',')})`;
    pen.fillRect(from + x, middle - 5, 1.5, 10);
  }
  pen.fillStyle = INK[scheme].text;
  pen.font = `11px ${FONT}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  pen.fillText(percent(low, low > 0 && low < 0.0001 ? 4 : 2), from - 8, middle);
  pen.textAlign = 'left';
  pen.fillText(`${percent(high)} of a row`, from + 138, middle);
}

/** `UID 7 · Name`, or the beginning of the hotkey in place of a name; `7` where there is no room. */
export function shortName({ uid, identityName, hotkey }: NeuronHead, narrow = false): string {
  if (narrow) return String(uid);
  const name = displayText(identityName ?? undefined, 14) ?? `${hotkey.slice(0, 6)}…`;
  return `${name} · ${uid}`;
}
