import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileNamed } from '../profiles/profiles.ts';
import { AT, HOUR, job, life, SECOND, stretch, usage } from '../testing/made-evidence.ts';
import type { Evidence, MinerAtInstant } from '../types.ts';
import { score } from './score.ts';

const PROFILES = ['P0', 'P3', 'P6', 'P7a', 'P8', 'P11', 'P15', 'P18', 'B1', 'B2', 'B4', 'I1', 'I2', 'I4'];
const HOTKEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

const hotkey = fc.constantFrom(...HOTKEYS);
const chuteId = fc.constantFrom('x', 'y', 'z');
const amount = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
const count = fc.nat(1_000);
const ago = fc.integer({ min: 0, max: 9 * 24 * 3_600 }).map((seconds) => AT - seconds * SECOND);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const anyUsage = fc
  .record({
    hotkey,
    chuteId,
    instanceId: fc.constantFrom('1', '2', '3'),
    computeUnits: amount,
    successes: count,
    bounties: fc.nat(3),
    from: ago,
    to: ago,
  })
  .map(({ hotkey, from, to, ...rest }) => {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    return usage(hotkey, {
      ...rest,
      firstSuccess: first,
      lastSuccess: last,
      busySeconds: 100,
      busyFrom: first,
      busyTo: last,
    });
  });

const anyLife = fc
  .record({
    hotkey,
    chuteId,
    from: ago,
    hours: maybe(fc.nat(100)),
    billed: fc.boolean(),
    bounty: fc.boolean(),
    multiplier: maybe(fc.double({ min: 0, max: 20, noNaN: true })),
    validTermination: fc.boolean(),
    reason: fc.constantFrom(null, 'miner initialized', 'it has an old version', 'other'),
  })
  .map(({ hotkey, from, hours, reason, ...rest }) => {
    const ended = hours === null ? null : from + hours * HOUR;
    const deletedAt = ended !== null && ended <= AT ? ended : null;
    return life(hotkey, from, { ...rest, deletedAt, deletionReason: deletedAt === null ? null : reason });
  });

const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    usage: fc.array(anyUsage, { maxLength: 12 }),
    instances: fc.array(anyLife, { maxLength: 12 }),
    multipliers: fc.array(
      fc.tuple(fc.nat(11), fc.double({ min: 0, max: 20, noNaN: true }), ago, maybe(ago)),
      { maxLength: 12 },
    ),
    jobs: fc.array(fc.tuple(hotkey, ago, maybe(ago)), { maxLength: 4 }),
  })
  .map(({ usage, instances, multipliers, jobs }) => ({
    usage,
    instances: instances.map((one, at) => ({ ...one, instanceId: String(at) })),
    // One that ends before it starts is a row that cannot be read: no score ever sees it.
    multipliers: multipliers.map(([at, multiplier, one, other]) =>
      stretch(multiplier, Math.min(one, other ?? one), other === null ? null : Math.max(one, other), {
        instanceId: String(at),
      }),
    ),
    jobs: jobs.map(([who, start, end]) => job(who, start, { finishedAt: end })),
  }));

const anyMiners: fc.Arbitrary<MinerAtInstant[]> = fc
  .tuple(fc.subarray(HOTKEYS), fc.array(fc.constantFrom('k', 'l', 'm'), { minLength: 6, maxLength: 6 }))
  .map(([hotkeys, coldkeys]) =>
    hotkeys.map((one, uid) => ({ hotkey: one, uid, coldkey: coldkeys[uid] ?? '' })),
  );

const profile = fc.constantFrom(...PROFILES).map(profileNamed);
const context = (miners: readonly MinerAtInstant[]) => ({ at: AT, miners, gpuCounts: new Map([['x', 8]]) });

test('scores sum to 1, or nobody is paid and it is said why; parts sum to scores', () => {
  fc.assert(
    fc.property(profile, anyEvidence, anyMiners, (rules, evidence, miners) => {
      const { scores, excluded, empty } = score(rules, evidence, context(miners));
      const sum = scores.reduce((all, one) => all + one.score, 0);
      if (empty === undefined) expect(sum).toBeCloseTo(1, 12);
      else expect(sum).toBe(0);
      const unpaid = new Set(excluded.map((one) => one.hotkey));
      for (const one of scores) {
        expect(one.score).toBeGreaterThanOrEqual(0);
        if (unpaid.has(one.hotkey)) expect(one.score).toBe(0);
        const parts = Object.values(one.contribution).reduce((all, part) => all + part, 0);
        expect(parts).toBeCloseTo(one.score, 12);
      }
      expect(new Set(scores.map((one) => one.uid)).size).toBe(scores.length);
    }),
    { numRuns: 300 },
  );
});

