import { type Rounding, roundingBound } from './resolution.ts';
import { distance, type Shares, toShares } from './shares.ts';

/** How somebody's pay compares with what is owed. */
export type PayState = 'agrees' | 'owed-unpaid' | 'paid-unowed' | 'paid-otherwise';

/** From when a difference is worth a finding. A difference that rounding explains never is. */
export interface Thresholds {
  /** A share off by more than this is paid otherwise, whatever its size. Default 0.003. */
  readonly absolute: number;
  /** So is one off by more than this part of what is owed, if it is off by more than `least` too. Defaults 0.1 and 0.0005. */
  readonly relative: number;
  readonly least: number;
}

/**
 * The honest deltas that the field's auditor printed go up to 0.00147 of 1 (chutes.md, section 7): its instant is not the
 * validator's. A miner of 2 % paid double or nothing is off by 0.02.
 */
export const DEFAULT_THRESHOLDS: Thresholds = { absolute: 0.003, relative: 0.1, least: 0.0005 };

export interface ComparedShare {
  readonly hotkey: string;
  readonly expected: number;
  readonly paid: number;
  /** paid - expected. */
  readonly delta: number;
  /** delta / expected; `undefined` where nothing is expected. */
  readonly relative: number | undefined;
  /** 1 is the most; equals share the first of their ranks; `undefined` for a share of 0. */
  readonly expectedRank: number | undefined;
  readonly paidRank: number | undefined;
  /** The ranks differ, also when equals are taken as lying anywhere among themselves. */
  readonly rankChanged: boolean;
  /** What rounding can make of the delta. */
  readonly bound: number;
  readonly state: PayState;
}

export interface SharesCompared {
  /** Owed but unpaid first, then paid but unowed, then by the size of the delta, then by hotkey. */
  readonly rows: readonly ComparedShare[];
  /** Sum of absolute deltas, 0 to 2. */
  readonly l1: number;
  readonly largest: number;
  readonly owedUnpaid: number;
  readonly paidUnowed: number;
  readonly paidOtherwise: number;
  readonly rankChanges: number;
  /** The largest of the bounds. */
  readonly resolution: number;
}

/**
 * What was paid beside what was owed, by hotkey: everybody who has either. Amounts of any scale are taken as shares of their sum.
 * A miner is owed but unpaid when rounding cannot have made 0 of its share, and paid but unowed when it is paid although its
 * share is 0 or would be 0 after rounding.
 */
export function compareShares(
  expected: Shares,
  paid: Shares,
  {
    roundings = [],
    thresholds = DEFAULT_THRESHOLDS,
  }: { readonly roundings?: readonly Rounding[]; readonly thresholds?: Thresholds } = {},
): SharesCompared {
  const [owed, given] = [toShares(expected), toShares(paid)];
  const [owedRanks, givenRanks] = [ranksOf(owed), ranksOf(given)];
  const hotkeys = [...new Set([...owed.keys(), ...given.keys()])];
  const rows = hotkeys.map((hotkey): ComparedShare => {
    const [share, got] = [owed.get(hotkey) ?? 0, given.get(hotkey) ?? 0];
    const [before, after] = [owedRanks.get(hotkey), givenRanks.get(hotkey)];
    // With nothing owed there is nothing to round.
    const bound = share === 0 ? 0 : roundingBound(share, roundings);
    const delta = got - share;
    return {
      hotkey,
      expected: share,
      paid: got,
      delta,
      relative: share === 0 ? undefined : delta / share,
      expectedRank: before?.first,
      paidRank: after?.first,
      rankChanged:
        before !== undefined &&
        after !== undefined &&
        (before.last < after.first || after.last < before.first),
      bound,
      state: stateOf(share, got, bound, thresholds),
    };
  });
  rows.sort(worstFirst);
  const count = (state: PayState) => rows.filter((row) => row.state === state).length;
  return {
    rows,
    l1: distance(owed, given),
    largest: rows.reduce((max, { delta }) => Math.max(max, Math.abs(delta)), 0),
    owedUnpaid: count('owed-unpaid'),
    paidUnowed: count('paid-unowed'),
    paidOtherwise: count('paid-otherwise'),
    rankChanges: rows.filter(({ rankChanged }) => rankChanged).length,
    resolution: rows.reduce((max, { bound }) => Math.max(max, bound), 0),
  };
}

function stateOf(expected: number, paid: number, bound: number, thresholds: Thresholds): PayState {
  const off = Math.abs(paid - expected);
  // A double's own rounding is no payment.
  if (off <= bound + 1e-12) return 'agrees';
  if (paid === 0) return 'owed-unpaid';
  if (expected === 0 || (expected <= bound && off > thresholds.least)) return 'paid-unowed';
  if (off > thresholds.absolute) return 'paid-otherwise';
  return off > thresholds.least && off > thresholds.relative * expected ? 'paid-otherwise' : 'agrees';
}

const GRAVITY: Record<PayState, number> = {
  'owed-unpaid': 0,
  'paid-unowed': 1,
  'paid-otherwise': 2,
  agrees: 2,
};

function worstFirst(a: ComparedShare, b: ComparedShare): number {
  return (
    GRAVITY[a.state] - GRAVITY[b.state] ||
    Math.abs(b.delta) - Math.abs(a.delta) ||
    (a.hotkey < b.hotkey ? -1 : a.hotkey > b.hotkey ? 1 : 0)
  );
}

/** First and last place that each may take among its equals. */
function ranksOf(shares: Shares): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  const sorted = [...shares].sort(([, a], [, b]) => b - a);
  const ranks = new Map<string, { first: number; last: number }>();
  for (let from = 0; from < sorted.length; ) {
    const share = sorted[from]?.[1];
    let to = from;
    while (to + 1 < sorted.length && sorted[to + 1]?.[1] === share) to++;
    for (let i = from; i <= to; i++) ranks.set(sorted[i]?.[0] ?? '', { first: from + 1, last: to + 1 });
    from = to + 1;
  }
  return ranks;
}
