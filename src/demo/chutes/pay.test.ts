import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, type Micros, SECOND } from './clock.ts';
import {
  bountyTerm,
  type PaidInstance,
  type PaidInvocation,
  type PayInput,
  payBy,
  sharesOfBonuses,
  sharesOfFeatures,
  unitsOf,
} from './pay.ts';

const T: Micros = 490_000 * HOUR;

const instance = (over: Partial<PaidInstance> = {}): PaidInstance => ({
  instanceId: 'i',
  chuteId: 'c',
  hotkey: 'A',
  createdAt: T - 10 * HOUR,
  activatedAt: T - 10 * HOUR,
  deletedAt: null,
  deletionReason: null,
  billedTo: null,
  stopBillingAt: null,
  multiplier: 2,
  validTermination: false,
  bounty: false,
  ...over,
});

const call = (over: Partial<PaidInvocation> = {}): PaidInvocation => ({
  parentId: 'p',
  chuteId: 'c',
  uid: 3,
  hotkey: 'A',
  startedAt: T - HOUR,
  completedAt: T - HOUR + 10 * SECOND,
  failed: false,
  multiplier: 2,
  bounty: 0,
  metrics: undefined,
  ...over,
});

const input = (over: Partial<PayInput>): PayInput => ({
  at: T,
  instances: [],
  invocations: [],
  multipliers: [],
  confirmed: new Set(),
  gpuCounts: new Map(),
  coldkeys: new Map(['A', 'B', 'C', 'D'].map((hotkey) => [hotkey, `cold ${hotkey}`])),
  blacklist: new Set(),
  ...over,
});

describe('the vectors of the reference', () => {
  it('invocation era: section 6.2', () => {
    const features = new Map([
      ['A', { units: 1000, calls: 400, unique: 20, bounties: 3 }],
      ['B', { units: 500, calls: 300, unique: 10, bounties: 1 }],
      ['C', { units: 250, calls: 100, unique: 5, bounties: 0 }],
      ['D', { units: 250, calls: 200, unique: 0, bounties: 0 }],
    ]);
    const coldkeys = new Map(Object.entries({ A: 'k1', B: 'k2', C: 'k2', D: 'k3' }));
    const shares = sharesOfFeatures(features, coldkeys);
    expect([...shares.keys()]).toEqual(['A', 'B', 'D']);
    expect(shares.get('A')).toBeCloseTo(0.5917556605, 9);
    expect(shares.get('B')).toBeCloseTo(0.2926669813, 9);
    expect(shares.get('D')).toBeCloseTo(0.1155773582, 9);
  });

  it('bonus era: section 6.3', () => {
    const demand = (units: number, count: number) => 0.75 * units + 0.25 * count;
    const shares = sharesOfBonuses(
      new Map([
        ['A', { base: 1000, breadth: 10, demand: demand(500, 50), bounty: 0 }],
        ['B', { base: 600, breadth: 30, demand: demand(100, 10), bounty: 2 }],
        ['C', { base: 400, breadth: 20, demand: demand(300, 40), bounty: 1 }],
      ]),
    );
    expect(shares.get('A')).toBeCloseTo(0.4752249867, 9);
    expect(shares.get('B')).toBeCloseTo(0.3171380276, 9);
    expect(shares.get('C')).toBeCloseTo(0.2076369856, 9);
    expect([bountyTerm(3, 4), bountyTerm(1, 4)]).toEqual([expect.closeTo(1.22, 12), expect.closeTo(0.5, 12)]);
  });

  it('instance era: section 6.4', () => {
    const one = instance({ createdAt: T - 2 * HOUR, activatedAt: T - 90 * MINUTE });
    const piece = (multiplier: number, start: Micros, end: Micros | null) => ({
      instanceId: 'i',
      ...{ multiplier, start, end },
    });
    const history = [
      piece(0.6, T - 2 * HOUR, T - 90 * MINUTE),
      piece(2, T - 90 * MINUTE, T - 30 * MINUTE),
      piece(1.5, T - 30 * MINUTE, null),
    ];
    expect(unitsOf(one, history, T, 7 * DAY)).toBeCloseTo(10_980, 9);
    // No history at all: its own multiplier for the whole time, one when it has none.
    expect(unitsOf(one, [], T, 7 * DAY)).toBe(14_400);
    expect(unitsOf({ ...one, multiplier: null }, [], T, HOUR)).toBe(3_600);
  });
});

