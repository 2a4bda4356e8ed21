import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OpenedStore, openStore } from '../../../store/index.ts';
import type { WeightReading } from '../../collect/weights.ts';
import { createSnapshotStore, type Snapshot } from '../../rows.ts';
import { migrations } from '../../schema.ts';
import { saveWeights } from '../../weight-rows.ts';
import { matrixAt } from './matrix-at.ts';
import { address, reading, snapshot } from './testing/small-subnet.ts';
import { weightHistory } from './weight-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-matrix-'));
const LATER = '2100-01-01 00:00:00';
let store: OpenedStore;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const name of [
    'neurons',
    'neurons_epoch',
    'neurons_hourly',
    'snapshots',
    'weights',
    'bonds',
    'weight_readings',
    'weight_commits',
  ])
    await store.command(`TRUNCATE TABLE ${name}`);
});

async function save(
  readings: readonly WeightReading[],
  snapshots: readonly Snapshot[],
  expires = LATER,
): Promise<void> {
  await saveWeights(store, readings, () => expires);
  await createSnapshotStore(store).saveSnapshots(snapshots);
}

/** The rows of a matrix in short: `uid: target=value …`. */
const shortly = (rows: Awaited<ReturnType<typeof matrixAt>>['rows']) =>
  rows.map(({ uid, targets, values }) => `${uid}: ${targets.map((t, i) => `${t}=${values[i]}`).join(' ')}`);

const TRIO = [
  { hotkey: 'a', stake: 30, permit: true, consensus: 0 },
  { hotkey: 'b', stake: 20, permit: true, consensus: 0 },
  { hotkey: 'c', stake: 0.5, permit: false, consensus: 65_535, incentive: 65_535 },
  { hotkey: 'd', stake: 0, permit: false, consensus: 13_107 },
];
const HOLDERS = ['a', 'b', 'c', 'd'];

test('a row that changed later stands in for that of the whole matrix, and only up to the asked block', async () => {
  await save(
    [
      reading({ 0: [[2, 65_535]], 1: [[3, 65_535]] }, { block: 100, holders: HOLDERS }),
      reading(
        {
          1: [
            [2, 10],
            [3, 30],
          ],
        },
        { block: 140, holders: HOLDERS, whole: false },
      ),
      reading({ 1: [[2, 7]] }, { block: 150, holders: HOLDERS, whole: false }),
      reading({ 0: [[3, 5]] }, { block: 200, holders: HOLDERS }),
    ],
    [snapshot(TRIO, { block: 100 }), snapshot(TRIO, { block: 200 })],
  );
  const at = async (block?: number) => {
    const matrix = await matrixAt(store, { netuid: 7, block });
    return [matrix.block, ...shortly(matrix.rows)];
  };
  expect(await at(100)).toEqual([100, '0: 2=65535', '1: 3=65535']);
  expect(await at(139)).toEqual([100, '0: 2=65535', '1: 3=65535']);
  expect(await at(140)).toEqual([140, '0: 2=65535', '1: 2=10 3=30']);
  expect(await at(199)).toEqual([150, '0: 2=65535', '1: 2=7']);
  // The next whole matrix has no row of uid 1: it is not carried over.
  expect(await at()).toEqual([200, '0: 3=5']);
  const { neurons, timestampMs, readAt } = await matrixAt(store, { netuid: 7, block: 140 });
  expect(readAt).toBe(100);
  // 140 blocks of 12 s after the sample's first instant, 1 ms behind.
  expect(timestampMs).toBe(Date.UTC(2025, 0, 1, 0, 28) + 1);
  expect(neurons[2]).toEqual({
    uid: 2,
    hotkey: address('c'),
    coldkey: address('C'),
    identityName: undefined,
    stake: 0.5,
    validatorPermit: false,
    consensus: 65_535,
    incentive: 65_535,
    emission: undefined,
    registeredAt: 0,
  });
});

