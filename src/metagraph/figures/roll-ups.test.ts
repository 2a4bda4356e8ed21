import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mulberry32, timestampOf } from '../../../test/support/sample-metagraph.ts';
import { toSs58 } from '../../shared/index.ts';
import { type OpenedStore, openStore } from '../../store/index.ts';
import { createSnapshotStore, migrations, type Resolution } from '../index.ts';
import { activityFigure } from './activity.ts';
import { churnFigure } from './churn.ts';
import { groupsFigure } from './groups.ts';
import { unpackLevels } from './levels.ts';
import { occupancyFigure } from './occupancy.ts';
import { accountOf, type Moment, metagraphOf, randomHistory, type Seat } from './testing/history.ts';
import { tracesFigure } from './traces.ts';

/*
 * Every figure at every resolution against its definition, worked out here from the seats of a random history as they were
 * made up: no table, no tenure and no function of the room stands between.
 */
const NETUIDS = [1, 2, 3];
const FIRST = 2 * 7_200 - 700;
const RESOLUTIONS: readonly Resolution[] = ['raw', 'hourly', 'epoch'];
const COLUMN = { incentive: ({ incentive = 0 }: Seat) => incentive / 65_535 };

const folder = mkdtempSync(join(tmpdir(), 'taoscope-roll-ups-'));
const histories = new Map<number, Moment[]>();
let store: OpenedStore;

beforeAll(async () => {
  store = await openStore({ path: join(folder, 'data') }, { migrations });
  for (const netuid of NETUIDS) {
    const generator = mulberry32(netuid * 31);
    const roll = (bound: number) => Math.floor(generator() * bound);
    const blocks = Array.from({ length: 70 }, (_, i) => FIRST + i * 24 + roll(24));
    histories.set(netuid, randomHistory(blocks, 1 + roll(7), roll));
    await collect(netuid);
  }
}, 120_000);
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** In several inserts: the engine has unmerged parts to put together. */
async function collect(netuid: number, order: (moments: Moment[]) => Moment[] = (same) => same) {
  const moments = order([...(histories.get(netuid) as Moment[])]);
  const rows = createSnapshotStore(store);
  for (let at = 0; at < moments.length; at += 18) {
    await rows.saveSnapshots(
      moments.slice(at, at + 18).map((moment) => ({
        metagraph: metagraphOf(netuid, moment),
        epoch: isEpoch(moment),
        origin: 'follow' as const,
      })),
    );
  }
}

const isEpoch = ({ block }: Moment) => block % 5 === 0;
const hourOf = ({ block }: Moment) => Math.floor(timestampOf(block) / 3_600_000);

/** What is left of a history at a resolution: all, the last of each hour, the ends of epochs. */
function leftOf(moments: readonly Moment[], resolution: Resolution): readonly Moment[] {
  if (resolution === 'epoch') return moments.filter(isEpoch);
  if (resolution === 'raw') return moments;
  return moments.filter((moment, at) => {
    const next = moments[at + 1];
    return next === undefined || hourOf(next) !== hourOf(moment);
  });
}

const everyFigure = (netuid: number, resolution: Resolution) =>
  Promise.all([
    churnFigure(store, { netuid, resolution }),
    occupancyFigure(store, { netuid, resolution }),
    groupsFigure(store, { netuid, resolution, by: 'coldkey', count: 'ip', top: 50, role: 'miner' }),
    tracesFigure(store, { netuid, resolution, column: 'incentive', top: 50, role: 'miner' }),
    activityFigure(store, {
      netuid,
      resolution,
      by: 'coldkey',
      role: 'miner',
      measures: ['incentive_sum', 'incentive_std', 'hotkey_nunique'],
    }),
  ] as const);

