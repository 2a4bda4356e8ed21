import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareShares, DEFAULT_THRESHOLDS } from './compare-shares.ts';
import { incentiveRoundings, rowRoundings } from './resolution.ts';
import { distance, type Shares, toShares } from './shares.ts';

const shares = (amounts: Readonly<Record<string, number>>): Shares => toShares(Object.entries(amounts));

describe('who is owed and who is paid', () => {
  test('owed but unpaid comes first, then paid but unowed, then the rest by size', () => {
    const { rows, owedUnpaid, paidUnowed, paidOtherwise } = compareShares(
      shares({ ann: 50, ben: 30, cat: 15, dan: 5 }),
      shares({ ann: 40, ben: 38, dan: 7, eve: 15 }),
    );
    expect(rows.map(({ hotkey, state }) => [hotkey, state])).toEqual([
      ['cat', 'owed-unpaid'],
      ['eve', 'paid-unowed'],
      ['ann', 'paid-otherwise'],
      ['ben', 'paid-otherwise'],
      ['dan', 'paid-otherwise'],
    ]);
    expect({ owedUnpaid, paidUnowed, paidOtherwise }).toEqual({
      owedUnpaid: 1,
      paidUnowed: 1,
      paidOtherwise: 3,
    });
  });

  test('a miner of 2 % that is paid twice or half is found, though the delta is below 0.03', () => {
    const owed = { big: 98, small: 2 };
    const state = (paid: Readonly<Record<string, number>>) =>
      compareShares(shares(owed), shares(paid)).rows.find(({ hotkey }) => hotkey === 'small')?.state;
    expect(state({ big: 96, small: 4 })).toBe('paid-otherwise');
    expect(state({ big: 99, small: 1 })).toBe('paid-otherwise');
    // 2 % against 2.1 %: 5 % of it, and 0.001 of all.
    expect(state({ big: 97.9, small: 2.1 })).toBe('agrees');
  });

  test('one miner alone, nobody owed, nobody paid', () => {
    expect(compareShares(shares({ ann: 3 }), shares({ ann: 65_535 }))).toMatchObject({
      l1: 0,
      largest: 0,
      rows: [{ expected: 1, paid: 1, state: 'agrees', expectedRank: 1, paidRank: 1 }],
    });
    expect(compareShares(shares({ ann: 3 }), shares({}))).toMatchObject({ l1: 1, owedUnpaid: 1 });
    expect(compareShares(shares({}), shares({ ann: 3 }))).toMatchObject({
      l1: 1,
      paidUnowed: 1,
      rows: [{ relative: undefined, expectedRank: undefined }],
    });
    expect(compareShares(shares({}), shares({}))).toMatchObject({ l1: 0, rows: [], resolution: 0 });
  });

  test('ranks: equals lie anywhere among themselves', () => {
    const owed = shares({ ann: 4, ben: 3, cat: 3, dan: 1 });
    const ranks = (paid: Readonly<Record<string, number>>) => compareShares(owed, shares(paid));
    // Ben and Cat are both second: either may come before the other.
    expect(ranks({ ann: 4, ben: 2.9, cat: 3.1, dan: 1 }).rankChanges).toBe(0);
    expect(ranks({ ann: 4, ben: 0.5, cat: 3.1, dan: 1 }).rankChanges).toBe(2);
    expect(ranks({ ann: 4, ben: 3, cat: 3, dan: 1 }).rows.map(({ expectedRank }) => expectedRank)).toEqual([
      1, 2, 2, 4,
    ]);
  });

  test('amounts that are no amounts are left out', () => {
    expect([
      ...toShares([
        ['ann', 1],
        ['ben', Number.NaN],
        ['cat', Infinity],
        ['dan', -5],
        ['eve', 3],
      ]),
    ]).toEqual([
      ['ann', 0.25],
      ['eve', 0.75],
    ]);
    // Each is finite, their sum is not.
    expect([
      ...toShares([
        ['ann', 1.7e308],
        ['ben', 1.7e308],
      ]).values(),
    ]).toEqual([0.5, 0.5]);
  });
});

const Amounts = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(1_000_000), { maxKeys: 40 });

