import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startDemoNode } from '../../../test/support/demo-node.ts';
import { connectChain } from '../../chain/index.ts';
import { silentLogger } from '../../shared/index.ts';
import { openStore } from '../../store/index.ts';
import { createSnapshotStore, migrations } from '../index.ts';
import { backfill } from './backfill.ts';

test('a backfill of weights has every epoch between its steps, with the neurons of its block', async () => {
  await using demo = await startDemoNode({ blockMs: 0, historyBlocks: 10, seed: 'epochs' });
  const chain = await connectChain({ endpoints: [demo.url], logger: silentLogger });
  onTestFinished(() => chain.close());
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-backfill-epochs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ path: folder }, { migrations });
  onTestFinished(() => store.close());
  const { number: from } = await chain.head('finalized');
  demo.step(90);
  const to = from + 80;

  // An epoch ran in a block when the chain says that block of it.
  const epochs: number[] = [];
  for (let number = from; number <= to; number++) {
    const view = await chain.view(await chain.blockAt(number));
    const last = await view.storage('SubtensorModule', 'LastMechansimStepBlock', [1]);
    if (Number(last) === number) epochs.push(number);
  }
  expect(epochs.length).toBeGreaterThan(2);
  expect(epochs.some((block) => (block - from) % 10 !== 0)).toBe(true);

  const rows = createSnapshotStore(store);
  const options = { chain, rows, logger: silentLogger, source: 'storage' } as const;
  await backfill({ ...options, netuids: [1], from, to, step: 10, workers: 2, weights: true });
  const stored = await store.query<{ block: number }>(
    `SELECT DISTINCT block FROM weight_readings WHERE netuid = 1 AND whole
       AND block IN (SELECT block FROM snapshots WHERE netuid = 1 AND epoch) ORDER BY block`,
  );
  expect(stored.map(({ block }) => block)).toEqual(epochs);
}, 60_000);
