/**
 * What a neuron's row costs on disk and how fast rows go in and come out, on made-up data that moves as mainnet does
 * (`test/support/sample-metagraph.ts`, seeded). Run: `node bench/storage.ts [subnets] [days]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSnapshotStore,
  hotkeyHistory,
  hotkeyRegistrations,
  metagraphAt,
  migrations,
  type Snapshot,
  storedSnapshots,
  subnetAt,
  subnetsAt,
} from '../src/metagraph/index.ts';
import { openStore } from '../src/store/index.ts';
import { createSampleSubnet } from '../test/support/sample-metagraph.ts';

const SEED = 1;
const NEURONS = 256;
const STEP = 10;
const BLOCKS_PER_DAY = 7_200;
const TARGET_BYTES = 8;

const subnets = Number(process.argv[2] ?? 4);
const days = Number(process.argv[3] ?? 2);

const folder = mkdtempSync(join(tmpdir(), 'taoscope-bench-'));
const store = await openStore({ path: join(folder, 'data') }, { migrations });
try {
  console.log(
    `machine: ${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node ${process.version}; chDB ${(await store.stats()).version}`,
  );
  console.log(
    `input: ${subnets} subnets x ${NEURONS} neurons, every ${STEP} blocks for ${days} days, seed ${SEED}`,
  );
  await measureDisk();
  await measureQueries();
  await measureInsert();
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measureDisk(): Promise<void> {
  const rows = createSnapshotStore(store);
  const samples = Array.from({ length: subnets }, (_, index) =>
    createSampleSubnet({ netuid: index + 1, seed: SEED, n: NEURONS }),
  );
  const started = performance.now();
  let batch: Snapshot[] = [];
  for (let block = 1_000; block < 1_000 + days * BLOCKS_PER_DAY; block += STEP) {
    for (const sample of samples) {
      const { metagraph, epoch, facts } = sample.at(block);
      batch.push({ metagraph, epoch, origin: 'follow' });
      if (block % 1_000 === 0) {
        await rows.saveSubnets([
          { facts, block: metagraph.block, timestampMs: metagraph.timestampMs, origin: 'follow' },
        ]);
      }
    }
    if (batch.length >= 200) {
      await rows.saveSnapshots(batch);
      batch = [];
    }
  }
  await rows.saveSnapshots(batch);
  console.log(`generated and stored in ${seconds(performance.now() - started)}`);
  const merging = performance.now();
  for (const table of ['neurons', 'neurons_hourly', 'neurons_epoch'])
    await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  console.log(`merged in ${seconds(performance.now() - merging)}`);

  for (const table of ['neurons', 'neurons_hourly', 'neurons_epoch']) {
    const [size] = await store.query<{ count: string; bytes: string; marks: string }>(
      `SELECT toString(sum(rows)) AS count, toString(sum(bytes_on_disk)) AS bytes, toString(sum(marks_bytes)) AS marks
       FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}`,
      { params: { table } },
    );
    const perRow = Number(size?.bytes) / Number(size?.count);
    const verdict =
      table !== 'neurons'
        ? ''
        : perRow <= TARGET_BYTES
          ? ` (target ${TARGET_BYTES}: met)`
          : ` (target ${TARGET_BYTES}: MISSED)`;
    console.log(
      `${table}: ${size?.count} rows, ${size?.bytes} bytes, ${perRow.toFixed(3)} bytes per row${verdict}`,
    );
    if (table !== 'neurons') continue;
    const columns = await store.query<{ name: string; bytes: string }>(
      `SELECT column AS name, toString(sum(column_data_compressed_bytes + column_marks_bytes)) AS bytes FROM system.parts_columns
       WHERE active AND database = currentDatabase() AND table = {table:String} GROUP BY name ORDER BY sum(column_data_compressed_bytes) DESC`,
      { params: { table } },
    );
    for (const { name, bytes } of columns)
      console.log(`  ${name.padEnd(20)} ${(Number(bytes) / Number(size?.count)).toFixed(4)}`);
  }
}

async function measureQueries(): Promise<void> {
  const newest = await metagraphAt(store, { netuid: 1 });
  const hotkey = Buffer.from(
    (
      await store.query<{ key: string }>(
        'SELECT hex(hotkey) AS key FROM neurons WHERE netuid = 1 AND uid = 7 LIMIT 1',
      )
    )[0]?.key ?? '',
    'hex',
  );
  const middle = newest.block - Math.floor((days * BLOCKS_PER_DAY) / 2);
  await measure('newest metagraph of a subnet', () => metagraphAt(store, { netuid: 1 }));
  await measure('metagraph in the middle of the time', () =>
    metagraphAt(store, { netuid: 1, block: middle }),
  );
  await measure('list of stored snapshots', () => storedSnapshots(store, { netuid: 1 }));
  await measure('all subnets', () => subnetsAt(store));
  await measure('one subnet with its header', () => subnetAt(store, { netuid: 1 }));
  await measure('a hotkey over all subnets', () => hotkeyRegistrations(store, { hotkey }));
  await measure('history of a neuron', () => hotkeyHistory(store, { hotkey, netuid: 1 }));
}

async function measureInsert(): Promise<void> {
  const rows = createSnapshotStore(store);
  const samples = Array.from({ length: 128 }, (_, index) =>
    createSampleSubnet({ netuid: 1_000 + index, seed: SEED, n: NEURONS }),
  );
  let block = 500_000;
  await measure('insert 128 subnets x 256 neurons', async () => {
    block += STEP;
    const batch = samples.map((sample): Snapshot => ({ ...sample.at(block), origin: 'follow' }));
    const started = performance.now();
    await rows.saveSnapshots(batch);
    return performance.now() - started;
  });
}

/** Prints median, min and max of a few runs; an action that answers a number measured itself. */
async function measure(what: string, action: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < 8; run++) {
    const started = performance.now();
    const answer = await action();
    const took = typeof answer === 'number' ? answer : performance.now() - started;
    // The first run warms caches.
    if (run > 0) times.push(took);
  }
  times.sort((a, b) => a - b);
  const shown = [times[Math.floor(times.length / 2)], times[0], times.at(-1)].map(
    (ms) => `${ms?.toFixed(1)} ms`,
  );
  console.log(`${what}: median ${shown[0]}, min ${shown[1]}, max ${shown[2]}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
