import { createViews, readMetagraphs } from '../src/chain/index.ts';
import { createSnapshotStore, migrations, type Snapshot } from '../src/metagraph/index.ts';
import { openStore } from '../src/store/index.ts';
import { tempDir } from '../test/support/paths.ts';
import { machine, showTimings, timing } from './measure.ts';
import { metadata343 } from './metadata.ts';
import { createVectorNode, rpcOf } from './vector-node.ts';

const SUBNETS = 128;
const NEURONS = 256;
const ROUNDS = 7;

/** All subnets at one block by storage vectors: from the JSON text of the node's answers to rows in the embedded store. */
export async function benchVectors(): Promise<void> {
  const metadata = metadata343();
  if (metadata === undefined) {
    console.log('vectors: skipped; it needs TAOSCOPE_SHARED');
    return;
  }
  const node = createVectorNode(metadata, SUBNETS, NEURONS);
  const { header } = node;
  const view = await createViews(rpcOf(node)).view(header);
  const netuids = Array.from({ length: SUBNETS }, (_, netuid) => netuid);
  await using dir = await tempDir('bench-vectors');
  const store = await openStore({ path: dir.path }, { migrations });
  try {
    const rows = createSnapshotStore(store);
    const known = new Map();
    await readMetagraphs(view, netuids, { known });
    const times = {
      decoded: [] as number[],
      inserted: [] as number[],
      both: [] as number[],
      everything: [] as number[],
    };
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now();
      const metagraphs = await readMetagraphs(view, netuids, { known, only: VECTORS });
      const decoded = performance.now();
      const block = { ...header, number: header.number + round };
      const snapshots: Snapshot[] = metagraphs.map((metagraph) => ({
        metagraph: { ...metagraph, block },
        epoch: false,
        origin: 'follow',
      }));
      await rows.saveSnapshots(snapshots);
      const inserted = performance.now();
      times.decoded.push(decoded - started);
      times.inserted.push(inserted - decoded);
      times.both.push(inserted - started);
      await readMetagraphs(view, netuids);
      times.everything.push(performance.now() - inserted);
    }
    console.log(
      `vectors: ${SUBNETS} subnets x ${NEURONS} neurons, 12 vectors each, hotkeys known, from JSON text to rows on disk`,
    );
    console.log(
      showTimings({
        'read and decoded': timing(times.decoded),
        'inserted (embedded store)': timing(times.inserted),
        'both (goal: under 2 s)': timing(times.both),
        'read cold, every key and account': timing(times.everything),
      }),
    );
  } finally {
    await store.close();
  }
}

const VECTORS = [
  'active',
  'validatorPermit',
  'rank',
  'trust',
  'consensus',
  'incentive',
  'dividends',
  'validatorTrust',
  'pruningScore',
  'stakeWeight',
  'emission',
  'lastUpdate',
] as const;

if (import.meta.main) {
  console.log(machine());
  await benchVectors();
}
