import { expect, test } from 'vitest';
import { createLive } from './live.ts';

test('a stream gets what is published while it is open, in order, and ends with its signal', async () => {
  const live = createLive();
  const stop = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { event, data } of live.stream(stop.signal)) {
      seen.push(`${event} ${data}`);
      if (seen.length === 2) stop.abort();
    }
  })();
  await Promise.resolve();
  live.publish('head', { n: 1 });
  live.publish('head', { n: 2 });
  await reading;
  expect(seen).toEqual(['head {"n":1}', 'head {"n":2}']);
  expect(live.clients).toBe(0);
});

test('a client that does not read loses the oldest messages and holds up nobody', async () => {
  const live = createLive();
  const stop = new AbortController();
  const stream = live.stream(stop.signal)[Symbol.asyncIterator]();
  const first = stream.next();
  for (let n = 0; n < 600; n++) live.publish('head', n);
  expect(live.dropped).toBe(100);
  expect((await first).value?.data).toBe('100');
  stop.abort();
  await stream.return?.();
});