describe('the invocation era by hand', () => {
  const units = (row: PaidInvocation, more: Partial<PayInput> = {}) =>
    payBy('P18', input({ invocations: [row], ...more })).raw.get('A')?.compute_units;

  it('credits seconds by the first rule that fits', () => {
    const metrics = { nc: 3, steps: 30, masps: 0.5, it: 100, ot: 50, maspt: 0.01 };
    expect(units(call({ metrics }))).toBe(6);
    expect(units(call({ metrics: { ...metrics, nc: 0 } }))).toBe(30);
    expect(units(call({ metrics: { it: 100, ot: 50, maspt: 0.01 } }))).toBe(3);
    expect(units(call({ metrics: { it: 100, ot: 0, maspt: 0.01 } }))).toBe(20);
    expect(units(call({ bounty: 100 }))).toBe(120);
    expect(units(call({ metrics: { p: true, nc: 3 } }))).toBe(0);
    expect(
      units(call({ metrics: { p: true, nc: 3 }, chuteId: '561e4875-254d-588f-a36f-57c9cdef8961' })),
    ).toBe(6);
  });

  it('leaves out what failed, what is not finished, what is too old, the cache, and confirmed complaints', () => {
    for (const row of [
      call({ failed: true, bounty: 50 }),
      call({ completedAt: null }),
      call({ startedAt: T - 7 * DAY }),
      call({ uid: -1 }),
    ]) {
      expect(units(row)).toBeUndefined();
    }
    expect(units(call(), { confirmed: new Set(['p']) })).toBeUndefined();
    expect(units(call({ startedAt: T - 7 * DAY + 1, completedAt: T - 7 * DAY + 1 + SECOND }))).toBe(2);
  });

  it('counts the GPUs of distinct chutes over hours with any, after an hour of service', () => {
    const pay = payBy(
      'P18',
      input({
        invocations: [call()],
        gpuCounts: new Map([['c', 4]]),
        // From T-10h: counted from T-9h to T, ten points with 4 GPUs; the other chute, 1 GPU, from T-1h: once.
        instances: [
          instance(),
          instance({ instanceId: 'j' }),
          instance({ instanceId: 'k', chuteId: 'd', activatedAt: T - HOUR }),
          instance({
            instanceId: 'l',
            chuteId: 'e',
            activatedAt: T - 5 * HOUR,
            deletedAt: T - 5 * HOUR + MINUTE,
          }),
        ],
      }),
    );
    // (10 x 4 + 1) / 10 = 4.1
    expect(pay.raw.get('A')?.unique_chute_count).toBe(4);
  });

  it('pays private instances by their time, if their end was in order, and only who served anything', () => {
    const billed = instance({ billedTo: 'user', stopBillingAt: T - 9 * HOUR });
    const ended = { ...billed, instanceId: 'x', deletedAt: T - 9 * HOUR, deletionReason: 'instance failed' };
    const old = { ...ended, instanceId: 'y', deletionReason: 'chute c has an old version' };
    const stranger = { ...billed, instanceId: 'z', hotkey: 'B' };
    const pay = payBy('P18', input({ invocations: [call()], instances: [billed, ended, old, stranger] }));
    expect(pay.raw.get('A')).toMatchObject({
      compute_units: 20 + 2 * 3600 * 2,
      invocation_count: 1 + 7200,
      bounty_count: 2,
    });
    expect(pay.shares).toEqual(new Map([['A', 1]]));
  });
});

it('pays all alike when there is nothing to pay for in the instance era, and nobody when there is nobody', () => {
  const fresh = (hotkey: string) => instance({ instanceId: hotkey, hotkey, createdAt: T, activatedAt: T });
  const { shares } = payBy('I4', input({ instances: [fresh('A'), fresh('B')] }));
  expect(shares).toEqual(
    new Map([
      ['A', 0.5],
      ['B', 0.5],
    ]),
  );
  for (const profile of ['P18', 'B4', 'I1', 'I4'] as const)
    expect(payBy(profile, input({})).shares.size).toBe(0);
});

it('leaves out the blacklist and strangers, and lets a coldkey be paid once while that is the rule', () => {
  const of = (hotkey: string) => instance({ instanceId: hotkey, hotkey });
  const given = input({
    instances: ['A', 'B', 'C', 'stranger'].map(of),
    coldkeys: new Map(Object.entries({ A: 'k', B: 'k', C: 'l' })),
    blacklist: new Set(['C']),
  });
  expect(payBy('I4', given).shares).toEqual(
    new Map([
      ['A', 0.5],
      ['B', 0.5],
    ]),
  );
  expect(payBy('I1', given).shares).toEqual(new Map([['A', 1]]));
});
