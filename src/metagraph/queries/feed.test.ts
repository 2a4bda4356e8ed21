import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../../../test/support/clickhouse-http.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import {
  type BlockEvents,
  createSnapshotStore,
  type FeedQuery,
  feed,
  feedToCsv,
  migrations,
  type SnapshotStore,
  type SubnetEvent,
} from '../index.ts';

const account = (fill: number) => new Uint8Array(32).fill(fill);
// The first byte of one is a line end, of another the tab that separates cells.
const [COLD, HOT, NEW, PROXY] = [account(10), account(9), account(0), account(255)];

const registered = (place: number, uid: number, more: Partial<SubnetEvent> = {}): SubnetEvent => ({
  ...{ kind: 'registered', name: 'NeuronRegistered', netuid: 1, uid, hotkey: HOT, coldkey: COLD, place },
  ...{ actor: COLD, signer: PROXY, via: ['proxy', 'batch'], extrinsic: 0, ...more },
});

const moved = {
  kind: 'stake-moved',
  name: 'StakeMoved',
  hotkey: HOT,
  coldkey: COLD,
  otherHotkey: NEW,
} as const;
const blocks: BlockEvents[] = [
  {
    block: { number: 0, hash: `0x${'00'.repeat(32)}` },
    events: [{ kind: 'epoch', name: 'Epoch', netuid: 0, place: 3, actor: 'chain' }],
  },
  {
    block: { number: 10, hash: `0x${'0a'.repeat(32)}` },
    timestampMs: 1_700_000_000_123,
    events: [
      { kind: 'epoch', name: 'Epoch', netuid: 1, place: 3, actor: 'chain' },
      { kind: 'epoch', name: 'Epoch', netuid: 2, place: 3, actor: 'chain' },
      registered(4, 0),
      { ...moved, netuid: 1, otherNetuid: 2, tao: 2_500_000_000n, place: 8 },
      { ...moved, netuid: 2, otherNetuid: 1, tao: 2_500_000_000n, place: 9 },
    ],
  },
  {
    block: { number: 11, hash: `0x${'0b'.repeat(32)}` },
    timestampMs: 1_700_000_012_123,
    events: [
      {
        kind: 'take',
        name: 'TakeIncreased',
        hotkey: NEW,
        oldValue: '0.1',
        newValue: '0.18',
        actor: 'root',
        place: 0,
      },
      registered(4, 7, { actor: undefined, signer: undefined, via: [] }),
    ],
  },
];

