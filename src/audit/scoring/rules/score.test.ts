import { expect, test } from 'vitest';
import { rulesOf } from '../profiles/make-profile.ts';
import { profileNamed } from '../profiles/profiles.ts';
import { AT, DAY, evidence, HOUR, job, life, miners, SECOND, usage } from '../testing/made-evidence.ts';
import type { Evidence, MinerAtInstant, ScoringContext, Variant } from '../types.ts';
import { score } from './score.ts';

function scored(
  profile: string,
  known: Partial<Evidence>,
  registered: readonly MinerAtInstant[],
  more: Partial<ScoringContext> = {},
  variant: Variant = 'validator',
) {
  return score(rulesOf(profileNamed(profile), variant), evidence(known), {
    at: AT,
    miners: registered,
    ...more,
  });
}

const scoresOf = (result: ReturnType<typeof score>) =>
  Object.fromEntries(result.scores.map((one) => [one.hotkey, one.score]));

/** An instance that was always there, at a chute with so many GPUs: so many unique chutes. */
function chutesOf(counts: Record<string, number>) {
  const hotkeys = Object.keys(counts).filter((hotkey) => counts[hotkey] !== 0);
  return {
    instances: hotkeys.map((hotkey) => life(hotkey, AT - 30 * DAY, { instanceId: hotkey, chuteId: hotkey })),
    gpuCounts: new Map(Object.entries(counts)),
  };
}

test('P18: four features, one hotkey per coldkey, divided by the sum', () => {
  // The reference's vector: raw (CU, INV, U, BNT), coldkeys A = k1, B = C = k2, D = k3.
  const { instances, gpuCounts } = chutesOf({ A: 20, B: 10, C: 5, D: 0 });
  const result = scored(
    'P18',
    {
      instances,
      usage: [
        usage('A', { computeUnits: 1_000, successes: 400, bounties: 3 }),
        usage('B', { computeUnits: 500, successes: 300, bounties: 1 }),
        usage('C', { computeUnits: 250, successes: 100 }),
        usage('D', { computeUnits: 250, successes: 200 }),
      ],
    },
    miners(['A', 'B', 'C', 'D'], { B: 'k2', C: 'k2' }),
    { gpuCounts },
  );
  expect(result.scores.map(({ hotkey }) => hotkey)).toEqual(['A', 'B', 'D', 'C']);
  const scores = scoresOf(result);
  expect(scores.A).toBeCloseTo(0.5917556605, 10);
  expect(scores.B).toBeCloseTo(0.2926669813, 10);
  expect(scores.D).toBeCloseTo(0.1155773582, 10);
  expect(scores.C).toBe(0);
  expect(result.excluded).toEqual([
    { hotkey: 'C', why: 'coldkey', detail: 'B of the same coldkey has more' },
  ]);
  // pre(A) + pre(B) + pre(D)
  expect(result.totals.beforeFinal).toBeCloseTo(0.5375996243 + 0.2658828123 + 0.105, 9);
  const [a] = result.scores;
  expect(a?.raw).toEqual({ computeUnits: 1_000, invocations: 400, uniqueChutes: 20, bounties: 3 });
  expect(a?.normalised.computeUnits).toBe(0.5);
  expect(Object.values(a?.contribution ?? {}).reduce((sum, part) => sum + part, 0)).toBeCloseTo(
    scores.A ?? 0,
    14,
  );
});

test('B4: base, breadth, demand and bounties', () => {
  // The reference's vector: base 1000, 600, 400; breadth 10, 30, 20; CU 500, 100, 300; counts 50, 10, 40; bounties 0, 2, 1.
  const always = (hotkey: string, chuteId: string, base: number, bounty: boolean) =>
    life(hotkey, AT - 30 * DAY, { instanceId: chuteId, chuteId, multiplier: base / 604_800, bounty });
  const result = scored(
    'B4',
    {
      instances: [
        always('A', 'a', 1_000, false),
        always('B', 'b1', 300, true),
        always('B', 'b2', 300, true),
        always('C', 'c', 400, true),
      ],
      usage: [
        usage('A', { computeUnits: 500, successes: 50 }),
        usage('B', { computeUnits: 100, successes: 10 }),
        usage('C', { computeUnits: 300, successes: 40 }),
      ],
    },
    miners(['A', 'B', 'C']),
    {
      gpuCounts: new Map([
        ['a', 10],
        ['b1', 15],
        ['b2', 15],
        ['c', 20],
      ]),
    },
  );
  const scores = scoresOf(result);
  expect(scores.A).toBeCloseTo(0.4752249867, 10);
  expect(scores.B).toBeCloseTo(0.3171380276, 10);
  expect(scores.C).toBeCloseTo(0.2076369856, 10);
  expect(result.totals.beforeFinal).toBeCloseTo(1, 12);
  expect(result.scores[1]?.raw).toMatchObject({
    breadth: 30,
    demand: 0.75 * 100 + 0.25 * 10,
    bountyInstances: 2,
  });
});

