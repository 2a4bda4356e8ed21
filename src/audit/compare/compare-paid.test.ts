import { describe, expect, test } from 'vitest';
import type { MinerScore, Scored } from '../scoring/types.ts';
import { type CompareInput, comparePaid } from './compare-paid.ts';
import { incentiveLine } from './log-lines.ts';
import type { IncentiveSide, MissingSide, WeightSide } from './paid.ts';
import { payFindings } from './pay-findings.ts';
import { type Shares, toShares } from './shares.ts';

const shares = (amounts: Readonly<Record<string, number>>): Shares => toShares(Object.entries(amounts));

const scored = (amounts: Readonly<Record<string, number>>, excluded: Scored['excluded'] = []): Scored => ({
  scores: [...shares(amounts)].map(
    ([hotkey, score], uid): MinerScore => ({
      hotkey,
      uid,
      score,
      raw: {},
      normalised: {},
      contribution: {},
      notes: [],
    }),
  ),
  excluded,
  totals: { raw: {}, beforeFinal: 1, miners: 0 },
});

const weight = (amounts: Readonly<Record<string, number>>, more: Partial<WeightSide> = {}): WeightSide => ({
  shares: shares(amounts),
  setAt: 900,
  movedUids: new Map(),
  unknownShare: 0,
  roundings: () => [{ sum: 65_535, count: 4, error: 1 }],
  ...more,
});

const incentive = (
  amounts: Readonly<Record<string, number>>,
  more: Partial<IncentiveSide> = {},
): IncentiveSide => ({
  shares: shares(amounts),
  others: [],
  roundings: () => [{ sum: 65_535, count: 4, error: 1 }],
  ...more,
});

const NONE: MissingSide = { missing: 'none', detail: 'There is none.' };

const compare = (
  expected: Readonly<Record<string, number>>,
  paid: Partial<CompareInput['paid']>,
  more: Partial<CompareInput> = {},
) =>
  comparePaid({
    scored: scored(expected),
    paid: { weight: NONE, incentive: NONE, published: NONE, ...paid },
    coldkeys: new Map(),
    hours: { wanted: 168, counted: 168 },
    ...more,
  });

const reasons = (comparison: ReturnType<typeof compare>, hotkey: string) =>
  comparison.miners.find((one) => one.hotkey === hotkey)?.explanations.map(({ reason }) => reason);

const CONTEXT = { source: 's', validator: 'v', profile: 'P18', at: 0 };
const OWED = { ann: 50, ben: 30, cat: 20 };
const other = (uid: number, amounts: Readonly<Record<string, number>>) => ({
  uid,
  hotkey: `o${uid}`,
  shares: shares(amounts),
});

describe("three ways: the rules, the validator's own row, consensus", () => {
  test('the own row agrees and consensus does not: it is the others, where they reach so far', () => {
    const comparison = compare(OWED, {
      weight: weight(OWED),
      incentive: incentive({ ann: 60, ben: 30, cat: 10 }, { others: [other(7, { ann: 70, ben: 30 })] }),
    });
    expect(reasons(comparison, 'ann')).toEqual(['other-validators']);
    expect(reasons(comparison, 'cat')).toEqual(['other-validators']);
    expect(reasons(comparison, 'ben')).toEqual([]);
    // Not this validator's doing.
    expect(payFindings(comparison, CONTEXT)).toEqual([]);
  });

  test('the others do not reach so far: no reason is named', () => {
    const comparison = compare(OWED, {
      weight: weight(OWED),
      incentive: incentive(
        { ann: 60, ben: 30, cat: 10 },
        { others: [other(7, { ann: 55, ben: 30, cat: 15 })] },
      ),
    });
    expect(reasons(comparison, 'ann')).toEqual([]);
  });

  test('a copier of the older row is named where consensus lies between old and new', () => {
    const before = { ann: 20, ben: 30, cat: 50 };
    const comparison = compare(OWED, {
      weight: weight(OWED),
      incentive: incentive(
        { ann: 40, ben: 30, cat: 30 },
        { others: [other(7, before)], previous: shares(before) },
      ),
    });
    expect(reasons(comparison, 'ann')).toEqual(['copied', 'other-validators']);
    expect(reasons(comparison, 'ben')).toEqual([]);
  });

  test('the own row does not agree: it is its doing, whatever the others do', () => {
    const paid = { ann: 60, ben: 40 };
    const comparison = compare(OWED, {
      weight: weight(paid),
      incentive: incentive(paid, { others: [other(7, paid)] }),
    });
    expect(reasons(comparison, 'cat')).toEqual([]);
    expect(
      payFindings(comparison, CONTEXT).map(({ kind, subject, severity }) => [kind, subject, severity]),
    ).toEqual([
      ['owed-unpaid', 'cat@v', 'critical'],
      ['paid-otherwise', 'ann@v', 'warning'],
      ['paid-otherwise', 'ben@v', 'warning'],
    ]);
  });

  test('without the own row, consensus is compared, and nobody is accused', () => {
    const comparison = compare(OWED, { incentive: incentive({ ann: 60, ben: 40 }) });
    expect(comparison.miners[0]).toMatchObject({ hotkey: 'cat', state: 'owed-unpaid' });
    expect(reasons(comparison, 'cat')).toEqual(['no-row']);
    expect(payFindings(comparison, CONTEXT)).toEqual([]);
  });

  test('without anything paid that could be read, everybody is there, and nothing is said', () => {
    const comparison = compare(OWED, {});
    expect(comparison.miners.map(({ hotkey, state, rank }) => [hotkey, state, rank])).toEqual([
      ['ann', 'unknown', 1],
      ['ben', 'unknown', 2],
      ['cat', 'unknown', 3],
    ]);
  });
});

