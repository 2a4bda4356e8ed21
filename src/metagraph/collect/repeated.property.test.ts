import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startDemoNode } from '../../../test/support/demo-node.ts';
import { type BlockRef, type Chain, connectChain } from '../../chain/index.ts';
import { silentLogger } from '../../shared/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { createSnapshotStore, migrations, type SnapshotStore } from '../index.ts';
import { backfill } from './backfill.ts';
import { createCollector } from './collector.ts';

/** Tables, without the columns that say when and why a row was collected. */
const TABLES = [
  ...['snapshots', 'subnets', 'neurons', 'neurons_latest', 'neurons_epoch', 'tenures', 'events'],
  ...['weight_readings', 'weights', 'bonds', 'weight_commits'],
];

/** A way of collecting the same blocks, and after how many writes it is killed first; 0: not at all. */
interface Step {
  readonly way: 'follow' | 'backfill' | 'refresh';
  readonly killedAfter: number;
}

test('however blocks are collected, how often, in which order, killed where: the same rows', async () => {
  await using demo = await startDemoNode({ blockMs: 0, historyBlocks: 30, seed: 'repeated' });
  await using stack = new AsyncDisposableStack();
  const chain = await connectChain({ endpoints: [demo.url], logger: silentLogger });
  stack.defer(() => chain.close());
  const from = await chain.head('finalized');
  demo.step(25);
  const to = await chain.head('finalized');
  const once: Step[] = (['backfill', 'follow', 'refresh'] as const).map((way) => ({ way, killedAfter: 0 }));
  const expected = await rowsAfter(chain, { from, to }, once);
  for (const table of ['events', 'weights', 'weight_readings', 'tenures'])
    expect(expected[table]?.length, table).toBeGreaterThan(0);

  const killedAfter = fc.integer({ min: 0, max: 25 });
  const step = fc.record<Step>({ way: fc.constantFrom('follow', 'backfill', 'refresh'), killedAfter });
  const steps = fc
    .tuple(fc.shuffledSubarray(once, { minLength: once.length }), fc.array(step, { maxLength: 3 }))
    .chain(([needed, more]) =>
      fc.shuffledSubarray([...needed, ...more], { minLength: needed.length + more.length }),
    );
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      expect(await rowsAfter(chain, { from, to }, list)).toEqual(expected);
    }),
    { numRuns: 3 },
  );
}, 240_000);

type Range = Readonly<Record<'from' | 'to', BlockRef>>;

async function rowsAfter(chain: Chain, range: Range, steps: readonly Step[]) {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-repeated-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  try {
    for (const { way, killedAfter } of steps) {
      if (killedAfter > 0)
        await collect(way, chain, killed(createSnapshotStore(store), killedAfter), range).catch(() => {});
      await collect(way, chain, createSnapshotStore(store), range);
    }
    return Object.fromEntries(
      await Promise.all(TABLES.map(async (table) => [table, await rowsOf(store, table)])),
    );
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function collect(
  way: Step['way'],
  chain: Chain,
  rows: SnapshotStore,
  { from, to }: Range,
): Promise<void> {
  const options = {
    ...({ chain, rows, logger: silentLogger, netuids: 'all', source: 'storage', weights: true } as const),
    events: { minStakeRao: 0n },
  };
  if (way === 'backfill') {
    await backfill({ ...options, from: from.number + 1, to: to.number, step: 5, workers: 2, firstWaitMs: 0 });
    return;
  }
  const stop = new AbortController();
  const saved = {
    ...rows,
    // Always from the same block on, whatever is stored.
    lastProcessedBlock: async () => from,
    async saveBlocks(records) {
      await rows.saveBlocks(records);
      if (records.at(-1)?.header.number === to.number) stop.abort();
    },
  } satisfies SnapshotStore;
  const collector = createCollector({
    ...options,
    rows: saved,
    heads: 'finalized',
    everyBlocks: 10,
    concurrency: 2,
  });
  if (way === 'refresh') await collector.refresh(1);
  else await collector.run(stop.signal);
}

/** Rows that take so many writes and no more. */
function killed(rows: SnapshotStore, writes: number): SnapshotStore {
  let left = writes;
  return new Proxy(rows, {
    get(target, name: keyof SnapshotStore) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      if (!/^(save|fill|retract)/.test(name)) return method;
      return async (...args: unknown[]) => {
        if (left-- <= 0) throw new Error('killed');
        return method(...args);
      };
    },
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}

async function rowsOf(store: Store, table: string): Promise<readonly string[]> {
  const columns = await store.query<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '${table}'
       AND name NOT LIKE '%expires' AND name != 'origin' ORDER BY position`,
  );
  const names = columns.map(({ name }) => name).join(', ');
  const rows = await store.query<{ row: string }>(
    `SELECT toString(tuple(netuid, ${names})) AS row FROM ${table} FINAL ORDER BY row`,
  );
  return rows.map(({ row }) => row);
}
