import { type ComparedMiner, isCompared, type MinerState } from '../compare/compare-paid.ts';
import type { ComparedShare, SharesCompared } from '../compare/compare-shares.ts';
import { isEnough } from '../compare/counted-hours.ts';
import { type Explanation, percent } from '../compare/explain.ts';
import type { Judgement } from '../compare/judge.ts';
import { isPaid, type MissingSide, type PaidSide } from '../compare/paid.ts';
import { isoInstant } from '../instants.ts';
import { PROFILES } from '../scoring/profiles/profiles.ts';
import { FEATURES, type Feature, type ScoringProfile } from '../scoring/types.ts';
import type { Basis, Micros } from '../types.ts';

export interface SideAnswer {
  paid: number | null;
  delta: number | null;
  relative: number | null;
  rank: number | null;
}

export interface SideSummaryAnswer {
  block: number | null;
  at: string | null;
  missing: string | null;
  l1: number | null;
  largest: number | null;
  owedUnpaid: number | null;
  paidUnowed: number | null;
  paidOtherwise: number | null;
  rankChanges: number | null;
  resolution: number | null;
}

export interface ProfileAnswer {
  name: string;
  validFrom: string | null;
  windowSeconds: number;
  note: string;
  undetermined: string[];
}

export interface MinerIncentive {
  hotkey: string;
  coldkey: string | null;
  uid: number | null;
  state: MinerState;
  expected: number;
  rank: number | null;
  weight: SideAnswer;
  incentive: SideAnswer;
  published: SideAnswer;
  contributions: number[];
  explanations: Explanation[];
}

/** What each miner is owed by a validator's rules, beside what it was paid. */
export interface IncentivesAnswer {
  source: string;
  netuid: number;
  validator: string;
  at: string;
  basis: Basis;
  computedAt: string;
  profile: ProfileAnswer & { chosen: 'auto' | 'best' | 'named' };
  profiles: ProfileAnswer[];
  runnersUp: { profile: string; l1: number | null; tied: boolean; note: string }[];
  window: { from: string; to: string };
  /** `enough`: whether so many count that it can be said who is paid otherwise than owed. */
  hours: { wanted: number; counted: number; enough: boolean; missing: string[] };
  sides: { weight: SideSummaryAnswer; incentive: SideSummaryAnswer; published: SideSummaryAnswer };
  features: { name: Feature; unit: string; weight: number | null; total: number }[];
  miners: MinerIncentive[];
  excluded: { hotkey: string; why: string }[];
  notes: string[];
}

/** Tells a judgement. Hours that are missing are told up to a thousand. */
export function presentJudgement(
  judgement: Judgement,
  { netuid, now }: { readonly netuid: number; readonly now: Micros },
): IncentivesAnswer {
  const { evaluation, comparison, paid, profile, miners, fit } = judgement;
  const features = FEATURES.filter((feature) => evaluation.totals.raw[feature] !== undefined);
  const known = new Map(miners.map((miner) => [miner.hotkey, miner]));
  const contributions = new Map(
    evaluation.scores.map(({ hotkey, contribution }) => [
      hotkey,
      features.map((feature) => contribution[feature] ?? 0),
    ]),
  );
  return {
    source: judgement.source,
    netuid,
    validator: judgement.validator,
    at: isoInstant(judgement.at),
    basis: judgement.basis,
    computedAt: isoInstant(now),
    profile: { ...presentProfile(profile), chosen: judgement.chosen },
    profiles: PROFILES.map(presentProfile),
    runnersUp: [
      ...(fit?.ranked ?? []).map((one) => ({
        profile: one.profile.name,
        l1: one.distance,
        tied: fit?.tied.includes(one) === true,
        note: one.profile.note,
      })),
      ...(fit?.empty ?? []).map((one) => ({
        profile: one.profile,
        l1: null,
        tied: false,
        note: one.reason,
      })),
    ],
    window: { from: isoInstant(evaluation.window.from), to: isoInstant(evaluation.window.to) },
    hours: {
      wanted: evaluation.hours.wanted,
      counted: evaluation.hours.counted,
      enough: isEnough(evaluation.hours),
      missing: evaluation.hours.missing.slice(0, 1_000).map(({ hour }) => isoInstant(hour)),
    },
    sides: {
      weight: summaryOf(paid.weight, comparison.sides.weight, evaluation.empty),
      incentive: summaryOf(paid.incentive, comparison.sides.incentive, evaluation.empty),
      published: summaryOf(paid.published, comparison.sides.published, evaluation.empty),
    },
    features: features.map((name) => ({
      name,
      unit: UNITS[name],
      weight: profile.featureWeights[name] ?? profile.bonus?.parts[name] ?? null,
      total: evaluation.totals.raw[name] ?? 0,
    })),
    miners: comparison.miners.map((miner) => ({
      hotkey: miner.hotkey,
      coldkey: known.get(miner.hotkey)?.coldkey || null,
      uid: known.get(miner.hotkey)?.uid ?? null,
      ...presentMiner(miner, comparison.sides),
      contributions: contributions.get(miner.hotkey) ?? features.map(() => 0),
    })),
    excluded: evaluation.excluded.map(({ hotkey, why, detail }) => ({ hotkey, why: `${why}: ${detail}` })),
    notes: [...judgement.notes, ...evaluation.undetermined, ...feedNotes(judgement.feedsCompared)],
  };
}

