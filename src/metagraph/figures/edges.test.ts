import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSampleSubnet, timestampOf } from '../../../test/support/sample-metagraph.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import { createSnapshotStore, migrations } from '../index.ts';
import { activityFigure } from './activity.ts';
import { churnFigure } from './churn.ts';
import { metagraphDiff } from './diff.ts';
import { economyFigure } from './economy.ts';
import { groupsFigure } from './groups.ts';
import { unpackLevels } from './levels.ts';
import { occupancyFigure } from './occupancy.ts';
import { accountOf, type Moment, metagraphOf, type Seat } from './testing/history.ts';
import { tracesFigure } from './traces.ts';

/*
 * Every figure at the edges of what a subnet can be. The numbers are worked out by hand from the seats below.
 */
const AT = 9_000;
const ONE = 1;
const REUSED = 2;
const TRUSTLESS = 3;
const CLOCKLESS = 4;
const POOR = 5;
const NOTHING = 99;
const TAO = 1_000_000_000n;

const name = (text: string) => toSs58(accountOf(text));
const seat = (uid: number, hotkey: string, more: Partial<Seat> = {}): Seat => ({
  uid,
  hotkey,
  coldkey: `owner of ${hotkey}`,
  registeredAt: 5,
  ...more,
});

/** The only neuron of its subnet, a validator; its stake grows. */
const alone: Moment[] = [0, 1, 2].map((after) => ({
  block: AT + after,
  seats: [
    seat(0, 'a', {
      ip: '10.1.2.3',
      validatorTrust: 65_535,
      totalStake: BigInt(after + 1) * TAO,
      incentive: 0,
    }),
  ],
}));

/** In block AT + 1 uid 1 goes from b to d, uid 2 from c to b: b was thrown out and came back at once, c is gone. */
const reused: Moment[] = [
  {
    block: AT,
    seats: [
      seat(0, 'a', { ip: '10.1.1.1', validatorTrust: 65_535, totalStake: 8n * TAO }),
      seat(1, 'b', { ip: '10.1.1.2', validatorTrust: 0, totalStake: 4n * TAO }),
      seat(2, 'c', { ip: '10.1.2.1', validatorTrust: 0, totalStake: 2n * TAO }),
    ],
  },
  {
    block: AT + 1,
    seats: [
      seat(0, 'a', { ip: '10.1.1.1', validatorTrust: 65_535, totalStake: 8n * TAO }),
      seat(1, 'd', { ip: '10.1.2.1', registeredAt: AT + 1, validatorTrust: 0, totalStake: 1n * TAO }),
      seat(2, 'b', { ip: '10.1.1.2', registeredAt: AT + 1, validatorTrust: 0, totalStake: 6n * TAO }),
    ],
  },
];

/** An era without any trust and without permits: nobody can be told to be a validator. */
const trustless: Moment[] = [0, 1].map((after) => ({
  block: AT + after,
  seats: ['a', 'b'].map((hotkey, uid) => seat(uid, hotkey, { totalStake: BigInt(uid + 1) * TAO })),
}));

