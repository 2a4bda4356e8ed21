import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../../../test/support/clickhouse-http.ts';
import { createSampleSubnet, hash, timestampOf } from '../../../test/support/sample-metagraph.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import { accountOf } from '../figures/testing/history.ts';
import { createSnapshotStore, type ExportQuery, exportMetagraph, migrations } from '../index.ts';

const BLOCK = { number: 1_443, hash: hash('block 1443') };
const timestampMs = timestampOf(BLOCK.number);

describe.each(['embedded', 'server'] as const)('an export of the %s store', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-export-'));
  let server: ClickhouseHttp | undefined;
  let store: OpenedStore;

  beforeAll(async () => {
    if (kind === 'server') server = await startClickhouseHttp({ path: join(folder, 'server') });
    store = await openStore(server === undefined ? { path: join(folder, 'data') } : { url: server.url }, {
      migrations,
    });
    const rows = createSnapshotStore(store);
    const subnet = createSampleSubnet({ netuid: 1, seed: 5, n: 12 });
    for (const block of [1_400, BLOCK.number, 1_500]) {
      const { metagraph, facts, epoch } = subnet.at(block);
      await rows.saveSubnets([{ facts, block: metagraph.block, timestampMs, origin: 'follow' }]);
      await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
    }
    const formula: ReturnType<typeof createSampleSubnet> = createSampleSubnet({ netuid: 2, seed: 6, n: 2 });
    const { metagraph } = formula.at(1_400);
    const neurons = { ...metagraph.neurons, identityName: ['=1+1', 'say "hi", all'] };
    await rows.saveSnapshots([{ metagraph: { ...metagraph, neurons }, epoch: false, origin: 'follow' }]);
    await rows.saveWeights(
      [
        {
          netuid: 1,
          mechanism: 0,
          block: BLOCK,
          timestampMs,
          n: 12,
          whole: true,
          weights: [
            { uid: 3, hotkey: accountOf('v'), lastUpdate: 1_400, targets: [1, 2], values: [65_535, 21_845] },
          ],
          bonds: [],
          commits: [],
        },
      ],
      'follow',
    );
    await rows.saveEvents(
      [
        {
          block: BLOCK,
          timestampMs,
          events: [
            {
              kind: 'stake-added',
              name: 'StakeAdded',
              netuid: 1,
              place: 0,
              hotkey: accountOf('v'),
              coldkey: accountOf('c'),
              tao: 2n ** 63n,
              actor: accountOf('c'),
              via: ['proxy', 'batch'],
            },
            { kind: 'runtime-upgraded', name: 'CodeUpdated', place: 4, actor: 'root', newValue: '426' },
          ],
        },
      ],
      'follow',
    );
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function bytesOf(query: ExportQuery): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of await exportMetagraph(store, query)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
  async function rowsOf(query: Omit<ExportQuery, 'format'>) {
    const bytes = await bytesOf({ ...query, format: 'parquet' });
    return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  }

  test('has a row per neuron and snapshot of the range, in order', async () => {
    const all = await rowsOf({});
    expect(all.map(({ netuid, block, uid }) => [netuid, block, uid])).toEqual([
      ...[1_400, 1_443, 1_500].flatMap((block) => Array.from({ length: 12 }, (_, uid) => [1, block, uid])),
      [2, 1_400, 0],
      [2, 1_400, 1],
    ]);
    expect(await rowsOf({ netuid: 1, from: 1_401, to: 1_499 })).toHaveLength(12);
    expect(await rowsOf({ netuid: 9 })).toEqual([]);
    // Facts of the first subnet, none of the second.
    expect(all[0]).toMatchObject({
      subnet_tempo: 360,
      subnet_price_rao: 500_000_000n,
      subnet_name: 'subnet 1',
    });
    expect(all.at(-1)).toMatchObject({ subnet_tempo: null, subnet_mechanisms: null, subnet_name: null });
  });

  test('reaches further back by epochs and hours', async () => {
    const epochs = await rowsOf({ resolution: 'epoch' });
    expect(new Set(epochs.map(({ block }) => block))).toEqual(new Set([1_443]));
    expect(epochs[0]).toMatchObject({ epoch: true, subnet_price_rao: 500_000_000n });
    const hours = await rowsOf({ resolution: 'hourly', netuid: 1 });
    expect(hours.every(({ hotkey }) => typeof hotkey === 'string' && hotkey.startsWith('5'))).toBe(true);
  });

  test('in CSV NULL is empty and a name that a spreadsheet would take for a formula is text', async () => {
    const [header = '', first = '', second = ''] = (await bytesOf({ netuid: 2, format: 'csv' }))
      .toString('utf8')
      .split(/\r?\n/);
    const place = header.split(',').indexOf('"identity_name"');
    expect(first.split(',')[place]).toBe(`"'=1+1"`);
    expect(second).toContain('"say ""hi"", all"');
    expect(first).not.toContain('\\N');
    expect(first.split(',').at(-1)).toBe('');
  });

  test('of weights has a row per weight, with its share of the row', async () => {
    expect(await rowsOf({ table: 'weights' })).toEqual(
      [
        { target: 1, weight: 65_535, share: 0.75 },
        { target: 2, weight: 21_845, share: 0.25 },
      ].map((weight) => ({
        netuid: 1,
        mechanism: 0,
        block: 1_443,
        timestamp: new Date(timestampMs),
        uid: 3,
        hotkey: toSs58(accountOf('v')),
        last_update: 1_400n,
        ...weight,
      })),
    );
  });

  test('of events has a row per event', async () => {
    const [added, upgraded] = await rowsOf({ table: 'events' });
    const events = [upgraded, added].sort((a, b) => Number(a?.place) - Number(b?.place));
    expect(events[0]).toMatchObject({
      netuid: 1,
      kind: 'stake-added',
      hotkey: toSs58(accountOf('v')),
      coldkey: toSs58(accountOf('c')),
      other_hotkey: null,
      tao: 2n ** 63n,
      actor: toSs58(accountOf('c')),
      via: 'proxy,batch',
    });
    expect(events[1]).toMatchObject({ netuid: null, actor: null, actor_kind: 'root', new_value: '426' });
    expect(await rowsOf({ table: 'events', netuid: 1 })).toHaveLength(1);
  });
});
