import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSampleSubnet } from '../../test/support/sample-metagraph.ts';
import {
  createSnapshotStore,
  gaps,
  hotkeyHistory,
  hotkeyRegistrations,
  metagraphAt,
  migrations,
  runtimes,
  storedSnapshots,
  subnetAt,
  subnetsAt,
} from '../metagraph/index.ts';
import { openStore } from '../store/index.ts';
import {
  BlocksBody,
  GapsBody,
  HistoryBody,
  HotkeyBody,
  MetagraphBody,
  RuntimesBody,
  SubnetBody,
  SubnetsBody,
} from './schemas.ts';

test('what the queries answer is what the API describes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-bodies-'));
  const store = await openStore({ path: join(folder, 'data') }, { migrations });
  try {
    const rows = createSnapshotStore(store);
    const { metagraph, facts, epoch } = createSampleSubnet({ netuid: 7, seed: 1, n: 16 }).at(3_610);
    await rows.saveRuntime(metagraph.runtime, metagraph.block.number);
    await rows.saveGap({ from: 1, to: 2, reason: 'state-pruned' });
    await rows.saveSubnets([
      { facts, block: metagraph.block, timestampMs: metagraph.timestampMs, origin: 'follow' },
    ]);
    await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
    const { netuid } = metagraph;
    const hotkey = metagraph.neurons.hotkey[0]!;
    const bodies = [
      [SubnetsBody, await subnetsAt(store)],
      [SubnetBody, await subnetAt(store, { netuid })],
      [MetagraphBody, await metagraphAt(store, { netuid })],
      [BlocksBody, await storedSnapshots(store, { netuid, mechanism: 0 })],
      [HotkeyBody, await hotkeyRegistrations(store, { hotkey })],
      [HistoryBody, await hotkeyHistory(store, { netuid, hotkey })],
      [GapsBody, await gaps(store)],
      [RuntimesBody, await runtimes(store)],
    ] as const;
    for (const [schema, body] of bodies) expect(schema.strict().parse(body)).toEqual(body);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
