import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSampleSubnet } from '../../test/support/sample-metagraph.ts';
import type { Hex } from '../shared/index.ts';
import { openStore } from '../store/index.ts';
import type { WeightReading } from './collect/weights.ts';
import { createSnapshotStore, migrations } from './index.ts';

const account = (fill: number) => new Uint8Array(32).fill(fill);

const reading = (number: number, uid: number): WeightReading => ({
  ...{ netuid: 3, mechanism: 0, block: { number, hash: `0x${'0a'.repeat(32)}` as Hex }, n: 4, whole: false },
  ...{ weights: [{ uid, targets: [1], values: [9], hotkey: account(uid + 1) }], bonds: [], commits: [] },
});

test('weights of replaced blocks and those who came in them are gone, those of the blocks before stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-retract-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  try {
    const rows = createSnapshotStore(store);
    const subnet = createSampleSubnet({ netuid: 3, seed: 5, n: 4 });
    const snapshot = (block: number) => ({ ...subnet.at(block), origin: 'follow' as const });
    const stored = async () => {
      const weights = await store.query<{ at: string }>(
        "SELECT concat(toString(block), '/', toString(uid)) AS at FROM weights FINAL ORDER BY block, uid",
      );
      const [readings] = await store.query<{ blocks: number[] }>(
        'SELECT arraySort(groupArray(block)) AS blocks FROM weight_readings FINAL',
      );
      const [tenures] = await store.query<{ first: number[] }>(
        'SELECT arraySort(groupUniqArray(first_block)) AS first FROM tenures FINAL',
      );
      return { weights: weights.map(({ at }) => at), readings: readings?.blocks, tenures: tenures?.first };
    };
    // A day of tenures begins at block 7,200.
    await rows.saveSnapshots([snapshot(7_190), snapshot(7_201)]);
    await rows.saveWeights([reading(7_190, 0), reading(7_201, 0), reading(7_201, 2)], 'follow');
    expect(await stored()).toEqual({
      weights: ['7190/0', '7201/0', '7201/2'],
      readings: [7_190, 7_201],
      tenures: [7_190, 7_201],
    });
    await rows.retract(7_200);
    expect(await stored()).toEqual({ weights: ['7190/0'], readings: [7_190], tenures: [7_190] });
    // The block that came in its place, and once more where there is nothing to take back.
    await rows.retract(7_202);
    await rows.saveWeights([reading(7_201, 1)], 'follow');
    expect((await stored()).weights).toEqual(['7190/0', '7201/1']);
  } finally {
    await store.close();
  }
}, 60_000);
