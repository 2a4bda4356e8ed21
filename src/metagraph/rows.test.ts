import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createSampleSubnet,
  hash,
  SAMPLE_RUNTIME,
  timestampOf,
} from '../../test/support/sample-metagraph.ts';
import { type OpenedStore, openStore } from '../store/index.ts';
import {
  createSnapshotStore,
  gaps,
  hotkeyHistory,
  hotkeyRegistrations,
  metagraphAt,
  migrations,
  runtimes,
  type Snapshot,
  type SnapshotStore,
  storedSnapshots,
  subnetAt,
  subnetsAt,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-rows-'));
let store: OpenedStore;
let rows: SnapshotStore;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  rows = createSnapshotStore(store);
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_migrations'",
  );
  for (const { name } of tables) await store.command(`TRUNCATE TABLE ${name}`);
});

/** Snapshots of two subnets at blocks that lie in two hours and hold an epoch each. */
function recording(): {
  snapshots: Snapshot[];
  subnets: Parameters<SnapshotStore['saveSubnets']>[0][number][];
} {
  const samples = [
    createSampleSubnet({ netuid: 1, seed: 3, n: 8 }),
    createSampleSubnet({ netuid: 2, seed: 3, n: 5 }),
  ];
  const snapshots: Snapshot[] = [];
  const subnets = [];
  for (const block of [300, 350, 359, 360, 400, 650, 700, 721]) {
    for (const sample of samples) {
      const { metagraph, epoch, facts } = sample.at(block);
      snapshots.push({ metagraph, epoch, origin: 'follow' });
      subnets.push({
        facts,
        block: metagraph.block,
        timestampMs: metagraph.timestampMs,
        origin: 'follow' as const,
      });
    }
  }
  return { snapshots, subnets };
}

/** Everything that can be asked. */
async function answers(): Promise<unknown> {
  const hotkey = recording().snapshots[0]?.metagraph.neurons.hotkey[3] as Uint8Array;
  return {
    newest: await metagraphAt(store, { netuid: 1 }),
    earlier: await metagraphAt(store, { netuid: 2, block: 655 }),
    list: await storedSnapshots(store, { netuid: 1 }),
    subnets: await subnetsAt(store),
    earlierSubnets: await subnetsAt(store, { block: 380 }),
    subnet: await subnetAt(store, { netuid: 2 }),
    hotkey: await hotkeyRegistrations(store, { hotkey }),
    raw: await hotkeyHistory(store, { hotkey, netuid: 1, resolution: 'raw' }),
    hourly: await hotkeyHistory(store, { hotkey, netuid: 1, resolution: 'hourly' }),
    epoch: await hotkeyHistory(store, { hotkey, netuid: 1, resolution: 'epoch' }),
    gaps: (await gaps(store)).gaps.map(({ from, to, reason }) => ({ from, to, reason })),
    runtimes: await runtimes(store),
    last: await rows.lastProcessedBlock(),
    stored: [...(await rows.storedBlocks(1, 0, 301, 700))].sort((a, b) => a - b),
    backfilled: [...(await rows.backfilledBlocks([2], 0, 1000))].sort((a, b) => a - b),
  };
}

test('any order and repetition of writes gives the same answers', async () => {
  const { snapshots, subnets } = recording();
  const writes: (() => Promise<void>)[] = [
    ...snapshots.map((snapshot) => () => rows.saveSnapshots([snapshot])),
    ...subnets.map((record) => () => rows.saveSubnets([record])),
    ...[300, 301, 302].map(
      (number) => () =>
        rows.saveBlocks([
          {
            header: { number, hash: hash(`block ${number}`), parentHash: hash(`block ${number - 1}`) },
            timestampMs: timestampOf(number),
            runtime: SAMPLE_RUNTIME,
          },
        ]),
    ),
    ...[300, 700].map((number) => () => rows.saveRuntime(SAMPLE_RUNTIME, number)),
    () => rows.saveGap({ from: 10, to: 20, reason: 'state-pruned' }),
    () => rows.saveBackfilled('all', 300),
    () => rows.saveBackfilled([1, 2], 350),
    () => rows.saveBackfilled([1], 400),
  ];
  for (const write of writes) await write();
  const expected = await answers();

  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(writes, { minLength: writes.length }),
      fc.subarray(writes, { maxLength: 6 }),
      fc.boolean(),
      async (shuffled, again, merge) => {
        const tables = [
          'neurons',
          'neurons_hourly',
          'neurons_epoch',
          'snapshots',
          'subnets',
          'subnets_hourly',
          'blocks',
          'gaps',
          'runtimes',
          'backfilled',
        ];
        for (const name of tables) await store.command(`TRUNCATE TABLE ${name}`);
        for (const write of [...shuffled, ...again]) await write();
        if (merge) for (const name of tables) await store.command(`OPTIMIZE TABLE ${name} FINAL`);
        expect(await answers()).toEqual(expected);
      },
    ),
    { numRuns: 4, seed: 20_250_101 },
  );
}, 120_000);

