import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstanceRecord, Micros, MultiplierRecord } from '../../types.ts';
import { BOB, HOUR, instance, listed, MINUTE, multiplier, NOON } from '../testing/made-up.ts';
import { HONEST_HISTORY } from '../testing/simulated-lives.ts';
import { checkSnapshot, compareHistory, compareSnapshots } from './compare-snapshots.ts';
import type { Snapshot } from './difference.ts';

function snapshot(
  end: Micros,
  instances: readonly InstanceRecord[],
  multipliers: readonly MultiplierRecord[] = [],
): Snapshot {
  return { report: listed({ end, block: 5_000_000 + (end - NOON) / 12_000_000 }), instances, multipliers };
}

/** Kinds of the differences between two reports, an hour apart, with their fields. */
function told(was: Snapshot, now: Snapshot, next?: Snapshot): string[] {
  return compareSnapshots(was, now, { next }).map(
    ({ kind, field, severity }) => `${kind} ${field} ${severity}`,
  );
}

const LATER = NOON + HOUR;
const was = (own: Partial<InstanceRecord> = {}, spans: readonly MultiplierRecord[] = [multiplier()]) =>
  snapshot(NOON, [instance(own)], spans);
const now = (own: Partial<InstanceRecord> = {}, spans: readonly MultiplierRecord[] = [multiplier()]) =>
  snapshot(LATER, [instance(own)], spans);

describe('what may change from one report to the next', () => {
  test.each<[string, Partial<InstanceRecord>, Partial<InstanceRecord>]>([
    ['nothing', {}, {}],
    ['it is verified', { verifiedAt: null, activatedAt: null }, { verifiedAt: NOON + 1, activatedAt: null }],
    ['it is activated', { activatedAt: null }, { activatedAt: NOON + MINUTE }],
    ['it is activated with a bounty', { activatedAt: null }, { activatedAt: NOON + MINUTE, bounty: true }],
    ['it is deleted', {}, { deletedAt: NOON + 5 * MINUTE, deletionReason: 'idle', validTermination: true }],
    [
      'its billing is prolonged',
      { billedTo: 'u', stopBillingAt: NOON + 1 },
      { billedTo: 'u', stopBillingAt: LATER },
    ],
    [
      'its billing is resumed',
      { billedTo: 'u', stopBillingAt: NOON - HOUR },
      { billedTo: 'u', stopBillingAt: LATER },
    ],
    [
      'its billing ends with it',
      { billedTo: 'u', stopBillingAt: LATER },
      { billedTo: 'u', stopBillingAt: NOON + 1, deletedAt: NOON + 1 },
    ],
    ['its miner has another uid', { minerUid: 7 }, { minerUid: 9 }],
  ])('%s', (_name, before, after) => {
    expect(told(was(before), now(after))).toEqual([]);
  });

  test('a multiplier is closed, and another begins', () => {
    const spans = [multiplier({ end: NOON + 9 }), multiplier({ start: NOON + 9, multiplier: 3 })];
    expect(told(was(), now({ computeMultiplier: 3 }, spans))).toEqual([]);
  });

  test('new instances come, deleted ones go', () => {
    const gone = instance({ instanceId: 'i-2', deletedAt: NOON - MINUTE });
    const come = instance({ instanceId: 'i-3', createdAt: NOON + 1, verifiedAt: null, activatedAt: null });
    expect(told(snapshot(NOON, [instance(), gone]), snapshot(LATER, [instance(), come]))).toEqual([]);
  });

  test('nobody was there', () => expect(told(snapshot(NOON, []), snapshot(LATER, []))).toEqual([]));
});

