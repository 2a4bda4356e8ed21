import type {
  ActivityBody,
  ChurnBody,
  EconomyBody,
  FigureRange,
  GroupsBody,
  OccupancyBody,
  TracesBody,
} from '../../src/server/figure-schemas.ts';
import { metagraphAt, random, subnetAt, timeOf } from './fixture-data.ts';

type Query = (name: string) => string | undefined;
type Role = TracesBody['role'];
interface Frames {
  range: FigureRange;
  block: number[];
  timestamp: (string | null)[];
}

const FIGURES = ['churn', 'occupancy', 'economy', 'traces', 'groups', 'activity'] as const;

/** The body of a figure over the invented chain; `undefined` when the name is none of the figures'. */
export function figureAt(
  figure: string,
  netuid: number,
  query: Query,
  head: number,
  nowMs: number,
): object | undefined {
  const name = FIGURES.find((each) => each === figure);
  if (name === undefined) return undefined;
  const frames = framesOf(netuid, query, head, nowMs);
  return BODIES[name](netuid, query, frames, head, nowMs);
}

const BODIES: Record<
  (typeof FIGURES)[number],
  (netuid: number, query: Query, frames: Frames, head: number, nowMs: number) => object
> = { churn, occupancy, economy, traces, groups, activity };

function framesOf(netuid: number, query: Query, head: number, nowMs: number): Frames {
  const newest = Math.floor(head / 10) * 10;
  const number = (name: string) => (query(name) === undefined ? undefined : Number(query(name)));
  const to = Math.min(number('to') ?? newest, newest);
  const hours = number('hours') ?? 168;
  const from = Math.max(number('from') ?? newest - hours * 300, newest - 2_628_000);
  const points = number('points') ?? 400;
  const age = newest - from;
  const resolution = age <= 14_400 ? 'raw' : age <= 648_000 ? 'hourly' : 'epoch';
  const step = { raw: 10, hourly: 300, epoch: 360 }[resolution];
  const all: number[] = [];
  for (let block = Math.ceil(from / step) * step; block <= to; block += step) all.push(block);
  const last = all.length - 1;
  const block =
    all.length <= points
      ? all
      : Array.from({ length: points }, (_, index) => all[Math.round((index * last) / (points - 1))] ?? 0);
  const ends = block[0] === undefined ? {} : { from: block[0], to: block.at(-1) ?? block[0] };
  return {
    range: {
      netuid,
      mechanism: number('mechanism') ?? 0,
      resolution,
      ...ends,
      stored: all.length,
      shown: block.length,
    },
    block,
    timestamp: block.map((each) => timeOf(each, head, nowMs)),
  };
}

function churn(netuid: number, _query: Query, { range, block, timestamp }: Frames): ChurnBody {
  const events = (each: number, salt: number) => {
    const next = random(Math.floor(each / 10) * 31 + netuid * 7 + salt);
    return next() < 0.7 ? 0 : Math.floor(next() ** 3 * 9);
  };
  const added = block.map((each, index) => (index === 0 ? null : events(each, 1)));
  // A full subnet loses as many as it gains.
  const removed = added.map((count, index) => (count === null ? null : index < 20 ? 0 : count));
  const changed = added.map((count, index) => (count === null ? null : count + (removed[index] ?? 0)));
  return { ...range, block, timestamp, added, removed, changed };
}

function occupancy(netuid: number, _query: Query, { range, block, timestamp }: Frames): OccupancyBody {
  const facts = subnetAt(netuid, block.at(-1) ?? 0);
  const validators = block.map(
    (each) => (facts.validators ?? 12) + Math.round(2 * Math.sin(each / 20_000) + Math.sin(each / 3_000)),
  );
  const neurons = block.map((each) => Math.round((facts.n ?? 256) - 6 - 6 * Math.sin(each / 30_000)));
  return {
    ...range,
    block,
    timestamp,
    miners: neurons.map((count, index) => count - (validators[index] ?? 0)),
    validators,
    neurons,
    maxUids: facts.maxUids ?? null,
  };
}

function economy(netuid: number, _query: Query, { range, block, timestamp }: Frames): EconomyBody {
  const price = block.map((each) => {
    if (netuid === 0) return null;
    const noise = random(each + netuid);
    return Number(subnetAt(netuid, each).priceTao) * (1 + Math.sin(each / 70_000) * 0.2 + noise() * 0.01);
  });
  return {
    ...range,
    block,
    timestamp,
    price,
    emission: price.map((each, index) => (each === null ? null : 0.01 + each * 0.1 + index * 0.000_001)),
    burn: block.map((each) => {
      const since = (each + netuid * 911) % 4_000;
      return 0.05 + 2.5 * Math.exp(-since / 1_400);
    }),
    taoIn: price.map((each) => (each === null ? null : each * 1_000_000)),
    alphaIn: price.map((each) => (each === null ? null : 1_000_000)),
    alphaOut: price.map((each) => (each === null ? null : 900_000)),
  };
}

function neuronsOf(netuid: number, role: Role, head: number, nowMs: number) {
  const { neurons } = metagraphAt(netuid, 0, Math.floor(head / 10) * 10, head, nowMs);
  return neurons
    .filter(({ validatorPermit }) => role === 'all' || (role === 'validator') === (validatorPermit === true))
    .slice(0, 256);
}

const UNITS: Record<string, string> = { totalStake: 'alpha', emission: 'alpha' };
const isShare = (column: string) => UNITS[column] === undefined;

