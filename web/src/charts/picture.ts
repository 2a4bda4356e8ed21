import { saveAs } from '../api/client.ts';
import { INK, type Scheme } from './inks.ts';
import type { SeriesStyle } from './palette.ts';

export interface PictureParts {
  readonly title: string;
  readonly unit?: string | undefined;
  /** The lines below: which resolution is shown, and of what. */
  readonly notes: readonly string[];
  readonly legend?: readonly { readonly label: string; readonly style: SeriesStyle }[] | undefined;
  readonly drawing: HTMLCanvasElement;
}

/** Pixels of the picture for one of the page: sharp on paper too. Drawings come at this scale. */
export const PICTURE_SCALE = 2;

export const PICTURE_FONT =
  'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** A figure as one picture that explains itself: title, legend, drawing, and where its figures come from. */
export function composePicture(parts: PictureParts, scheme: Scheme): HTMLCanvasElement {
  const { drawing } = parts;
  const ink = INK[scheme];
  const s = PICTURE_SCALE;
  const width = Math.max(drawing.width, 320 * s);
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) return drawing;
  const legend = layLegend(parts.legend ?? [], pen, width, s);
  const head = 40 * s + legend.height;
  canvas.width = width;
  canvas.height = head + drawing.height + (10 + parts.notes.length * 17) * s;
  pen.fillStyle = ink.surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'middle';
  pen.fillStyle = ink.strong;
  pen.font = `600 ${15 * s}px ${PICTURE_FONT}`;
  pen.fillText(parts.title, 14 * s, 21 * s);
  if (parts.unit !== undefined && parts.unit !== '') {
    const end = 14 * s + pen.measureText(parts.title).width;
    pen.font = `${12 * s}px ${PICTURE_FONT}`;
    pen.fillStyle = ink.text;
    pen.fillText(parts.unit, end + 8 * s, 22 * s);
  }
  for (const { label, style, x, y } of legend.items) {
    pen.strokeStyle = style.color;
    pen.lineWidth = 2.5 * s;
    pen.setLineDash(dashPattern(style).map((length) => length * s));
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + 18 * s, y);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = ink.text;
    pen.font = `${12 * s}px ${PICTURE_FONT}`;
    pen.fillText(label, x + 24 * s, y);
  }
  pen.drawImage(drawing, 0, head);
  pen.fillStyle = ink.quiet;
  pen.font = `${11 * s}px ${PICTURE_FONT}`;
  for (const [index, note] of parts.notes.entries())
    pen.fillText(note, 14 * s, head + drawing.height + (10 + index * 17) * s, width - 28 * s);
  return canvas;
}

/** Hands a picture to the browser's download. */
export function savePicture(canvas: HTMLCanvasElement, fileName: string): void {
  canvas.toBlob((blob) => {
    if (blob !== null) saveAs(blob, fileName);
  }, 'image/png');
}

/** Lengths of ink and gap, pixels; empty for a solid line. */
export function dashPattern({ dash }: SeriesStyle): readonly number[] {
  if (typeof dash !== 'string') return dash;
  return dash === 'solid' ? [] : dash === 'dashed' ? [5, 3] : [2, 2];
}

function layLegend(
  items: readonly { readonly label: string; readonly style: SeriesStyle }[],
  pen: CanvasRenderingContext2D,
  width: number,
  s: number,
) {
  pen.font = `${12 * s}px ${PICTURE_FONT}`;
  let x = 14 * s;
  let row = 0;
  const placed = items.map(({ label, style }) => {
    const size = 24 * s + pen.measureText(label).width + 18 * s;
    if (x + size > width && x > 14 * s) {
      x = 14 * s;
      row += 1;
    }
    const at = { label, style, x, y: (46 + row * 19) * s };
    x += size;
    return at;
  });
  return { items: placed, height: items.length === 0 ? 0 : (row + 1) * 19 * s };
}