test('a row that was cleared is gone from then on', async () => {
  await save(
    [
      reading({ 0: [[2, 1]], 1: [[3, 1]] }, { block: 100, holders: HOLDERS }),
      reading({ 0: [] }, { block: 120, holders: HOLDERS, whole: false }),
    ],
    [snapshot(TRIO, { block: 100 })],
  );
  expect(shortly((await matrixAt(store, { netuid: 7 })).rows)).toEqual(['1: 3=1']);
  expect(shortly((await matrixAt(store, { netuid: 7, block: 119 })).rows)).toEqual(['0: 2=1', '1: 3=1']);
});

test('who takes over a uid has neither the weights set there nor those given to it', async () => {
  const replaced = TRIO.map((neuron) =>
    neuron.hotkey === 'b' || neuron.hotkey === 'd'
      ? { ...neuron, hotkey: neuron.hotkey === 'b' ? 'x' : 'y', registeredAt: 130 }
      : neuron,
  );
  await save(
    [
      reading(
        {
          0: [
            [2, 1],
            [3, 3],
          ],
          1: [[2, 1]],
        },
        { block: 100, holders: HOLDERS, updated: { 0: 90, 1: 95 } },
      ),
      reading(
        { 2: [[3, 9]] },
        { block: 140, holders: ['a', 'x', 'c', 'y'], whole: false, updated: { 2: 140 } },
      ),
    ],
    [snapshot(TRIO, { block: 100 }), snapshot(replaced, { block: 135, epoch: false })],
  );
  const matrix = await matrixAt(store, { netuid: 7 });
  // a set its row at 90, before y came at 130; c at 140, behind it.
  expect(shortly(matrix.rows)).toEqual(['0: 2=1', '2: 3=9']);
  expect(matrix.neurons.map(({ hotkey }) => hotkey)).toEqual(['a', 'x', 'c', 'y'].map(address));
});

test('a row that is older than the registration of its uid was set by a predecessor', async () => {
  const newcomer = TRIO.map((neuron) => (neuron.hotkey === 'a' ? { ...neuron, registeredAt: 91 } : neuron));
  await save(
    [reading({ 0: [[2, 1]], 1: [[2, 1]] }, { block: 100, holders: HOLDERS, updated: { 0: 90, 1: 91 } })],
    [snapshot(newcomer, { block: 100 })],
  );
  expect(shortly((await matrixAt(store, { netuid: 7 })).rows)).toEqual(['1: 2=1']);
});

test('a newcomer who sets weights behind the last snapshot is shown with its own hotkey and nothing else', async () => {
  await save(
    [
      reading({ 0: [[2, 1]] }, { block: 100, holders: HOLDERS }),
      reading({ 0: [[2, 4]] }, { block: 110, holders: ['x', 'b', 'c', 'd'], whole: false }),
    ],
    [snapshot(TRIO, { block: 100 })],
  );
  const matrix = await matrixAt(store, { netuid: 7 });
  expect(matrix.neurons[0]).toEqual({ uid: 0, hotkey: address('x') });
  expect(shortly(matrix.rows)).toEqual(['0: 2=4']);
});

test('mechanisms have their own weights, and share the consensus of none', async () => {
  await save(
    [
      reading({ 0: [[2, 1]] }, { block: 100, holders: HOLDERS }),
      reading({ 0: [[3, 1]] }, { block: 100, holders: HOLDERS, mechanism: 1 }),
    ],
    [snapshot(TRIO, { block: 100 }), snapshot(TRIO, { block: 100, mechanism: 1 })],
  );
  expect(shortly((await matrixAt(store, { netuid: 7, mechanism: 1 })).rows)).toEqual(['0: 3=1']);
  for (const mechanism of [0, 1]) {
    const { history } = await weightHistory(store, { netuid: 7, mechanism });
    expect(history.epochs[0]).not.toHaveProperty('consensus');
  }
  await expect(matrixAt(store, { netuid: 7, mechanism: 2 })).rejects.toMatchObject({
    code: 'not-found',
    parts: { failed: 'no weights of mechanism 2 of netuid 7 are stored' },
  });
});

