import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../../../test/support/clickhouse-http.ts';
import {
  createSampleSubnet,
  hash,
  SAMPLE_RUNTIME,
  timestampOf,
} from '../../../test/support/sample-metagraph.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import {
  createSnapshotStore,
  gaps,
  hotkeyHistory,
  hotkeyRegistrations,
  MetagraphJson,
  metagraphAt,
  migrations,
  presentMetagraph,
  presentSubnet,
  runtimes,
  storedSnapshots,
  storeSummary,
  subnetAt,
  subnetsAt,
} from '../index.ts';

const DAY = 7_200;
const FIRST = 1_000;

describe.each(['embedded', 'server'] as const)('asked of the %s store', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-queries-'));
  // Made twice, since a sample moves on as it is asked.
  const sample = (netuid: number) => createSampleSubnet({ netuid, seed: 5, n: 12 });
  const blocks = [FIRST, FIRST + 5, FIRST + DAY - 300, FIRST + DAY, FIRST + DAY + 10];
  let server: ClickhouseHttp | undefined;
  let store: OpenedStore;

  beforeAll(async () => {
    if (kind === 'server') server = await startClickhouseHttp({ path: join(folder, 'server') });
    store = await openStore(server === undefined ? { path: join(folder, 'data') } : { url: server.url }, {
      migrations,
    });
    const rows = createSnapshotStore(store);
    await rows.saveRuntime(SAMPLE_RUNTIME, FIRST);
    for (const netuid of [1, 2]) {
      const subnet = sample(netuid);
      for (const block of blocks) {
        const { metagraph, facts, epoch } = subnet.at(block);
        await rows.saveSubnets([
          { facts, block: metagraph.block, timestampMs: metagraph.timestampMs, origin: 'follow' },
        ]);
        await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
      }
    }
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the chain said of a subnet at one of the blocks. */
  function recorded(netuid: number, wanted: number) {
    const subnet = sample(netuid);
    for (const block of blocks) {
      const reading = subnet.at(block);
      if (block === wanted) return reading;
    }
    throw new Error('no such block');
  }

  test('a stored metagraph shows exactly what the chain read showed', async () => {
    for (const block of blocks) {
      const stored = await metagraphAt(store, { netuid: 1, block });
      expect(stored).toEqual(presentMetagraph(recorded(1, block).metagraph));
      expect(MetagraphJson.parse(stored)).toEqual(stored);
    }
  });

  test('the newest at or before a block is shown, and nothing before the first', async () => {
    expect((await metagraphAt(store, { netuid: 2 })).block).toBe(blocks.at(-1));
    expect((await metagraphAt(store, { netuid: 2, block: FIRST + 4 })).block).toBe(FIRST);
    await expect(metagraphAt(store, { netuid: 2, block: FIRST - 1 })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(metagraphAt(store, { netuid: 3 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(metagraphAt(store, { netuid: 2, mechanism: 1 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('a stored subnet shows exactly what the chain read showed', async () => {
    const answer = await subnetsAt(store, { block: FIRST + 7 });
    expect(answer).toMatchObject({
      block: FIRST + 5,
      timestamp: new Date(timestampOf(FIRST + 5)).toISOString(),
    });
    const { facts, metagraph } = recorded(2, FIRST + 5);
    // 3 of 12 have permits; all of them have trust. Uids 3 to 11 earn.
    expect(answer.subnets[1]).toEqual(presentSubnet(facts, metagraph.block, { validators: 3, miners: 9 }));
    expect(answer.subnets.map(({ netuid }) => netuid)).toEqual([1, 2]);
    expect(await subnetsAt(store, { block: FIRST - 1 })).toEqual({ subnets: [] });
  });

  test('the header compares with the newest value at or before 24 h ago', async () => {
    const answer = await subnetAt(store, { netuid: 1, block: FIRST + DAY + 7 });
    const now = Number(recorded(1, FIRST + DAY).facts.burn) / 1e9;
    const before = Number(recorded(1, FIRST).facts.burn) / 1e9;
    expect(answer.header.registerCost.value).toBeCloseTo(now, 9);
    expect(answer.header.registerCost.delta24h).toBeCloseTo(now - before, 9);
    expect(answer.header).toMatchObject({ comparedWithBlock: FIRST, validators: { value: 3, delta24h: 0 } });
    expect(answer).toMatchObject({
      blockHash: hash(`block ${FIRST + DAY}`),
      specVersion: 425,
      mechanisms: [0],
    });
  });

  test('the header compares with nothing where nothing is old enough', async () => {
    const { header } = await subnetAt(store, { netuid: 1, block: FIRST + DAY - 300 });
    expect(header.registerCost).not.toHaveProperty('delta24h');
    expect(header).not.toHaveProperty('comparedWithBlock');
    await expect(subnetAt(store, { netuid: 9 })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a list of snapshots is ascending and says what each is', async () => {
    const answer = await storedSnapshots(store, { netuid: 1 });
    expect(answer.blocks.map(({ block }) => block)).toEqual(blocks);
    expect(new Set(answer.blocks.map(({ resolution }) => resolution))).toEqual(new Set(['raw']));
  });

  test('a hotkey is found with its subnet, owner and state', async () => {
    const { metagraph } = recorded(1, FIRST + DAY + 10);
    const hotkey = metagraph.neurons.hotkey[4] as Uint8Array;
    const answer = await hotkeyRegistrations(store, { hotkey });
    expect(answer.hotkey).toBe(toSs58(hotkey));
    expect(answer.coldkeys).toContain(toSs58(metagraph.neurons.coldkey?.[4] as Uint8Array));
    expect(answer.registrations).toHaveLength(1);
    expect(answer.registrations[0]).toMatchObject({
      netuid: 1,
      subnetName: 'subnet 1',
      current: true,
      block: blocks.at(-1),
    });
    expect(answer.registrations[0]?.neuron).toEqual(presentMetagraph(metagraph).neurons[4]);
    await expect(hotkeyRegistrations(store, { hotkey: new Uint8Array(32) })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('a hotkey that was replaced is not current', async () => {
    const early = recorded(1, FIRST).metagraph.neurons.hotkey;
    const late = recorded(1, FIRST + DAY + 10).metagraph.neurons.hotkey.map((key) => toSs58(key));
    const gone = early.find((key) => !late.includes(toSs58(key)));
    expect(gone).toBeDefined();
    const { registrations } = await hotkeyRegistrations(store, { hotkey: gone as Uint8Array });
    expect(registrations.map(({ current }) => current)).toEqual([false]);
  });

  test('a history has columns of equal length over the asked blocks', async () => {
    const hotkey = recorded(1, FIRST + DAY + 10).metagraph.neurons.hotkey[4] as Uint8Array;
    const answer = await hotkeyHistory(store, { hotkey, netuid: 1, from: FIRST + 1 });
    expect(answer.block.at(-1)).toBe(FIRST + DAY + 10);
    for (const column of [answer.timestamp, answer.uid, answer.incentive, answer.emission, answer.stake]) {
      expect(column).toHaveLength(answer.block.length);
    }
    const { neurons } = recorded(1, FIRST + DAY + 10).metagraph;
    expect(answer.incentive.at(-1)).toBeCloseTo((neurons.incentive?.[4] ?? 0) / 65_535, 12);
    expect(answer.stake.at(-1)).toBeCloseTo(Number(neurons.stake?.[4]) / 1e9, 6);
    await expect(hotkeyHistory(store, { hotkey, netuid: 1, to: 10 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('ledgers and summary', async () => {
    const seen = await runtimes(store);
    expect(seen.runtimes).toEqual([
      {
        specName: 'node-subtensor',
        specVersion: 425,
        codeHash: SAMPLE_RUNTIME.codeHash,
        metadataHash: SAMPLE_RUNTIME.metadataHash,
        metadataVersion: 15,
        firstBlock: FIRST,
      },
    ]);
    expect(await gaps(store)).toEqual({ gaps: [] });
    const summary = await storeSummary(store);
    expect(summary).toMatchObject({ kind, lastSnapshotBlock: FIRST + DAY + 10 });
    expect(summary.neuronRows).toBeGreaterThanOrEqual(2 * 12 * blocks.length);
  });
});
