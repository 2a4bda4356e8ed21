import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawPicture, pictureWay } from './picture.ts';
import { decodePng } from './png.ts';

/** A PNG written out by the specification; filter 0 on each line. The checksums are not read and left zero. */
function png(width: number, height: number, colour: number, lines: readonly (readonly number[])[]): Buffer {
  const chunk = (kind: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(kind, 4, 'latin1');
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, colour, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from(lines.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** 2×2: red, green / blue, white; the first line by its left neighbours, the second by the line above (specification, 9.2). */
const FILTERED = png(2, 2, 2, [
  [1, 255, 0, 0, 1, 255, 0],
  [2, 1, 0, 255, 255, 0, 255],
]);

test('pixels of a picture, through its filters', () => {
  expect(decodePng(FILTERED)).toEqual({
    width: 2,
    height: 2,
    data: Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]),
  });
});

test('grey, and a picture with another colour in each half of a cell', () => {
  const grey = png(1, 2, 0, [
    [0, 0],
    [0, 255],
  ]);
  const options = { way: 'blocks', columns: 80, trueColour: true } as const;
  expect(drawPicture(grey, 'image/png', options)).toBe('\x1b[38;2;0;0;0;48;2;255;255;255m▀\x1b[0m\n');
  expect(drawPicture(grey, 'image/png', { ...options, trueColour: false })).toBe(
    '\x1b[38;5;16;48;5;231m▀\x1b[0m\n',
  );
});

test('sixels: the raster, its colours, its rows', () => {
  const drawn = drawPicture(FILTERED, 'image/png', { way: 'sixel', columns: 80, trueColour: true });
  expect(drawn.startsWith('\x1bPq"1;1;2;2#')).toBe(true);
  // 100 % red in the first row of the first column: bit 0, which is @.
  expect(drawn).toContain(';2;100;0;0');
  expect(drawn.endsWith('-\x1b\\\n')).toBe(true);
});

test('hostile bytes draw nothing of their own: no control character of theirs reaches the terminal', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('blocks', 'sixel', 'kitty', 'none'),
      (bytes, way) => {
        const drawn = drawPicture(bytes, '\x1b]0;owned\x07', {
          way: way as 'blocks',
          columns: 80,
          trueColour: true,
        });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(drawn).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
      },
    ),
  );
  fc.assert(
    fc.property(fc.nat(FILTERED.length - 1), fc.nat(255), (at, byte) => {
      const bent = Buffer.from(FILTERED);
      bent[at] = byte;
      expect(() => decodePng(bent)).not.toThrow();
    }),
  );
});

test('a picture that claims to be huge is not unpacked', () => {
  const bomb = png(2, 2, 2, [[0]]);
  bomb.writeUInt32BE(100_000, 16);
  bomb.writeUInt32BE(100_000, 20);
  expect(decodePng(bomb)).toBeUndefined();
});

test('each terminal gets what it can', () => {
  expect(pictureWay({ TERM: 'xterm-kitty' }, true)).toBe('kitty');
  expect(pictureWay({ TERM_PROGRAM: 'iTerm.app' }, true)).toBe('iterm');
  expect(pictureWay({ TERM: 'foot' }, true)).toBe('sixel');
  expect(pictureWay({ TERM: 'xterm-kitty', TMUX: '/tmp/x' }, true)).toBe('blocks');
  expect(pictureWay({ TERM: 'xterm-256color' }, true)).toBe('blocks');
  expect(pictureWay({ TERM: 'xterm-kitty' }, false)).toBe('none');
});
