import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HourOfRows, Metrics, RequestRow } from '../../../test/support/scoring-rows.ts';
import type { OpenedStore } from '../../store/index.ts';
import type { LiveFeeds } from '../adapter.ts';
import { openAuditStore } from '../testing/open-audit-store.ts';
import type { Basis } from '../types.ts';
import { type EvaluateQuery, evaluate, policyOf } from './evaluate.ts';
import { profileNamed } from './profiles/profiles.ts';
import { AT, DAY, HOUR, miners, SECOND } from './testing/made-evidence.ts';
import { alive, BEGAN, publish, REGISTERED, request } from './testing/published.ts';
import type { MinerScore, Variant } from './types.ts';

let store: OpenedStore;
beforeAll(async () => {
  store = await openAuditStore();
}, 60_000);
afterAll(() => store?.close());

const published = (hours: readonly HourOfRows[]) => publish(store, hours);

async function evaluated(source: string, profile: string, more: Partial<EvaluateQuery> = {}) {
  return evaluate(store, {
    source,
    profile: profileNamed(profile),
    at: AT,
    basis: 'committed',
    miners: REGISTERED,
    ...more,
  });
}

async function rawOf(
  source: string,
  profile: string,
  more: Partial<EvaluateQuery> = {},
): Promise<MinerScore['raw'] | undefined> {
  return (await evaluated(source, profile, more)).scores.find(({ hotkey }) => hotkey === 'A')?.raw;
}

const unitsOf = async (rows: readonly RequestRow[], profile: string, variant: Variant = 'validator') =>
  (await rawOf(await published([{ end: AT, requests: rows }]), profile, { variant }))?.computeUnits;

test('seconds are credited by the first rule that applies', async () => {
  const cases: readonly (readonly [metrics: Metrics | null, seconds: number])[] = [
    [null, 10],
    [{}, 10],
    [{ nc: 7 }, 7],
    [{ nc: 0 }, 10],
    [{ nc: 0, steps: 20, masps: 0.25 }, 5],
    [{ steps: 20 }, 10],
    [{ steps: 0, masps: 0.25 }, 10],
    [{ it: 100, ot: 50, maspt: 0.02 }, 3],
    [{ it: 100, ot: 0, maspt: 0.02 }, 10],
    [{ it: 100, ot: 50 }, 10],
    [{ nc: 7, steps: 20, masps: 0.25, it: 100, ot: 50, maspt: 0.02 }, 7],
    [{ steps: 20, masps: 0.25, it: 100, ot: 50, maspt: 0.02 }, 5],
  ];
  const all = miners(cases.map((_, at) => `m${at}`));
  const source = await published([
    {
      end: AT,
      requests: cases.map(([metrics], at) => request({ hotkey: `m${at}`, multiplier: 3 }, metrics)),
    },
  ]);
  const { scores } = await evaluated(source, 'P18', { miners: all });
  for (const { uid, raw } of scores) {
    const [metrics, seconds] = cases[uid] ?? [null, 0];
    expect(raw.computeUnits, JSON.stringify(metrics)).toBeCloseTo(3 * seconds, 12);
  }
  expect(scores).toHaveLength(cases.length);
  // Between 2025-09-10 and 2025-09-14 the validator had no rule for tokens.
  expect(await unitsOf([request({}, { it: 100, ot: 50, maspt: 0.02 })], 'P13')).toBe(10);
  expect(await unitsOf([request({}, { it: 100, ot: 50, maspt: 0.02 })], 'P13', 'auditor')).toBe(3);
});

test('before P11 medians of the chute are credited, in P0 only where they are less than the time that passed', async () => {
  const took = (seconds: number, metrics: Metrics, known: Partial<RequestRow> = {}) => {
    const startedAt = known.startedAt ?? AT - HOUR + 60 * SECOND;
    return request({ startedAt, completedAt: startedAt + seconds * SECOND, ...known }, metrics);
  };
  const rows = [
    // Seconds per step: 0.2, 0.4 and (by another miner) 1.2; the middle is 0.4. One of three days ago is not looked at.
    took(2, { steps: 10 }),
    took(4, { steps: 10 }),
    took(12, { steps: 10 }, { hotkey: 'B' }),
    took(90, { steps: 10 }, { hotkey: 'B', startedAt: AT - 3 * DAY }),
    // Seconds per token, of two: 0.1 and 0.3, so 0.2.
    took(10, { tokens: 100, it: 60, ot: 40 }, { chuteId: 'other' }),
    took(30, { tokens: 100, it: 60, ot: 40 }, { chuteId: 'other' }),
    // No step, no token: what passed.
    took(5, {}, { chuteId: 'third' }),
  ].map((one) => ({ ...one, uid: 1 }));
  // P0: min(2, 4) + min(4, 4) + min(10, 20) + min(30, 20) + 5. P2: 4 + 4 + 20 + 20 + 5.
  expect(await unitsOf(rows, 'P0')).toBeCloseTo(2 + 4 + 10 + 20 + 5, 10);
  expect(await unitsOf(rows, 'P2')).toBeCloseTo(4 + 4 + 20 + 20 + 5, 10);
});

