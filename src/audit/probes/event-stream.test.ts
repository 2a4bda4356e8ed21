import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventStreamReader, type StreamPiece } from './event-stream.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Everything that a stream holds, given in pieces that end at these places. */
function readIn(stream: Uint8Array, cuts: readonly number[], maxBytes?: number): StreamPiece[] {
  const reader = createEventStreamReader(maxBytes);
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  const pieces: StreamPiece[] = [];
  let from = 0;
  for (const to of [...places, stream.length]) {
    pieces.push(...reader.push(stream.subarray(from, to)));
    from = to;
  }
  return pieces;
}

test('events are what the standard says, whatever ends the lines', () => {
  // The examples of WHATWG HTML, 9.2.6.
  const stream =
    ': test stream\r\n\r\ndata: first event\nid: 1\r\rdata:second event\nid\n\ndata:  third event\n\n';
  expect(readIn(bytes(stream), [])).toEqual([
    { type: 'data', data: 'first event' },
    { type: 'data', data: 'second event' },
    { type: 'data', data: ' third event' },
  ]);
  expect(readIn(bytes('data: YHOO\ndata: +2\ndata: 10\n\n'), [])).toEqual([
    { type: 'data', data: 'YHOO\n+2\n10' },
  ]);
  expect(readIn(bytes('data\n\ndata\ndata\n\ndata:'), [])).toEqual([
    { type: 'data', data: '' },
    { type: 'data', data: '\n' },
  ]);
});

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const line = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, ' ')}`),
  fc.string({ unit: 'grapheme' }).map((text) => `:${text.replace(/[\r\n]/g, ' ')}`),
  fc.constant(''),
);

test('how a stream is split changes nothing, not even within a character or between CR and LF', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      (lines, cuts) => {
        const stream = bytes(lines.flat().join(''));
        expect(readIn(stream, cuts)).toEqual(readIn(stream, []));
        expect(readIn(stream, cuts, 40)).toEqual(readIn(stream, [], 40));
      },
    ),
  );
});

test('any bytes are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(), { maxLength: 20 }), (stream, cuts) => {
      expect(readIn(stream, cuts)).toEqual(readIn(stream, []));
    }),
  );
});

test('an event beyond the bound is told as such and the next one is read', () => {
  const stream = bytes(`data: ${'x'.repeat(1_000)}\ndata: more\n\ndata: next\n\n`);
  expect(readIn(stream, [10, 500], 100)).toEqual([
    { type: 'too-large', bytes: expect.any(Number) },
    { type: 'data', data: 'next' },
  ]);
});

test('a stream that ends within an event says that it was cut', () => {
  const reader = createEventStreamReader();
  reader.push(bytes('data: whole\n\ndata: half'));
  expect(reader.end()).toEqual({ cut: true });
  const whole = createEventStreamReader();
  whole.push(bytes('data: whole\n\n'));
  expect(whole.end()).toEqual({ cut: false });
});