describe('what was settled', () => {
  const at = NOON - 3 * HOUR;
  const deleted = { deletedAt: NOON - MINUTE, deletionReason: 'idle', validTermination: true };
  test.each<[string, Partial<InstanceRecord>, Partial<InstanceRecord>, string[]]>([
    ['created earlier', {}, { createdAt: at }, ['changed createdAt critical']],
    ['created by somebody else', {}, { minerHotkey: 'M' }, ['changed minerHotkey critical']],
    ['of another chute', {}, { chuteId: 'c-2' }, ['changed chuteId critical']],
    ['verified later', {}, { verifiedAt: at }, ['changed verifiedAt critical']],
    ['never verified', {}, { verifiedAt: null }, ['withdrawn verifiedAt critical']],
    ['never activated', {}, { activatedAt: null }, ['withdrawn activatedAt critical']],
    [
      'activated before it was seen inactive',
      { activatedAt: null },
      { activatedAt: at },
      ['backdated activatedAt critical'],
    ],
    ['deleted before it was seen alive', {}, { deletedAt: at }, ['backdated deletedAt critical']],
    [
      'alive again',
      deleted,
      { validTermination: true },
      ['withdrawn deletedAt critical', 'changed deletionReason critical'],
    ],
    ['deleted at another time', deleted, { ...deleted, deletedAt: NOON }, ['changed deletedAt critical']],
    [
      'deleted for another reason',
      deleted,
      { ...deleted, deletionReason: 'x' },
      ['changed deletionReason critical'],
    ],
    [
      'given a reason afterwards',
      { deletedAt: NOON },
      { deletedAt: NOON, deletionReason: 'x' },
      ['changed deletionReason critical'],
    ],
    [
      'no longer ended well',
      deleted,
      { ...deleted, validTermination: false },
      ['changed validTermination critical'],
    ],
    [
      'paid otherwise after it was deleted',
      deleted,
      { ...deleted, computeMultiplier: 9 },
      ['changed computeMultiplier critical'],
    ],
    ['billed to another user', { billedTo: 'u' }, { billedTo: 'v' }, ['changed billedTo critical']],
    ['billed to a user at last', {}, { billedTo: 'v' }, ['changed billedTo critical']],
    [
      'billed for less',
      { stopBillingAt: LATER },
      { stopBillingAt: at },
      ['shortened stopBillingAt critical'],
    ],
    ['no longer with a bounty', { bounty: true }, {}, ['withdrawn bounty warning']],
    ['with a bounty that it did not have', {}, { bounty: true }, ['changed bounty warning']],
  ])('%s', (_name, before, after, expected) => {
    expect(told(was(before), now(after))).toEqual(expected);
  });

  test('another multiplier without a history that tells of it', () => {
    expect(told(was(), now({ computeMultiplier: 9 }))).toEqual(['changed computeMultiplier critical']);
    // Before histories were published it may have been honest; it counts for the whole life all the same.
    expect(told(was({}, []), now({ computeMultiplier: 9 }, []))).toEqual([
      'changed computeMultiplier warning',
    ]);
  });

  test.each<[string, MultiplierRecord[], string]>([
    ['another multiplier', [multiplier({ multiplier: 5 })], 'changed'],
    ['ended before it was seen running', [multiplier({ end: NOON - HOUR })], 'shortened'],
    ['gone', [], 'removed'],
    ['one more of the past', [multiplier({ instanceId: 'i-9' }), multiplier()], 'inserted'],
    ['two at the same time', [multiplier(), multiplier({ start: NOON + 9 })], 'overlapping'],
  ])('its history: %s', (_name, spans, kind) => {
    expect(told(was(), now({}, spans)).map((text) => text.split(' ')[0])).toEqual([kind]);
  });

  test('a span that was over ends at another time', () => {
    const ended = multiplier({ end: NOON + MINUTE });
    expect(told(was({}, [ended]), now({}, [{ ...ended, end: NOON + 2 * MINUTE }]))).toHaveLength(1);
  });

  test('one instance told in two ways', () => {
    const both = [instance(), instance({ computeMultiplier: 9 })];
    expect(told(was(), snapshot(LATER, both, [multiplier()]))).toContain('overlapping instanceId critical');
    expect(told(was(), snapshot(LATER, [instance(), instance()], [multiplier(), multiplier()]))).toEqual([]);
  });
});

