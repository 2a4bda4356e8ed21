import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import {
  churnFigure,
  createSnapshotStore,
  exportMetagraph,
  hotkeyHistory,
  type ImportOptions,
  importMetagraph,
  metagraphAt,
  migrations,
  occupancyFigure,
  storedSnapshots,
  subnetAt,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-import-'));
const GENESIS = `0x${'ab'.repeat(32)}` as const;
// Subnet 1 ends an epoch at block 1,443: (1,443 + 1) is 4 x 361.
const BLOCKS = [1_000, 1_005, 1_443, 2_000, 9_000];
let store: OpenedStore | undefined;
let stores = 0;

// One embedded store at a time.
async function freshStore(): Promise<OpenedStore> {
  await store?.close();
  store = await openStore({ path: join(folder, `data-${++stores}`) }, { migrations });
  return store;
}

afterEach(async () => {
  await store?.close();
  store = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function save(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

/** A Parquet file of a statement: the engine's writer stands in for pandas. */
async function parquetOf(name: string, sql: string): Promise<string> {
  if (store === undefined) throw new Error('no store');
  return save(name, await store.exportStream(sql, 'Parquet'));
}

const importInto = (into: OpenedStore, path: string, more: Partial<ImportOptions> = {}) =>
  importMetagraph({ store: into, rows: createSnapshotStore(into), path, ...more });

describe.each(['parquet', 'csv'] as const)('a round trip through %s', (format) => {
  test('gives the same answers, once and again', async () => {
    const first = await freshStore();
    const rows = createSnapshotStore(first);
    await rows.bindChain(GENESIS, 'Test');
    for (const [netuid, mechanism] of [
      [1, 0],
      [7, 0],
      [7, 1],
    ] as const) {
      const subnet = createSampleSubnet({ netuid, seed: 5, n: 12, mechanism });
      for (const block of BLOCKS) {
        const { metagraph, facts, epoch } = subnet.at(block);
        if (mechanism === 0)
          await rows.saveSubnets([
            { facts, block: metagraph.block, timestampMs: metagraph.timestampMs, origin: 'follow' },
          ]);
        await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
      }
    }
    const before = await answersOf(first);
    expect(before.snapshots.blocks.filter(({ epoch }) => epoch)).toHaveLength(1);
    const path = await save(`round.${format}`, await exportMetagraph(first, { format }));
    const again = await save(
      `again.${format}`,
      await exportMetagraph(first, { format, netuid: 7, from: 2_000 }),
    );

    const second = await freshStore();
    expect(await importInto(second, path)).toEqual({
      layout: 'taoscope',
      snapshots: 15,
      alreadyStored: 0,
      neurons: 180,
      mistakes: 0,
      ignored: [],
    });
    expect(await answersOf(second)).toEqual(before);
    expect(await importInto(second, path)).toMatchObject({ snapshots: 0, alreadyStored: 15 });
    expect(await importInto(second, again)).toMatchObject({ snapshots: 0, alreadyStored: 4 });
    expect(await answersOf(second)).toEqual(before);
  }, 60_000);
});

async function answersOf(from: OpenedStore) {
  const first = await metagraphAt(from, { netuid: 1 });
  const { subnet, header } = await subnetAt(from, { netuid: 7 });
  // An export has no texts and hyperparameters of the subnet.
  const { identity: _, hyperparameters: __, ...facts } = subnet;
  return {
    metagraphs: await Promise.all(
      BLOCKS.flatMap((block) => [
        metagraphAt(from, { netuid: 1, block }),
        metagraphAt(from, { netuid: 7, block }),
        metagraphAt(from, { netuid: 7, mechanism: 1, block }),
      ]),
    ),
    snapshots: await storedSnapshots(from, { netuid: 1 }),
    churn: await churnFigure(from, { netuid: 1, mechanism: 0 }),
    occupancy: await occupancyFigure(from, { netuid: 7, mechanism: 0 }),
    history: await hotkeyHistory(from, {
      netuid: 1,
      hotkey: Buffer.from(await hotkeyBytes(from), 'hex'),
    }),
    n: first.n,
    facts,
    header,
  };
}

async function hotkeyBytes(from: OpenedStore): Promise<string> {
  const rows = await from.query<{ hex: string }>(
    'SELECT hex(hotkey) AS hex FROM neurons_latest FINAL WHERE netuid = 1 AND uid = 4',
  );
  return rows[0]?.hex ?? '';
}

test('an independent reader sees the chain’s own values, accounts as addresses and instants', async () => {
  const first = await freshStore();
  const rows = createSnapshotStore(first);
  const { metagraph } = createSampleSubnet({ netuid: 1, seed: 5, n: 3 }).at(1_000);
  await rows.saveSnapshots([{ metagraph, epoch: true, origin: 'follow' }]);
  const path = await save('read.parquet', await exportMetagraph(first, { format: 'parquet' }));
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  expect(read).toHaveLength(3);
  const { neurons } = metagraph;
  for (const [uid, row] of read.entries()) {
    expect(row).toMatchObject({
      netuid: 1,
      mechanism: 0,
      block: 1_000,
      timestamp: new Date(metagraph.timestampMs ?? 0),
      genesis_hash: null,
      epoch: true,
      unit: 'alpha',
      uid,
      hotkey: toSs58(neurons.hotkey[uid] as Uint8Array),
      coldkey: toSs58(neurons.coldkey?.[uid] as Uint8Array),
      trust: null,
      consensus: neurons.consensus?.[uid],
      emission: neurons.emission?.[uid],
      stake: neurons.stake?.[uid],
      axon_ip: neurons.axon?.[uid]?.ip ?? null,
      subnet_tempo: null,
    });
  }
});

describe('the df.parquet of the old dashboards', () => {
  const accounts = ['a', 'b', 'c'].map((name) => toSs58(Buffer.alloc(32, name)));
  // As meta2frame.py makes it: torch's 32-bit floats, pandas' timestamps and index, three neurons at each of two blocks.
  const frame = (
    more = '',
  ) => `SELECT toFloat32([1.5, 0, 700.25][uid + 1]) AS stake, toFloat32(0.125) AS emission,
    toFloat32([0.5, 0, 1][uid + 1]) AS trust, toFloat32([0, 0, 0.99997][uid + 1]) AS validator_trust,
    toFloat32(0) AS dividends, toFloat32(0.2) AS incentive, toFloat32(1 / 3) AS R, toFloat32(0.25) AS consensus,
    uid = 2 AS validator_permit, toInt64(1000000 + 100 * intDiv(number, 3)) AS block, toInt64(1) AS netuid,
    toInt64(number % 3) AS uid, ['${accounts.join("','")}'][uid + 1] AS hotkey, hotkey AS coldkey,
    toDateTime64('2023-08-05 00:00:00', 9, 'UTC') AS timestamp, toInt64(number % 3) AS __index_level_0__
    ${more} FROM numbers(6) ORDER BY block, uid`;

  test('is known by its columns, and its floats become the chain’s integers', async () => {
    const into = await freshStore();
    const path = await parquetOf('df.parquet', frame());
    expect(await importInto(into, path, { genesis: GENESIS })).toEqual({
      layout: 'dashboards',
      snapshots: 2,
      alreadyStored: 0,
      neurons: 6,
      mistakes: 0,
      ignored: ['__index_level_0__'],
    });
    const { neurons, ...head } = await metagraphAt(into, { netuid: 1 });
    expect(head).toMatchObject({
      block: 1_000_100,
      timestamp: '2023-08-05T00:00:00.000Z',
      unit: 'tao',
      n: 3,
      specVersion: 0,
    });
    expect(neurons[2]).toMatchObject({
      uid: 2,
      hotkey: accounts[2],
      validatorPermit: true,
      stakeTao: '700.25',
      totalStakeTao: '700.25',
      emissionTao: '0.125',
      trust: 65_535,
      // 0.99997 x 65535 = 65533.03; 65535 / 3; 0.2 x 65535.
      validatorTrust: 65_533,
      rank: 21_845,
      incentive: 13_107,
    });
    expect(neurons[0]).not.toHaveProperty('axon');
    const occupancy = await occupancyFigure(into, { netuid: 1, mechanism: 0 });
    expect(occupancy).toMatchObject({ miners: [2, 2], validators: [1, 1] });
    // The chain is now known, and another is refused.
    await expect(importInto(into, path, { genesis: `0x${'cd'.repeat(32)}` })).rejects.toMatchObject({
      code: 'wrong-chain',
    });
  });

  test('without a netuid needs one; with an ip has axons; of several subnets one can be chosen', async () => {
    const into = await freshStore();
    const nameless = await parquetOf(
      'nameless.parquet',
      `SELECT * EXCEPT netuid, ['1.2.3.4', '0.0.0.0', '::1'][uid + 1] AS ip FROM (${frame()})`,
    );
    await expect(importInto(into, nameless)).rejects.toMatchObject({
      code: 'usage',
      parts: { expected: expect.stringContaining('--netuid') },
    });
    await importInto(into, nameless, { netuid: 11 });
    const { neurons } = await metagraphAt(into, { netuid: 11 });
    expect(neurons.map(({ axon }) => axon?.ip)).toEqual(['1.2.3.4', undefined, '::1']);
    const two = await parquetOf('two.parquet', `SELECT * REPLACE(3 AS netuid) FROM (${frame()})`);
    expect(await importInto(into, two, { netuid: 11 })).toMatchObject({ snapshots: 0 });
    expect(await importInto(into, two, { netuid: 3 })).toMatchObject({ snapshots: 2 });
  });

  test('mistakes are told by row and column, and nothing is stored; or their snapshots are left out', async () => {
    const into = await freshStore();
    const cases: [name: string, replaced: string, told: RegExp][] = [
      ['fraction', 'if(number = 4, 1.5, 0.2) AS incentive', /row 5, column incentive: 1.5/],
      ['account', "if(number = 3, '5nobody', hotkey) AS hotkey", /row 4, column hotkey: "5nobody"/],
      ['rao', 'if(number = 5, 1e15, 1.0) AS stake', /row 6, column stake: 1000000000000000/],
      ['uid', 'if(number = 5, 1, uid) AS uid', /row 6, column uid: uid 1 again/],
      ['hole', 'if(number = 5, 3, uid) AS uid', /row 4, column uid: 3 rows without uid 2/],
      ['null', 'if(number = 4, NULL, trust) AS trust', /row 5, column trust: nothing/],
      ['time', 'if(number = 4, toDateTime64(1, 9), timestamp) AS timestamp', /row 5, column timestamp/],
      ['block', 'if(number = 3, -1, block) AS block', /row 4, column block: -1/],
    ];
    for (const [name, replaced, told] of cases) {
      const path = await parquetOf(
        `${name}.parquet`,
        `SELECT * REPLACE(${replaced}) FROM (${frame(', number')}) ORDER BY number`,
      );
      await expect(importInto(into, path), name).rejects.toMatchObject({
        code: 'usage',
        parts: { got: expect.stringMatching(told), todo: expect.stringContaining('--skip-bad') },
      });
      expect(await into.query('SELECT 1 FROM neurons LIMIT 1'), name).toEqual([]);
    }
    const path = join(folder, 'fraction.parquet');
    expect(await importInto(into, path, { skipBad: true })).toMatchObject({ snapshots: 1, mistakes: 1 });
    await expect(metagraphAt(into, { netuid: 1 })).resolves.toMatchObject({ block: 1_000_000 });
  }, 60_000);

  test('rows of a snapshot that lie apart are told, not overwritten', async () => {
    const into = await freshStore();
    const path = await parquetOf('apart.parquet', `SELECT * FROM (${frame()}) ORDER BY uid, block`);
    await expect(importInto(into, path)).rejects.toMatchObject({
      parts: { expected: expect.stringContaining('sort by netuid') },
    });
  });
});

test('what is no table of neurons is refused', async () => {
  const into = await freshStore();
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const refused = [
    join(folder, 'absent.parquet'),
    folder,
    write('empty.csv', ''),
    write('other.csv', 'a,b\n1,2\n'),
    write('twice.csv', 'block,uid,hotkey,uid\n1,2,x,3\n'),
    write('quote.csv', 'block,uid,hotkey\n1,2,"x\n'),
    write('ragged.csv', 'block,uid,hotkey\n1,2\n'),
    write('cut.parquet', 'PAR1 and nothing'),
    write('bomb.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64, 255), Buffer.from('PAR1')])),
  ];
  for (const path of refused) {
    await expect(importInto(into, path, { netuid: 1 }), path).rejects.toMatchObject({ code: 'usage' });
  }
});

test('an import that is stopped leaves whole snapshots and is resumed by running it again', async () => {
  const first = await freshStore();
  const rows = createSnapshotStore(first);
  const subnet = createSampleSubnet({ netuid: 1, seed: 5, n: 4 });
  for (const block of BLOCKS) {
    const { metagraph, epoch } = subnet.at(block);
    await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
  }
  const path = await save('stopped.csv', await exportMetagraph(first, { format: 'csv' }));
  const second = await freshStore();
  const stop = new AbortController();
  const stopped = importInto(second, path, { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  expect(await importInto(second, path)).toMatchObject({ snapshots: 5 });
});
