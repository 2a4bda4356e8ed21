import type { Scored } from '../scoring/types.ts';
import { type ComparedShare, compareShares, type SharesCompared, type Thresholds } from './compare-shares.ts';
import { type Explanation, explain } from './explain.ts';
import { isPaid, type MissingSide, type Paid, type PaidSide } from './paid.ts';
import { type Shares, toShares } from './shares.ts';

/** An evaluation beside what was paid. */
export interface Comparison {
  readonly sides: {
    readonly weight: SharesCompared | MissingSide;
    readonly incentive: SharesCompared | MissingSide;
    readonly published: SharesCompared | MissingSide;
  };
  /** Everybody who is owed or paid by any side; in the order of the first side that is there. */
  readonly miners: readonly ComparedMiner[];
}

export type MinerState = ComparedShare['state'] | 'unknown';

export interface ComparedMiner {
  readonly hotkey: string;
  /** By the validator's own row; without one, by consensus; `unknown` without either. */
  readonly state: MinerState;
  readonly expected: number;
  readonly rank: number | undefined;
  readonly weight?: ComparedShare | undefined;
  readonly incentive?: ComparedShare | undefined;
  readonly published?: ComparedShare | undefined;
  readonly explanations: readonly Explanation[];
}

export interface CompareInput {
  readonly scored: Scored;
  readonly paid: Paid;
  readonly coldkeys: ReadonlyMap<string, string>;
  readonly blacklist?: ReadonlyMap<string, string> | undefined;
  readonly hours: { readonly wanted: number; readonly counted: number };
  readonly thresholds?: Thresholds | undefined;
}

/** Compares what each miner is owed with each of the three sides, and says what may explain a difference. */
export function comparePaid({
  scored,
  paid,
  coldkeys,
  blacklist,
  hours,
  thresholds,
}: CompareInput): Comparison {
  const expected: Shares = toShares(scored.scores.map(({ hotkey, score }) => [hotkey, score]));
  const against = (side: PaidSide | MissingSide): SharesCompared | MissingSide =>
    isPaid(side)
      ? compareShares(expected, side.shares, {
          roundings: side.roundings(expected.size),
          ...(thresholds === undefined ? {} : { thresholds }),
        })
      : side;
  const sides = {
    weight: against(paid.weight),
    incentive: against(paid.incentive),
    published: against(paid.published),
  };
  const [weight, incentive, published] = [sides.weight, sides.incentive, sides.published].map(byHotkey);

  const byColdkey = new Map<string, ComparedShare[]>();
  for (const row of rowsOf(sides.weight)) {
    const coldkey = coldkeys.get(row.hotkey);
    if (coldkey !== undefined) byColdkey.set(coldkey, [...(byColdkey.get(coldkey) ?? []), row]);
  }
  const peers = (hotkey: string) => byColdkey.get(coldkeys.get(hotkey) ?? '') ?? [];
  const excluded = new Map(scored.excluded.map((exclusion) => [exclusion.hotkey, exclusion]));
  const context = { paid, excluded, coldkeys, blacklist, hours };

  // Without any side to compare with, everybody is there all the same.
  const unpaid = compareShares(expected, new Map());
  const hotkeys = new Set(
    [...Object.values(sides).map(rowsOf), unpaid.rows].flatMap((rows) => rows.map(({ hotkey }) => hotkey)),
  );
  const ranks = new Map(unpaid.rows.map(({ hotkey, expectedRank }) => [hotkey, expectedRank]));
  const miners = [...hotkeys].map((hotkey): ComparedMiner => {
    const [own, all, said] = [weight?.get(hotkey), incentive?.get(hotkey), published?.get(hotkey)];
    return {
      hotkey,
      // Where nobody is owed anything, the rules or the reports are missing, not the payments wrong.
      state: scored.empty === undefined ? stateOf(sides, own, all) : 'unknown',
      expected: expected.get(hotkey) ?? 0,
      rank: ranks.get(hotkey),
      weight: own,
      incentive: all,
      published: said,
      explanations: scored.empty === undefined ? explain(hotkey, own, all, peers, context) : [],
    };
  });
  return { sides, miners };
}

export function isCompared(side: SharesCompared | MissingSide): side is SharesCompared {
  return 'rows' in side;
}

function rowsOf(side: SharesCompared | MissingSide): readonly ComparedShare[] {
  return isCompared(side) ? side.rows : [];
}

function byHotkey(side: SharesCompared | MissingSide): ReadonlyMap<string, ComparedShare> {
  return new Map(rowsOf(side).map((row) => [row.hotkey, row]));
}

/** Who is not named by a side that is there is neither owed nor paid by it. */
function stateOf(
  sides: Comparison['sides'],
  own: ComparedShare | undefined,
  all: ComparedShare | undefined,
): MinerState {
  if (isCompared(sides.weight)) return own?.state ?? 'agrees';
  if (isCompared(sides.incentive)) return all?.state ?? 'agrees';
  return 'unknown';
}