describe('whatever the shares', () => {
  test('L1 is symmetric, the deltas cancel out, and the order of hotkeys means nothing', () => {
    fc.assert(
      fc.property(Amounts, Amounts, (a, b) => {
        const [owed, paid] = [shares(a), shares(b)];
        const there = compareShares(owed, paid);
        const back = compareShares(paid, owed);
        expect(there.l1).toBe(back.l1);
        expect(Math.abs(there.l1 - distance(owed, paid))).toBeLessThan(1e-12);
        expect(there.l1).toBeLessThanOrEqual(2 + 1e-12);
        const sum = there.rows.reduce((total, { delta }) => total + delta, 0);
        if (owed.size > 0 && paid.size > 0) expect(Math.abs(sum)).toBeLessThan(1e-12);
        const turned = (shuffled: Shares) => new Map([...shuffled].reverse());
        expect(compareShares(turned(owed), turned(paid))).toEqual(there);
      }),
    );
  });

  test('the scale of the amounts means nothing', () => {
    fc.assert(
      fc.property(Amounts, fc.integer({ min: 1, max: 1_000 }), (amounts, factor) => {
        const scaled = Object.fromEntries(
          Object.entries(amounts).map(([key, value]) => [key, value * factor]),
        );
        expect(distance(shares(amounts), shares(scaled))).toBeLessThan(1e-12);
      }),
    );
  });
});

/** What the chain makes of values when they are set: the largest becomes 65535, the others are rounded (subtensor.md, 5.1). */
function maxUpscaled(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  return values.map((value) => Math.round((value * 65_535) / largest));
}

/** Scores from nearly nothing to nearly all, as miners have them. */
const Scores = fc
  .array(
    fc.double({ min: -9, max: 0, noNaN: true }).map((exponent) => 10 ** exponent),
    { minLength: 1, maxLength: 256 },
  )
  .map((scores) => {
    const sum = scores.reduce((total, score) => total + score, 0);
    return scores.map((score) => score / sum);
  });

const named = (values: readonly number[]): Shares => toShares(values.map((value, i) => [`m${i}`, value]));

describe('rounding to whole numbers', () => {
  test('explains all of what it does, in a row cut off at shares x 65535 and in one of the largest x 65535', () => {
    fc.assert(
      fc.property(Scores, fc.constantFrom('share', 'max'), (scores, quantising) => {
        const largest = Math.max(...scores);
        const signed = scores.map((score) =>
          quantising === 'share' ? Math.trunc(score * 65_535) : Math.trunc((score / largest) * 65_535),
        );
        fc.pre(signed.some((value) => value > 0));
        const stored = maxUpscaled(signed);
        const compared = compareShares(named(scores), named(stored), {
          roundings: rowRoundings(stored, scores.length, quantising as 'share' | 'max'),
          // Not a bit more than rounding is forgiven.
          thresholds: { absolute: 0, relative: 0, least: 0 },
        });
        expect(compared.rows.filter(({ state }) => state !== 'agrees')).toEqual([]);
      }),
    );
  });

  test('and in an incentive of one dominant validator', () => {
    fc.assert(
      fc.property(Scores, (scores) => {
        const signed = scores.map((score) => Math.trunc(score * 65_535));
        fc.pre(signed.some((value) => value > 0));
        const row = maxUpscaled(signed);
        const sum = row.reduce((total, value) => total + value, 0);
        const incentive = row.map((value) => Math.floor((value / sum) * 65_535));
        const ofRow = rowRoundings(row, scores.length, 'share');
        const compared = compareShares(named(scores), named(incentive), {
          roundings: incentiveRoundings(incentive, scores.length, ofRow),
          thresholds: { absolute: 0, relative: 0, least: 0 },
        });
        expect(compared.rows.filter(({ state }) => state !== 'agrees')).toEqual([]);
      }),
    );
  });

  test('explains little: a share of 1 in 1000 among 250 miners is not lost by it', () => {
    const scores = Array.from({ length: 250 }, (_, i) => (i === 0 ? 0.001 : 0.999 / 249));
    const row = maxUpscaled(scores.map((score) => Math.trunc(score * 65_535)));
    const paid = named([0, ...row.slice(1)]);
    const { rows, resolution } = compareShares(named(scores), paid, {
      roundings: rowRoundings(row, 250, 'share'),
    });
    expect(rows[0]).toMatchObject({ hotkey: 'm0', state: 'owed-unpaid' });
    // Two numbers in 65535, and what their sum shifts: by hand, (1 + 249/250) x (1/65285 + 0.5/16.4e6) < 4e-5.
    expect(resolution).toBeLessThan(4e-5);
  });

  test('a default that finds nothing in the noise of the published auditor', () => {
    // The largest delta of its own samples (chutes.md, section 7), of a miner of a few percent.
    const { rows } = compareShares(shares({ ann: 5, rest: 95 }), shares({ ann: 5.147, rest: 94.853 }));
    expect(rows.every(({ state }) => state === 'agrees')).toBe(true);
    expect(DEFAULT_THRESHOLDS.absolute).toBeGreaterThan(0.00147);
  });
});