describe('the edges', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-edges-'));
  let store: OpenedStore;

  beforeAll(async () => {
    store = await openStore({ path: join(folder, 'data') }, { migrations });
    const rows = createSnapshotStore(store);
    for (const [netuid, moments] of [
      [ONE, alone],
      [REUSED, reused],
      [TRUSTLESS, trustless],
    ] as const) {
      await rows.saveSnapshots(
        moments.map((moment) => ({
          metagraph: metagraphOf(netuid, moment),
          epoch: false,
          origin: 'follow' as const,
        })),
      );
    }
    await rows.saveSnapshots(
      reused.map((moment) => ({
        metagraph: { ...metagraphOf(CLOCKLESS, moment), timestampMs: undefined },
        epoch: false,
        origin: 'follow' as const,
      })),
    );
    // Facts of a subnet before alpha: no pool, no price.
    const { facts } = createSampleSubnet({ netuid: POOR, seed: 1, n: 2 }).at(AT);
    const { taoIn: _, alphaIn: __, alphaOut: ___, priceRao: ____, ...before } = facts;
    await rows.saveSubnets(
      [AT, AT + 1].map((number) => ({
        facts: { ...before, burn: BigInt(number) },
        block: { number, hash: `0x${'11'.repeat(32)}` as const },
        timestampMs: timestampOf(number),
        origin: 'follow' as const,
      })),
    );
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** To three places: a packed value is right within half a level. */
  const levels = async (netuid: number, query: object) => {
    const { groups, block, measures } = await activityFigure(store, { netuid, ...query });
    return Object.fromEntries(
      groups.map((key, place) => [
        key,
        measures.map((packed) =>
          unpackLevels(packed)
            .slice(place * block.length, (place + 1) * block.length)
            .map((value) => (value === null ? null : Math.round(value * 1e3) / 1e3)),
        ),
      ]),
    );
  };

  describe('one neuron', () => {
    test('nobody comes or goes', async () => {
      expect(await churnFigure(store, { netuid: ONE })).toMatchObject({
        added: [null, 0, 0],
        removed: [null, 0, 0],
        changed: [null, 0, 0],
      });
    });
    test('it is the whole class', async () => {
      expect(await occupancyFigure(store, { netuid: ONE })).toMatchObject({
        validators: [1, 1, 1],
        miners: [0, 0, 0],
        neurons: [1, 1, 1],
      });
    });
    test('it has the only line, and none among the other class', async () => {
      expect((await tracesFigure(store, { netuid: ONE, column: 'totalStake' })).series).toMatchObject([
        { hotkey: name('a'), rank: 1, mean: 2, values: [1, 2, 3] },
      ]);
      expect(
        (await tracesFigure(store, { netuid: ONE, column: 'totalStake', role: 'miner' })).series,
      ).toEqual([]);
    });
    test('it is the only group', async () => {
      expect((await groupsFigure(store, { netuid: ONE, by: 'subnet24', count: 'hotkey' })).groups).toEqual([
        { key: '10.1.2.0/24', rows: 3, values: [1, 1, 1] },
      ]);
      expect((await groupsFigure(store, { netuid: ONE, role: 'miner' })).groups).toEqual([]);
    });
    test('the spread of one is not 0 but unknown', async () => {
      expect(
        await levels(ONE, { by: 'hotkey', measures: ['totalStake_mean', 'totalStake_std', 'incentive_sum'] }),
      ).toEqual({
        [name('a')]: [
          [1, 2, 3],
          [null, null, null],
          [0, 0, 0],
        ],
      });
    });
    test('only what it has can differ', async () => {
      expect(await metagraphDiff(store, { netuid: ONE, block: AT + 2, against: AT })).toMatchObject({
        added: [],
        removed: [],
        changed: [
          { uid: 0, hotkey: name('a'), fields: [{ name: 'totalStakeAlpha', before: '1', after: '3' }] },
        ],
      });
    });
  });

  describe('a uid that another hotkey takes while its own takes a second, in one block', () => {
    test('who came back at once neither came nor went', async () => {
      expect(await churnFigure(store, { netuid: REUSED })).toMatchObject({
        added: [null, 1],
        removed: [null, 1],
        changed: [null, 2],
      });
    });
    test('as many as before', async () => {
      expect(await occupancyFigure(store, { netuid: REUSED })).toMatchObject({
        validators: [1, 1],
        miners: [2, 2],
        neurons: [3, 3],
      });
    });
    test('a line is that of the hotkey, not of the uid', async () => {
      const { series } = await tracesFigure(store, { netuid: REUSED, column: 'totalStake' });
      expect(series.map(({ hotkey, uid, mean, values }) => ({ hotkey, uid, mean, values }))).toEqual([
        { hotkey: name('a'), uid: 0, mean: 8, values: [8, 8] },
        { hotkey: name('b'), uid: 2, mean: 5, values: [4, 6] },
        { hotkey: name('c'), uid: 2, mean: 2, values: [2, null] },
        { hotkey: name('d'), uid: 1, mean: 1, values: [null, 1] },
      ]);
    });
    test('a selected uid is whoever holds it', async () => {
      const { series } = await tracesFigure(store, { netuid: REUSED, column: 'totalStake', select: '1' });
      expect(series.map(({ hotkey, values }) => [hotkey, values])).toEqual([
        [name('b'), [4, null]],
        [name('d'), [null, 1]],
      ]);
    });
    test('a group counts who is in it then', async () => {
      expect(
        (await groupsFigure(store, { netuid: REUSED, by: 'subnet24', count: 'coldkey' })).groups,
      ).toEqual([
        { key: '10.1.1.0/24', rows: 4, values: [2, 2] },
        { key: '10.1.2.0/24', rows: 2, values: [1, 1] },
      ]);
      expect(
        (await groupsFigure(store, { netuid: REUSED, by: 'ip', count: 'hotkey', top: 2 })).groups,
      ).toEqual([
        { key: '10.1.1.1', rows: 2, values: [1, 1] },
        { key: '10.1.1.2', rows: 2, values: [1, 1] },
      ]);
    });
    test('a point is not there before it came', async () => {
      expect(await levels(REUSED, { by: 'hotkey', role: 'miner', measures: ['totalStake_sum'] })).toEqual({
        [name('b')]: [[4, 6]],
        [name('c')]: [[2, null]],
        [name('d')]: [[null, 1]],
      });
    });
    test('the one who moved changed its uid', async () => {
      const diff = await metagraphDiff(store, { netuid: REUSED, block: AT + 1, against: AT });
      expect(diff).toMatchObject({
        added: [{ uid: 1, hotkey: name('d') }],
        removed: [{ uid: 2, hotkey: name('c') }],
        changed: [{ uid: 2, hotkey: name('b') }],
      });
      expect(diff.changed[0]?.fields[0]).toEqual({ name: 'uid', before: 1, after: 2 });
    });
  });

  describe('an era without trust and without permits', () => {
    test('all are miners', async () => {
      expect(await occupancyFigure(store, { netuid: TRUSTLESS })).toMatchObject({
        validators: [0, 0],
        miners: [2, 2],
      });
      expect((await groupsFigure(store, { netuid: TRUSTLESS, role: 'validator' })).groups).toEqual([]);
      expect((await groupsFigure(store, { netuid: TRUSTLESS, by: 'ip' })).groups).toEqual([]);
    });
    test('a column that was not there has no lines and no points; the others do', async () => {
      for (const column of ['trust', 'validatorTrust', 'consensus', 'dividends'] as const)
        expect((await tracesFigure(store, { netuid: TRUSTLESS, column })).series).toEqual([]);
      expect(
        await levels(TRUSTLESS, { by: 'hotkey', role: 'miner', measures: ['trust_mean', 'totalStake_max'] }),
      ).toEqual({
        [name('a')]: [
          [null, null],
          [1, 1],
        ],
        [name('b')]: [
          [null, null],
          [2, 2],
        ],
      });
    });
  });

  test('a subnet before alpha costs, and has no price', async () => {
    expect(await economyFigure(store, { netuid: POOR })).toMatchObject({
      block: [AT, AT + 1],
      price: [null, null],
      burn: [0.000009, 0.000009001],
      taoIn: [null, null],
      alphaIn: [null, null],
      alphaOut: [null, null],
    });
  });

  test('a chain that tells no time has figures, without times', async () => {
    expect(await churnFigure(store, { netuid: CLOCKLESS, hours: 1 })).toMatchObject({
      resolution: 'raw',
      timestamp: [null, null],
      changed: [null, 2],
    });
  });

  test.each([
    ['of an unknown subnet', { netuid: NOTHING }],
    ['of blocks that are not stored', { netuid: ONE, from: 1, to: 2 }],
    ['at a resolution of which nothing is stored', { netuid: ONE, resolution: 'epoch' as const }],
  ])('every figure %s is empty, not an error', async (_, query) => {
    const nobody = { stored: 0, shown: 0, block: [], timestamp: [] };
    expect(await churnFigure(store, query)).toMatchObject({ ...nobody, added: [], removed: [], changed: [] });
    expect(await occupancyFigure(store, query)).toMatchObject({
      ...nobody,
      miners: [],
      neurons: [],
      maxUids: null,
    });
    expect(await economyFigure(store, query)).toMatchObject({ ...nobody, price: [], burn: [] });
    expect(await tracesFigure(store, { ...query, column: 'incentive' })).toMatchObject({
      ...nobody,
      series: [],
    });
    expect(await groupsFigure(store, query)).toMatchObject({ ...nobody, groups: [] });
    expect(await activityFigure(store, query)).toMatchObject({
      ...nobody,
      groups: [],
      measures: [{ levels: '' }, {}, {}, {}],
    });
  });
});
