import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startDemoNode } from '../../../test/support/demo-node.ts';
import {
  type BlockHeader,
  type BlockRef,
  type BlockView,
  type Chain,
  type ChainEvent,
  connectChain,
  type FollowEvent,
} from '../../chain/index.ts';
import { type Hex, silentLogger, sleep, TaoscopeError } from '../../shared/index.ts';
import { openStore } from '../../store/index.ts';
import { createSnapshotStore, migrations, type SnapshotStore } from '../index.ts';
import { backfill } from './backfill.ts';
import { type CollectorEvent, type CollectorOptions, createCollector } from './collector.ts';

const hash = (number: number, fork = 0): Hex => `0x${fork}${number.toString(16).padStart(63, '0')}`;
const header = (number: number, fork = 0): BlockHeader => ({
  number,
  hash: hash(number, fork),
  parentHash: hash(number - 1, fork),
  stateRoot: hash(0),
  extrinsicsRoot: hash(0),
  digest: [],
  verified: true,
});

/** A chain that tells these steps and then waits; netuid 1 begins in every block, and again in those of a fork. */
function chainOf(steps: readonly FollowEvent[], eventsOf = begins): Chain {
  return {
    head: async () => ({ number: 100, hash: hash(100) }),
    blockAt: async (number: number) => ({ number, hash: hash(number) }),
    view: async (block: BlockRef) => viewOf(block, eventsOf),
    async *follow({ signal }: { signal: AbortSignal }) {
      yield* steps;
      await sleep(2 ** 31 - 1, signal);
    },
  } as unknown as Chain;
}

const begins = ({ hash }: BlockRef): ChainEvent[] =>
  Array.from({ length: 1 + Number(hash[2]) }, (_, index) => ({
    ...{ index, pallet: 'SubtensorModule', name: 'NetworkAdded', fields: { 0: 1, 1: 0 } },
  }));

/** What is not told. */
const NOTHING: ChainEvent = { index: 0, pallet: 'Balances', name: 'Issued', fields: {} };

function viewOf(block: BlockRef, eventsOf: (block: BlockRef) => readonly ChainEvent[]): BlockView {
  return {
    block,
    header: header(block.number),
    runtime: { metadataHash: hash(0), specVersion: 1 },
    hasCall: () => false,
    hasStorage: (_: string, item: string) => item === 'NetworksAdded',
    storageDefault: () => undefined,
    storageMany: async (requests: unknown[]) => requests.map(() => undefined),
    events: async () => eventsOf(block),
    async *entries() {},
  } as unknown as BlockView;
}

const at = (number: number, fork = 0): FollowEvent => ({
  ...{ type: 'block', header: header(number, fork), head: { number, hash: hash(number, fork) } },
});

