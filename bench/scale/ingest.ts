/**
 * How many times faster than mainnet its blocks are decoded and stored, without the network: `node bench/scale/ingest.ts`.
 * One epoch of 360 blocks has 36 full snapshots of 128 subnets, and for each subnet one snapshot and its weights and bonds at its
 * epoch, and 360 blocks of events. From the JSON text of a node's answers to rows in the embedded store, in runtime 343.
 */
import { createRuntime, encodeAll } from '../../src/chain/codec/index.ts';
import { createViews, type Rpc, readMetagraphs } from '../../src/chain/index.ts';
import { collectWeights, createSnapshotStore, migrations, type Snapshot } from '../../src/metagraph/index.ts';
import { type Hex, toHex } from '../../src/shared/index.ts';
import { openStore } from '../../src/store/index.ts';
import { tempDir } from '../../test/support/paths.ts';
import { seededRandom } from '../../test/support/seed.ts';
import { machine, showTimings, timing } from '../measure.ts';
import { metadata343 } from '../metadata.ts';
import { createVectorNode, rpcOf, type VectorNode } from '../vector-node.ts';

const SUBNETS = 128;
const NEURONS = 256;
const VALIDATORS = 20;
const EPOCH_BLOCKS = 360;
const EPOCH_SECONDS = EPOCH_BLOCKS * 12;
const SNAPSHOTS = EPOCH_BLOCKS / 10;
/** About what a busy block of mainnet has; 10 of them are told. */
const EVENTS = 300;
const ROUNDS = 7;
const GOAL = 50;

export async function benchIngest(): Promise<void> {
  const metadata = metadata343();
  if (metadata === undefined) {
    console.log('ingest: skipped; it needs TAOSCOPE_SHARED');
    return;
  }
  const node = withWeightsAndEvents(createVectorNode(metadata, SUBNETS, NEURONS), metadata);
  const rpc: Rpc = rpcOf(node);
  const { header } = node;
  const view = await createViews(rpc).view(header);
  const netuids = Array.from({ length: SUBNETS }, (_, netuid) => netuid);
  await using dir = await tempDir('bench-ingest');
  const store = await openStore({ path: dir.path }, { migrations });
  try {
    const rows = createSnapshotStore(store);
    const known = new Map();
    await readMetagraphs(view, netuids, { known });
    const times = {
      full: [] as number[],
      epoch: [] as number[],
      weights: [] as number[],
      events: [] as number[],
    };
    const clocked = async (list: number[], work: () => Promise<void>) => {
      const started = performance.now();
      await work();
      list.push(performance.now() - started);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const block = { number: header.number + round, hash: header.hash };
      const snapshotsOf = async (chosen: readonly number[], epoch: boolean): Promise<Snapshot[]> =>
        (await readMetagraphs(view, chosen, { known })).map((metagraph) => ({
          metagraph: { ...metagraph, block },
          epoch,
          origin: 'follow',
        }));
      await clocked(times.full, async () => rows.saveSnapshots(await snapshotsOf(netuids, false)));
      await clocked(times.epoch, async () => rows.saveSnapshots(await snapshotsOf([round], true)));
      await clocked(times.weights, async () => {
        const epochs = [{ netuid: round, mechanism: 0, n: NEURONS }];
        const { readings, failures } = await collectWeights(view, { epochs });
        if (readings[0]?.weights.length !== VALIDATORS) throw failures[0]?.error ?? new Error('no weights');
        await rows.saveWeights(
          readings.map((reading) => ({ ...reading, block })),
          'follow',
        );
      });
      await clocked(times.events, async () => {
        const events = (await view.events()).filter(({ name }) => name === 'WeightsSet');
        await rows.saveEvents(
          [
            {
              block,
              events: events.map(({ index, name, fields, extrinsicIndex }) => ({
                place: index * 4,
                kind: 'weights-set' as const,
                name,
                netuid: Number(Object.values(fields)[0]),
                uid: Number(Object.values(fields)[1]),
                actor: 'chain' as const,
                via: [],
                extrinsic: extrinsicIndex,
              })),
            },
          ],
          'follow',
        );
      });
    }
    const timings = Object.fromEntries(
      Object.entries(times).map(([name, list]) => [name, timing(list.slice(1))]),
    ) as Record<keyof typeof times, ReturnType<typeof timing>>;
    const { full, epoch, weights, events } = timings;
    const seconds =
      (SNAPSHOTS * full.median + SUBNETS * (epoch.median + weights.median) + EPOCH_BLOCKS * events.median) /
      1000;
    console.log(
      `ingest: ${SUBNETS} subnets x ${NEURONS} neurons, ${VALIDATORS} validators with ${NEURONS} weights and bonds each, ${EVENTS} events a block`,
    );
    console.log(
      showTimings({
        'all subnets at a block': full,
        'one subnet at its epoch': epoch,
        'its weights and bonds': weights,
        'the events of a block': events,
      }),
    );
    console.log(
      `  an epoch of ${EPOCH_SECONDS} s of mainnet takes ${seconds.toFixed(1)} s: ${(EPOCH_SECONDS / seconds).toFixed(0)} times as fast (goal: ${GOAL})`,
    );
  } finally {
    await store.close();
  }
}

/** The node, with rows of weights and bonds of all validators and with the events of its block. */
function withWeightsAndEvents(node: VectorNode, metadata: Uint8Array): VectorNode {
  const runtime = createRuntime(
    { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 },
    metadata,
  );
  const random = seededRandom(50);
  const storage = new Map<Hex, Hex>();
  const put = (pallet: string, item: string, keys: readonly unknown[], value: unknown) => {
    const entry = runtime.storage(pallet, item);
    if (entry === undefined) throw new Error(`metadata 343 has no ${pallet}.${item}`);
    storage.set(entry.key(keys), toHex(encodeAll(entry.value, value)));
  };
  for (let netuid = 0; netuid < SUBNETS; netuid++)
    for (let uid = 0; uid < VALIDATORS; uid++)
      for (const item of ['Weights', 'Bonds'])
        put(
          'SubtensorModule',
          item,
          [netuid, uid],
          Array.from({ length: NEURONS }, (_, target) => [target, 1 + Math.floor(random() * 65_534)]),
        );
  put(
    'System',
    'Events',
    [],
    Array.from({ length: EVENTS }, (_, index) => ({
      phase: { type: 'ApplyExtrinsic', value: Math.floor(index / 3) },
      event:
        index % 30 === 0
          ? { type: 'SubtensorModule', value: { type: 'WeightsSet', value: [index % SUBNETS, 3] } }
          : {
              type: 'Balances',
              value: { type: 'Withdraw', value: { who: new Uint8Array(32).fill(index % 256), amount: 12n } },
            },
      topics: [],
    })),
  );
  const own = (key: unknown) => storage.get(key as Hex);
  return {
    header: node.header,
    answer(method, params) {
      if (method === 'state_getStorage') return own(params[0]) ?? node.answer(method, params);
      if (method !== 'state_queryStorageAt') return node.answer(method, params);
      const [{ block, changes }] = node.answer(method, params) as [
        { block: Hex; changes: [Hex, Hex | null][] },
      ];
      return [{ block, changes: changes.map(([key, value]) => [key, value ?? own(key) ?? null]) }];
    },
  };
}

if (import.meta.main) {
  console.log(machine());
  await benchIngest();
}
