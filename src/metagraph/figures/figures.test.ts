import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSampleSubnet, mulberry32, timestampOf } from '../../../test/support/sample-metagraph.ts';
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
import { accountOf, type Moment, metagraphOf, randomHistory, type Seat } from './testing/history.ts';
import { tracesFigure } from './traces.ts';

const DAY = 7_200;
const FIRST = 2 * DAY - 40;
const RANDOM = [11, 12, 13, 14];
/** Old by 60 h at collection: past the 48 h of full resolution. */
const OLD_MS = 60 * 3_600_000;

const name = (text: string) => toSs58(accountOf(text));

// Six snapshots over the end of a day. At the third, uid 1 goes from b to d; at the fifth, back to b; c has no axon.
const SMALL: Moment[] = [0, 10, 20, 30, 50, 60].map((after, at) => {
  const second = at >= 2 && at < 4 ? 'd' : 'b';
  const seats: Seat[] = [
    {
      uid: 0,
      hotkey: 'a',
      coldkey: 'x',
      ip: '10.0.0.1',
      registeredAt: 5,
      validatorTrust: 65_535,
      totalStake: 1_000_000_000n,
    },
    {
      uid: 1,
      hotkey: second,
      coldkey: second === 'd' ? 'y' : 'x',
      ip: '10.0.0.2',
      registeredAt: second === 'd' ? FIRST + 15 : at < 2 ? 6 : FIRST + 45,
      validatorTrust: 0,
      totalStake: BigInt(at + 1) * 500_000_000n,
    },
    { uid: 2, hotkey: 'c', coldkey: 'y', registeredAt: 7, validatorTrust: 0, totalStake: 2_500_000_000n },
  ];
  return { block: FIRST + after, seats };
});

