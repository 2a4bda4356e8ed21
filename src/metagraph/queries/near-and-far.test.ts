import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import {
  createSnapshotStore,
  hotkeyRegistrations,
  metagraphAt,
  migrations,
  storedSnapshots,
} from '../index.ts';

/*
 * What is looked for is looked for near first, and in small tables first. These are the cases in which it is elsewhere:
 * a subnet whose newest snapshot is weeks older than the network's, a hole of weeks, and rows of before `account_tenures`.
 */
const WEEK = 50_400;
// Snapshots of netuid 1 end long before those of netuid 2; each has a hole longer than what is looked through at first.
const BLOCKS: Readonly<Record<number, readonly number[]>> = {
  1: [100, 110, 3 * WEEK, 3 * WEEK + 10],
  2: [100, 5 * WEEK, 5 * WEEK + 290, 5 * WEEK + 300, 9 * WEEK],
};
const folder = mkdtempSync(join(tmpdir(), 'taoscope-near-'));
let store: OpenedStore;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  const rows = createSnapshotStore(store);
  for (const [netuid, blocks] of Object.entries(BLOCKS)) {
    const subnet = createSampleSubnet({ netuid: Number(netuid), seed: 3, n: 4 });
    for (const block of blocks) {
      const { metagraph, epoch } = subnet.at(block);
      await rows.saveSnapshots([{ metagraph, epoch, origin: 'backfill' }]);
    }
  }
}, 60_000);
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each([1, 2])(
  'of subnet %i the newest at or before a block is the last of the list up to it',
  async (netuid) => {
    const listed = (await storedSnapshots(store, { netuid })).blocks.map(({ block }) => block);
    expect(listed).toEqual(BLOCKS[netuid]);
    for (const block of BLOCKS[netuid] ?? []) {
      expect((await metagraphAt(store, { netuid, block })).block).toBe(block);
      const before = listed[listed.indexOf(block) - 1];
      if (before === undefined)
        await expect(metagraphAt(store, { netuid, block: block - 1 })).rejects.toThrow('stored');
      else expect((await metagraphAt(store, { netuid, block: block - 1 })).block).toBe(before);
    }
    const newest = await metagraphAt(store, { netuid });
    expect(newest.block).toBe(listed.at(-1));
    expect(newest).toEqual(await metagraphAt(store, { netuid, block: newest.block }));
  },
);

test('a store that is older than its table of tenures answers the same about a hotkey', async () => {
  const hotkeys = (
    await store.query<{ key: string }>('SELECT DISTINCT hex(hotkey) AS key FROM neurons ORDER BY key')
  ).map(({ key }) => Buffer.from(key, 'hex'));
  const answers = () => Promise.all(hotkeys.map((hotkey) => hotkeyRegistrations(store, { hotkey })));
  const before = await answers();
  expect(before.length).toBeGreaterThanOrEqual(8);
  expect(before.every(({ registrations }) => registrations.length > 0)).toBe(true);
  // What such a store lacks: rows of the early weeks in the younger tables.
  await store.command(
    `ALTER TABLE account_tenures DELETE WHERE first_block < ${4 * WEEK} SETTINGS mutations_sync = 1`,
  );
  await store.command('ALTER TABLE neurons_latest DELETE WHERE netuid = 1 SETTINGS mutations_sync = 1');
  expect(await answers()).toEqual(before);
});