test('where the rules come to nothing, nobody is accused', () => {
  const comparison = compare(
    {},
    { weight: weight(OWED) },
    { scored: { ...scored({}), empty: 'no report counts' } },
  );
  expect(comparison.miners.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
});

describe('reasons, only where the numbers fit', () => {
  test('hours that do not count explain what they may hold, and no more', () => {
    const paid = { ann: 52, ben: 28, cat: 20 };
    const hours = { wanted: 168, counted: 160 };
    expect(reasons(compare(OWED, { weight: weight(paid) }, { hours }), 'ann')).toEqual(['not-covered']);
    const worse = { ann: 60, ben: 20, cat: 20 };
    expect(reasons(compare(OWED, { weight: weight(worse) }, { hours }), 'ann')).toEqual([]);
  });

  test('a uid that changed hands after the weights were set', () => {
    const comparison = compare(OWED, {
      weight: weight({ ann: 60, ben: 40 }, { movedUids: new Map([['cat', 3]]) }),
    });
    expect(reasons(comparison, 'cat')).toEqual(['moved-uid']);
    expect(payFindings(comparison, CONTEXT).map(({ subject }) => subject)).not.toContain('cat@v');
  });

  test('two hotkeys of one coldkey whose differences cancel out', () => {
    const coldkeys = new Map([
      ['ann', 'k'],
      ['ben', 'k'],
      ['cat', 'l'],
    ]);
    const comparison = compare(OWED, { weight: weight({ ann: 80, cat: 20 }) }, { coldkeys });
    expect(reasons(comparison, 'ben')).toEqual(['same-coldkey']);
    expect(reasons(comparison, 'ann')).toEqual(['same-coldkey']);
  });

  test('paid though it is not registered, and unpaid by an uncommitted list', () => {
    const comparison = compare(
      OWED,
      { weight: weight({ ann: 50, ben: 30, dan: 20 }) },
      {
        scored: scored(OWED, [{ hotkey: 'dan', why: 'unregistered', detail: 'it holds no uid' }]),
        blacklist: new Map([['cat', 'fraud']]),
      },
    );
    expect(reasons(comparison, 'dan')).toEqual(['unregistered']);
    expect(reasons(comparison, 'cat')).toEqual(['blacklisted']);
    // Nobody committed to the list: a warning is left.
    expect(payFindings(comparison, CONTEXT).map(({ kind, severity }) => [kind, severity])).toEqual([
      ['owed-unpaid', 'warning'],
      ['paid-unowed', 'critical'],
    ]);
  });

  test('a share too small for whole numbers', () => {
    const owed = { ann: 1, tiny: 1e-5 };
    const comparison = compare(owed, { weight: weight({ ann: 1 }) });
    expect(comparison.miners.find(({ hotkey }) => hotkey === 'tiny')).toMatchObject({ state: 'agrees' });
    expect(reasons(comparison, 'tiny')).toEqual(['resolution']);
  });
});

describe('findings', () => {
  test('a thousand wrongly paid miners are no thousand findings', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`m${i}`, 1]));
    const found = payFindings(compare({ ann: 1 }, { weight: weight(many) }), CONTEXT);
    expect(found).toHaveLength(64);
    expect(found.at(-1)?.detail).toContain('And 937 other miners');
  });
});

test('the line of a miner, as the auditors of the field print it', () => {
  // A delta of 0.00143, within the samples of the reference (chutes.md, section 7: 0.00007 to 0.00147).
  const comparison = compare(
    { ann: 0.05204, rest: 0.94796 },
    { incentive: incentive({ ann: 0.05061, rest: 0.94939 }) },
  );
  const ann = comparison.miners.find(({ hotkey }) => hotkey === 'ann')!;
  expect(incentiveLine(ann)).toBe('ann: incentive expected 0.05204, actual 0.05061, delta 0.00143');
});
