import type { Pixels } from './png.ts';

/** Levels of red, green and blue: 6×7×6 colours are within the 256 that terminals have at least. */
const LEVELS = [6, 7, 6] as const;

/** A picture as sixels (DEC STD 070): bands of six rows, one pass per colour in each, runs counted. */
export function toSixel({ width, height, data }: Pixels): string {
  const colours = new Uint8Array(width * height);
  const used = new Set<number>();
  for (let at = 0; at < colours.length; at++) {
    const colour = colourOf(data[at * 4] ?? 0, data[at * 4 + 1] ?? 0, data[at * 4 + 2] ?? 0);
    colours[at] = colour;
    used.add(colour);
  }
  let out = `\x1bPq"1;1;${width};${height}`;
  for (const colour of [...used].sort((a, b) => a - b)) out += `#${colour};2;${percents(colour).join(';')}`;
  for (let top = 0; top < height; top += 6) {
    const inBand = new Set<number>();
    for (let at = top * width; at < Math.min(height, top + 6) * width; at++) inBand.add(colours[at] ?? 0);
    for (const colour of inBand) out += `#${colour}${band(colours, width, height, top, colour)}$`;
    out += '-';
  }
  return `${out}\x1b\\\n`;
}

function band(colours: Uint8Array, width: number, height: number, top: number, colour: number): string {
  let out = '';
  let run = 0;
  let last = '';
  for (let x = 0; x < width; x++) {
    let bits = 0;
    for (let row = 0; row < 6 && top + row < height; row++)
      if (colours[(top + row) * width + x] === colour) bits |= 1 << row;
    const sixel = String.fromCharCode(63 + bits);
    if (sixel === last) run++;
    else {
      out += repeated(last, run);
      last = sixel;
      run = 1;
    }
  }
  // What is empty to the end of the band need not be said.
  return last === '?' ? out : out + repeated(last, run);
}

function repeated(sixel: string, run: number): string {
  return run > 3 ? `!${run}${sixel}` : sixel.repeat(run);
}

function colourOf(red: number, green: number, blue: number): number {
  const [r, g, b] = [red, green, blue].map((value, n) => Math.round((value / 255) * ((LEVELS[n] ?? 2) - 1)));
  return ((r ?? 0) * LEVELS[1] + (g ?? 0)) * LEVELS[2] + (b ?? 0);
}

function percents(colour: number): number[] {
  const blue = colour % LEVELS[2];
  const green = Math.floor(colour / LEVELS[2]) % LEVELS[1];
  const red = Math.floor(colour / LEVELS[2] / LEVELS[1]);
  return [red, green, blue].map((level, n) => Math.round((level * 100) / ((LEVELS[n] ?? 2) - 1)));
}
