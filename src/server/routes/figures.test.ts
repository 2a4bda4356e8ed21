import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { createSampleSubnet } from '../../../test/support/sample-metagraph.ts';
import { createSnapshotStore, migrations } from '../../metagraph/index.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import {
  ActivityBody,
  ChurnBody,
  DiffBody,
  EconomyBody,
  GroupsBody,
  OccupancyBody,
  TracesBody,
} from '../figure-schemas.ts';
import { figureRoutes } from './figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-figure-routes-'));
const BLOCKS = [7_000, 7_100, 7_200, 7_361];
let store: OpenedStore;
let hotkey: string;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  const rows = createSnapshotStore(store);
  const sample = createSampleSubnet({ netuid: 7, seed: 3, n: 16 });
  for (const block of BLOCKS) {
    const { metagraph, facts, epoch } = sample.at(block);
    hotkey = toSs58(metagraph.neurons.hotkey[2]!);
    await rows.saveSubnets([
      { facts, block: metagraph.block, timestampMs: metagraph.timestampMs, origin: 'follow' },
    ]);
    await rows.saveSnapshots([{ metagraph, epoch, origin: 'follow' }]);
  }
}, 60_000);
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(path: string): Promise<Response> {
  const app = figureRoutes({ store } as unknown as ServerDeps);
  app.onError((error, context) => context.json({ code: (error as { code?: string }).code }, 400));
  return app.request(`/subnets/7/${path}`);
}

test.each<[string, z.ZodObject]>([
  ['churn?smooth=2&aggregate=sum', ChurnBody],
  ['occupancy?from=7000&to=7361', OccupancyBody],
  ['economy?hours=10', EconomyBody],
  ['traces?column=totalStake&role=validator&top=3', TracesBody],
  ['groups?by=subnet24&count=coldkey', GroupsBody],
  ['activity?by=hotkey&measures=incentive_mean,ip_nunique', ActivityBody],
  ['diff?block=7361&against=7000', DiffBody],
])('%s answers what the API describes, as JSON and as CSV', async (path, schema) => {
  const response = await ask(path);
  expect(response.status).toBe(200);
  const body = (await response.json()) as { shown?: number };
  expect(schema.strict().parse(body)).toEqual(body);
  if (body.shown !== undefined) expect(body.shown).toBe(4);
  const csv = await ask(`${path}&format=csv`);
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toMatch(/filename="subnet-7-[a-z]+-blocks-7000-7361\.csv"/);
  const lines = (await csv.text()).trim().split('\r\n');
  expect(lines.length).toBeGreaterThan(3);
  expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
});

test('as CSV a figure of lines has the numbers of its JSON', async () => {
  for (const [path, names] of [
    ['churn', ['added', 'removed', 'changed']],
    ['occupancy?smooth=3', ['miners', 'validators', 'neurons']],
    ['economy', ['price', 'emission', 'burn', 'taoIn', 'alphaIn', 'alphaOut']],
  ] as const) {
    const body = (await (await ask(path)).json()) as Record<string, readonly unknown[]>;
    const csv = await (await ask(`${path}${path.includes('?') ? '&' : '?'}format=csv`)).text();
    const [header, ...lines] = csv.trim().split('\r\n');
    const columns = ['block', 'timestamp', ...names];
    expect(header).toBe(columns.join());
    expect(lines).toEqual(BLOCKS.map((_, at) => columns.map((column) => body[column]?.[at] ?? '').join()));
  }
});

test('what came less what went is what there is more, from the API as from the store', async () => {
  const churn = (await (await ask('churn?points=3')).json()) as z.infer<typeof ChurnBody>;
  const occupancy = (await (await ask('occupancy?points=3')).json()) as z.infer<typeof OccupancyBody>;
  // The first and the last stay; of the two between one is left.
  expect(churn.block).toEqual(occupancy.block);
  expect(churn).toMatchObject({ resolution: 'raw', from: 7_000, to: 7_361, stored: 4, shown: 3 });
  for (let at = 1; at < churn.shown; at++) {
    const grown = (occupancy.neurons[at] ?? 0) - (occupancy.neurons[at - 1] ?? 0);
    expect((churn.added[at] ?? 0) - (churn.removed[at] ?? 0)).toBe(grown);
  }
});

test('an answer says which resolution it shows', async () => {
  const shown = async (query: string) => {
    const body = (await (await ask(`churn?${query}`)).json()) as z.infer<typeof ChurnBody>;
    return [body.resolution, body.block];
  };
  expect(await shown('resolution=auto')).toEqual(['raw', BLOCKS]);
  // Blocks of 12 s from midnight on, 300 an hour: block 7,200 begins a day, so 7,000 and 7,100 lie in the hour before it.
  expect(await shown('resolution=hourly')).toEqual(['hourly', [7_100, 7_361]]);
});

test.each(['churn', 'occupancy', 'economy', 'traces', 'groups', 'activity'])(
  'a range of nothing is an answer too: %s',
  async (name) => {
    const response = await ask(`${name}?from=1&to=2`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ stored: 0, shown: 0, block: [], timestamp: [] });
    const csv = await (await ask(`${name}?from=1&to=2&format=csv`)).text();
    expect(csv.trim().split('\r\n')).toHaveLength(1);
  },
);

test('selected neurons restrict the lines', async () => {
  const selected = async (select: string) => {
    const body = (await (await ask(`traces?select=${select}`)).json()) as z.infer<typeof TracesBody>;
    return body.series.map(({ uid }) => uid).sort((a, b) => a - b);
  };
  expect(await selected('1,3')).toEqual([1, 3]);
  expect(await selected(hotkey)).toEqual([2]);
});

test.each([
  'churn?points=1',
  'churn?points=2001',
  'churn?hours=0',
  'churn?smooth=101',
  'churn?aggregate=median',
  'churn?resolution=daily',
  'churn?from=2&to=1',
  'traces?column=rank',
  'traces?top=51',
  'traces?role=owner',
  'traces?select=abc',
  `traces?select=${Array.from({ length: 65 }, (_, i) => i).join()}`,
  'groups?by=axon',
  'activity?measures=incentive_median',
  'activity?measures=a,b,c,d,e,f,g,h,i',
  'diff?block=5',
  'diff?block=5&against=x',
  'diff?block=5&against=6',
])('%s is refused', async (path) => {
  expect((await ask(path)).status).toBe(400);
});