test('the roll-ups equal what the raw rows say', async () => {
  const { snapshots, subnets } = recording();
  await rows.saveSnapshots(snapshots);
  await rows.saveSubnets(subnets);
  const columns =
    'netuid, mechanism, uid, block, hotkey, incentive, emission, alpha_stake, last_update, axon_ip, identity_name';
  const digest = (sql: string) =>
    store.query(`SELECT count() AS count, sum(cityHash64(*)) AS hash FROM (${sql})`);
  expect(
    await digest(`SELECT toStartOfHour(timestamp) AS hour, ${columns} FROM neurons_hourly FINAL`),
  ).toEqual(
    await digest(
      `SELECT toStartOfHour(timestamp) AS hour, ${columns} FROM neurons FINAL ORDER BY block DESC LIMIT 1 BY netuid, mechanism, uid, hour`,
    ),
  );
  expect(await digest(`SELECT ${columns} FROM neurons_epoch FINAL`)).toEqual(
    await digest(`SELECT ${columns} FROM neurons FINAL WHERE epoch`),
  );
  // Epochs of tempo 360 at (block + netuid) % 361 = 0: blocks 360 and 721 of netuid 1, 359 of netuid 2.
  expect(
    await store.query('SELECT DISTINCT netuid, block FROM neurons_epoch ORDER BY netuid, block'),
  ).toEqual([
    { netuid: 1, block: 360 },
    { netuid: 1, block: 721 },
    { netuid: 2, block: 359 },
  ]);
  expect(await store.query('SELECT netuid, block FROM subnets_hourly FINAL ORDER BY netuid, block')).toEqual(
    // 300 blocks of 12 s are an hour: 300…400 lie in the second, 650…721 in the third.
    [1, 2].flatMap((netuid) => [400, 721].map((block) => ({ netuid, block }))),
  );
});

describe('retention', () => {
  const HOUR = 3_600_000;
  // Far ahead, so that the engine has no reason yet to remove what is read back here.
  const collected = Date.UTC(2090, 0, 1, 0, 30);

  test('is counted from collection, in whole hours, longest for what was asked for', async () => {
    const writer = createSnapshotStore(store, {}, () => collected);
    const { metagraph } = createSampleSubnet({ netuid: 1, seed: 1, n: 1 }).at(300);
    await writer.saveSnapshots([{ metagraph, epoch: false, origin: 'follow' }]);
    const followed = await store.query(
      'SELECT toUnixTimestamp(expires) AS raw, toUnixTimestamp(rollup_expires) AS rollup FROM snapshots',
    );
    expect(followed).toEqual([
      {
        raw: (Date.UTC(2090, 0, 1, 1) + 48 * HOUR) / 1000,
        rollup: (Date.UTC(2090, 0, 1, 1) + 90 * 24 * HOUR) / 1000,
      },
    ]);
    await writer.saveSnapshots([{ metagraph, epoch: false, origin: 'backfill' }]);
    expect(await store.query('SELECT toUnixTimestamp(expires) AS raw FROM snapshots FINAL')).toEqual([
      { raw: (Date.UTC(2090, 0, 1, 1) + 3650 * 24 * HOUR) / 1000 },
    ]);
  });

  test('leaves the last snapshot of an hour and the epochs when the raw rows are gone', async () => {
    // Collected so long ago that the raw rows are past their time and the roll-ups are not.
    const writer = createSnapshotStore(store, {}, () => Date.now() - 60 * HOUR);
    await writer.saveSnapshots(recording().snapshots);
    await store.command('OPTIMIZE TABLE neurons FINAL');
    expect(await store.query('SELECT count() AS count FROM neurons')).toEqual([{ count: '0' }]);
    const { blocks } = await storedSnapshots(store, { netuid: 1 });
    expect(blocks.map(({ block, resolution }) => `${block} ${resolution}`)).toEqual([
      '360 epoch',
      '400 hourly',
      '721 epoch',
    ]);
    const original = recording().snapshots.find(
      ({ metagraph }) => metagraph.netuid === 1 && metagraph.block.number === 400,
    );
    const hourly = await metagraphAt(store, { netuid: 1, block: 650 });
    expect(hourly.block).toBe(400);
    expect(hourly.neurons.map(({ emission }) => emission)).toEqual(
      original?.metagraph.neurons.emission?.map(Number),
    );
    const hotkey = original?.metagraph.neurons.hotkey[3] as Uint8Array;
    expect((await hotkeyHistory(store, { hotkey, netuid: 1 })).resolution).toBe('hourly');
    expect(
      (await hotkeyRegistrations(store, { hotkey })).registrations.map(({ netuid, block }) => ({
        netuid,
        block,
      })),
    ).toEqual([{ netuid: 1, block: 721 }]);
  });
});

