import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapOrdered } from './ordered.ts';

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

test('results come in the order of the stream, however long each takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      async (turns, concurrency) => {
        let running = 0;
        let most = 0;
        const results = await collect(
          mapOrdered(from([...turns.entries()]), concurrency, async ([index, waits]) => {
            most = Math.max(most, ++running);
            for (let i = 0; i < waits; i++) await Promise.resolve();
            running--;
            return index;
          }),
        );
        expect(results).toEqual([...turns.keys()]);
        expect(most).toBeLessThanOrEqual(concurrency);
      },
    ),
  );
});

test('a result is yielded while the source is still waiting for its next item', async () => {
  const { promise: never } = Promise.withResolvers<never>();
  async function* source() {
    yield 1;
    await never;
  }
  const results = mapOrdered(source(), 4, async (n) => n);
  expect(await results.next()).toEqual({ done: false, value: 1 });
});

test('a failing action fails the consumer and closes the source', async () => {
  let closed = false;
  async function* source() {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  const run = collect(
    mapOrdered(source(), 3, async (n) => {
      if (n === 4) throw new Error('four');
      return n;
    }),
  );
  await expect(run).rejects.toThrow('four');
  expect(closed).toBe(true);
});

test('a failing source fails the consumer after what came before it', async () => {
  async function* source() {
    yield 1;
    throw new Error('broken');
  }
  const seen: number[] = [];
  const run = (async () => {
    for await (const n of mapOrdered(source(), 3, async (n) => n)) seen.push(n);
  })();
  await expect(run).rejects.toThrow('broken');
  expect(seen).toEqual([1]);
});
