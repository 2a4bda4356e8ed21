import { inflateSync } from 'node:zlib';

/** Pixels: red, green, blue and opacity, a byte each, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Larger pictures are not drawn in a terminal. */
const MAX_PIXELS = 64 * 2 ** 20;

/** Samples per pixel by colour type (PNG specification, 11.2.2). */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Pixels of a PNG of 8 bits per sample, not interlaced; `undefined` for any other, and for what is damaged. Bytes are hostile: sizes are
 * bounded before anything is unpacked.
 */
export function decodePng(bytes: Uint8Array): Pixels | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 57 || view.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  if (view.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const [width, height] = [view.readUInt32BE(16), view.readUInt32BE(20)];
  const [depth, colour, interlaced] = [view[24], view[25] ?? -1, view[28]];
  const samples = SAMPLES[colour];
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) return undefined;
  if (depth !== 8 || interlaced !== 0 || samples === undefined) return undefined;

  const packed: Buffer[] = [];
  let palette: Buffer | undefined;
  let opacity: Buffer | undefined;
  for (let at = 8; at + 12 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const kind = view.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > view.length) return undefined;
    const body = view.subarray(at + 8, at + 8 + length);
    if (kind === 'IDAT') packed.push(body);
    else if (kind === 'PLTE') palette = body;
    else if (kind === 'tRNS') opacity = body;
    else if (kind === 'IEND') break;
    at += 12 + length;
  }
  const stride = width * samples;
  const wanted = (stride + 1) * height;
  let raw: Buffer;
  try {
    raw = inflateSync(Buffer.concat(packed), { maxOutputLength: wanted });
  } catch {
    return undefined;
  }
  if (raw.length !== wanted || (colour === 3 && palette === undefined)) return undefined;
  if (!unfilter(raw, stride, height, samples)) return undefined;
  return { width, height, data: toRgba(raw, { width, height, samples, colour, palette, opacity }) };
}

/** Undoes the filter of each line, in place (PNG specification, 9.2). */
function unfilter(raw: Buffer, stride: number, height: number, samples: number): boolean {
  for (let y = 0; y < height; y++) {
    const line = y * (stride + 1);
    const filter = raw[line] ?? 0;
    if (filter > 4) return false;
    for (let x = 0; x < stride; x++) {
      const at = line + 1 + x;
      const left = x >= samples ? (raw[at - samples] ?? 0) : 0;
      const above = y > 0 ? (raw[at - stride - 1] ?? 0) : 0;
      const corner = y > 0 && x >= samples ? (raw[at - stride - 1 - samples] ?? 0) : 0;
      raw[at] = (raw[at] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return true;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const guess = left + above - corner;
      const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(guess - value));
      if ((toLeft ?? 0) <= (toAbove ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
      return (toAbove ?? 0) <= (toCorner ?? 0) ? above : corner;
    }
    default:
      return 0;
  }
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly colour: number;
  readonly palette: Buffer | undefined;
  readonly opacity: Buffer | undefined;
}

function toRgba(raw: Buffer, { width, height, samples, colour, palette, opacity }: Layout): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width * samples + 1) + 1 + x * samples;
      const to = (y * width + x) * 4;
      const first = raw[at] ?? 0;
      if (colour === 3) {
        for (let n = 0; n < 3; n++) data[to + n] = palette?.[first * 3 + n] ?? 0;
        data[to + 3] = opacity?.[first] ?? 255;
      } else if (colour === 0 || colour === 4) {
        data.fill(first, to, to + 3);
        data[to + 3] = colour === 4 ? (raw[at + 1] ?? 0) : 255;
      } else {
        for (let n = 0; n < 3; n++) data[to + n] = raw[at + n] ?? 0;
        data[to + 3] = colour === 6 ? (raw[at + 3] ?? 0) : 255;
      }
    }
  }
  return data;
}

/** The picture in another size, each pixel the mean of those that it stands for, on black where it is transparent. */
export function resize({ width, height, data }: Pixels, toWidth: number, toHeight: number): Pixels {
  const to = new Uint8Array(toWidth * toHeight * 4);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom] = span(y, toHeight, height);
    for (let x = 0; x < toWidth; x++) {
      const [left, right] = span(x, toWidth, width);
      const sums = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const at = (row * width + column) * 4;
          const share = (data[at + 3] ?? 0) / 255;
          for (let n = 0; n < 3; n++) sums[n] = (sums[n] ?? 0) + (data[at + n] ?? 0) * share;
        }
      }
      const count = (bottom - top) * (right - left);
      for (let n = 0; n < 3; n++) to[(y * toWidth + x) * 4 + n] = Math.round((sums[n] ?? 0) / count);
      to[(y * toWidth + x) * 4 + 3] = 255;
    }
  }
  return { width: toWidth, height: toHeight, data: to };
}

function span(at: number, of: number, size: number): [number, number] {
  const from = Math.floor((at * size) / of);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / of))];
}
