import { type Attribution, attributeDelta } from '../compare/attribute-delta.ts';
import type { ComparedMiner } from '../compare/compare-paid.ts';
import { isCompared } from '../compare/compare-paid.ts';
import type { Explanation } from '../compare/explain.ts';
import type { Judgement } from '../compare/judge.ts';
import { isoInstant } from '../instants.ts';
import type { Feature } from '../scoring/types.ts';
import type { InstanceWhy, Why } from '../scoring/why.ts';
import type { Basis } from '../types.ts';
import { type MinerIncentive, presentMiner, type SideAnswer, UNITS } from './incentives.ts';

export interface WhyAnswer {
  source: string;
  validator: string;
  hotkey: string;
  coldkey: string | null;
  uid: number | null;
  at: string;
  basis: Basis;
  profile: string;
  state: MinerIncentive['state'];
  expected: number;
  rank: number | null;
  weight: SideAnswer;
  incentive: SideAnswer;
  published: SideAnswer;
  explanations: Explanation[];
  features: {
    name: Feature;
    unit: string;
    weight: number | null;
    raw: number;
    total: number;
    share: number;
    contribution: number;
    perUnit: number | null;
  }[];
  instances: {
    instanceId: string;
    chuteId: string;
    feature: Feature;
    seconds: number;
    multiplier: number | null;
    units: number;
    share: number;
    from: string | null;
    to: string | null;
    note: string;
  }[];
  chutes: { chuteId: string; requests: number; units: number }[];
  counted: number;
  notCounted: { why: string; rows: number }[];
  candidates: {
    kind: 'feature' | 'instance';
    name: string;
    effect: number;
    explains: number;
    text: string;
  }[];
  summary: string;
}

/** Where a miner's score comes from, and what would explain that it was paid otherwise. */
export function presentWhy(judgement: Judgement, hotkey: string, told: Why): WhyAnswer {
  const { comparison, profile, miners } = judgement;
  const miner: ComparedMiner = comparison.miners.find((one) => one.hotkey === hotkey) ?? {
    hotkey,
    state: isCompared(comparison.sides.weight) ? 'agrees' : 'unknown',
    expected: 0,
    rank: undefined,
    explanations: [],
  };
  const known = miners.find((one) => one.hotkey === hotkey);
  const instances = told.instances.map((one) => instanceOf(one, told));
  const rows = Object.entries(told.rows);
  const { candidates, summary } = attributionOf(miner, told, instances);
  return {
    source: judgement.source,
    validator: judgement.validator,
    hotkey,
    coldkey: known?.coldkey || null,
    uid: known?.uid ?? null,
    at: isoInstant(judgement.at),
    basis: judgement.basis,
    profile: profile.name,
    ...presentMiner(miner, comparison.sides),
    features: told.features.map(({ feature, perUnit, ...figures }) => ({
      name: feature,
      unit: UNITS[feature],
      weight: profile.featureWeights[feature] ?? profile.bonus?.parts[feature] ?? null,
      ...figures,
      perUnit: figures.raw === 0 ? null : perUnit,
    })),
    instances,
    chutes: told.chutes.map(({ chuteId, rows: requests, computeUnits }) => ({
      chuteId,
      requests,
      units: computeUnits,
    })),
    counted: told.rows.counted ?? 0,
    notCounted: rows
      .filter(([fate, count]) => fate !== 'counted' && count !== undefined && count > 0)
      .map(([fate, count]) => ({ why: fate, rows: count ?? 0 })),
    candidates: [...candidates],
    summary: summaryOf(miner, told, summary),
  };
}

function instanceOf(one: InstanceWhy, { score }: Why): WhyAnswer['instances'][number] {
  // Where instances do not decide, those that are billed add to the compute units.
  const feature: Feature = score?.raw.instanceSeconds === undefined ? 'computeUnits' : 'instanceSeconds';
  const raw = score?.raw[feature] ?? 0;
  const gone =
    one.deletedAt === null
      ? 'not deleted'
      : `deleted ${isoInstant(one.deletedAt)}${one.deletionReason === null ? '' : `: ${one.deletionReason.slice(0, 200)}`}`;
  return {
    instanceId: one.instanceId,
    chuteId: one.chuteId,
    feature,
    seconds: one.seconds,
    multiplier: one.multiplier,
    units: one.units,
    share: raw === 0 ? 0 : ((score?.contribution[feature] ?? 0) * one.units) / raw,
    from: isoInstant(one.from),
    to: isoInstant(one.to),
    note: gone,
  };
}

function attributionOf(
  miner: ComparedMiner,
  { score }: Why,
  instances: WhyAnswer['instances'],
): Pick<Attribution, 'candidates' | 'summary'> {
  const { weight } = miner;
  if (weight === undefined) return { candidates: [], summary: 'There is no payment to compare with.' };
  return attributeDelta(
    { expected: miner.expected, features: score?.contribution ?? {}, instances },
    weight.paid,
    weight.bound,
  );
}

function summaryOf(miner: ComparedMiner, { score, excluded, evaluation }: Why, found: string): string {
  const [exclusion] = excluded;
  if (exclusion !== undefined) return `It is not paid by the rules: ${exclusion.detail}. ${found}`;
  if (score === undefined && miner.weight === undefined)
    return evaluation.empty === undefined
      ? 'No counted report says anything of it, and it is paid nothing.'
      : `Nobody is owed anything: ${evaluation.empty}.`;
  const [first] = miner.explanations;
  return first === undefined ? found : `${first.text} ${found}`;
}