describe('what the publisher is known to do, and is found all the same', () => {
  const ends = { deletedAt: NOON + MINUTE, deletionReason: 'x' };
  const cut = (factor: number) => [multiplier({ multiplier: 2 * factor, end: NOON + MINUTE })];

  test.each([
    ['a tenth, when its miner deletes the last one', {}, 0.1, true],
    ['nothing, when it is private', { billedTo: 'u' }, 0, true],
    ['nothing, although it is not private', {}, 0, false],
    ['a tenth, although it is private', { billedTo: 'u' }, 0.1, false],
    ['a half', {}, 0.5, false],
  ])('%s', (_name, own, factor, explained) => {
    const [difference, ...others] = compareSnapshots(was(own), now({ ...own, ...ends }, cut(factor)));
    expect(others).toEqual([]);
    expect(difference?.severity).toBe(explained ? 'warning' : 'critical');
    expect(difference?.explanation !== undefined).toBe(explained);
  });

  test('no penalty explains an instance that lives on', () => {
    const [difference] = compareSnapshots(was(), now({}, [multiplier({ multiplier: 0.2 })]));
    expect(difference).toMatchObject({ severity: 'critical', before: '2', after: '0.2' });
  });

  test('an explained change is no mismatch of the report', () => {
    const [earlier, later] = [was(), now(ends, cut(0.1))];
    const verdict = checkSnapshot(later.report, earlier.report, compareSnapshots(earlier, later));
    expect(verdict).toMatchObject({
      check: 'snapshot',
      verdict: 'verified',
      evidence: { differences: 1, unexplained: 0 },
    });
    const worse = now(ends, cut(0.5));
    expect(checkSnapshot(worse.report, earlier.report, compareSnapshots(earlier, worse))).toMatchObject({
      verdict: 'mismatch',
      reason: 'rewritten',
    });
  });
});

describe('an instance that is missing', () => {
  const [before, without] = [snapshot(NOON, [instance()]), snapshot(LATER, [])];
  const next = (own: readonly InstanceRecord[]) => snapshot(LATER + HOUR, own);
  test('nobody can tell before the report after it', () => expect(told(before, without)).toEqual([]));
  test('was deleted between the end of the hour and the export', () => {
    expect(told(before, without, next([instance({ deletedAt: LATER + 30_000_000 })]))).toEqual([]);
  });
  test('was never deleted', () => {
    expect(told(before, without, next([]))).toEqual(['vanished instanceId warning']);
  });
  test('is alive again', () => {
    expect(told(before, without, next([instance()]))).toEqual(['vanished instanceId warning']);
  });
  test('was still alive when it was left out', () => {
    const written = { ...without, writtenBy: LATER + MINUTE };
    const after = next([instance({ deletedAt: LATER + 30 * MINUTE })]);
    expect(told(before, written, after)).toEqual(['vanished instanceId warning']);
  });
  test('a gap between the reports may have seen it go', () => {
    expect(told(before, snapshot(NOON + 2 * HOUR, []), next([]))).toEqual([]);
  });
});

describe('an instance that turns up', () => {
  test('long after it was created', () => {
    expect(told(snapshot(NOON, []), now({}, []))).toEqual(['inserted createdAt critical']);
  });
  test('because it was deleted just after the earlier report', () => {
    const gone = { deletedAt: NOON + 30_000_000 };
    expect(told(snapshot(NOON, []), now(gone, []))).toEqual([]);
    const written = { ...snapshot(NOON, []), writtenBy: NOON + MINUTE };
    expect(told(written, now({ deletedAt: NOON + 30 * MINUTE }, []))).toEqual([
      'inserted createdAt critical',
    ]);
  });
  test('without any time at all says nothing about the past', () => {
    expect(
      told(snapshot(NOON, []), now({ createdAt: null, verifiedAt: null, activatedAt: null }, [])),
    ).toEqual([]);
  });
});

/** One rewriting of the past in one report: which rows it can be done to, and how. */
interface Rewrite {
  readonly name: string;
  readonly instances?: (
    row: InstanceRecord,
    before: InstanceRecord,
    now: Snapshot,
  ) => InstanceRecord | undefined;
  readonly spans?: (row: MultiplierRecord, end: Micros) => MultiplierRecord[] | undefined;
}

const REWRITES: readonly Rewrite[] = [
  { name: 'created', instances: (row) => ({ ...row, createdAt: (row.createdAt ?? 0) - HOUR }) },
  { name: 'owner', instances: (row) => ({ ...row, minerHotkey: `${BOB}x` }) },
  {
    name: 'verified',
    instances: (row, before) =>
      before.verifiedAt === null ? undefined : { ...row, verifiedAt: before.verifiedAt + 1 },
  },
  {
    name: 'unverified',
    instances: (row, before) => (before.verifiedAt === null ? undefined : { ...row, verifiedAt: null }),
  },
  {
    name: 'activated',
    instances: (row, before) =>
      before.activatedAt === null ? undefined : { ...row, activatedAt: before.activatedAt - 1 },
  },
  { name: 'billed', instances: (row) => ({ ...row, billedTo: row.billedTo === null ? 'user' : null }) },
  { name: 'bounty', instances: (row, before) => (before.bounty ? { ...row, bounty: false } : undefined) },
  {
    name: 'backdated',
    instances: (row, before, { report }) =>
      before.deletedAt === null ? { ...row, deletedAt: report.start - 2 * HOUR } : undefined,
  },
  { name: 'multiplier', spans: (row) => [{ ...row, multiplier: row.multiplier * 2 }] },
  { name: 'removed', spans: () => [] },
  { name: 'moved', spans: (row) => [{ ...row, start: row.start - HOUR }] },
  { name: 'doubled', spans: (row) => [row, { ...row, start: row.start - 2 * HOUR }] },
  { name: 'shortened', spans: (row, end) => [{ ...row, end: end - HOUR / 2 }] },
];