test('B2 and B3 differ in weight and exponent', () => {
  const known = {
    instances: [
      life('A', AT - 30 * DAY, { instanceId: 'a', chuteId: 'a' }),
      life('B', AT - 30 * DAY, { instanceId: 'b', chuteId: 'b' }),
    ],
    usage: [usage('A', { computeUnits: 4, successes: 1 }), usage('B', { computeUnits: 1, successes: 1 })],
  };
  // Bases are alike; breadth and bounties too, so uniform; A has all of the demand: 0.5 + w (0.35 - 0.175).
  expect(scoresOf(scored('B2', known, miners(['A', 'B']))).A).toBeCloseTo(0.5 + 0.15 * 0.175, 12);
  expect(scoresOf(scored('B3', known, miners(['A', 'B']))).A).toBeCloseTo(0.5 + 0.1 * 0.175, 12);
});

test('B1: shares times one plus bonuses', () => {
  const known = {
    instances: [
      life('A', AT - 30 * DAY, { instanceId: 'a', chuteId: 'a' }),
      life('B', AT - 30 * DAY, { instanceId: 'b', chuteId: 'b' }),
    ],
    usage: [
      usage('A', { computeUnits: 4, successes: 1, rows: 1 }),
      usage('B', { computeUnits: 1, successes: 1, rows: 2 }),
    ],
  };
  // A has the most demand and success: 0.5 (1 + 0.25 + 0.15) to 0.5.
  expect(scoresOf(scored('B1', known, miners(['A', 'B']))).A).toBeCloseTo(1.4 / 2.4, 12);
});

test('I1 pays one hotkey of a coldkey, I4 all; neither whom the publisher refuses', () => {
  const known = {
    instances: ['A', 'B', 'C'].map((hotkey, at) =>
      life(hotkey, AT - (at + 1) * HOUR, { instanceId: hotkey }),
    ),
  };
  const registered = miners(['A', 'B', 'C'], { A: 'k', C: 'k' });
  expect(scoresOf(scored('I1', known, registered))).toEqual({ C: 0.6, B: 0.4, A: 0 });
  expect(scoresOf(scored('I4', known, registered))).toEqual({ C: 0.5, B: 1 / 3, A: 1 / 6 });
  const refused = scored('I4', known, registered, { blacklist: new Map([['B', 'x'.repeat(500)]]) });
  expect(scoresOf(refused)).toEqual({ C: 0.75, A: 0.25 });
  expect(refused.excluded).toEqual([{ hotkey: 'B', why: 'blacklisted', detail: 'x'.repeat(200) }]);
});

test('where all units are zero the instances’ eras pay all the same', () => {
  const known = {
    instances: ['A', 'B'].map((hotkey) => life(hotkey, AT - HOUR, { instanceId: hotkey, multiplier: 0 })),
  };
  expect(scoresOf(scored('I4', known, miners(['A', 'B'])))).toEqual({ A: 0.5, B: 0.5 });
  expect(scored('I4', known, []).empty).toBe('nobody with anything to show is registered and not excluded');
});

test('nobody, one, and all at zero', () => {
  for (const profile of ['P0', 'P7c', 'P18', 'B1', 'B4', 'I1', 'I4']) {
    expect(scored(profile, {}, miners(['A'])), profile).toMatchObject({
      scores: [],
      empty: 'the counted reports hold nothing that the profile pays for',
    });
  }
  expect(scoresOf(scored('P18', { usage: [usage('A', { computeUnits: 1 })] }, miners(['A'])))).toEqual({
    A: 1,
  });
  const zero = scored('P18', { usage: [usage('A'), usage('B')] }, miners(['A', 'B']));
  expect(zero).toMatchObject({ empty: 'everybody has zero', totals: { beforeFinal: 0, miners: 0 } });
  expect(scoresOf(zero)).toEqual({ A: 0, B: 0 });
});

test('uid 0 is a miner; a hotkey that is not registered takes part in the sums before P6, and in none since', () => {
  const rows = {
    usage: [usage('A', { computeUnits: 1, successes: 1 }), usage('gone', { computeUnits: 3, successes: 1 })],
  };
  const before = scored('P5', rows, miners(['A']));
  expect(before.scores[0]).toMatchObject({
    hotkey: 'A',
    uid: 0,
    score: 1,
    normalised: { computeUnits: 0.25 },
  });
  const since = scored('P6', rows, miners(['A']));
  expect(since.scores[0]).toMatchObject({ score: 1, normalised: { computeUnits: 1 } });
  for (const { excluded } of [before, since]) {
    expect(excluded).toEqual([{ hotkey: 'gone', why: 'unregistered', detail: expect.any(String) }]);
  }
});