test('what failed or did not end counts for nothing; with the auditor its bounty does', async () => {
  const rows = [
    request({ bounty: 5 }),
    request({ error: 'failed', bounty: 100 }),
    request({ completedAt: null, bounty: 200 }),
  ];
  const source = await published([{ end: AT, requests: rows }]);
  expect(await rawOf(source, 'P18')).toMatchObject({ computeUnits: 15, invocations: 1, bounties: 1 });
  expect(await rawOf(source, 'P18', { variant: 'auditor' })).toMatchObject({
    computeUnits: 315,
    invocations: 1,
    bounties: 3,
  });
  expect(await rawOf(source, 'P12', { variant: 'auditor' })).toMatchObject({ computeUnits: 15, bounties: 1 });
});

test('private requests bring their bounty’s amount and nothing else, but at the chute of old', async () => {
  const rows = [
    request({ bounty: 5 }, { p: true, nc: 7 }),
    request({ chuteId: '561e4875-254d-588f-a36f-57c9cdef8961' }, { p: true, nc: 2 }),
    request({}, { p: false, nc: 1 }),
  ];
  const source = await published([{ end: AT, requests: rows }]);
  expect(await rawOf(source, 'P12')).toMatchObject({ computeUnits: 15, invocations: 3, bounties: 1 });
  expect(await rawOf(source, 'P15')).toMatchObject({ computeUnits: 6, invocations: 1, bounties: 0 });
  expect(await rawOf(source, 'P16')).toMatchObject({ computeUnits: 8, invocations: 2, bounties: 0 });
});

test('uid 0 counts since P4', async () => {
  const source = await published([{ end: AT, requests: [request(), request({ uid: 1 })] }]);
  expect(await rawOf(source, 'P3')).toMatchObject({ invocations: 1 });
  expect(await rawOf(source, 'P4')).toMatchObject({ invocations: 2 });
});

test('a complaint takes a request out once it is confirmed, and not before', async () => {
  const [early, late, open, fine] = [request(), request(), request(), request()];
  const source = await published([
    {
      end: AT,
      requests: [early, late, open, fine],
      complaints: [early, late, open].map(({ parentId }) => ({ parentId, confirmedAt: null })),
    },
    {
      end: AT + 2 * HOUR,
      complaints: [
        { parentId: early.parentId, confirmedAt: AT + HOUR },
        { parentId: late.parentId, confirmedAt: AT + 2 * HOUR },
      ],
    },
  ]);
  expect(await rawOf(source, 'P18')).toMatchObject({ invocations: 4 });
  expect(await rawOf(source, 'P18', { at: AT + HOUR })).toMatchObject({ invocations: 3 });
  expect(await rawOf(source, 'P18', { at: AT + 2 * HOUR })).toMatchObject({ invocations: 2 });
  expect(await rawOf(source, 'P3', { at: AT + 2 * HOUR })).toBeUndefined();
});

test('a request in two hours, and a report published twice, count once', async () => {
  const unfinished = request({ startedAt: AT - HOUR - 60 * SECOND, completedAt: null });
  const finished = { ...unfinished, completedAt: AT - HOUR + 30 * SECOND };
  const boundary = request({ startedAt: AT - HOUR - 5 * SECOND });
  const hours = [
    { end: AT - HOUR, requests: [unfinished, boundary] },
    { end: AT, requests: [finished, boundary] },
  ];
  const once = await rawOf(await published(hours), 'P18');
  expect(once).toMatchObject({ computeUnits: 90 + 10, invocations: 2 });
  expect(await rawOf(await published([...hours].reverse()), 'P18')).toEqual(once);
  expect(
    await rawOf(await published([...hours, ...hours.map((hour) => ({ ...hour, copy: 1 }))]), 'P18'),
  ).toEqual(once);
});

test('the window is open at its start and closed at the instant; what ends later has not ended', async () => {
  const from = AT - 7 * DAY;
  const rows = [
    request({ startedAt: from }),
    request({ startedAt: from + 1 }),
    request({ startedAt: AT - 10 * SECOND }),
    request({ startedAt: AT - 9 * SECOND }),
    request({ startedAt: AT }),
    request({ startedAt: AT + 1 }),
  ];
  const hourOf = (one: RequestRow) => Math.floor(one.startedAt / HOUR) * HOUR + HOUR;
  const source = await published(
    [...Map.groupBy(rows, hourOf)].map(([end, requests]) => ({ end, requests })),
  );
  expect(await rawOf(source, 'P18')).toMatchObject({ invocations: 2 });
  expect(await rawOf(source, 'P18', { at: AT + SECOND })).toMatchObject({ invocations: 2 });
  expect(await rawOf(source, 'P18', { at: AT + 20 * SECOND })).toMatchObject({ invocations: 4 });
});

