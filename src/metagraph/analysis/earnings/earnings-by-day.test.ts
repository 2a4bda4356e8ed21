import { expect, test } from 'vitest';
import { type EpochPay, earningsByDay, type SubnetClock } from './earnings-by-day.ts';

const DAY = 86_400_000;
const DAYS = [10 * DAY, 11 * DAY];
// Block 72,000 begins day 10; 7,200 blocks a day, an epoch each 1,000.
const CLOCK: SubnetClock = { block: 72_000, timeMs: 10 * DAY, msPerBlock: 12_000, periodBlocks: 1_000 };
const clocks = new Map([[1, CLOCK]]);

function pay(block: number, tao: number, more: Partial<EpochPay> = {}): EpochPay {
  return {
    netuid: 1,
    block,
    timeMs: 10 * DAY + (block - 72_000) * 12_000,
    unit: 'alpha',
    amount: BigInt(tao) * 1_000_000_000n,
    price: 0.5,
    ...more,
  };
}

test('pay is summed by day, in TAO at the price of each epoch', () => {
  const pays = [pay(72_100, 2), pay(73_100, 4, { price: 0.25 }), pay(79_200, 8)];
  expect(earningsByDay(DAYS, pays, [{ netuid: 1, first: 70_000, last: 80_199 }], clocks)).toEqual([
    {
      netuid: 1,
      unit: 'alpha',
      amount: [6, 8],
      // 2 x 0.5 + 4 x 0.25; 8 x 0.5.
      tao: [2, 4],
      epochs: [2, 1],
      // 7 whole periods in 7,200 blocks; 1 in the 1,000 blocks from 79,200 to 80,199.
      expected: [7, 1],
    },
  ]);
});

test('a day without an epoch is not a day without pay', () => {
  const [line] = earningsByDay(DAYS, [pay(72_100, 2)], [{ netuid: 1, first: 70_000, last: 90_000 }], clocks);
  expect(line).toMatchObject({ amount: [2, null], tao: [1, null], epochs: [1, 0], expected: [7, 7] });
});

test('stretches that overlap are counted once, and blocks before a registration not at all', () => {
  const presence = [
    { netuid: 1, first: 75_200, last: 78_000 },
    { netuid: 1, first: 76_000, last: 78_199 },
    { netuid: 2, first: 0, last: 99_999 },
  ];
  const [line] = earningsByDay(DAYS, [pay(76_000, 1)], presence, clocks);
  // 3,000 blocks of the first day, none of the second.
  expect(line?.expected).toEqual([3, null]);
});

test('an unknown price makes the TAO unknown, unless nothing was paid; before alpha pay is TAO', () => {
  const unknown = { price: undefined };
  const day = (...pays: EpochPay[]) => earningsByDay(DAYS, pays, [], clocks)[0]?.tao[0];
  expect(day(pay(72_100, 2), pay(73_100, 1, unknown))).toBeNull();
  expect(day(pay(72_100, 2), pay(73_100, 0, unknown))).toBe(1);
  expect(day(pay(72_100, 2, { ...unknown, unit: 'tao' }))).toBe(2);
});

test('a subnet that changed its unit has a line for each, expected where it is paid', () => {
  const pays = [pay(72_100, 2, { unit: 'tao' }), pay(79_300, 3)];
  const lines = earningsByDay(DAYS, pays, [{ netuid: 1, first: 0, last: 90_000 }], clocks);
  expect(lines.map(({ unit, amount, expected }) => ({ unit, amount, expected }))).toEqual([
    { unit: 'tao', amount: [2, null], expected: [7, null] },
    { unit: 'alpha', amount: [null, 3], expected: [null, 7] },
  ]);
});

test('no epochs, no days, no clock', () => {
  expect(earningsByDay(DAYS, [], [{ netuid: 1, first: 0, last: 1 }], clocks)).toEqual([]);
  expect(earningsByDay([], [pay(72_100, 2)], [], clocks)).toEqual([]);
  const still = new Map([[1, { ...CLOCK, periodBlocks: 0 }]]);
  const presence = [{ netuid: 1, first: 0, last: 90_000 }];
  expect(earningsByDay(DAYS, [pay(72_100, 2)], presence, still)[0]?.expected).toEqual([null, null]);
  expect(earningsByDay(DAYS, [pay(72_100, 2)], presence, new Map())[0]?.expected).toEqual([null, null]);
});