test('a uid that changed hands: the hotkey that served is paid, if it is still registered', () => {
  const rows = { usage: [usage('old', { computeUnits: 3 }), usage('new', { computeUnits: 1 })] };
  const result = scored('P18', rows, [{ hotkey: 'new', uid: 5, coldkey: 'k' }]);
  expect(scoresOf(result)).toEqual({ new: 1 });
});

test('P7c: who has no three busy instances is left out', () => {
  const busy = (hotkey: string, count: number, seconds: number) =>
    Array.from({ length: count }, (_, at) =>
      usage(hotkey, {
        instanceId: `${hotkey}${at}`,
        computeUnits: 1,
        busySeconds: seconds,
        busyFrom: AT - 10_000 * SECOND,
        busyTo: AT,
      }),
    );
  const result = scored(
    'P7c',
    { usage: [...busy('A', 3, 200), ...busy('B', 2, 900), ...busy('C', 3, 100)] },
    miners(['A', 'B', 'C']),
  );
  expect(scoresOf(result)).toEqual({ A: 1 });
  expect(result.excluded.map(({ hotkey, why, detail }) => [hotkey, why, detail])).toEqual([
    ['B', 'utilisation', 'too few instances at work for long enough; at least 0.02 is asked for'],
    ['C', 'utilisation', 'busy 0.010 of the time; at least 0.02 is asked for'],
  ]);
});

test('P11: jobs are units and bounties of those who served', () => {
  const known = {
    usage: [usage('A', { computeUnits: 3_600 })],
    jobs: [job('A', AT - HOUR, { multiplier: 2 }), job('B', AT - HOUR)],
  };
  const [a, b] = scored('P11', known, miners(['A', 'B'])).scores;
  expect(a?.raw).toMatchObject({ computeUnits: 10_800, bounties: 1 });
  expect(b).toBeUndefined();
  expect(scored('P10', known, miners(['A', 'B'])).scores[0]?.raw).toMatchObject({
    computeUnits: 3_600,
    bounties: 0,
  });
});

test('private instances: units, whole seconds as requests, one bounty each; which ones changed four times', () => {
  const hired = (hours: number, known: Parameters<typeof life>[2]) =>
    life('A', AT - hours * HOUR - SECOND / 2, { billed: true, multiplier: 2, ...known });
  const instances = [
    hired(1, { instanceId: 'runs' }),
    hired(2, {
      instanceId: 'unused',
      deletedAt: AT - SECOND / 2,
      deletionReason: 'user-defined/private chute instance has not been used since shutdown_after_seconds',
    }),
    hired(4, { instanceId: 'failed', deletedAt: AT - SECOND / 2, deletionReason: 'failed' }),
    hired(8, { instanceId: 'initialized', deletedAt: AT - SECOND / 2, deletionReason: 'miner initialized' }),
    hired(16, { instanceId: 'silent', deletedAt: AT - SECOND / 2 }),
    life('A', AT - 32 * HOUR, { instanceId: 'public', multiplier: 2 }),
    life('B', AT - HOUR, { instanceId: 'of one who served nothing', billed: true }),
  ];
  const of = (profile: string) => {
    const result = scored(
      profile,
      { usage: [usage('A', { computeUnits: 10, successes: 5 })], instances },
      miners(['A', 'B']),
    );
    expect(result.scores).toHaveLength(1);
    return result.scores[0]?.raw;
  };
  const figures = (hours: number, count: number, halfSeconds: number) => ({
    computeUnits: 10 + 2 * (hours * 3_600 + halfSeconds / 2),
    // The half seconds of two instances make a whole one.
    invocations: 5 + hours * 3_600 + Math.floor(halfSeconds / 2),
    bounties: count,
  });
  expect(of('P12')).toMatchObject({ computeUnits: 10, invocations: 5, bounties: 0 });
  expect(of('P14')).toMatchObject(figures(31, 5, 1));
  expect(of('P15')).toMatchObject(figures(7, 3, 1));
  expect(of('P17')).toMatchObject(figures(2, 1, 0));
  expect(of('P18')).toMatchObject(figures(3, 2, 1));
});

test('the published auditor cuts unique chutes off where the validator rounds', () => {
  const instances = [
    life('A', AT - 30 * DAY, { instanceId: 'i', chuteId: 'a' }),
    life('A', AT - 5 * DAY, { instanceId: 'j', chuteId: 'b' }),
  ];
  const raw = (variant: Variant) =>
    scored('P18', { usage: [usage('A')], instances }, miners(['A']), {}, variant).scores[0]?.raw.uniqueChutes;
  // b counts at 120 of 169 points: 1.71.
  expect(raw('validator')).toBe(2);
  expect(raw('auditor')).toBe(1);
});