function valueAt(column: string, seed: number, block: number): number {
  const next = random(seed * 131 + column.length * 17);
  const size = next() ** (isShare(column) ? 2 : 4);
  const wave = 1 + 0.35 * Math.sin(block / (9_000 + next() * 40_000) + next() * 6);
  const step = random(seed + Math.floor(block / 360));
  const value = size * wave * (0.94 + step() * 0.06);
  if (column === 'totalStake') return value * 50_000;
  if (column === 'emission') return value * 90;
  return Math.min(
    1,
    column === 'consensus' || column === 'trust' || column === 'validatorTrust'
      ? 0.4 + value * 0.5
      : value * 0.8,
  );
}

const roleOf = (query: Query): Role => (query('role') ?? 'all') as Role;
const selectOf = (query: Query) => query('select')?.split(',');

function traces(netuid: number, query: Query, frames: Frames, head: number, nowMs: number): TracesBody {
  const role = roleOf(query);
  const column = (query('column') ?? 'emission') as TracesBody['column'];
  const select = selectOf(query);
  const { range, block, timestamp } = frames;
  const series = neuronsOf(netuid, role, head, nowMs)
    .filter(
      ({ uid, hotkey, coldkey }) =>
        select === undefined || select.some((each) => [String(uid), hotkey, coldkey].includes(each)),
    )
    .map(({ uid, hotkey, coldkey }) => {
      // One in seven came late.
      const since = uid % 7 === 3 ? Math.floor(block.length * 0.4) : 0;
      const values = block.map((each, index) =>
        index < since ? null : valueAt(column, uid + netuid * 300, each),
      );
      const present = values.filter((value) => value !== null);
      const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
      return { hotkey, coldkey: coldkey ?? null, uid, rank: 0, mean, values };
    })
    .sort((a, b) => b.mean - a.mean)
    .slice(0, Number(query('top') ?? 10))
    .map((each, index) => ({ ...each, rank: index + 1 }));
  return { ...range, block, timestamp, role, column, unit: UNITS[column] ?? 'fraction', series };
}

function keyOf(by: GroupsBody['by'], neuron: ReturnType<typeof neuronsOf>[number]): string {
  if (by === 'hotkey') return neuron.hotkey;
  if (by === 'coldkey') return neuron.coldkey ?? '';
  const ip = neuron.axon?.ip ?? '';
  return by === 'ip' || ip === '' ? ip : ip.includes(':') ? '2001:db8:85a3::/48' : '203.0.113.0/24';
}

function groups(netuid: number, query: Query, frames: Frames, head: number, nowMs: number): GroupsBody {
  const role = roleOf(query);
  const by = (query('by') ?? 'coldkey') as GroupsBody['by'];
  const count = (query('count') ?? (by === 'hotkey' ? 'ip' : 'hotkey')) as GroupsBody['count'];
  const { range, block, timestamp } = frames;
  const members = new Map<string, Set<string>>();
  for (const neuron of neuronsOf(netuid, role, head, nowMs)) {
    const key = keyOf(by, neuron);
    members.set(key, (members.get(key) ?? new Set()).add(keyOf(count, neuron)));
  }
  return {
    ...range,
    block,
    timestamp,
    by,
    count,
    role,
    groups: [...members]
      .sort((a, b) => b[1].size - a[1].size)
      .slice(0, Number(query('top') ?? 10))
      .map(([key, values], at) => ({
        key,
        rows: values.size * block.length,
        values: block.map((each) =>
          Math.max(0, values.size + at * 2 + Math.round(2.4 * Math.sin(each / 15_000 + at * 2))),
        ),
      })),
  };
}

function activity(netuid: number, query: Query, frames: Frames, head: number, nowMs: number): ActivityBody {
  const role = roleOf(query);
  const by = (query('by') ?? 'coldkey') as ActivityBody['by'];
  const { range, block, timestamp } = frames;
  const names = (query('measures') ?? 'emission_mean').split(',');
  const counts = new Map<string, number>();
  for (const neuron of neuronsOf(netuid, role, head, nowMs)) {
    const key = keyOf(by, neuron);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts.keys()];
  const measures = names.map((name) => {
    const [column = '', aggregate = ''] = name.split('_');
    const values = keys.map((key, at) =>
      block.map((each, index) => {
        if (at % 9 === 4 && index < block.length / 3) return null;
        const size = counts.get(key) ?? 1;
        if (aggregate === 'nunique') return Math.max(1, size + Math.round(Math.sin(each / 20_000 + at)));
        if (aggregate === 'std' && size < 2) return null;
        return valueAt(column, at + netuid * 300, each) * (aggregate === 'sum' ? size : 1);
      }),
    );
    const flat = values.flat().filter((value) => value !== null);
    const min = flat.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const max = flat.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const levels = Buffer.alloc(keys.length * block.length * 2);
    for (const [group, line] of values.entries()) {
      for (const [frame, value] of line.entries()) {
        const level = value === null ? 65_535 : Math.round(((value - min) / (max - min || 1)) * 65_534);
        levels.writeUInt16LE(level, (group * block.length + frame) * 2);
      }
    }
    const known = Number.isFinite(min);
    return {
      name,
      unit: aggregate === 'nunique' ? 'count' : (UNITS[column] ?? 'fraction'),
      min: known ? min : 0,
      max: known ? max : 0,
      levels: levels.toString('base64'),
    };
  });
  return { ...range, block, timestamp, role, by, groups: keys, measures };
}
