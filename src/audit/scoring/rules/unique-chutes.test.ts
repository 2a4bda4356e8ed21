import { expect, test } from 'vitest';
import { AT, DAY, HOUR, life, SECOND, usage } from '../testing/made-evidence.ts';
import type { UniqueRule } from '../types.ts';
import { uniqueChutes } from './unique-chutes.ts';

const GRID = {
  kind: 'grid',
  stepSeconds: 3_600,
  start: 'activated',
  needsSuccess: false,
  minLifetimeSeconds: 3_600,
  gpuWeight: 'latest',
  zeroPoints: 'drop',
  rounding: 'round',
} as const satisfies UniqueRule;

const week = { at: AT, windowSeconds: 7 * 86_400 };
const day = { at: AT, windowSeconds: 86_400 };

function count(
  rule: UniqueRule,
  instances: ReturnType<typeof life>[],
  gpus: Record<string, number> = {},
  when = week,
) {
  return uniqueChutes(rule, { usage: [], instances }, when, new Map(Object.entries(gpus))).get('m');
}

test('a chute counts as many times as it has GPUs, once however many instances it has', () => {
  const two = [life('m', AT - 8 * DAY, { instanceId: 'i' }), life('m', AT - 8 * DAY, { instanceId: 'j' })];
  expect(count(GRID, two, { chute: 8 })).toBe(8);
  expect(count({ ...GRID, gpuWeight: 'none' }, two, { chute: 8 })).toBe(1);
  // A chute that is not listed, or listed with nonsense, has one.
  expect(count(GRID, two)).toBe(1);
  expect(count(GRID, two, { chute: Number.NaN })).toBe(1);
  expect(count(GRID, two, { chute: -3 })).toBe(1);
});

test('points without a chute are part of the mean, or not', () => {
  // A day has 25 points. Alive from 06:00 before to 12:00: of it 6 h, from the hour that makes it count: points 07:00 to 12:00 = 6.
  const late = [life('m', AT - 6 * HOUR)];
  expect(count(GRID, late, { chute: 25 }, day)).toBe(25);
  // 6 x 25 / 25 = 6.
  expect(count({ ...GRID, zeroPoints: 'count' }, late, { chute: 25 }, day)).toBe(6);
});

test('a week has 169 points, from the full hour before its start to the one before the instant', () => {
  const always = [life('m', AT - 30 * DAY)];
  const one = (at: number) => {
    const rule = { ...GRID, zeroPoints: 'count' } as const;
    // Deleted in the first hour: of 169 points only the first is left.
    const first = [life('m', AT - 30 * DAY, { deletedAt: AT - 7 * DAY + SECOND })];
    return uniqueChutes(
      rule,
      { usage: [], instances: first },
      { at, windowSeconds: week.windowSeconds },
      new Map([['chute', 169]]),
    ).get('m');
  };
  expect(count(GRID, always)).toBe(1);
  expect(one(AT)).toBe(1);
  expect(one(AT + 30 * 60 * SECOND)).toBe(1);
});

test('the mean is rounded half away from zero, or cut off', () => {
  // Two chutes at 12 of 24 points that have any, one at the others: 1.5. (25 points of a day; the first 13 have one, the last 12 two.)
  const instances = [
    life('m', AT - 3 * DAY, { instanceId: 'i', chuteId: 'a' }),
    life('m', AT - 12 * HOUR, { instanceId: 'j', chuteId: 'b' }),
  ];
  // b counts from 11 hours before on: 12 of 25 points. Mean 1.48; with 2 GPUs for b 1.96.
  expect(count(GRID, instances, {}, day)).toBe(1);
  expect(count(GRID, instances, { b: 2 }, day)).toBe(2);
  expect(count({ ...GRID, rounding: 'trunc' }, instances, { b: 2 }, day)).toBe(1);
});

test('an instance counts once it has lived an hour, or at once if somebody is billed', () => {
  const short = { deletedAt: AT - 2 * HOUR - 60 * SECOND };
  expect(count(GRID, [life('m', AT - 3 * HOUR, short)])).toBeUndefined();
  expect(count(GRID, [life('m', AT - 3 * HOUR, { ...short, billed: true })])).toBe(1);
  // Deleted after exactly an hour: it counts from its start.
  expect(count(GRID, [life('m', AT - 3 * HOUR, { deletedAt: AT - 2 * HOUR })])).toBe(1);
  // A life of no length.
  expect(count(GRID, [life('m', AT - HOUR, { deletedAt: AT - HOUR })])).toBeUndefined();
});

test('where a success is needed, one of that instance and miner', () => {
  const rule = { ...GRID, start: 'verified', needsSuccess: true, minLifetimeSeconds: 0 } as const;
  const instances = [life('m', AT - 8 * DAY, { activatedAt: null })];
  const of = (...rows: ReturnType<typeof usage>[]) =>
    uniqueChutes(rule, { usage: rows, instances }, week, undefined).get('m');
  expect(of(usage('m', { successes: 1 }))).toBe(1);
  expect(of(usage('m', { successes: 0 }))).toBeUndefined();
  expect(of(usage('other', { successes: 1 }))).toBeUndefined();
  expect(of(usage('m', { successes: 1, instanceId: 'another' }))).toBeUndefined();
});

test('from first to last success, every ten minutes', () => {
  const rule = {
    ...GRID,
    stepSeconds: 600,
    start: 'first-success',
    gpuWeight: 'none',
    zeroPoints: 'count',
  } as const;
  // 20 minutes have the points at 0, 10 and 20: 3 of 145 in a day; 100 chutes: 300 / 145 = 2.07.
  const rows = Array.from({ length: 100 }, (_, n) =>
    usage('m', {
      chuteId: `c${n}`,
      successes: 2,
      firstSuccess: AT - HOUR,
      lastSuccess: AT - HOUR + 1_200 * SECOND,
    }),
  );
  expect(uniqueChutes(rule, { usage: rows, instances: [] }, day, undefined).get('m')).toBe(2);
});

test('distinct chutes with a success', () => {
  const rows = [
    usage('m', { chuteId: 'a', successes: 1 }),
    usage('m', { chuteId: 'a', instanceId: 'j', successes: 5 }),
    usage('m', { chuteId: 'b', successes: 0 }),
    usage('m', { chuteId: 'c', successes: 2 }),
  ];
  expect(uniqueChutes({ kind: 'distinct' }, { usage: rows, instances: [] }, week, undefined).get('m')).toBe(
    2,
  );
});
