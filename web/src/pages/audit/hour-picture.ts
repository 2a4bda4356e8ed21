import { INK, type Scheme } from '../../charts/inks.ts';
import { PICTURE_FONT, PICTURE_SCALE } from '../../charts/picture.ts';
import type { HourGrid } from './hour-grid.ts';
import { dayText } from './times.ts';
import { countedName, LETTER_COLOR, VERDICT_COLORS, VERDICT_LOOKS, VERDICT_ORDER } from './verdicts.ts';

const CELL_PX = 20;
const GAP_PX = 2;
const NAME_PX = 84;
const SIDE_PX = 14;

/** The strip as a drawing at {@link PICTURE_SCALE}, with what its colours and letters mean. */
export function drawHours(
  grid: HourGrid,
  counts: Readonly<Record<string, number>>,
  scheme: Scheme,
): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) return undefined;
  const s = PICTURE_SCALE;
  const step = CELL_PX + GAP_PX;
  const ink = INK[scheme];
  const told = VERDICT_ORDER.filter((verdict) => (counts[verdict] ?? 0) > 0);
  canvas.width = (SIDE_PX * 2 + NAME_PX + 24 * step) * s;
  canvas.height = ((grid.days.length + 1) * step + 10 + told.length * 18) * s;
  pen.scale(s, s);
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, color: string, bold = false) => {
    pen.font = `${bold ? '600 ' : ''}11px ${PICTURE_FONT}`;
    pen.fillStyle = color;
    pen.fillText(text, x, y);
  };
  const square = (verdict: keyof typeof VERDICT_LOOKS, x: number, y: number, size: number) => {
    pen.fillStyle = VERDICT_COLORS[scheme][verdict];
    pen.fillRect(x, y, size, size);
    if (verdict === 'none') {
      pen.strokeStyle = ink.lineStrong;
      pen.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    }
    pen.textAlign = 'center';
    write(VERDICT_LOOKS[verdict].letter, x + size / 2, y + size / 2, LETTER_COLOR[scheme], true);
    pen.textAlign = 'left';
  };
  for (const hour of [0, 6, 12, 18])
    write(String(hour).padStart(2, '0'), SIDE_PX + NAME_PX + hour * step, step / 2, ink.quiet);
  for (const [row, { day, cells }] of grid.days.entries()) {
    const y = (row + 1) * step;
    write(dayText(day), SIDE_PX, y + CELL_PX / 2, ink.text);
    for (const [column, cell] of cells.entries())
      if (cell !== undefined)
        square(cell.hour.verdict ?? 'none', SIDE_PX + NAME_PX + column * step, y, CELL_PX);
  }
  for (const [index, verdict] of told.entries()) {
    const y = (grid.days.length + 1) * step + 10 + index * 18;
    square(verdict, SIDE_PX, y, 13);
    write(`${counts[verdict]} ${countedName(verdict, counts[verdict] ?? 0)}`, SIDE_PX + 20, y + 7, ink.text);
  }
  return canvas;
}