test('numbers that are none are not paid', async () => {
  const rows = [
    request({ multiplier: Number.POSITIVE_INFINITY }),
    request({ multiplier: Number.NaN }),
    request({ multiplier: -5 }),
    request({ bounty: Number.POSITIVE_INFINITY }),
    request({}, { nc: Number.POSITIVE_INFINITY }),
    request(),
  ];
  const { scores } = await evaluated(await published([{ end: AT, requests: rows }]), 'P18');
  expect(scores).toMatchObject([{ raw: { computeUnits: 20 }, score: 1 }]);
});

test('hours that are not there are named, and what nobody committed to counts only where it is asked for', async () => {
  const source = await published([
    { end: AT, requests: [request()] },
    {
      end: AT - HOUR,
      requests: [request({ hotkey: 'B', startedAt: AT - 2 * HOUR })],
      commitment: 'uncommitted',
    },
    {
      end: AT - 2 * HOUR,
      requests: [request({ hotkey: 'C', startedAt: AT - 3 * HOUR })],
      commitment: 'mismatch',
    },
    { end: AT - 3 * HOUR, commitment: 'matches-but-older' },
  ]);
  const of = async (basis: Basis) => {
    const { hours, scores } = await evaluated(source, 'P18', { basis });
    return {
      ...hours,
      missing: hours.missing.slice(-4).map(({ hour, reason }) => [(AT - hour) / HOUR, reason]),
      who: scores.map((one) => one.hotkey),
    };
  };
  expect(await of('committed')).toEqual({
    wanted: 168,
    counted: 2,
    missing: [
      [5, 'no report'],
      [4, 'no report'],
      [2, 'its commitment is mismatch'],
      [1, 'its commitment is uncommitted'],
    ],
    who: ['A'],
  });
  expect(await of('published')).toMatchObject({ wanted: 168, counted: 3, who: ['A', 'B'] });
  const { hours, empty } = await evaluated(await published([]), 'I4');
  expect([hours.wanted, hours.counted, empty]).toEqual([
    24,
    0,
    'the counted reports hold nothing that the profile pays for',
  ]);
});

test('P7b: how busy an instance was is asked of the last eight hours', async () => {
  // 200 s of 10 000 s lately; of the week much less.
  const busy = (hotkey: string, startedAt: number) => [
    request({ hotkey, startedAt, completedAt: startedAt + 200 * SECOND }),
    request({ hotkey, startedAt: startedAt + 10_000 * SECOND, completedAt: startedAt + 10_000 * SECOND }),
  ];
  const rows = [...busy('A', AT - 7 * HOUR), ...busy('B', AT - 9 * HOUR)];
  const hourOf = (one: RequestRow) => Math.floor(one.startedAt / HOUR) * HOUR + HOUR;
  const source = await published(
    [...Map.groupBy(rows, hourOf)].map(([end, requests]) => ({ end, requests })),
  );
  expect((await evaluated(source, 'P7b')).excluded.map(({ hotkey }) => hotkey)).toEqual(['B']);
  expect((await evaluated(source, 'P7a')).excluded).toEqual([]);
});

test('P7a: an instance that is told of two miners is busy for each of them with its own requests', async () => {
  const spread = (hotkey: string, seconds: number) =>
    [0, 1.5 * HOUR].map((later) => {
      const startedAt = AT - 2 * HOUR + later;
      return request({ hotkey, startedAt, completedAt: startedAt + seconds * SECOND });
    });
  // Of 5400 s and a little, 400 s and 2 s: the least is a fiftieth.
  const source = await published([{ end: AT, requests: [...spread('A', 200), ...spread('B', 1)] }]);
  const { scores, excluded } = await evaluated(source, 'P7a');
  expect(excluded.map(({ hotkey }) => hotkey)).toEqual(['B']);
  expect(scores.find(({ hotkey }) => hotkey === 'A')?.raw).toMatchObject({
    computeUnits: 400,
    invocations: 2,
  });
});

test('of an instance the newest report counts; what it tells of later has not happened yet', async () => {
  const source = await published([
    {
      end: AT,
      instances: [
        alive('i', 'A', { computeMultiplier: 1, deletedAt: AT - 1_800 * SECOND, validTermination: true }),
      ],
    },
    { end: AT - HOUR, instances: [alive('i', 'A', { computeMultiplier: 9 })] },
    {
      end: AT + HOUR,
      instances: [
        alive('j', 'A', { deletedAt: AT + 60 * SECOND, deletionReason: 'failed', activatedAt: BEGAN }),
      ],
    },
  ]);
  expect(await rawOf(source, 'I4')).toEqual({ instanceSeconds: 5_400 });
  expect(await rawOf(source, 'I4', { at: AT - HOUR })).toEqual({ instanceSeconds: 9 * 3_600 });
  // A little later the deletion of j, after two hours of life, is known.
  expect(await rawOf(source, 'I4', { at: AT + 30 * SECOND })).toEqual({ instanceSeconds: 5_400 + 7_230 });
  expect(await rawOf(source, 'I4', { at: AT + 90 * SECOND })).toEqual({ instanceSeconds: 5_400 + 7_260 });
});

