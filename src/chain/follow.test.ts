import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fault, type SimulatedChain, simulateChain } from '../../test/support/simulated-chain.ts';
import { type Hex, TaoscopeError } from '../shared/index.ts';
import { type FollowLimits, follow } from './follow.ts';
import type { FollowEvent, FollowOptions, HeadKind } from './types.ts';

const QUICK: Partial<FollowLimits> = { firstWaitMs: 0.1, maxWaitMs: 1, tries: 3 };

/** The chain as a consumer builds it from the events; every event is checked against what it already has. */
function consumer() {
  const chain: Hex[] = [];
  let base: number | undefined;
  const top = () => (base ?? 0) + chain.length - 1;
  return {
    chain,
    top,
    get base() {
      return base;
    },
    apply(event: FollowEvent, kind: HeadKind): void {
      if (event.type === 'block') {
        base ??= event.header.number;
        expect(event.header.number).toBe(top() + 1);
        if (chain.length > 0) expect(event.header.parentHash).toBe(chain.at(-1));
        expect(event.header.verified).toBe(event.header.number > 0 || event.header.verified);
        expect(event.head.number).toBeGreaterThanOrEqual(event.header.number);
        chain.push(event.header.hash);
      } else if (event.type === 'retracted') {
        expect(kind).toBe('best');
        if (base === undefined || event.from <= base) {
          chain.length = 0;
          base = undefined;
        } else {
          expect(event.from).toBeLessThanOrEqual(top());
          chain.length = event.from - base;
        }
      } else {
        throw new Error(`blocks ${event.from} to ${event.to} are missing: ${event.reason}`);
      }
    },
  };
}