describe('figures of an embedded store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-figures-'));
  const random = new Map<number, Moment[]>();
  let store: OpenedStore;

  beforeAll(async () => {
    store = await openStore({ path: join(folder, 'data') }, { migrations });
    const rows = createSnapshotStore(store);
    const save = (netuid: number, moments: readonly Moment[], to = rows, options = {}) =>
      to.saveSnapshots(
        moments.map((moment) => ({
          metagraph: metagraphOf(netuid, moment, options),
          epoch: moment.block % 72 === 0,
          origin: 'follow' as const,
        })),
      );
    await save(1, SMALL);
    // A second mechanism shares the uids; an era without validator trust; a subnet of one neuron.
    await save(1, SMALL.slice(0, 2), rows, { mechanism: 1 });
    await save(
      2,
      SMALL.map(({ block, seats }) => ({
        block,
        seats: seats.map(({ validatorTrust, ...seat }) => ({ ...seat, validatorPermit: seat.uid < 2 })),
      })),
    );
    await save(3, [{ block: FIRST, seats: [{ uid: 0, hotkey: 'a', coldkey: 'x' }] }]);
    for (const netuid of RANDOM) {
      const generator = mulberry32(netuid);
      const roll = (bound: number) => Math.floor(generator() * bound);
      const blocks = Array.from({ length: 60 }, (_, i) => FIRST + i * 24 + roll(24));
      const moments = randomHistory(blocks, 2 + roll(7), roll);
      random.set(netuid, moments);
      // In two batches, out of order, the first half twice: the engine has unmerged parts to put together.
      await save(netuid, moments.slice(30));
      await save(netuid, moments.slice(0, 30));
      await save(netuid, moments.slice(0, 30));
    }
    // Before alpha, coins were TAO.
    await save(4, SMALL.slice(0, 2), rows, { unit: 'tao' });
    await save(4, SMALL.slice(2));
    // Collected 60 h ago: only the roll-ups are left.
    const long = createSnapshotStore(store, {}, () => Date.now() - OLD_MS);
    await save(20, random.get(11) as Moment[], long);
    const sample = createSampleSubnet({ netuid: 5, seed: 5, n: 12 });
    for (const block of [FIRST, FIRST + 10]) {
      const { metagraph, facts, epoch } = sample.at(block);
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

  test('churn: a uid that goes to another hotkey and back within a day', async () => {
    const figure = await churnFigure(store, { netuid: 1 });
    expect(figure).toEqual({
      netuid: 1,
      mechanism: 0,
      resolution: 'raw',
      from: FIRST,
      to: FIRST + 60,
      stored: 6,
      shown: 6,
      block: SMALL.map(({ block }) => block),
      timestamp: SMALL.map(({ block }) => new Date(timestampOf(block) - 1).toISOString()),
      added: [null, 0, 1, 0, 1, 0],
      removed: [null, 0, 1, 0, 1, 0],
      changed: [null, 0, 2, 0, 2, 0],
    });
    const smoothed = await churnFigure(store, { netuid: 1, smoothing: { window: 2, aggregate: 'sum' } });
    expect(smoothed.changed).toEqual([null, 0, 2, 2, 2, 2]);
  });

  test('occupancy by validator trust, and by permit where the era has no trust', async () => {
    const figure = await occupancyFigure(store, { netuid: 1 });
    expect(figure).toMatchObject({
      validators: [1, 1, 1, 1, 1, 1],
      miners: [2, 2, 2, 2, 2, 2],
      neurons: [3, 3, 3, 3, 3, 3],
      maxUids: null,
    });
    expect(await occupancyFigure(store, { netuid: 2 })).toMatchObject({
      validators: [2, 2, 2, 2, 2, 2],
      miners: [1, 1, 1, 1, 1, 1],
    });
    expect(await occupancyFigure(store, { netuid: 5 })).toMatchObject({ neurons: [12, 12], maxUids: 256 });
  });

  test('one neuron, another mechanism, an unknown subnet, an empty range', async () => {
    expect(await churnFigure(store, { netuid: 3 })).toMatchObject({ shown: 1, changed: [null] });
    expect(await tracesFigure(store, { netuid: 3, column: 'totalStake' })).toMatchObject({ series: [] });
    expect(await occupancyFigure(store, { netuid: 3 })).toMatchObject({ miners: [1], validators: [0] });
    expect(await groupsFigure(store, { netuid: 1, mechanism: 1 })).toMatchObject({
      shown: 2,
      groups: [
        { key: name('x'), rows: 4, values: [2, 2] },
        { key: name('y'), rows: 2, values: [1, 1] },
      ],
    });
    const empty = await groupsFigure(store, { netuid: 999 });
    expect(empty).toEqual({
      netuid: 999,
      mechanism: 0,
      resolution: 'raw',
      stored: 0,
      shown: 0,
      block: [],
      timestamp: [],
      by: 'coldkey',
      count: 'hotkey',
      role: 'all',
      groups: [],
    });
    expect(await churnFigure(store, { netuid: 1, from: 1, to: 2 })).toMatchObject({ shown: 0, changed: [] });
    expect(await activityFigure(store, { netuid: 999 })).toMatchObject({
      groups: [],
      measures: [{ min: 0, max: 0, levels: '' }, {}, {}, {}],
    });
    await expect(churnFigure(store, { netuid: 1, from: 2, to: 1 })).rejects.toMatchObject({ code: 'usage' });
  });

  test('groups by coldkey, IP and network; a neuron without an axon has no IP', async () => {
    const by = async (query: object) => (await groupsFigure(store, { netuid: 1, ...query })).groups;
    expect(await by({ by: 'coldkey' })).toEqual([
      { key: name('x'), rows: 10, values: [2, 2, 1, 1, 2, 2] },
      { key: name('y'), rows: 8, values: [1, 1, 2, 2, 1, 1] },
    ]);
    expect(await by({ by: 'ip' })).toEqual([
      { key: '10.0.0.1', rows: 6, values: [1, 1, 1, 1, 1, 1] },
      { key: '10.0.0.2', rows: 6, values: [1, 1, 1, 1, 1, 1] },
    ]);
    expect(await by({ by: 'subnet24', count: 'coldkey', top: 1 })).toEqual([
      { key: '10.0.0.0/24', rows: 12, values: [1, 1, 2, 2, 1, 1] },
    ]);
    expect(await by({ by: 'coldkey', role: 'validator' })).toEqual([
      { key: name('x'), rows: 6, values: [1, 1, 1, 1, 1, 1] },
    ]);
    expect(await by({ by: 'coldkey', select: `2, ${name('d')}` })).toEqual([
      { key: name('y'), rows: 8, values: [1, 1, 2, 2, 1, 1] },
    ]);
  });

  test('traces rank hotkeys by their mean; a hotkey that was away has a hole', async () => {
    const figure = await tracesFigure(store, { netuid: 1, column: 'totalStake' });
    // c 2.5; b (0.5 + 1 + 2.5 + 3) / 4 = 1.75, also d (1.5 + 2) / 2 = 1.75; a 1.
    const equals = ['b', 'd'].sort((p, q) => Buffer.compare(accountOf(p), accountOf(q)));
    expect(figure.series.map(({ hotkey, rank, mean }) => [hotkey, rank, mean])).toEqual([
      [name('c'), 1, 2.5],
      [name(equals[0] as string), 2, 1.75],
      [name(equals[1] as string), 3, 1.75],
      [name('a'), 4, 1],
    ]);
    expect(figure.unit).toBe('alpha');
    const b = figure.series.find(({ hotkey }) => hotkey === name('b'));
    expect(b).toMatchObject({ uid: 1, coldkey: name('x'), values: [0.5, 1, null, null, 2.5, 3] });
    const selected = await tracesFigure(store, {
      netuid: 1,
      column: 'totalStake',
      select: name('y'),
      top: 1,
    });
    expect(selected.series.map(({ hotkey }) => hotkey)).toEqual([name('c')]);
    const validators = await tracesFigure(store, { netuid: 1, column: 'validatorTrust', role: 'validator' });
    expect(validators.series).toMatchObject([{ hotkey: name('a'), mean: 1, values: [1, 1, 1, 1, 1, 1] }]);
    expect(validators.unit).toBe('fraction');
    await expect(tracesFigure(store, { netuid: 1, column: 'trust', select: 'abc' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  test('coins of an era with another unit are not shown on the axis of this one', async () => {
    const figure = await tracesFigure(store, { netuid: 4, column: 'totalStake', select: name('c') });
    expect(figure).toMatchObject({
      unit: 'alpha',
      series: [{ mean: 2.5, values: [null, null, 2.5, 2.5, 2.5, 2.5] }],
    });
    const before = await tracesFigure(store, { netuid: 4, column: 'totalStake', to: FIRST + 10 });
    expect(before).toMatchObject({ unit: 'tao', shown: 2 });
    expect(before.series[0]?.values).toEqual([2.5, 2.5]);
  });

  test('activity: measures of each group and frame within half a level', async () => {
    const figure = await activityFigure(store, {
      netuid: 1,
      measures: ['totalStake_sum', 'totalStake_std', 'ip_nunique', 'trust_mean'],
    });
    const order = ['x', 'y'].sort((p, q) => Buffer.compare(accountOf(p), accountOf(q)));
    expect(figure.groups).toEqual(order.map(name));
    const cells = (measure: number, group: string) =>
      unpackLevels(figure.measures[measure] ?? { min: 0, max: 0, levels: '' }).slice(
        order.indexOf(group) * 6,
        order.indexOf(group) * 6 + 6,
      );
    // x has a (1) and b; y has c (2.5), and d (1.5, 2) at the third and fourth.
    const sums = { x: [1.5, 2, 1, 1, 3.5, 4], y: [2.5, 2.5, 4, 4.5, 2.5, 2.5] };
    for (const group of ['x', 'y'] as const)
      for (const [at, sum] of cells(0, group).entries())
        expect(sum).toBeCloseTo(sums[group][at] as number, 3);
    // pandas: pd.Series([1, 0.5]).std() == 0.3535533905932738; of one value NaN.
    expect(cells(1, 'x')[0]).toBeCloseTo(0.353_553_390_6, 3);
    expect(cells(1, 'x')[2]).toBeNull();
    expect(cells(2, 'y').map((count) => Math.round(count as number))).toEqual([0, 0, 1, 1, 0, 0]);
    expect(cells(3, 'x')).toEqual([null, null, null, null, null, null]);
    expect(figure.measures.map(({ unit }) => unit)).toEqual(['alpha', 'alpha', 'count', 'fraction']);
    for (const measures of [['stake_mean'], ['trust_median'], ['trust_mean_mean'], ['']])
      await expect(activityFigure(store, { netuid: 1, measures })).rejects.toMatchObject({ code: 'usage' });
  });

  test('economy shows the facts in their units', async () => {
    const figure = await economyFigure(store, { netuid: 5 });
    expect(figure).toMatchObject({
      block: [FIRST, FIRST + 10],
      price: [0.5, 0.5],
      emission: [0.000012345, 0.000012345],
      taoIn: [1_000 + FIRST / 1e9, 1_000 + (FIRST + 10) / 1e9],
      alphaIn: [2_000, 2_000],
      alphaOut: [3_000, 3_000],
    });
  });

  test('what differs between two blocks', async () => {
    const diff = await metagraphDiff(store, { netuid: 1, block: FIRST + 25, against: FIRST + 5 });
    expect(diff).toMatchObject({
      block: FIRST + 20,
      against: FIRST,
      added: [{ uid: 1, hotkey: name('d') }],
      removed: [{ uid: 1, hotkey: name('b') }],
      changed: [],
      facts: [],
    });
    const own = await metagraphDiff(store, { netuid: 1, block: FIRST + 10, against: FIRST });
    expect(own.changed).toEqual([
      {
        uid: 1,
        hotkey: name('b'),
        fields: [{ name: 'totalStakeAlpha', before: '0.5', after: '1' }],
      },
    ]);
    const { facts } = await metagraphDiff(store, { netuid: 5, block: FIRST + 10, against: FIRST });
    expect(facts.map((fact) => fact.name)).toEqual(['burnTao', 'taoInTao']);
    await expect(metagraphDiff(store, { netuid: 1, block: 5, against: 6 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('what tenures tell of random histories is what their raw rows tell', async () => {
    for (const netuid of RANDOM) {
      const moments = random.get(netuid) as Moment[];
      const [churned, occupied, grouped] = await Promise.all([
        churnFigure(store, { netuid }),
        occupancyFigure(store, { netuid }),
        groupsFigure(store, { netuid, by: 'ip', count: 'coldkey', top: 50 }),
      ]);
      expect(churned.block).toEqual(moments.map(({ block }) => block));
      expect(churned).toMatchObject(recomputed(moments));
      expect(occupied.neurons).toEqual(moments.map(({ seats }) => seats.length));
      expect(occupied.validators).toEqual(
        moments.map(({ seats }) => seats.filter((seat) => (seat.validatorTrust ?? 0) > 0).length),
      );
      for (const { key, rows, values } of grouped.groups) {
        const at = moments.map(({ seats }) => seats.filter(({ ip }) => ip === key));
        expect(rows).toBe(at.flat().length);
        expect(values).toEqual(at.map((seats) => new Set(seats.map(({ coldkey }) => coldkey)).size));
      }
    }
  });

  test('where full resolution is gone the hourly roll-up is shown, and says the same of its blocks', async () => {
    const moments = random.get(11) as Moment[];
    const hour = (block: number) => Math.floor(timestampOf(block) / 3_600_000);
    const lastOfHours = moments.filter(
      ({ block }, at) =>
        moments[at + 1] === undefined || hour(moments[at + 1]?.block as number) !== hour(block),
    );
    const left = await churnFigure(store, { netuid: 20 });
    expect(left).toMatchObject({
      resolution: 'hourly',
      shown: lastOfHours.length,
      ...recomputed(lastOfHours),
    });
    expect(left.block).toEqual(lastOfHours.map(({ block }) => block));
    // The same roll-up of a subnet whose raw rows still exist.
    const rolled = await churnFigure(store, { netuid: 11, resolution: 'hourly' });
    expect(rolled).toEqual({ ...left, netuid: 11 });
    const epochs = moments.filter(({ block }) => block % 72 === 0);
    expect((await churnFigure(store, { netuid: 11, resolution: 'epoch' })).block).toEqual(
      epochs.map(({ block }) => block),
    );
    expect((await churnFigure(store, { netuid: 11 })).resolution).toBe('raw');
  });

  test('a range counted in hours goes back by the time of the chain', async () => {
    const { block } = await churnFigure(store, { netuid: 11, hours: 1 });
    const newest = (random.get(11) as Moment[]).at(-1)?.block as number;
    expect(block[0]).toBeGreaterThanOrEqual(newest - 300);
    expect(block).toEqual(
      (random.get(11) as Moment[]).map((moment) => moment.block).filter((one) => one >= newest - 300),
    );
    const thinned = await churnFigure(store, { netuid: 11, points: 7 });
    expect(thinned).toMatchObject({ stored: 60, shown: 7, from: random.get(11)?.[0]?.block, to: newest });
  });

  test('a store that is older than its tenures is read row by row', async () => {
    const before = await groupsFigure(store, { netuid: 12, by: 'ip', count: 'coldkey', top: 50 });
    await store.command('ALTER TABLE tenures DELETE WHERE netuid = 12 SETTINGS mutations_sync = 1');
    expect(await groupsFigure(store, { netuid: 12, by: 'ip', count: 'coldkey', top: 50 })).toEqual(before);
    expect(await churnFigure(store, { netuid: 12 })).toMatchObject(recomputed(random.get(12) as Moment[]));
  });
});

/** Churn of a history by its definition, from the hotkeys as they were recorded. */
function recomputed(moments: readonly Moment[]) {
  const sets = moments.map(({ seats }) => seats.map(({ hotkey }) => hotkey));
  const missing = (some: readonly string[], others: readonly string[]) =>
    some.filter((one) => !others.includes(one)).length;
  const added = sets.map((now, at) => (at === 0 ? null : missing(now, sets[at - 1] ?? [])));
  const removed = sets.map((now, at) => (at === 0 ? null : missing(sets[at - 1] ?? [], now)));
  return { added, removed };
}
