import { decodePng, type Pixels, resize } from './png.ts';
import { toSixel } from './sixel.ts';

export const PICTURE_WAYS = ['kitty', 'iterm', 'sixel', 'blocks', 'none'] as const;

/** How a terminal shows pictures. */
export type PictureWay = (typeof PICTURE_WAYS)[number];

/** What the terminal of this environment can do; `blocks` is what any terminal with colours can, `none` where the output is no terminal. */
export function pictureWay(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): PictureWay {
  if (!isTerminal || env.TERM === 'dumb') return 'none';
  // Through a multiplexer the sequences of the terminal behind it do not pass.
  if (env.TMUX !== undefined || env.STY !== undefined) return 'blocks';
  const { TERM = '', TERM_PROGRAM = '' } = env;
  if (
    env.KITTY_WINDOW_ID !== undefined ||
    TERM === 'xterm-kitty' ||
    /^(ghostty|WezTerm)$/i.test(TERM_PROGRAM)
  )
    return 'kitty';
  if (/^(iTerm\.app|vscode|mintty|rio)$/i.test(TERM_PROGRAM) || env.LC_TERMINAL === 'iTerm2') return 'iterm';
  if (/^(foot|mlterm|contour|yaft|xterm-sixel)/.test(TERM)) return 'sixel';
  return 'blocks';
}

export interface PictureOptions {
  readonly way: PictureWay;
  /** Cells of the terminal in a row. */
  readonly columns: number;
  /** 24-bit colours; else the 256 of xterm. */
  readonly trueColour: boolean;
}

const MOST_COLUMNS = 100;
/** Pixels of a cell, about: sixel has no way to ask. */
const CELL = { width: 8, height: 16 };
const KITTY_PIECE = 4_096;

/** Text that draws a picture, or a line that says why it is not drawn. Only what was decoded, or base64, ever reaches the terminal. */
export function drawPicture(bytes: Uint8Array, mediaType: string, options: PictureOptions): string {
  const { way, trueColour } = options;
  const columns = Math.max(8, Math.min(options.columns, MOST_COLUMNS));
  if (way === 'none') return told(bytes, mediaType);
  // iTerm draws what it knows; kitty takes PNG alone.
  if (way === 'iterm') return iterm(bytes, columns);
  const pixels = mediaType === 'image/png' ? decodePng(bytes) : undefined;
  if (pixels === undefined)
    return `${told(bytes, mediaType)}: not a picture that can be drawn here (--out writes it to a file)\n`;
  if (way === 'kitty') return kitty(bytes, columns);
  if (way === 'sixel') {
    const width = Math.min(pixels.width, columns * CELL.width);
    return toSixel(resize(pixels, width, Math.max(1, Math.round((pixels.height * width) / pixels.width))));
  }
  return blocks(pixels, columns, trueColour);
}

function told(bytes: Uint8Array, mediaType: string): string {
  return `[${mediaType.replace(/[^a-z0-9/+.-]/gi, '')}, ${bytes.length} bytes]`;
}

/** Kitty graphics protocol: base64 in pieces of 4096, `f=100` for PNG, `c` its width in cells. */
function kitty(bytes: Uint8Array, columns: number): string {
  const text = Buffer.from(bytes).toString('base64');
  let out = '';
  for (let at = 0; at < text.length; at += KITTY_PIECE) {
    const more = at + KITTY_PIECE < text.length ? 1 : 0;
    const head = at === 0 ? `a=T,f=100,c=${columns},m=${more}` : `m=${more}`;
    out += `\x1b_G${head};${text.slice(at, at + KITTY_PIECE)}\x1b\\`;
  }
  return `${out}\n`;
}

/** iTerm2 inline images protocol. */
function iterm(bytes: Uint8Array, columns: number): string {
  const body = Buffer.from(bytes).toString('base64');
  return `\x1b]1337;File=inline=1;size=${bytes.length};width=${columns};preserveAspectRatio=1:${body}\x07\n`;
}

/** Two pixels in a cell: the upper half is the character, the lower one its background. */
function blocks(pixels: Pixels, columns: number, trueColour: boolean): string {
  const width = Math.min(pixels.width, columns);
  const height = Math.max(2, 2 * Math.round((pixels.height * width) / pixels.width / 2));
  const { data } = resize(pixels, width, height);
  const colour = (x: number, y: number): string => {
    const at = (y * width + x) * 4;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    return trueColour ? `2;${red};${green};${blue}` : `5;${nearest256(red, green, blue)}`;
  };
  let out = '';
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x++) out += `\x1b[38;${colour(x, y)};48;${colour(x, y + 1)}m▀`;
    out += '\x1b[0m\n';
  }
  return out;
}

/** The colour of xterm's 6×6×6 cube that is nearest. */
function nearest256(red: number, green: number, blue: number): number {
  const level = (value: number) =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}