describe('a history of eight hours', () => {
  test('that is honest has no difference, however late its reports were written', () => {
    fc.assert(
      fc.property(HONEST_HISTORY, (history) => {
        expect(compareHistory(history)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('nor with hours missing', () => {
    fc.assert(
      fc.property(
        HONEST_HISTORY.chain((history) => fc.subarray(history)),
        (history) => {
          expect(compareHistory(history)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the order of reports and rows does not matter', () => {
    fc.assert(
      fc.property(HONEST_HISTORY, fc.nat(), fc.nat(), (history, seed, which) => {
        const broken = history.map((entry, index) =>
          index === which % 8
            ? { ...entry, instances: entry.instances.map((row) => ({ ...row, chuteId: 'x' })) }
            : entry,
        );
        const shuffled = shuffle(
          broken.map((entry) => ({
            ...entry,
            instances: shuffle(entry.instances, seed),
            multipliers: shuffle(entry.multipliers, seed),
          })),
          seed,
        );
        expect(compareHistory(shuffled)).toEqual(compareHistory(broken));
      }),
    );
  });

  test.each(REWRITES.map(({ name }) => name))('any rewriting of what was settled is found: %s', (name) => {
    const rewrite = REWRITES.find((entry) => entry.name === name) as Rewrite;
    let applied = 0;
    fc.assert(
      fc.property(HONEST_HISTORY, fc.integer({ min: 1, max: 7 }), fc.nat(), (history, which, pick) => {
        const rewritten = rewriteAt(history, which, pick, rewrite);
        fc.pre(rewritten !== undefined);
        applied++;
        const report = history[which]?.report;
        expect(compareHistory(rewritten ?? []).some((difference) => difference.report === report)).toBe(true);
      }),
      { numRuns: 100, maxSkipsPerRun: 10_000 },
    );
    expect(applied).toBeGreaterThanOrEqual(100);
  });
});

/** The history with one row of one report rewritten, if there is one to which it can be done. */
function rewriteAt(
  history: readonly Snapshot[],
  which: number,
  pick: number,
  rewrite: Rewrite,
): Snapshot[] | undefined {
  const [earlier, later] = [history[which - 1], history[which]];
  if (earlier === undefined || later === undefined) return undefined;
  const changed = (own: Partial<Snapshot>) =>
    history.map((entry) => (entry === later ? { ...entry, ...own } : entry));
  if (rewrite.instances !== undefined) {
    const shared = later.instances.flatMap((row, index) => {
      const before = earlier.instances.find(({ instanceId }) => instanceId === row.instanceId);
      return before === undefined ? [] : [{ row, index, before }];
    });
    const chosen = shared[pick % shared.length];
    if (chosen === undefined) return undefined;
    const row = rewrite.instances(chosen.row, chosen.before, later);
    return row === undefined ? undefined : changed({ instances: later.instances.with(chosen.index, row) });
  }
  // Only what the earlier report showed was settled: spans that reach over the hour's end.
  const settled = later.multipliers.filter(({ instanceId, start }) =>
    earlier.multipliers.some((other) => other.instanceId === instanceId && other.start === start),
  );
  const chosen = settled[pick % settled.length];
  const spans = chosen && rewrite.spans?.(chosen, earlier.report.end);
  if (spans === undefined) return undefined;
  return changed({ multipliers: later.multipliers.flatMap((row) => (row === chosen ? spans : [row])) });
}

function shuffle<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => [((index + 1) * ((seed % 7_919) + 1) * 2_654_435_761) % 1_000_003, item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
