import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChild } from '../../test/support/child.ts';
import { requirement } from '../../test/support/requirement.ts';
import { createSampleSubnet } from '../../test/support/sample-metagraph.ts';
import { openStore } from '../store/index.ts';
import {
  createSnapshotStore,
  metagraphAt,
  migrations,
  presentMetagraph,
  type Snapshot,
  storedSnapshots,
} from './index.ts';

const HOLDER = fileURLToPath(new URL('../../test/support/hold-store.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('kill -9 in the middle of inserts and migrations loses nothing that was told stored, and leaves nothing half', async () => {
  const path = join(folder, 'data');
  let told = 999;
  // At the very start (migrations), and after a few blocks.
  for (const moment of [/^/, /stored 1000\n/, /stored 1004\n/]) {
    const child = startChild('node', [HOLDER, path]);
    await child.waitFor(moment);
    await child.stop('SIGKILL');
    for (const [, block] of child.stdout().matchAll(/stored (\d+)\n/g)) told = Math.max(told, Number(block));
  }
  expect(told).toBeGreaterThanOrEqual(1_004);

  const store = await openStore({ path }, { migrations });
  try {
    for (const netuid of [1, 2, 3]) {
      const sample = createSampleSubnet({ netuid, seed: 9, n: 64 });
      const { blocks } = await storedSnapshots(store, { netuid });
      const numbers = blocks.map(({ block }) => block);
      expect(numbers.length).toBeGreaterThanOrEqual(told - 999);
      for (const block of numbers) {
        expect(await metagraphAt(store, { netuid, block })).toEqual(
          presentMetagraph(sample.at(block).metagraph),
        );
      }
    }
  } finally {
    await store.close();
  }
}, 120_000);

test('a full disk ends with disk-full, and what was stored is there when there is room again', async () => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  if (!requirement('full disk', mountSmall(disk), 'a small file system cannot be mounted here (needs root)'))
    return;
  try {
    const path = join(disk, 'data');
    const store = await openStore({ path }, { migrations });
    const rows = createSnapshotStore(store);
    const samples = Array.from({ length: 16 }, (_, netuid) =>
      createSampleSubnet({ netuid, seed: 2, n: 256 }),
    );
    const stored: Snapshot[][] = [];
    let failure: unknown;
    for (let block = 1_000; failure === undefined && block < 1_400; block++) {
      const batch = samples.map((sample): Snapshot => ({ ...sample.at(block), origin: 'follow' }));
      await rows.saveSnapshots(batch).then(
        () => stored.push(batch),
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(failure).toMatchObject({ code: 'disk-full', retryable: true });
    expect(stored.length).toBeGreaterThan(0);
    await store.close();

    execFileSync('mount', ['-o', 'remount,size=400m', disk]);
    const again = await openStore({ path }, { migrations });
    try {
      for (const batch of [stored[0], stored.at(-1)] as Snapshot[][]) {
        for (const { metagraph } of batch.slice(0, 3)) {
          const { netuid, block } = metagraph;
          expect(await metagraphAt(again, { netuid, block: block.number })).toEqual(
            presentMetagraph(metagraph),
          );
        }
      }
      await createSnapshotStore(again).saveSnapshots(stored[0] as Snapshot[]);
    } finally {
      await again.close();
    }
  } finally {
    execFileSync('umount', [disk]);
  }
}, 120_000);

function mountSmall(disk: string): boolean {
  if (!existsSync('/proc/mounts') || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