test('a replaced best block is stored over', async () => {
  const sample = createSampleSubnet({ netuid: 1, seed: 1, n: 6 });
  const { metagraph } = sample.at(300);
  const other = { ...metagraph, n: 4, block: { number: 300, hash: hash('another 300') } };
  const neurons = Object.fromEntries(
    Object.entries(metagraph.neurons).map(([name, column]) => [
      name,
      (column as unknown[]).slice(0, 4).reverse(),
    ]),
  ) as unknown as typeof metagraph.neurons;
  await rows.saveSnapshots([{ metagraph, epoch: false, origin: 'follow' }]);
  await rows.saveSnapshots([{ metagraph: { ...other, neurons }, epoch: false, origin: 'follow' }]);
  const stored = await metagraphAt(store, { netuid: 1 });
  expect(stored.blockHash).toBe(hash('another 300'));
  expect(stored.n).toBe(4);
  expect(stored.neurons.map(({ emission }) => emission)).toEqual(neurons.emission?.map(Number));
});

test('a gap that is filled in part stays open in the rest', async () => {
  await rows.saveGap({ from: 100, to: 199, reason: 'state-pruned: gone' });
  await rows.fillGap({ from: 120, to: 129 });
  await rows.saveGap({ from: 100, to: 199, reason: 'state-pruned: gone' });
  expect((await gaps(store)).gaps.map(({ from, to }) => [from, to])).toEqual([
    [130, 199],
    [100, 119],
  ]);
  await rows.fillGap({ from: 0, to: 1_000 });
  expect(await gaps(store)).toEqual({ gaps: [] });
});

test('workers that fill a gap side by side leave nothing of it open', async () => {
  await rows.saveGap({ from: 500, to: 520, reason: 'state-pruned: gone' });
  const blocks = Array.from({ length: 21 }, (_, i) => 500 + i);
  await Promise.all(blocks.map((block) => rows.fillGap({ from: block, to: block })));
  expect((await gaps(store)).gaps.filter(({ from }) => from >= 500 && from <= 520)).toEqual([]);
});

test('a store belongs to one chain', async () => {
  const finney = hash('finney');
  await rows.bindChain(finney, 'Bittensor');
  await rows.bindChain(finney, 'Bittensor');
  const again = createSnapshotStore(store);
  await again.bindChain(finney, 'Bittensor');
  await expect(again.bindChain(hash('test'), 'Bittensor Testnet')).rejects.toMatchObject({
    code: 'wrong-chain',
    fields: { stored: finney, served: hash('test') },
  });
  await expect(again.bindChain(hash('test'), 'Bittensor Testnet')).rejects.toThrow(
    /Bittensor Testnet[\s\S]*--data/,
  );
});

test('a backfill of more subnets covers a backfill of fewer, not the other way', async () => {
  await rows.saveBackfilled('all', 10);
  await rows.saveBackfilled([5, 3], 20);
  await rows.saveBackfilled([3], 30);
  const blocks = async (netuids: 'all' | number[]) =>
    [...(await rows.backfilledBlocks(netuids, 0, 100))].sort((a, b) => a - b);
  expect(await blocks('all')).toEqual([10]);
  expect(await blocks([3])).toEqual([10, 20, 30]);
  expect(await blocks([3, 5])).toEqual([10, 20]);
  expect(await blocks([4])).toEqual([10]);

  // What was stored without weights lacks them; what was stored with them is stored.
  const weights = { of: 'snapshots', weights: true } as const;
  await rows.saveBackfilled([3], 40, weights);
  expect([...(await rows.backfilledBlocks([3], 0, 100, weights))]).toEqual([40]);
  expect(await blocks([3])).toContain(40);
});

test('a metagraph with columns of unequal length is not stored', async () => {
  const { metagraph } = createSampleSubnet({ netuid: 1, seed: 1, n: 4 }).at(300);
  const torn = { ...metagraph, neurons: { ...metagraph.neurons, incentive: [1, 2, 3] } };
  await expect(rows.saveSnapshots([{ metagraph: torn, epoch: false, origin: 'follow' }])).rejects.toThrow(
    '3 values of incentive',
  );
  expect(await store.query('SELECT count() AS count FROM neurons')).toEqual([{ count: '0' }]);
});