test('B4: the demand holds the seconds of failures, but of nothing that has not ended', async () => {
  const rows = [
    request({ bounty: 7 }),
    request({ error: 'failed' }),
    request({ completedAt: null }),
    request({ startedAt: AT - SECOND }),
    request({}, { p: true }),
  ];
  const source = await published([{ end: AT, requests: rows, instances: [alive('i', 'A')] }]);
  // 0.75 x (10 + 10) + 0.25 x 1
  expect(await rawOf(source, 'B4')).toMatchObject({ instanceSeconds: 7_200, demand: 15.25 });
});

test('multipliers: a penalty that was written over them is paid as it was told last', async () => {
  const told = (multiplier: number) => [{ instanceId: 'i', multiplier, start: BEGAN, end: null }];
  const source = await published([
    { end: AT, instances: [alive('i', 'A')], multipliers: told(0.5) },
    { end: AT - HOUR, instances: [alive('i', 'A')], multipliers: told(5) },
  ]);
  expect(await rawOf(source, 'I4')).toEqual({ instanceSeconds: 3_600 });
  expect(await rawOf(source, 'I4', { at: AT - HOUR })).toEqual({ instanceSeconds: 5 * 3_600 });
});

test('an instance that reports no longer have is paid, and noted', async () => {
  const source = await published([
    { end: AT - HOUR, instances: [alive('i', 'A'), alive('j', 'B')] },
    { end: AT, instances: [alive('j', 'B')] },
  ]);
  const { scores } = await evaluated(source, 'I4');
  expect(scores.map(({ hotkey, score, notes }) => [hotkey, score, notes])).toEqual([
    ['A', 0.5, ['1 instance no longer reported, never said to be deleted, paid as alive']],
    ['B', 0.5, []],
  ]);
});

test('live feeds override what was committed only where they are given whole', async () => {
  const source = await published([
    {
      end: AT,
      instances: [alive('i', 'A'), alive('j', 'B'), alive('k', 'C')],
      multipliers: [{ instanceId: 'i', multiplier: 2, start: BEGAN, end: null }],
    },
  ]);
  const feeds: LiveFeeds = {
    at: AT,
    deletions: new Map([
      ['i', null],
      ['j', AT - HOUR],
    ]),
    multipliers: [{ instanceId: 'i', multiplier: 3, start: BEGAN, end: null }],
    blacklist: new Map([['C', 'no']]),
    missing: [],
  };
  const of = async (given: LiveFeeds | undefined) => {
    const { scores, feedsUsed } = await evaluated(source, 'I4', { feeds: given });
    return {
      feedsUsed,
      units: Object.fromEntries(scores.map((one) => [one.hotkey, one.raw.instanceSeconds])),
    };
  };
  expect(await of(undefined)).toEqual({ feedsUsed: [], units: { A: 14_400, B: 7_200, C: 7_200 } });
  expect(await of(policyOf(feeds))).toEqual({ feedsUsed: ['blacklist'], units: { A: 14_400, B: 7_200 } });
  expect(await of(feeds)).toEqual({
    feedsUsed: ['blacklist', 'deletions', 'multipliers'],
    units: { A: 21_600, B: 3_600 },
  });
});

test('the same store gives the same scores', async () => {
  const rows = Array.from({ length: 500 }, (_, at) =>
    request(
      { hotkey: 'ABC'[at % 3] ?? 'A', instanceId: `i${at % 7}`, multiplier: 0.1 + at / 3 },
      { nc: 1 / (at + 1) },
    ),
  );
  const [one, other] = [
    await published([{ end: AT, requests: rows }]),
    await published([{ end: AT, requests: rows.toReversed() }]),
  ];
  const scores = async (source: string) => (await evaluated(source, 'P18')).scores.map(({ score }) => score);
  for (const [at, score] of (await scores(one)).entries())
    expect(score).toBeCloseTo((await scores(other))[at] ?? 0, 13);
});

test('a stopped evaluation ends as stopped', async () => {
  const stopped = AbortSignal.abort();
  await expect(
    evaluate(
      store,
      { source: 's', profile: profileNamed('I4'), at: AT, basis: 'committed', miners: REGISTERED },
      stopped,
    ),
  ).rejects.toMatchObject({ code: 'aborted' });
});