describe.each(['embedded', 'server'] as const)('the feed of the %s store', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-feed-'));
  let server: ClickhouseHttp | undefined;
  let store: OpenedStore;
  let rows: SnapshotStore;
  const now = Date.now();

  beforeAll(async () => {
    if (kind === 'server') server = await startClickhouseHttp({ path: join(folder, 'server') });
    store = await openStore(server === undefined ? { path: join(folder, 'data') } : { url: server.url }, {
      migrations,
    });
    rows = createSnapshotStore(store, {}, () => now);
  }, 60_000);
  beforeEach(async () => {
    for (const table of ['events', 'blocks', 'backfilled']) await store.command(`TRUNCATE TABLE ${table}`);
    await rows.saveEvents(blocks, 'follow');
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const places = async (query: Partial<FeedQuery> = {}) =>
    (await feed(store, { limit: 100, ...query })).events.map(({ block, index, netuid }) => [
      block,
      index,
      netuid,
    ]);

  const ALL = [
    [11, 4, 1],
    [11, 0, null],
    [10, 9, 2],
    [10, 8, 1],
    [10, 4, 1],
    [10, 3, 2],
    [10, 3, 1],
    [0, 3, 0],
  ];

  test('newest first, stored twice as stored once', async () => {
    expect(await places()).toEqual(ALL);
    await rows.saveEvents(blocks.toReversed(), 'follow');
    expect(await places()).toEqual(ALL);
  });

  test('an event comes back as it went in, with units', async () => {
    const { events } = await feed(store, { limit: 100 });
    expect(events[4]).toEqual({
      ...{ netuid: 1, block: 10, index: 4, timestamp: '2023-11-14T22:13:20.123Z' },
      ...{ kind: 'registered', name: 'NeuronRegistered', uid: 0, hotkey: toSs58(HOT), coldkey: toSs58(COLD) },
      ...{ actor: toSs58(COLD), signer: toSs58(PROXY), via: ['proxy', 'batch'], extrinsic: 0 },
    });
    expect(events[1]).toEqual({
      ...{ netuid: null, block: 11, index: 0, timestamp: '2023-11-14T22:13:32.123Z' },
      ...{ kind: 'take', name: 'TakeIncreased', hotkey: toSs58(NEW) },
      ...{ oldValue: '0.1', newValue: '0.18', actor: 'root' },
    });
    expect(events[2]).toMatchObject({ tao: 2.5, otherNetuid: 1, otherHotkey: toSs58(NEW) });
    expect(events[2]).not.toHaveProperty('alpha');
    expect(events[7]).toEqual({
      ...{ netuid: 0, block: 0, index: 3, timestamp: null, kind: 'epoch', name: 'Epoch', actor: 'chain' },
    });
  });

  test('every page size leads through all events once', async () => {
    for (const limit of [1, 2, 3, 7, 8]) {
      const seen: unknown[] = [];
      let before: string | undefined;
      do {
        const page = await feed(store, { limit, before });
        seen.push(...page.events.map(({ block, index, netuid }) => [block, index, netuid]));
        before = page.next;
      } while (before !== undefined);
      expect(seen).toEqual(ALL);
    }
  });

  test('what lies years apart is found on one page', async () => {
    const far = { block: { number: 9_000_000, hash: blocks[0]!.block.hash }, events: [registered(0, 1)] };
    await rows.saveEvents([far], 'follow');
    expect(await places()).toEqual([[9_000_000, 0, 1], ...ALL]);
    expect(await places({ limit: 2 })).toEqual([[9_000_000, 0, 1], ALL[0]]);
  });

  test('a cursor that is none is refused', async () => {
    for (const before of ['', '1:2', '1:2:x', '4294967296:0:0', '1:2:3; DROP'])
      await expect(feed(store, { limit: 1, before })).rejects.toMatchObject({ code: 'usage' });
  });

  test('filters: subnet, kinds, uid, accounts on either side or behind it, blocks', async () => {
    expect(await places({ netuid: 0 })).toEqual([[0, 3, 0]]);
    expect(await places({ kinds: ['take', 'epoch'], from: 10 })).toEqual([
      [11, 0, null],
      [10, 3, 2],
      [10, 3, 1],
    ]);
    expect(await places({ uid: 0 })).toEqual([[10, 4, 1]]);
    expect(await places({ hotkey: NEW })).toEqual([
      [11, 0, null],
      [10, 9, 2],
      [10, 8, 1],
    ]);
    expect(await places({ coldkey: PROXY })).toEqual([[10, 4, 1]]);
    expect(await places({ coldkey: COLD, netuid: 2 })).toEqual([[10, 9, 2]]);
    expect(await places({ to: 0 })).toEqual([[0, 3, 0]]);
    expect(await places({ from: 1, to: 9 })).toEqual([]);
  });

  test('events of replaced blocks are gone, those of the new ones stay', async () => {
    await rows.retract(11);
    expect(await places({ from: 11 })).toEqual([]);
    await rows.saveEvents([{ ...blocks[2]!, events: [registered(4, 8)] }], 'follow');
    expect(await places({ from: 10, netuid: 1, kinds: ['registered'] })).toEqual([
      [11, 4, 1],
      [10, 4, 1],
    ]);
    expect((await feed(store, { limit: 1 })).events[0]?.uid).toBe(8);
    // And back again.
    await rows.retract(11);
    await rows.saveEvents([blocks[2]!], 'follow');
    expect(await places()).toEqual(ALL);
  });

  test('which blocks are recorded: followed ones and backfilled ones, each once', async () => {
    expect((await feed(store, { limit: 1 })).recorded).toBeUndefined();
    const record = (number: number, eventsRead?: boolean) => ({
      header: { number, hash: `0x${'01'.repeat(32)}`, parentHash: `0x${'02'.repeat(32)}` } as const,
      runtime: { specVersion: 1 },
      eventsRead,
    });
    await rows.saveBlocks([record(10, true), record(11, true), record(12, false), record(13)]);
    await rows.saveBackfilled('all', 10, { of: 'events', minStakeRao: 0n });
    await rows.saveBackfilled('all', 3);
    await rows.saveBackfilled([2, 1], 0, { of: 'events', minStakeRao: 0n });
    expect((await feed(store, { limit: 1 })).recorded).toEqual({ from: 10, to: 11, blocks: 2 });
    expect((await feed(store, { limit: 1, netuid: 1 })).recorded).toEqual({ from: 0, to: 11, blocks: 3 });
    expect((await feed(store, { limit: 1, netuid: 12 })).recorded).toEqual({ from: 10, to: 11, blocks: 2 });
  });

  test('a backfill of events is resumed where as much of them was stored', async () => {
    const events = (minStakeRao: bigint) => ({ of: 'events', minStakeRao }) as const;
    await rows.saveBackfilled('all', 5, events(100n));
    await rows.saveBackfilled([1, 2], 6, events(0n));
    await rows.saveBackfilled('all', 7);
    const stored = async (...[netuids, what]: [number[] | 'all', ReturnType<typeof events>?]) =>
      [...(await rows.backfilledBlocks(netuids, 0, 10, what))].sort();
    expect(await stored('all', events(100n))).toEqual([5]);
    expect(await stored([1], events(100n))).toEqual([5, 6]);
    // Smaller movements were left out then.
    expect(await stored([1], events(99n))).toEqual([6]);
    expect(await stored('all')).toEqual([7]);
    expect(await stored([])).toEqual([7]);
  });

  test('CSV: a row each, every field a column', async () => {
    const csv = feedToCsv(await feed(store, { limit: 1, uid: 0 }));
    expect(csv.split('\r\n')).toEqual([
      'block,timestamp,netuid,mechanism,index,kind,name,uid,hotkey,coldkey,otherHotkey,otherColdkey,otherNetuid,tao,alpha,oldValue,newValue,actor,signer,via,extrinsic',
      `10,2023-11-14T22:13:20.123Z,1,,4,registered,NeuronRegistered,0,${toSs58(HOT)},${toSs58(COLD)},,,,,,,,${toSs58(COLD)},${toSs58(PROXY)},proxy batch,0`,
      '',
    ]);
  });
});
