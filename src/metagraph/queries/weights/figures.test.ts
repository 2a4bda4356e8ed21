import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../test/support/sample-metagraph.ts';
import { type OpenedStore, openStore } from '../../../store/index.ts';
import type { WeightReading } from '../../collect/weights.ts';
import { createSnapshotStore, type Snapshot } from '../../rows.ts';
import { migrations } from '../../schema.ts';
import { saveWeights } from '../../weight-rows.ts';
import { clustersOf } from './clusters.ts';
import { copierEvidence } from './copier-evidence.ts';
import { clustersToCsv, copiersToCsv, mapToCsv, weightsToCsv } from './csv.ts';
import { mapFigure } from './map-figure.ts';
import { address, key, reading, type SmallNeuron, snapshot } from './testing/small-subnet.ts';
import { weightsFigure } from './weights-figure.ts';

const folder = mkdtempSync(join(tmpdir(), 'taoscope-weights-figures-'));
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
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_migrations'",
  );
  for (const { name } of tables) await store.command(`TRUNCATE TABLE ${name}`);
});

async function save(readings: readonly WeightReading[], snapshots: readonly Snapshot[]): Promise<void> {
  await saveWeights(store, readings, () => LATER);
  await createSnapshotStore(store).saveSnapshots(snapshots);
}

const HOLDERS = ['a', 'b', 'c', 'd'];
const NEURONS: readonly SmallNeuron[] = [
  { hotkey: 'a', stake: 30, permit: true, consensus: 0 },
  { hotkey: 'b', stake: 20, permit: true, consensus: 0 },
  { hotkey: 'c', stake: 1, permit: false, consensus: 65_535, incentive: 65_535 },
  { hotkey: 'd', stake: 0, permit: false, consensus: 13_107 },
];
const ROWS = {
  0: [
    [0, 65_535],
    [2, 65_535],
  ],
  1: [
    [2, 100],
    [3, 300],
  ],
} as const;