test('nothing stored is told as such', async () => {
  await expect(matrixAt(store, { netuid: 7, block: 5 })).rejects.toMatchObject({
    code: 'not-found',
    parts: { failed: 'no weights of netuid 7 are stored at or before block 5' },
  });
  const { history } = await weightHistory(store, { netuid: 7, from: 1, to: 9 });
  expect(history).toEqual({ epochs: [], actions: [], commitReveal: false });
});

test('one neuron that weighs itself', async () => {
  await save(
    [reading({ 0: [[0, 65_535]] }, { block: 100, holders: ['a'], updated: { 0: 50 } })],
    [snapshot([{ hotkey: 'a', stake: 1, permit: true, registeredAt: 50 }], { block: 100 })],
  );
  expect(shortly((await matrixAt(store, { netuid: 7 })).rows)).toEqual(['0: 0=65535']);
});

test('a history has what the chain said of each epoch, and what was done in between', async () => {
  const hidden = { commitReveal: true, holders: HOLDERS };
  const readings = [
    reading({ 0: [[2, 1]], 1: [[3, 2]] }, { ...hidden, block: 100, updated: { 0: 90, 1: 80 } }),
    reading({ 0: [[2, 3]] }, { ...hidden, block: 200, updated: { 0: 190 } }),
    // Read at the start of a recording: no epoch.
    reading({ 0: [[2, 5]] }, { ...hidden, block: 250 }),
  ].map((item) => ({
    ...item,
    commits: [
      {
        hotkey: item.weights[0]?.hotkey as Uint8Array,
        kind: 'hash' as const,
        hash: '0x01' as const,
        commitBlock: 95,
      },
    ],
  }));
  const snapshots = [
    snapshot(TRIO, { block: 100 }),
    snapshot(TRIO, { block: 200 }),
    snapshot(TRIO, { block: 250, epoch: false }),
  ];
  await save(readings, snapshots);
  const once = await weightHistory(store, { netuid: 7 });
  expect(once.history).toEqual({
    epochs: [
      {
        block: 100,
        n: 4,
        hotkeys: HOLDERS.map(address),
        stakes: [30, 20, 0.5, 0],
        permits: [true, true, false, false],
        consensus: [0, 0, 65_535, 13_107],
        rows: [
          { uid: 0, targets: [2], values: [1] },
          { uid: 1, targets: [3], values: [2] },
        ],
        lastUpdates: [90, 80, 0, 0],
      },
      expect.objectContaining({ block: 200, rows: [{ uid: 0, targets: [2], values: [3] }] }),
    ],
    actions: [{ block: 95, hotkey: address('a'), kind: 'commit' }],
    commitReveal: true,
  });
  expect(once.coldkeys.get(address('c'))).toBe(address('C'));
  expect(
    (await weightHistory(store, { netuid: 7, epochs: 1 })).history.epochs.map(({ block }) => block),
  ).toEqual([200]);

  // Stored twice, in another order, merged or not: the same answers.
  await save([...readings].reverse(), [...snapshots].reverse());
  expect(await weightHistory(store, { netuid: 7 })).toEqual(once);
  for (const table of ['weights', 'weight_readings', 'weight_commits', 'neurons_epoch'])
    await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  expect(await weightHistory(store, { netuid: 7 })).toEqual(once);
});

test('an era without consensus and permits leaves them out', async () => {
  await save(
    [reading({ 0: [[1, 1]] }, { block: 100, holders: ['a', 'b'] })],
    [snapshot([{ hotkey: 'a', stake: 1 }, { hotkey: 'b' }], { block: 100 })],
  );
  const { history } = await weightHistory(store, { netuid: 7 });
  expect(Object.keys(history.epochs[0] ?? {})).toEqual(['block', 'n', 'hotkeys', 'stakes', 'rows']);
});

test('what is past its time is not shown', async () => {
  await save(
    [reading({ 0: [[2, 1]] }, { block: 100, holders: HOLDERS })],
    [snapshot(TRIO, { block: 100 })],
    '2020-01-01 00:00:00',
  );
  await expect(matrixAt(store, { netuid: 7 })).rejects.toMatchObject({ code: 'not-found' });
});
