import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventParser, readEvents } from './event-stream.ts';

const STREAM =
  ': hello\n\nevent: head\ndata: {"a":1}\n\ndata: one\r\ndata:two\r\n\r\nevent: empty\n\nid: 7\ndata: x\n\n';
const EVENTS = [
  { event: 'head', data: '{"a":1}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'message', data: 'x' },
];

describe('createEventParser', () => {
  it('finds the same events wherever the network cuts the stream', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
        const parse = createEventParser();
        const edges = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const events = edges.slice(1).flatMap((end, index) => parse(STREAM.slice(edges[index], end)));
        expect(events).toEqual(EVENTS);
      }),
    );
  });

  it('says nothing of an event that has not ended', () => {
    expect(createEventParser()('event: head\ndata: 1\n')).toEqual([]);
  });

  it('cuts a stream whose event does not end', () => {
    const parse = createEventParser();
    const flood = () => {
      for (let part = 0; part < 3; part += 1) parse('x'.repeat(500_000));
    };
    expect(flood).toThrow('does not end');
  });
});

it('reads the body of a response, with characters cut in half', async () => {
  const bytes = new TextEncoder().encode('data: τ\n\ndata: β\n\n');
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const seen: string[] = [];
  for await (const event of readEvents(new Response(body))) seen.push(event.data);
  expect(seen).toEqual(['τ', 'β']);
});