test('the order of the evidence does not change a bit', () => {
  fc.assert(
    fc.property(
      profile,
      anyEvidence,
      anyMiners,
      fc.infiniteStream(fc.nat()),
      (rules, evidence, miners, keys) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const other = {
          usage: shuffled(evidence.usage),
          instances: shuffled(evidence.instances),
          multipliers: shuffled(evidence.multipliers),
          jobs: shuffled(evidence.jobs),
        };
        expect(score(rules, other, context(shuffled(miners)))).toEqual(
          score(rules, evidence, context(miners)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a common factor of all units changes nothing', () => {
  // A power of two: no digit is lost.
  const factor = 8;
  fc.assert(
    fc.property(
      fc.constantFrom('P18', 'P11', 'P6', 'I1', 'I2', 'I4').map(profileNamed),
      anyEvidence,
      anyMiners,
      (rules, evidence, miners) => {
        const scaled = {
          usage: evidence.usage.map((one) => ({ ...one, computeUnits: one.computeUnits * factor })),
          instances: evidence.instances.map((one) => ({
            ...one,
            multiplier: (one.multiplier ?? 1) * factor,
          })),
          multipliers: evidence.multipliers.map((one) => ({ ...one, multiplier: one.multiplier * factor })),
          jobs: evidence.jobs.map((one) => ({ ...one, multiplier: (one.multiplier ?? 1) * factor })),
        };
        const before = score(rules, evidence, context(miners)).scores.map((one) => [one.hotkey, one.score]);
        const after = score(rules, scaled, context(miners)).scores.map((one) => [one.hotkey, one.score]);
        expect(after).toEqual(before);
      },
    ),
    { numRuns: 200 },
  );
});

test('who did more is not paid less', () => {
  const alone: MinerAtInstant[] = HOTKEYS.map((one, uid) => ({ hotkey: one, uid, coldkey: one }));
  fc.assert(
    fc.property(
      fc.constantFrom('P0', 'P6', 'P11', 'P18').map(profileNamed),
      anyEvidence,
      fc.nat(),
      (rules, evidence, which) => {
        const lucky = evidence.usage[which % Math.max(1, evidence.usage.length)];
        if (lucky === undefined) return;
        const more = evidence.usage.map((one) =>
          one === lucky
            ? {
                ...one,
                computeUnits: one.computeUnits * 2 + 1,
                successes: one.successes + 5,
                bounties: one.bounties + 1,
              }
            : one,
        );
        const of = (usage: Evidence['usage']) =>
          score(rules, { ...evidence, usage }, context(alone)).scores.find(
            (one) => one.hotkey === lucky.hotkey,
          )?.score ?? 0;
        expect(of(more)).toBeGreaterThanOrEqual(of(evidence.usage) - 1e-12);
      },
    ),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom('I1', 'I4').map(profileNamed),
      anyEvidence,
      fc.nat(),
      (rules, evidence, which) => {
        const lucky = evidence.instances[which % Math.max(1, evidence.instances.length)];
        if (lucky === undefined) return;
        const more = evidence.multipliers.map((one) =>
          one.instanceId === lucky.instanceId ? { ...one, multiplier: one.multiplier + 3 } : one,
        );
        const total = (known: Evidence) => score(rules, known, context(alone)).totals.beforeFinal;
        // With nothing at all everybody has the same, and the first unit of another takes it away.
        if (total(evidence) === 0) return;
        const of = (multipliers: Evidence['multipliers']) => {
          const result = score(rules, { ...evidence, multipliers }, context(alone));
          return result.scores.find((one) => one.hotkey === lucky.hotkey)?.score ?? 0;
        };
        const positive = score(rules, evidence, context(alone)).scores.some(
          (one) => (one.raw.instanceSeconds ?? 0) > 0,
        );
        if (positive) expect(of(more)).toBeGreaterThanOrEqual(of(evidence.multipliers) - 1e-12);
      },
    ),
    { numRuns: 200 },
  );
});

test('one miner has all', () => {
  fc.assert(
    fc.property(profile, anyEvidence, hotkey, (rules, evidence, who) => {
      const { scores, empty } = score(rules, evidence, context([{ hotkey: who, uid: 0, coldkey: 'k' }]));
      if (empty === undefined) expect(scores).toMatchObject([{ hotkey: who, uid: 0, score: 1 }]);
    }),
    { numRuns: 100 },
  );
});
