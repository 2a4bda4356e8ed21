import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hash, SAMPLE_RUNTIME, timestampOf } from '../../../test/support/sample-metagraph.ts';
import { createSnapshotStore, migrations } from '../../metagraph/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import { failureOf } from '../failure.ts';
import { ClustersBody, CopiersBody, MapBody, WeightsBody } from '../figure-schemas.ts';
import { weightRoutes } from './weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-weight-routes-'));
const BLOCKS = [360, 720, 1_080];
const account = (uid: number) => new Uint8Array(32).fill(uid + 1);
let store: OpenedStore;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  const rows = createSnapshotStore(store);
  for (const [at, number] of BLOCKS.entries()) {
    const block = { number, hash: hash(`block ${number}`) };
    await rows.saveWeights(
      [
        {
          netuid: 7,
          mechanism: 0,
          block,
          timestampMs: timestampOf(number),
          n: 5,
          whole: true,
          weights: [0, 1, 2].map((uid) => ({
            uid,
            hotkey: account(uid),
            lastUpdate: number - 10,
            targets: [3, 4],
            values: [100 + uid, 200 + at],
          })),
          bonds: [],
          commits: [],
          commitReveal: false,
        },
      ],
      'follow',
    );
    await rows.saveSnapshots([
      {
        epoch: true,
        origin: 'follow',
        metagraph: {
          netuid: 7,
          mechanism: 0,
          block,
          timestampMs: timestampOf(number),
          runtime: SAMPLE_RUNTIME,
          source: 'storage',
          unit: 'alpha',
          n: 5,
          neurons: {
            hotkey: [0, 1, 2, 3, 4].map(account),
            coldkey: [0, 1, 2, 3, 4].map(account),
            validatorPermit: [true, true, true, false, false],
            consensus: [0, 0, 0, 20_000, 40_000],
            totalStake: [5n, 4n, 3n, 0n, 0n].map((coins) => (coins + BigInt(at)) * 1_000_000_000n),
          },
        },
      },
    ]);
  }
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(path: string): Promise<Response> {
  const routes = weightRoutes({ store } as unknown as ServerDeps);
  routes.onError((caught, context) => {
    const { status, body } = failureOf(caught);
    return context.json(body, status);
  });
  return routes.request(path);
}

test('the bodies are what the API describes, no more and no less', async () => {
  const bodies = [
    ['weights', WeightsBody],
    ['weights?block=800&of=bonds&threshold=.9', WeightsBody],
    ['clusters', ClustersBody],
    ['clusters?kind=stake&threshold=0.5', ClustersBody],
    ['copiers?from=300&to=1000&epochs=2', CopiersBody],
    ['map?frames=2&seed=9', MapBody],
  ] as const;
  for (const [path, schema] of bodies) {
    const response = await ask(`/subnets/7/${path}`);
    const body = await response.json();
    expect(response.status, path).toBe(200);
    expect(schema.strict().parse(body), path).toEqual(body);
  }
});

test('as CSV each is a table with a name of its own', async () => {
  for (const [path, name, lines] of [
    ['weights', 'weights-block-1080', 3 * 2],
    ['clusters', 'clusters-weights-block-1080', 3],
    ['copiers', 'copiers-block-1080', 3],
    ['map?frames=2', 'map-block-1080', 2 * 5],
  ] as const) {
    const response = await ask(`/subnets/7/${path}${path.includes('?') ? '&' : '?'}format=csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="subnet-7-${name}.csv"`);
    expect((await response.text()).trimEnd().split('\r\n')).toHaveLength(1 + lines);
  }
});

test('what is out of bounds is refused, and what is not stored not found', async () => {
  for (const path of [
    'weights?threshold=1.5',
    'weights?threshold=',
    'weights?of=hotkeys',
    'weights?block=-1',
    'weights?mechanism=16',
    'clusters?kind=taste',
    'copiers?epochs=0',
    'copiers?epochs=401',
    'copiers?from=9&to=8',
    'clusters?kind=stake&from=9&to=8',
    'map?frames=61',
    'map?frames=0',
  ])
    expect((await ask(`/subnets/7/${path}`)).status, path).toBe(400);
  for (const path of ['weights', 'clusters', 'clusters?kind=stake', 'copiers', 'map'])
    expect((await ask(`/subnets/8/${path}`)).status, path).toBe(404);
  expect((await ask('/subnets/7/weights?block=359')).status).toBe(404);
});
