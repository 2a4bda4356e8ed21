import { expect, test } from 'vitest';
import type {
  BlockHeader,
  BlockRef,
  BlockView,
  Chain,
  FollowEvent,
  FollowOptions,
} from '../../chain/index.ts';
import { type ErrorCode, type Hex, silentLogger, sleep, TaoscopeError } from '../../shared/index.ts';
import type { BlockRecord, SnapshotStore } from '../rows.ts';
import { type BackfillProgress, backfill } from './backfill.ts';
import { type CollectorOptions, createCollector, mayReadAgain } from './collector.ts';
import { readClock } from './epochs.ts';
import { readBlock } from './read.ts';

const hash = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`;

const header = (number: number): BlockHeader => ({
  number,
  hash: hash(number),
  parentHash: hash(number - 1),
  stateRoot: hash(0),
  extrinsicsRoot: hash(0),
  digest: [],
  verified: true,
});

const runtime = {
  specName: 'x',
  specVersion: 1,
  transactionVersion: 1,
  metadataHash: hash(0),
  metadataVersion: 15 as const,
};

/** A view of a chain without subnets; `values` answers storage. */
function viewOf(block: BlockRef, values: Record<string, unknown> = {}): BlockView {
  return {
    block,
    header: header(block.number),
    runtime,
    hasCall: () => false,
    hasStorage: (pallet: string, item: string) =>
      item === 'NetworksAdded' || Object.keys(values).some((key) => key.startsWith(`${pallet}.${item}`)),
    storageMany: async (requests: { pallet: string; item: string; keys: unknown[] }[]) =>
      requests.map(({ pallet, item, keys }) => values[[`${pallet}.${item}`, ...keys].join('/')]),
    storage: async () => undefined,
    async *entries() {},
  } as unknown as BlockView;
}

/** A chain of blocks 1 to `head` whose views fail as told. It ends by waiting for the signal, as a real one does. */
function chainOf(head: number, fail: (number: number) => TaoscopeError | undefined = () => undefined) {
  const follows: FollowOptions[] = [];
  const chain = {
    head: async () => ({ number: head, hash: hash(head) }),
    blockAt: async (number: number) => ({ number, hash: hash(number) }),
    async view(block: BlockRef) {
      const failure = fail(block.number);
      if (failure !== undefined) throw failure;
      return viewOf(block);
    },
    async *follow(options: FollowOptions): AsyncGenerator<FollowEvent> {
      follows.push(options);
      for (let number = (options.after?.number ?? 0) + 1; number <= head; number++) {
        yield { type: 'block', header: header(number), head: { number: head, hash: hash(head) } };
      }
      await sleep(2 ** 31 - 1, options.signal);
    },
  } as unknown as Chain;
  return { chain, follows };
}

/** Rows in memory. `until` settles when that block is stored or named as missing. */
function memoryRows(last?: number) {
  const blocks: number[] = [];
  const gaps: { from: number; to: number; reason: string }[] = [];
  const filled: number[] = [];
  const waiting = new Map<number, () => void>();
  const backfilled = new Set<number>();
  const rows = {
    lastProcessedBlock: async () =>
      blocks.length === 0
        ? last === undefined
          ? undefined
          : { number: last, hash: hash(last) }
        : { number: blocks.at(-1), hash: hash(blocks.at(-1) ?? 0) },
    saveSubnets: async () => {},
    saveSnapshots: async () => {},
    saveRuntime: async () => {},
    async saveBlocks(records: BlockRecord[]) {
      for (const { header } of records) {
        blocks.push(header.number);
        waiting.get(header.number)?.();
      }
    },
    async saveGap(gap: { from: number; to: number; reason: string }) {
      gaps.push(gap);
      waiting.get(gap.to)?.();
    },
    fillGap: async ({ from }: { from: number }) => void filled.push(from),
    saveBackfilled: async (_: unknown, number: number) => void backfilled.add(number),
    backfilledBlocks: async () => new Set(backfilled),
  } as unknown as SnapshotStore;
  const until = (number: number) => new Promise<void>((resolve) => waiting.set(number, resolve));
  return { rows, blocks, gaps, until, backfilled, filled };
}

const optionsOf = (chain: Chain, rows: SnapshotStore): CollectorOptions => ({
  chain,
  rows,
  logger: silentLogger,
  heads: 'finalized',
  netuids: 'all',
  everyBlocks: 10,
  concurrency: 2,
  source: 'auto',
  patience: { firstWaitMs: 0, maxWaitMs: 0 },
});

const errorOf = (code: ErrorCode, retryable?: boolean) =>
  new TaoscopeError(code, { failed: code }, retryable === undefined ? {} : { retryable });

test('every block is stored once and in order, and a run ends with its signal', async () => {
  const { chain } = chainOf(25);
  const { rows, blocks, until } = memoryRows();
  const stop = new AbortController();
  const collector = createCollector(optionsOf(chain, rows));
  const stored = until(25);
  const run = collector.run(stop.signal);
  await stored;
  stop.abort();
  await run;
  expect(blocks).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  expect(collector.stats()).toMatchObject({ lastBlock: 25, queue: 0, blocks: 25, errors: 0 });
});

test('it goes on behind the last stored block', async () => {
  const { chain, follows } = chainOf(9);
  const { rows, blocks, until } = memoryRows(6);
  const stop = new AbortController();
  const stored = until(9);
  const run = createCollector(optionsOf(chain, rows)).run(stop.signal);
  await stored;
  stop.abort();
  await run;
  expect(follows[0]?.after).toEqual({ number: 6, hash: hash(6) });
  expect(blocks).toEqual([7, 8, 9]);
});

test('a block whose state is gone is named as missing, and the others are stored', async () => {
  const pruned = new TaoscopeError('state-pruned', { failed: 'State already discarded' });
  const { chain } = chainOf(6, (number) => (number === 3 ? pruned : undefined));
  const { rows, blocks, gaps, until } = memoryRows();
  const stop = new AbortController();
  const stored = until(6);
  const collector = createCollector(optionsOf(chain, rows));
  const run = collector.run(stop.signal);
  await stored;
  stop.abort();
  await run;
  expect(blocks).toEqual([1, 2, 4, 5, 6]);
  expect(gaps).toMatchObject([{ from: 3, to: 3, reason: 'state-pruned: State already discarded' }]);
  expect(collector.stats()).toMatchObject({ missing: 1, errors: 1 });
});

test('a store that fails ends the run with its own error, not with the abort that follows', async () => {
  const { chain } = chainOf(50);
  const { rows } = memoryRows();
  rows.saveBlocks = async () => {
    throw new TaoscopeError('disk-full', { failed: 'no room' });
  };
  await expect(
    createCollector(optionsOf(chain, rows)).run(new AbortController().signal),
  ).rejects.toMatchObject({ code: 'disk-full' });
});

test('another chain behind the endpoint ends the run', async () => {
  const { chain } = chainOf(5, (number) =>
    number === 4 ? new TaoscopeError('wrong-chain', { failed: 'another chain' }) : undefined,
  );
  await expect(
    createCollector(optionsOf(chain, memoryRows().rows)).run(new AbortController().signal),
  ).rejects.toMatchObject({
    code: 'wrong-chain',
  });
});

test('an epoch ran where the last step is this block; without the item, where no block has passed since', async () => {
  const block = { number: 100, hash: hash(100) };
  const item = 'SubtensorModule.LastMechansimStepBlock';
  const withSteps = viewOf(block, {
    'Timestamp.Now': 1_700_000_000_000n,
    [`${item}/1`]: 100n,
    [`${item}/2`]: 99n,
  });
  expect(await readClock(withSteps, [0, 1, 2])).toEqual({ timestampMs: 1_700_000_000_000, epochs: [1] });
  const since = 'SubtensorModule.BlocksSinceLastStep';
  expect(await readClock(viewOf(block, { [`${since}/1`]: 3n, [`${since}/2`]: 0n }), [0, 1, 2])).toEqual({
    timestampMs: undefined,
    epochs: [2],
  });
});

test('a backfill stores what is not stored yet and counts what no node has', async () => {
  const pruned = new TaoscopeError('state-pruned', { failed: 'gone' });
  const { chain } = chainOf(100, (number) => (number < 20 ? pruned : undefined));
  const { rows, gaps, backfilled } = memoryRows();
  backfilled.add(50);
  const seen: BackfillProgress[] = [];
  const run = () =>
    backfill({
      chain,
      rows,
      logger: silentLogger,
      netuids: 'all',
      from: 10,
      to: 60,
      step: 10,
      workers: 3,
      source: 'auto',
      onProgress: (p) => seen.push(p),
    });
  expect(await run()).toMatchObject({ total: 6, done: 4, skipped: 1, missing: 1 });
  expect([...backfilled].sort()).toEqual([20, 30, 40, 50, 60]);
  expect(gaps).toEqual([{ from: 10, to: 10, reason: 'state-pruned: gone' }]);
  expect(seen.at(-1)).toMatchObject({ done: 4, skipped: 1, missing: 1, secondsLeft: 0 });
  expect(await run()).toMatchObject({ done: 0, skipped: 5, missing: 1 });
});

test('a backfill beyond the finalized head is refused with the head', async () => {
  const { chain } = chainOf(100);
  const run = backfill({
    chain,
    rows: memoryRows().rows,
    logger: silentLogger,
    netuids: 'all',
    from: 90,
    to: 101,
    step: 1,
    workers: 1,
    source: 'auto',
  });
  await expect(run).rejects.toMatchObject({
    code: 'usage',
    parts: { expected: 'at most 100, the finalized head' },
  });
});

test.each<[ErrorCode, boolean | undefined, number]>([
  ['falsified', undefined, 12],
  ['rpc-refused', undefined, 4],
  ['undecodable', undefined, 4],
  ['not-found', undefined, 4],
  ['state-pruned', undefined, 1],
  ['unreachable', undefined, Number.POSITIVE_INFINITY],
  ['timeout', undefined, Number.POSITIVE_INFINITY],
  ['rpc-refused', true, Number.POSITIVE_INFINITY],
])('a block that fails with %s (retryable: %s) is read %d times', (code, retryable, tries) => {
  const error = errorOf(code, retryable);
  const failed = (times: number) => Array.from({ length: times }, () => error);
  if (tries === Number.POSITIVE_INFINITY) expect(mayReadAgain(error, failed(1_000))).toBe(true);
  else {
    if (tries > 1) expect(mayReadAgain(error, failed(tries - 1))).toBe(true);
    expect(mayReadAgain(error, failed(tries))).toBe(false);
    // Silences in between do not use up the tries.
    expect(mayReadAgain(error, [error, errorOf('unreachable')])).toBe(tries > 1);
  }
});

test('a block that contradicts itself for good is named as missing, one that is refused for a while is stored', async () => {
  const readings = new Map<number, number>();
  const { chain } = chainOf(6, (number) => {
    const times = (readings.get(number) ?? 0) + 1;
    readings.set(number, times);
    if (number === 3) return errorOf('falsified');
    return number === 5 && times < 4 ? errorOf('rpc-refused') : undefined;
  });
  const { rows, blocks, gaps, until } = memoryRows();
  const stop = new AbortController();
  const stored = until(6);
  const run = createCollector(optionsOf(chain, rows)).run(stop.signal);
  await stored;
  stop.abort();
  await run;
  expect(blocks).toEqual([1, 2, 4, 5, 6]);
  expect(gaps).toMatchObject([{ from: 3, to: 3, reason: 'falsified: falsified' }]);
  expect(readings.get(3)).toBe(12);
});

test.each([
  ['undecodable', 4, ['undecodable: no neurons of netuid 7: undecodable']],
  // It is not there: nothing is missing.
  ['not-found', 1, []],
] as const)(
  'a subnet that fails with %s is read %d times, then the block is stored without it',
  async (code, tries, named) => {
    let readings = 0;
    const { chain } = chainOf(1);
    const readable = chain.view;
    chain.view = async (block) => ({
      ...(await readable(block)),
      async storageMany() {
        readings++;
        throw errorOf(code);
      },
    });
    const { rows, blocks, gaps } = memoryRows();
    const stop = new AbortController();
    const save = rows.saveBlocks;
    rows.saveBlocks = async (records) => {
      await save(records);
      stop.abort();
    };
    await createCollector({ ...optionsOf(chain, rows), netuids: [7] }).run(stop.signal);
    expect(readings).toBe(tries);
    expect(blocks).toEqual([1]);
    expect(gaps.map(({ reason }) => reason)).toEqual(named);
  },
);

test('a backfilled block is tried again after a refusal; only one of all subnets fills a gap', async () => {
  let readings = 0;
  const codes: ErrorCode[] = ['not-found', 'rpc-refused', 'undecodable', 'unreachable', 'not-found'];
  const { chain } = chainOf(100, () => {
    const code = codes[readings++];
    return code === undefined ? undefined : errorOf(code);
  });
  const { rows, filled, gaps } = memoryRows();
  const run = (netuids: 'all' | number[]) =>
    backfill({
      ...{ chain, rows, logger: silentLogger, netuids, step: 1, workers: 1, source: 'auto' },
      ...{ from: 10, to: 10, firstWaitMs: 0 },
    });
  expect(await run([])).toMatchObject({ done: 1, missing: 0 });
  expect(readings).toBe(6);
  expect(gaps).toEqual([]);
  expect(filled).toEqual([]);
  rows.backfilledBlocks = async () => new Set();
  await run('all');
  expect(filled).toEqual([10]);
});

test('a rate limit concerns the block, a lasting refusal only the subnet', async () => {
  const read = (error: TaoscopeError) => {
    const view: BlockView = {
      ...viewOf({ number: 5, hash: hash(5) }),
      storageMany: async () => {
        throw error;
      },
    };
    return readBlock(view, { netuids: [1], source: 'auto', concurrency: 1 });
  };
  await expect(read(errorOf('rpc-refused', true))).rejects.toMatchObject({ code: 'rpc-refused' });
  expect((await read(errorOf('rpc-refused'))).failures).toMatchObject([{ netuid: 1 }]);
});