describe('the matrix', () => {
  test('has shares, ages and distances that can be worked out by hand', async () => {
    await save(
      [reading(ROWS, { block: 360, holders: HOLDERS, updated: { 0: 300, 1: 10 }, commitReveal: true })],
      [snapshot(NEURONS, { block: 360 })],
    );
    await store.insert(
      'events',
      ['netuid', 'block', 'place', 'kind', 'name', 'mechanism', 'hotkey', 'actor_kind', 'via', 'expires'],
      (
        [
          [60, 'weights-committed'],
          [98, 'weights-revealed'],
          [300, 'weights-committed'],
        ] as const
      ).map(([block, kind]) => [7, block, 0, kind, '', 0, key('a'), 'account', '', LATER]),
    );
    const figure = await weightsFigure(store, { netuid: 7 });
    expect(figure).toMatchObject({
      block: 360,
      of: 'weights',
      unit: 'alpha',
      consensusSource: 'chain',
      commitReveal: true,
      blocks: [360],
    });
    // Consensus 65,535 and 13,107 are 5/6 and 1/6; a gives all to c, b a quarter to c and the rest to d.
    // Distances: (1/6 + 1/6) / 2 and (7/12 + 7/12) / 2; cosines 5 / sqrt(26) and 8 / sqrt(260).
    expect(figure.rows[0]).toEqual({
      uid: 0,
      targets: [0, 2],
      shares: [0.5, 0.5],
      lastUpdate: 300,
      age: 60,
      // Revealed at 98; the commit of 300 waits.
      revealDelay: 38,
      distance: expect.closeTo(1 / 6, 6),
      cosineDistance: expect.closeTo(1 - 5 / Math.sqrt(26), 6),
      cluster: expect.any(Number),
    });
    expect(figure.rows[1]).toMatchObject({
      shares: [0.25, 0.75],
      age: 350,
      revealDelay: null,
      distance: expect.closeTo(7 / 12, 6),
      cosineDistance: expect.closeTo(1 - 8 / Math.sqrt(260), 6),
    });
    expect(figure.neurons[3]).toMatchObject({
      consensus: 0.2,
      incentive: 0,
      stake: 0,
      validatorPermit: false,
    });
    expect(figure.rows[0]?.cluster).not.toBe(figure.rows[1]?.cluster);
    expect([...figure.rowOrder].sort()).toEqual([0, 1]);
    expect(weightsToCsv(figure).split('\r\n').slice(0, 2)).toEqual([
      'netuid,mechanism,block,of,uid,hotkey,target,targetHotkey,share,lastUpdate,distance,cluster',
      `7,0,360,weights,0,${address('a')},0,${address('a')},0.5,300,${figure.rows[0]?.distance},${figure.rows[0]?.cluster}`,
    ]);
  });

  test('an era without consensus has the stake-weighted median, and says so', async () => {
    await save(
      [reading(ROWS, { block: 360, holders: HOLDERS })],
      [
        snapshot(
          NEURONS.map(({ consensus: _, incentive: __, ...neuron }) => neuron),
          { block: 360 },
        ),
      ],
    );
    const figure = await weightsFigure(store, { netuid: 7 });
    expect(figure.consensusSource).toBe('computed');
    // a has 30 of 50: its opinion is the median of both columns.
    expect(figure.neurons.map(({ consensus }) => consensus)).toEqual([0, 0, 1, 0]);
    expect(figure.rows.map(({ distance }) => distance)).toEqual([0, 0.75]);
    expect(figure.rows.map(({ lastUpdate, age }) => [lastUpdate, age])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test('bonds are shown the same way, without distances', async () => {
    const whole = reading(ROWS, { block: 360, holders: HOLDERS });
    await save([{ ...whole, bonds: whole.weights.slice(1) }], [snapshot(NEURONS, { block: 360 })]);
    const figure = await weightsFigure(store, { netuid: 7, of: 'bonds' });
    expect(figure.rows).toMatchObject([
      { uid: 1, shares: [0.25, 0.75], distance: null, cosineDistance: null },
    ]);
  });

  test('one neuron that gives to itself alone has no distance', async () => {
    await save(
      [reading({ 0: [[0, 65_535]] }, { block: 360, holders: ['a'] })],
      [snapshot([{ hotkey: 'a', stake: 1, permit: true }], { block: 360 })],
    );
    const figure = await weightsFigure(store, { netuid: 7 });
    expect(figure.rows).toMatchObject([{ uid: 0, targets: [0], shares: [1], distance: null }]);
  });
});

describe('clusters', () => {
  test('of validators by what they weigh', async () => {
    const neurons = ['a', 'b', 'c', 'd', 'e'].map((hotkey, uid) => ({
      hotkey,
      stake: 10 - uid,
      permit: uid < 3,
    }));
    await save(
      [
        reading(
          {
            0: [
              [3, 1],
              [4, 9],
            ],
            1: [
              [3, 9],
              [4, 1],
            ],
            2: [
              [3, 100],
              [4, 901],
            ],
          },
          { block: 360, holders: neurons.map(({ hotkey }) => hotkey) },
        ),
      ],
      [snapshot(neurons, { block: 360 })],
    );
    const figure = await clustersOf(store, { netuid: 7 });
    expect(figure).toMatchObject({ kind: 'weights', from: 360, to: 360, threshold: 0.95 });
    expect(figure.clusters.map(({ members }) => members.map(({ hotkey }) => hotkey).sort())).toEqual([
      [address('a'), address('c')].sort(),
      [address('b')],
    ]);
    expect(figure.clusters[0]?.similarity).toBeGreaterThan(0.99);
    expect(figure.clusters[1]?.similarity).toBeNull();
    expect(clustersToCsv(figure).split('\r\n')).toHaveLength(1 + 3 + 1);
  });

  test('of hotkeys by how their stakes change', async () => {
    // a and b rise and fall together at different heights; c moves against them; d never moves.
    const steps = [0, 3, 1, 6, 2, 5];
    const snapshots = steps.map((step, at) =>
      snapshot(
        [
          { hotkey: 'a', stake: 100 + step },
          { hotkey: 'b', stake: 50 + 2 * step },
          { hotkey: 'c', stake: 20 - step },
          { hotkey: 'd', stake: 10 },
        ],
        { block: 400 + 10 * at, epoch: false },
      ),
    );
    await save([], snapshots);
    const figure = await clustersOf(store, { netuid: 7, kind: 'stake' });
    expect(figure).toMatchObject({ kind: 'stake', from: 400, to: 450 });
    expect(figure.clusters.map(({ members }) => members.map(({ hotkey }) => hotkey))).toEqual([
      [address('a'), address('b')],
      [address('c')],
      [address('d')],
    ]);
    expect(figure.clusters[0]?.members[1]).toEqual({
      hotkey: address('b'),
      coldkey: address('B'),
      uid: 1,
      stake: 60,
    });
    await expect(clustersOf(store, { netuid: 7, kind: 'stake', from: 1, to: 2 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('copiers', () => {
  const MINERS = 24;
  const VALIDATORS = 6;
  const names = Array.from({ length: VALIDATORS + MINERS }, (_, uid) => String.fromCharCode(33 + uid));

  /** Six validators with tastes of their own; with `copier`, the last one sets the first one's row of the epoch before. */
  async function record(epochs: number, copier: boolean): Promise<void> {
    const random = mulberry32(11);
    const taste = Array.from({ length: VALIDATORS }, () =>
      Array.from({ length: MINERS }, () => 20_000 + Math.floor(random() * 20_000)),
    );
    const readings: WeightReading[] = [];
    const snapshots: Snapshot[] = [];
    let before: readonly number[] = taste[0] ?? [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const row of taste)
        for (let miner = 0; miner < MINERS; miner++)
          row[miner] = Math.max(
            1,
            Math.min(65_535, (row[miner] ?? 0) + Math.floor(12_000 * (random() - 0.5))),
          );
      const block = 360 * epoch;
      const rows = taste.map((row, uid) => (copier && uid === VALIDATORS - 1 ? before : row));
      before = [...(taste[0] ?? [])];
      readings.push(
        reading(
          Object.fromEntries(
            rows.map((row, uid) => [uid, row.map((value, miner) => [VALIDATORS + miner, value] as const)]),
          ),
          {
            block,
            holders: names,
            updated: Object.fromEntries(rows.map((_, uid) => [uid, block - 100 + uid])),
          },
        ),
      );
      snapshots.push(
        snapshot(
          names.map((hotkey, uid) => ({
            hotkey,
            stake: uid < VALIDATORS ? 100 : 0,
            permit: uid < VALIDATORS,
          })),
          { block },
        ),
      );
    }
    await save(readings, snapshots);
  }

  test('the one who repeats older rows comes first, with the epochs that prove it', async () => {
    await record(16, true);
    const evidence = await copierEvidence(store, { netuid: 7 });
    expect(evidence).toMatchObject({
      from: 360,
      to: 16 * 360,
      epochs: 16,
      commitReveal: false,
      threshold: 0.5,
    });
    expect(evidence.validators).toHaveLength(VALIDATORS);
    const [first, ...others] = evidence.validators;
    expect(first).toMatchObject({
      hotkey: address(names[VALIDATORS - 1] ?? ''),
      uid: VALIDATORS - 1,
      stake: 100,
      state: 'suspected',
    });
    expect(first?.evidence['older-rows']).toMatchObject({
      source: address(names[0] ?? ''),
      lag: 1,
      repeated: 1,
    });
    expect(first?.epochs[0]).toEqual({
      block: expect.any(Number),
      toPreviousConsensus: expect.any(Number),
      toPresentConsensus: expect.any(Number),
      toSourceBefore: expect.any(Number),
      toSourceNow: expect.any(Number),
    });
    expect(first?.explanation.length).toBeGreaterThan(0);
    expect(others.map(({ state }) => state)).toEqual(new Array(VALIDATORS - 1).fill('clear'));
    expect(copiersToCsv(evidence).split('\r\n')).toHaveLength(1 + VALIDATORS + 1);
    // Stored twice, the same is found.
    await record(16, true);
    expect(await copierEvidence(store, { netuid: 7 })).toEqual(evidence);
  });

  test('without a copier nobody is suspected', async () => {
    await record(16, false);
    const { validators } = await copierEvidence(store, { netuid: 7 });
    expect(validators.map(({ state }) => state)).toEqual(new Array(VALIDATORS).fill('clear'));
  });

  test('of too few epochs it says that nothing can be said', async () => {
    await record(2, true);
    const { note, validators } = await copierEvidence(store, { netuid: 7 });
    expect(validators.map(({ state, score }) => [state, score])).toEqual(
      new Array(VALIDATORS).fill(['insufficient', null]),
    );
    expect(note).toMatch(/^Too little is stored/);
    await expect(copierEvidence(store, { netuid: 7, from: 5_000_000 })).rejects.toMatchObject({
      code: 'not-found',
      parts: { failed: 'no weights of netuid 7 are stored from block 5000000' },
    });
  });
});

describe('the map', () => {
  test('of a subnet that does not change is the same in every frame, and who is not there is nowhere', async () => {
    const later = NEURONS.map((neuron) => (neuron.hotkey === 'd' ? { ...neuron, hotkey: 'e' } : neuron));
    await save(
      [360, 720, 1_080].map((block) => reading(ROWS, { block, holders: HOLDERS })),
      [
        snapshot(NEURONS, { block: 360 }),
        snapshot(NEURONS, { block: 720 }),
        snapshot(later, { block: 1_080 }),
      ],
    );
    const figure = await mapFigure(store, { netuid: 7, seed: 3 });
    expect(figure).toMatchObject({ netuid: 7, mechanism: 0, seed: 3, block: [360, 720, 1_080] });
    expect(figure.timestamp[0]).toBe(new Date(Date.UTC(2025, 0, 1, 1, 12) + 1).toISOString());
    const point = (name: string) => figure.points.find(({ hotkey }) => hotkey === address(name));
    expect(point('c')).toMatchObject({
      validator: false,
      incentive: 1,
      weighted: [true, true, true],
      uid: 2,
    });
    expect(point('a')).toMatchObject({ validator: true, weighted: [false, false, false] });
    expect(point('c')?.x[0]).toBe(point('c')?.x[1]);
    expect(point('c')?.moved.slice(0, 2)).toEqual([0, 0]);
    expect(point('d')?.x[2]).toBeNull();
    expect(point('e')?.x.slice(0, 2)).toEqual([null, null]);
    for (const { x, y } of figure.points)
      for (const value of [...x, ...y]) expect(value === null || (value >= 0 && value <= 1)).toBe(true);
    // Four neurons in each of three frames, a header, the end.
    expect(mapToCsv(figure).split('\r\n')).toHaveLength(1 + 12 + 1);
    expect(await mapFigure(store, { netuid: 7, seed: 3 })).toEqual(figure);
    expect((await mapFigure(store, { netuid: 7, frames: 1 })).block).toEqual([1_080]);
    expect((await mapFigure(store, { netuid: 7, frames: 2 })).block).toEqual([360, 1_080]);
    await expect(mapFigure(store, { netuid: 7, to: 5 })).rejects.toMatchObject({ code: 'not-found' });
  });
});