test.each(RESOLUTIONS)('%s: each figure is what its definition makes of the history', async (resolution) => {
  for (const netuid of NETUIDS) {
    const moments = leftOf(histories.get(netuid) as Moment[], resolution);
    const miners = moments.map(({ seats }) => seats.filter((seat) => !((seat.validatorTrust ?? 0) > 0)));
    const [churn, occupancy, groups, traces, activity] = await everyFigure(netuid, resolution);

    expect(churn.block).toEqual(moments.map(({ block }) => block));
    for (let at = 1; at < moments.length; at++) {
      const [before, now] = [moments[at - 1]?.seats ?? [], moments[at]?.seats ?? []];
      const [added, removed] = [churn.added[at] as number, churn.removed[at] as number];
      expect(added).toBe(now.filter(({ hotkey }) => !before.some((one) => one.hotkey === hotkey)).length);
      expect(added - removed).toBe(now.length - before.length);
      expect(churn.changed[at]).toBe(added + removed);
      expect(added - removed).toBe((occupancy.neurons[at] ?? 0) - (occupancy.neurons[at - 1] ?? 0));
    }
    expect(occupancy.miners).toEqual(miners.map((seats) => seats.length));
    expect(occupancy.validators).toEqual(
      moments.map(({ seats }, at) => seats.length - (miners[at]?.length ?? 0)),
    );

    const coldkeys = [...new Set(miners.flat().map(({ coldkey }) => coldkey))];
    expect(groups.groups.map(({ key }) => key).sort()).toEqual(coldkeys.map(ss58).sort());
    for (const coldkey of coldkeys) {
      const owned = miners.map((seats) => seats.filter((seat) => seat.coldkey === coldkey));
      expect(groups.groups.find(({ key }) => key === ss58(coldkey))).toEqual({
        key: ss58(coldkey),
        rows: owned.flat().length,
        values: owned.map((seats) => new Set(seats.flatMap(({ ip }) => (ip === undefined ? [] : [ip]))).size),
      });
      const place = activity.groups.indexOf(ss58(coldkey));
      const shown = activity.measures.map((packed) =>
        unpackLevels(packed).slice(place * moments.length, (place + 1) * moments.length),
      );
      for (const [at, seats] of owned.entries()) {
        const values = seats.map(COLUMN.incentive);
        expectNear(shown[0]?.[at], values.length === 0 ? null : sum(values));
        expectNear(shown[1]?.[at], values.length < 2 ? null : spread(values));
        expectNear(shown[2]?.[at], values.length === 0 ? null : new Set(seats.map((one) => one.hotkey)).size);
      }
    }

    const hotkeys = [...new Set(miners.flat().map(({ hotkey }) => hotkey))];
    expect(traces.series.map(({ hotkey }) => hotkey).sort()).toEqual(hotkeys.map(ss58).sort());
    for (const [rank, { hotkey, mean, values }] of traces.series.entries()) {
      const own = miners.map((seats) => seats.find((seat) => ss58(seat.hotkey) === hotkey));
      const there = own.flatMap((seat) => (seat === undefined ? [] : [COLUMN.incentive(seat)]));
      for (const [at, seat] of own.entries())
        expectNear(values[at], seat === undefined ? null : COLUMN.incentive(seat));
      expect(mean).toBeCloseTo(sum(there) / there.length, 12);
      if (rank > 0) expect(traces.series[rank - 1]?.mean).toBeGreaterThanOrEqual(mean);
    }
  }
});

test('how long full resolution stays is chosen by subnet, and the figure shows what is left', async () => {
  const moments = histories.get(3) as Moment[];
  // Collected 30 hours ago: within the usual 48, past the 24 of one subnet.
  const ago = Date.now() - 30 * 3_600_000;
  const rows = createSnapshotStore(store, { subnets: { 30: { rawHours: 24 } } }, () => ago);
  for (const netuid of [30, 31]) {
    await rows.saveSnapshots(
      moments.map((moment) => ({
        metagraph: metagraphOf(netuid, moment),
        epoch: isEpoch(moment),
        origin: 'follow' as const,
      })),
    );
  }
  const shown = async (netuid: number) => {
    const { resolution, block } = await churnFigure(store, { netuid });
    return { resolution, block };
  };
  const blocksOf = (resolution: Resolution) => leftOf(moments, resolution).map(({ block }) => block);
  expect(await shown(30)).toEqual({ resolution: 'hourly', block: blocksOf('hourly') });
  expect(await shown(31)).toEqual({ resolution: 'raw', block: blocksOf('raw') });
});

test('collecting the same again, in any order, changes no figure', { timeout: 60_000 }, async () => {
  const all = () => Promise.all(RESOLUTIONS.map((resolution) => everyFigure(1, resolution)));
  const before = await all();
  await collect(1, (moments) => moments.reverse());
  await collect(1, (moments) => moments.filter((_, at) => at % 3 === 1));
  expect(await all()).toEqual(before);
});

function ss58(text: string): string {
  return toSs58(accountOf(text));
}

/** Within a level of a span of 8: the most that a sum of these incentives has. */
function expectNear(found: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(found).toBeNull();
  else expect(Math.abs((found as number) - expected)).toBeLessThan(8 / 65_534);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Of a sample. */
function spread(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}