/** Rows that write down what they are told, in order, and end `done` at the block that is waited for. */
function journal(last: number) {
  const lines: string[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const rows = {
    lastProcessedBlock: async () => ({ number: 0, hash: hash(0) }),
    saveSubnets: async () => {},
    saveSnapshots: async () => {},
    saveRuntime: async () => {},
    saveGap: async ({ from, reason }: { from: number; reason: string }) =>
      void lines.push(`gap ${from} ${reason}`),
    retract: async (from: number) => void lines.push(`retract ${from}`),
    async saveEvents(blocks: { block: BlockRef; events: unknown[] }[]) {
      for (const { block, events } of blocks)
        lines.push(`events ${block.number}${block.hash[2] === '0' ? '' : "'"} ${events.length}`);
    },
    async saveBlocks(blocks: { header: BlockHeader; eventsRead?: boolean }[]) {
      for (const { header, eventsRead } of blocks) {
        lines.push(`block ${header.number}${header.hash[2] === '0' ? '' : "'"} ${eventsRead}`);
        if (header.number === last) resolve();
      }
    },
  } as unknown as SnapshotStore;
  return { rows, lines, done };
}

async function run(
  chain: Chain,
  { rows, done }: ReturnType<typeof journal>,
  more: Partial<CollectorOptions> = {},
) {
  const stop = new AbortController();
  const collector = createCollector({
    ...{ chain, rows, logger: silentLogger, heads: 'best', netuids: 'all', everyBlocks: 10, concurrency: 2 },
    ...{ source: 'auto', events: { minStakeRao: 0n }, patience: { firstWaitMs: 0, maxWaitMs: 0 } },
    ...more,
  });
  const told: CollectorEvent[] = [];
  collector.subscribe((event) => told.push(event));
  const running = collector.run(stop.signal);
  await done;
  stop.abort();
  await running;
  return { stats: collector.stats(), told };
}

test('what happened is stored before its block, and told', async () => {
  const book = journal(2);
  const { stats, told } = await run(chainOf([at(1), at(2)]), book, { heads: 'finalized' });
  expect(book.lines.filter((line) => line.endsWith('1') || line.endsWith('true')).toSorted()).toEqual([
    'block 1 true',
    'block 2 true',
    'events 1 1',
    'events 2 1',
  ]);
  expect(book.lines.indexOf('events 1 1')).toBeLessThan(book.lines.indexOf('block 1 true'));
  expect(stats).toMatchObject({ events: 2, eventsSkipped: 0, errors: 0 });
  expect(told.filter(({ type }) => type === 'events')).toEqual([
    { type: 'events', block: 1, netuid: 1, kinds: ['subnet-added'] },
    { type: 'events', block: 2, netuid: 1, kinds: ['subnet-added'] },
  ]);
});

test('a block whose events cannot be decoded is asked for as often as any, then stored without them', async () => {
  let tries = 0;
  const chain = chainOf([at(1), at(2), at(3)], (block) => {
    if (block.number !== 2) return begins(block);
    tries++;
    throw new TaoscopeError('undecodable', { failed: 'no such event' });
  });
  const book = journal(3);
  const { stats } = await run(chain, book, { heads: 'finalized' });
  expect(tries).toBe(4);
  expect(book.lines.filter((line) => line.startsWith('block'))).toEqual([
    'block 1 true',
    'block 2 false',
    'block 3 true',
  ]);
  // Three that are asked again, and the last.
  expect(stats).toMatchObject({ errors: 4, missing: 0, events: 2 });
  expect(stats.lastError?.message).toBe('block 2 has no events: no such event');
});

test('without the option nothing is asked for, and blocks say that their events are not recorded', async () => {
  const chain = chainOf([at(1)], () => {
    throw new Error('not asked for');
  });
  const book = journal(1);
  await run(chain, book, { events: undefined, heads: 'finalized' });
  expect(book.lines).toEqual(['block 1 false']);
});

test('what happened in a replaced block is taken back before that of the other is stored', async () => {
  const steps: FollowEvent[] = [
    at(1),
    at(2),
    at(3),
    { type: 'retracted', from: 2 },
    at(2, 1),
    at(3, 1),
    at(4, 1),
  ];
  const book = journal(4);
  await run(chainOf(steps), book);
  // What a run that was killed may have left behind the last block.
  expect(book.lines[0]).toBe('retract 1');
  expect(book.lines.at(-1)).toBe("block 4' true");
  const [retracted, ...others] = ['retract 2', "events 2' 2", "events 3' 2", "events 4' 2"].map((line) =>
    book.lines.indexOf(line),
  );
  for (const other of others) expect(other).toBeGreaterThan(retracted!);
  for (const line of ['events 2 1', 'events 3 1']) expect(book.lines.indexOf(line)).toBeLessThan(retracted!);
});

test('the clock of a subnet that begins between two full readings is looked at from then on', async () => {
  const ITEM = 'LastMechansimStepBlock';
  const eventsOf = (block: BlockRef) => (block.number === 6 ? begins(block) : [NOTHING]);
  const chain = {
    ...chainOf(
      Array.from({ length: 13 }, (_, i) => at(i + 1)),
      eventsOf,
    ),
    async view(block: BlockRef) {
      return {
        ...viewOf(block, eventsOf),
        hasStorage: (_: string, item: string) => item === 'NetworksAdded' || item === ITEM,
        // Its epoch runs in block 12.
        storageMany: async (requests: { item: string }[]) =>
          requests.map(({ item }) => (item === ITEM ? 12n : undefined)),
      };
    },
  } as unknown as Chain;
  const book = journal(13);
  await run(chain, book, { heads: 'finalized', everyBlocks: 100 });
  expect(book.lines.filter((line) => /^events \d+ 1$/.test(line))).toEqual(['events 6 1', 'events 12 1']);
});

test('a backfill reads the events of every block, the subnets of each step, and each of them once', async () => {
  const chain = chainOf([], (block) => {
    if (block.number === 13) throw new TaoscopeError('undecodable', { failed: 'no such event' });
    return begins(block);
  });
  const stored = { snapshots: new Set<number>(), events: new Set<number>() };
  const gaps: number[] = [];
  const rows = {
    ...journal(0).rows,
    saveBackfilled: async (_: unknown, number: number, what?: { of: 'events' }) =>
      void stored[what?.of ?? 'snapshots'].add(number),
    backfilledBlocks: async (_: unknown, __: number, ___: number, what?: { of: 'events' }) =>
      new Set(stored[what?.of ?? 'snapshots']),
    fillGap: async () => {},
    saveGap: async ({ from }: { from: number }) => void gaps.push(from),
  } as unknown as SnapshotStore;
  const again = () =>
    backfill({
      ...{ chain, rows, logger: silentLogger, netuids: 'all', from: 10, to: 16, step: 3, workers: 2 },
      ...{ source: 'auto', events: { minStakeRao: 0n }, firstWaitMs: 0 },
    });
  expect(await again()).toMatchObject({ total: 7, done: 6, skipped: 0, missing: 1 });
  expect([...stored.snapshots].sort()).toEqual([10, 13, 16]);
  expect([...stored.events].sort()).toEqual([10, 11, 12, 14, 15, 16]);
  // The state of block 13 is stored: it is no gap.
  expect(gaps).toEqual([]);
  expect(await again()).toMatchObject({ done: 0, skipped: 6, missing: 1 });
});

test('following and backfilling the same blocks of the demo give the same rows, again and again', async () => {
  await using demo = await startDemoNode({ blockMs: 0, historyBlocks: 30, seed: 'events' });
  const chain = await connectChain({ endpoints: [demo.url], logger: silentLogger });
  onTestFinished(() => chain.close());
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-events-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ path: folder }, { migrations });
  onTestFinished(() => store.close());
  const rows = createSnapshotStore(store);
  const events = { minStakeRao: 0n };
  const options = { chain, rows, logger: silentLogger, netuids: 'all', source: 'storage', events } as const;

  const { number: from } = await chain.head('finalized');
  demo.step(25);
  const { number: to } = await chain.head('finalized');
  await backfill({ ...options, from: from + 1, to, step: 100, workers: 2, weights: true });
  const all = () =>
    store.query<Record<string, unknown>>(
      `SELECT * EXCEPT (expires, hotkey, coldkey, other_hotkey, other_coldkey, actor, signer),
         hex(hotkey), hex(coldkey), hex(other_hotkey), hex(actor), hex(signer) FROM events FINAL ORDER BY ALL`,
    );
  const backfilled = await all();
  // In 25 blocks of three subnets somebody sets weights.
  expect(backfilled.map(({ kind }) => kind)).toContain('weights-set');

  const stop = new AbortController();
  const collector = createCollector({
    ...options,
    heads: 'finalized',
    everyBlocks: 1_000,
    concurrency: 2,
    weights: true,
  });
  rows.lastProcessedBlock = async () => ({ number: from, hash: (await chain.blockAt(from)).hash });
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const save = rows.saveBlocks;
  rows.saveBlocks = async (records) => {
    await save(records);
    if (records.at(-1)?.header.number === to) resolve();
  };
  const running = collector.run(stop.signal);
  await reached;
  stop.abort();
  await running;
  expect(await all()).toEqual(backfilled);

  // Whoever set weights has a row of that block.
  const [count] = await store.query<{ set: number; held: number }>(
    `SELECT toUInt32(count()) AS set, toUInt32(countIf((netuid, mechanism, uid, block) IN
       (SELECT netuid, mechanism, uid, block FROM weights))) AS held
     FROM events FINAL WHERE kind = 'weights-set'`,
  );
  expect(count!.set).toBeGreaterThan(0);
  expect(count!.held).toBe(count!.set);
}, 60_000);