async function take(events: AsyncIterable<FollowEvent>, count: number): Promise<FollowEvent[]> {
  const taken: FollowEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

const short = (event: FollowEvent) =>
  event.type === 'block'
    ? event.header.number
    : event.type === 'missing'
      ? `missing ${event.from}-${event.to}`
      : `retracted ${event.from}`;

function grown(blocks: number, finalized = blocks): SimulatedChain {
  const chain = simulateChain();
  chain.grow(blocks);
  chain.finalize(finalized);
  return chain;
}

function followQuickly(chain: SimulatedChain, options: FollowOptions) {
  return follow(chain, { ...options, limits: QUICK });
}

describe.each(['finalized', 'best'] as const)('%s heads', (kind) => {
  test('begins at the head when nothing was processed', async () => {
    const chain = grown(40);
    expect((await take(followQuickly(chain, { kind }), 1)).map(short)).toEqual([40]);
  });

  test('fills everything behind the last block processed, in order, though it reads ahead', async () => {
    const chain = grown(100);
    const after = { number: 3, hash: chain.canonical[3] };
    const events = await take(followQuickly(chain, { kind, after }), 97);
    expect(events.map(short)).toEqual(Array.from({ length: 97 }, (_, i) => i + 4));
  });

  test('can begin in front of block 0', async () => {
    const chain = grown(2);
    expect((await take(followQuickly(chain, { kind, after: { number: -1 } }), 3)).map(short)).toEqual([
      0, 1, 2,
    ]);
  });

  test('reads no more than a few headers ahead of its consumer', async () => {
    const chain = grown(1_000);
    const events = followQuickly(chain, { kind, after: { number: 0 } })[Symbol.asyncIterator]();
    await events.next();
    const before = chain.requests;
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(chain.requests).toBeLessThan(before + 40);
    expect(chain.requests).toBeLessThan(100);
    await events.return?.();
  });

  test('names blocks that the nodes do not have, and goes on behind them', async () => {
    const chain = grown(200);
    chain.loseBelow(151);
    const events = await take(
      followQuickly(chain, { kind, after: { number: 10, hash: chain.canonical[10] } }),
      3,
    );
    expect(events.map(short)).toEqual(['missing 11-150', 151, 152]);
  });

  test('names blocks that are missing just below the head', async () => {
    const chain = grown(20);
    chain.loseBelow(18);
    const events = await take(
      followQuickly(chain, { kind, after: { number: 15, hash: chain.canonical[15] } }),
      3,
    );
    expect(events.map(short)).toEqual(['missing 16-17', 18, 19]);
  });

  test('does not take one bad answer for a missing block', async () => {
    const chain = grown(3);
    chain.inject('null', 'null');
    expect((await take(followQuickly(chain, { kind, after: { number: 0 } }), 3)).map(short)).toEqual([
      1, 2, 3,
    ]);
  });

  test('frees everything when its consumer leaves, also in the middle of waiting', async () => {
    const chain = grown(5);
    await take(followQuickly(chain, { kind }), 1);
    expect([chain.pending, chain.openHeads]).toEqual([0, 0]);
    const events = followQuickly(chain, { kind })[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    await events.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect([chain.pending, chain.openHeads]).toEqual([0, 0]);
  });

  test('ends with aborted when the signal fires', async () => {
    const chain = grown(5);
    const controller = new AbortController();
    const events = followQuickly(chain, { kind, signal: controller.signal })[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect([chain.pending, chain.openHeads]).toEqual([0, 0]);
  });
});

test('finalized: says so when the block to resume from is not on the chain', async () => {
  const chain = grown(10);
  const after = { number: 4, hash: `0x${'ab'.repeat(32)}` as const };
  const error = await take(followQuickly(chain, { kind: 'finalized', after }), 1).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(TaoscopeError);
  expect(error).toMatchObject({ code: 'wrong-chain', fields: { block: 4 } });
});

test('finalized: does not believe that a finalized chain was replaced', async () => {
  const chain = grown(10);
  const events = followQuickly(chain, { kind: 'finalized' })[Symbol.asyncIterator]();
  await events.next();
  const anew = simulateChain();
  anew.grow(2);
  anew.fork(1, 12);
  anew.finalize(13);
  chain.request = anew.request;
  chain.heal();
  await expect(events.next()).rejects.toMatchObject({ code: 'falsified' });
});

test('best: retracts to the common ancestor, and only to it', async () => {
  const chain = grown(10, 2);
  const events = followQuickly(chain, { kind: 'best', after: { number: 4, hash: chain.canonical[4] } })[
    Symbol.asyncIterator
  ]();
  const seen: (string | number)[] = [];
  for (let i = 0; i < 6; i++) seen.push(short((await events.next()).value));
  chain.fork(7, 5);
  for (let i = 0; i < 6; i++) seen.push(short((await events.next()).value));
  await events.return?.();
  expect(seen).toEqual([5, 6, 7, 8, 9, 10, 'retracted 8', 8, 9, 10, 11, 12]);
});

test('best: goes back to a fork that it has left without leaving blocks out', async () => {
  const chain = grown(10, 2);
  const events = followQuickly(chain, { kind: 'best' })[Symbol.asyncIterator]();
  const seen: (string | number)[] = [];
  const see = async (count: number) => {
    for (let i = 0; i < count; i++) seen.push(short((await events.next()).value));
  };
  await see(1);
  chain.grow(4);
  await see(4);
  chain.fork(11, 1);
  await see(2);
  chain.flip();
  chain.grow(1);
  await see(5);
  await events.return?.();
  expect(seen).toEqual([10, 11, 12, 13, 14, 'retracted 12', 12, 'retracted 12', 12, 13, 14, 15]);
});

test('best: retracts a block to resume from that is not canonical any more', async () => {
  const chain = grown(10, 2);
  const after = { number: 8, hash: `0x${'ab'.repeat(32)}` as const };
  expect((await take(followQuickly(chain, { kind: 'best', after }), 3)).map(short)).toEqual([
    'retracted 8',
    8,
    9,
  ]);
});

test('a broken promise of the transport that no wait can mend ends it', async () => {
  const chain = grown(3);
  chain.request = async () => {
    throw new TaoscopeError('wrong-chain', { failed: 'another chain' });
  };
  await expect(take(followQuickly(chain, { kind: 'finalized' }), 1)).rejects.toMatchObject({
    code: 'wrong-chain',
  });
});

type Step =
  | { do: 'grow'; count: number }
  | { do: 'fork'; depth: number; count: number }
  | { do: 'finalize'; depth: number }
  | { do: 'faults'; faults: Fault[] }
  | { do: 'flip' }
  | { do: 'rest' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('grow' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      do: fc.constant('fork' as const),
      depth: fc.integer({ min: 1, max: 20 }),
      count: fc.integer({ min: 0, max: 20 }),
    }),
    fc.record({ do: fc.constant('finalize' as const), depth: fc.integer({ min: 0, max: 10 }) }),
    fc.record({
      do: fc.constant('faults' as const),
      faults: fc.array(
        fc.constantFrom<Fault>('unreachable', 'other-block', 'null', 'bad-header', 'lagging'),
        { maxLength: 30 },
      ),
    }),
    fc.record({ do: fc.constant('flip' as const) }),
    fc.record({ do: fc.constant('rest' as const) }),
  ),
  { maxLength: 25 },
);

test.each(['finalized', 'best'] as const)(
  '%s: through forks, gaps and faults it yields exactly the canonical chain',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const chain = grown(5, 3);
        const built = consumer();
        const controller = new AbortController();
        const first = kind === 'finalized' ? chain.finalizedNumber : chain.canonical.length - 1;
        const after = { number: first, hash: chain.canonical[first] };
        const following = (async () => {
          const limits = { firstWaitMs: 0.1, maxWaitMs: 0.5, tries: 1_000 };
          for await (const event of follow(chain, { kind, after, signal: controller.signal, limits }))
            built.apply(event, kind);
        })().catch((error: unknown) => error);
        for (const step of script) {
          const head = chain.canonical.length - 1;
          if (step.do === 'grow') chain.grow(step.count);
          else if (step.do === 'fork') chain.fork(head - step.depth, step.count);
          else if (step.do === 'flip') chain.flip();
          else if (step.do === 'finalize') chain.finalize(head - step.depth);
          else if (step.do === 'faults') chain.inject(...step.faults);
          else for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
        }
        // A head below the block to resume from looks like a node that lags behind; a chain that lives grows past it.
        chain.grow(Math.max(1, first + 2 - chain.canonical.length));
        chain.finalize(chain.canonical.length - 1);
        chain.heal();
        const head = chain.canonical.length - 1;
        await expect
          .poll(() => built.top() === head && built.chain.at(-1) === chain.canonical[head], {
            interval: 1,
            timeout: 5_000,
          })
          .toBe(true);
        controller.abort();
        expect(await following).toMatchObject({ code: 'aborted' });
        expect(built.chain).toEqual(chain.canonical.slice(built.base));
        // A fork below the start is told as a retraction below it; otherwise nothing of the canonical chain may be left out.
        expect(built.base).toBeLessThanOrEqual(first + 1);
        expect([chain.pending, chain.openHeads]).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  },
);