/** One miner beside the three sides. */
export function presentMiner(
  miner: ComparedMiner,
  sides: Judgement['comparison']['sides'],
): Pick<
  MinerIncentive,
  'state' | 'expected' | 'rank' | 'weight' | 'incentive' | 'published' | 'explanations'
> {
  const { expected } = miner;
  return {
    state: miner.state,
    expected,
    rank: miner.rank ?? null,
    weight: presentSide(miner.weight, isCompared(sides.weight), expected),
    incentive: presentSide(miner.incentive, isCompared(sides.incentive), expected),
    published: presentSide(miner.published, isCompared(sides.published), expected),
    explanations: [...miner.explanations],
  };
}

export function presentProfile(profile: ScoringProfile): ProfileAnswer {
  return {
    name: profile.name,
    validFrom: isoInstant(profile.validFrom),
    windowSeconds: profile.windowSeconds,
    note: profile.note,
    undetermined: [...profile.undetermined],
  };
}

/** What the figures of a feature are counted in. */
export const UNITS: Readonly<Record<Feature, string>> = {
  computeUnits: 'seconds × multiplier',
  invocations: 'requests',
  uniqueChutes: 'chutes',
  bounties: 'requests',
  instanceSeconds: 'seconds × multiplier',
  breadth: 'chutes',
  demand: 'units',
  bountyInstances: 'instances',
  success: 'requests',
};

/** Who is not named by a side that is there, is neither owed nor paid by it. */
function presentSide(row: ComparedShare | undefined, there: boolean, expected: number): SideAnswer {
  if (row === undefined)
    return there
      ? { paid: 0, delta: -expected, relative: expected === 0 ? null : -1, rank: null }
      : { paid: null, delta: null, relative: null, rank: null };
  return {
    paid: row.paid,
    delta: row.delta,
    relative: row.relative ?? null,
    rank: row.paidRank ?? null,
  };
}

/** @param empty why nobody is owed anything, where it is so: then the reports are missing, not the payments wrong. */
function summaryOf(
  side: PaidSide | MissingSide,
  compared: SharesCompared | MissingSide,
  empty: string | undefined,
): SideSummaryAnswer {
  const there = isCompared(compared) && empty === undefined ? compared : undefined;
  return {
    block: isPaid(side) ? (side.block ?? null) : null,
    at: isPaid(side) && side.at !== undefined ? isoInstant(side.at) : null,
    missing: isPaid(side) ? (empty ?? null) : side.detail,
    l1: there?.l1 ?? null,
    largest: there?.largest ?? null,
    owedUnpaid: there?.owedUnpaid ?? null,
    paidUnowed: there?.paidUnowed ?? null,
    paidOtherwise: there?.paidOtherwise ?? null,
    rankChanges: there?.rankChanges ?? null,
    resolution: there?.resolution ?? null,
  };
}

const MOST_NOTED = 20;

/** Scores that the live feeds change: nobody committed to them. */
function feedNotes(compared: SharesCompared | undefined): string[] {
  const changed = compared?.rows.filter(({ delta }) => Math.abs(delta) > 1e-9) ?? [];
  if (compared === undefined) return [];
  if (changed.length === 0) return ['The live feeds change no score.'];
  return [
    `The live feeds, to which nobody committed, change ${changed.length} scores by ${percent(compared.l1)} in all.`,
    ...changed
      .slice(0, MOST_NOTED)
      .map(
        ({ hotkey, expected, paid }) =>
          `${hotkey}: ${percent(expected)} by what was committed, ${percent(paid)} with the live feeds.`,
      ),
  ];
}
