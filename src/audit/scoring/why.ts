import type { Store } from '../../store/index.ts';
import { CONFIRMED_PARENTS, COUNTED_REPORTS, liveRows } from '../collect/ingest/live-rows.ts';
import { SECOND, sqlInstant } from '../instants.ts';
import type { Micros } from '../types.ts';
import { type EvaluateQuery, type Evaluation, evaluateWith, gather } from './evaluate.ts';
import { rulesOf } from './profiles/make-profile.ts';
import { ENDED, isPrivate, SUCCEEDED } from './read/credit-sql.ts';
import { instantParam, lastHour } from './read/instant-sql.ts';
import { needsRequests } from './read/read-evidence.ts';
import { createReader, type Reader } from './read/reader.ts';
import { readUsage } from './read/usage.ts';
import { exactSum } from './rules/exact-sum.ts';
import { secondsOf } from './rules/instance-span.ts';
import { paidLives, privateLives } from './rules/paid-lives.ts';
import type { Exclusion, Feature, MinerScore, ScoringRules } from './types.ts';

export interface WhyQuery extends EvaluateQuery {
  readonly hotkey: string;
  /** Instances and chutes shown at most. Default 20. */
  readonly top?: number | undefined;
}

/** What one feature brings to a miner. */
export interface FeatureWhy {
  readonly feature: Feature;
  readonly raw: number;
  /** Over all miners that take part. */
  readonly total: number;
  /** After normalisation, of all miners. */
  readonly share: number;
  /** Of the score. */
  readonly contribution: number;
  /** Score per unit of `raw`, on average: exact where the feature is a plain share, else what the miner's units are worth now. */
  readonly perUnit: number;
}

export interface InstanceWhy {
  readonly instanceId: string;
  readonly chuteId: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly seconds: number;
  /** Mean over those seconds; 0 where nothing covers them. */
  readonly multiplier: number;
  readonly units: number;
  readonly deletedAt: Micros | null;
  readonly deletionReason: string | null;
}

export interface ChuteWhy {
  readonly chuteId: string;
  readonly rows: number;
  readonly successes: number;
  readonly computeUnits: number;
  readonly bounties: number;
}

/** Why rows of requests do not count; each row under the first that holds. */
export const ROW_FATES = [
  'uncounted report',
  'told better elsewhere',
  'before the window',
  'after the instant',
  'uid not counted',
  'confirmed complaint',
  'failed or unfinished',
  'private',
  'counted',
] as const;

export type RowFate = (typeof ROW_FATES)[number];

export interface Why {
  readonly evaluation: Evaluation;
  /** `undefined` for a miner without any figure. */
  readonly score: MinerScore | undefined;
  readonly excluded: readonly Exclusion[];
  readonly features: readonly FeatureWhy[];
  /** Most units first. */
  readonly instances: readonly InstanceWhy[];
  readonly instanceCount: number;
  /** Most units first. */
  readonly chutes: readonly ChuteWhy[];
  readonly chuteCount: number;
  /** Rows by fate; empty where requests are no part of the rules. */
  readonly rows: Readonly<Partial<Record<RowFate, number>>>;
}

/** Why a miner has the score it has: features, instances, chutes, and what became of each of its rows. */
export async function why(store: Store, query: WhyQuery, signal?: AbortSignal): Promise<Why> {
  const { hotkey, at, variant = 'validator', top = 20 } = query;
  const reader = createReader(store, query, signal);
  const rules = rulesOf(query.profile, variant);
  const evaluation = await evaluateWith(reader, query);
  const evidence = await gather(reader, rules, query);
  const score = evaluation.scores.find((one) => one.hotkey === hotkey);
  const paid =
    rules.instanceIntegral === null
      ? privateLives(rules, evidence.instances, at)
      : paidLives(rules, evidence, at);
  const lives = paid.filter((one) => one.hotkey === hotkey).sort((a, b) => b.units - a.units);
  const asksRequests = needsRequests(rules);
  const chutes = chutesOf(asksRequests ? await readUsage(reader, rules, hotkey) : []);
  return {
    evaluation,
    score,
    excluded: evaluation.excluded.filter((one) => one.hotkey === hotkey),
    features: score === undefined ? [] : featuresOf(score, evaluation),
    instances: lives.slice(0, top).map(({ life, span, units }) => ({
      instanceId: life.instanceId,
      chuteId: life.chuteId,
      from: span.lo,
      to: span.hi,
      seconds: secondsOf(span),
      multiplier: units / secondsOf(span),
      units,
      deletedAt: life.deletedAt,
      deletionReason: life.deletionReason,
    })),
    instanceCount: lives.length,
    chutes: chutes.slice(0, top),
    chuteCount: chutes.length,
    rows: asksRequests ? await rowFates(reader, rules, hotkey) : {},
  };
}

function featuresOf(score: MinerScore, { totals }: Evaluation): FeatureWhy[] {
  return (Object.keys(score.raw) as Feature[]).map((feature) => {
    const raw = score.raw[feature] ?? 0;
    const contribution = score.contribution[feature] ?? 0;
    return {
      feature,
      raw,
      total: totals.raw[feature] ?? 0,
      share: score.normalised[feature] ?? 0,
      contribution,
      perUnit: raw === 0 ? 0 : contribution / raw,
    };
  });
}

function chutesOf(usage: Awaited<ReturnType<typeof readUsage>>): ChuteWhy[] {
  return [...Map.groupBy(usage, ({ chuteId }) => chuteId)]
    .map(([chuteId, group]) => ({
      chuteId,
      rows: exactSum(group.map(({ rows }) => rows)),
      successes: exactSum(group.map(({ successes }) => successes)),
      computeUnits: exactSum(group.map(({ computeUnits }) => computeUnits)),
      bounties: exactSum(group.map(({ bounties }) => bounties)),
    }))
    .sort((a, b) => b.computeUnits - a.computeUnits || (a.chuteId < b.chuteId ? -1 : 1));
}

const LOADS = `SELECT load_id FROM audit_files FINAL WHERE source = {source:String} AND state = 'loaded'`;

/** Each loaded row of a miner under the reason why it does not count, or as counted. */
async function rowFates(reader: Reader, rules: ScoringRules, hotkey: string): Promise<Why['rows']> {
  const { at } = reader;
  const beginsBefore =
    rules.windowBy === 'exported'
      ? `hour <= ${instantParam('from')}`
      : `started_at <= ${instantParam('from')}`;
  const beginsAfter =
    rules.windowBy === 'exported' ? `hour > ${instantParam('at')}` : `started_at > ${instantParam('at')}`;
  const zeroes = rules.failedRowPolicy === 'keep' ? `NOT ${ENDED}` : `NOT ${SUCCEEDED}`;
  const fates: readonly (readonly [when: string, fate: RowFate])[] = [
    [`load_id GLOBAL NOT IN (${LOADS} AND report_id GLOBAL IN (${COUNTED_REPORTS}))`, 'uncounted report'],
    [
      `(load_id, row) GLOBAL NOT IN (${liveRows('audit_invocations', 'load_id, row')} AND miner_hotkey = {hotkey:String})`,
      'told better elsewhere',
    ],
    [beginsBefore, 'before the window'],
    [beginsAfter, 'after the instant'],
    [`miner_uid < ${rules.minUid}`, 'uid not counted'],
    ...(rules.excludesReported
      ? [[`parent_id GLOBAL IN (${CONFIRMED_PARENTS})`, 'confirmed complaint'] as const]
      : []),
    [zeroes, 'failed or unfinished'],
    [isPrivate(rules), 'private'],
  ];
  const rows = await reader.rows<{ fate: RowFate; n: string }>(
    `SELECT multiIf(${fates.map(([when, fate]) => `${when}, '${fate}'`).join(', ')}, 'counted') AS fate, count() AS n
FROM audit_invocations
WHERE source = {source:String} AND miner_hotkey = {hotkey:String} AND load_id GLOBAL IN (${LOADS})
  AND hour > ${instantParam('from')} AND hour <= ${instantParam('until')}
GROUP BY fate`,
    {
      hotkey,
      from: at - rules.windowSeconds * SECOND,
      at,
      until: lastHour(rules, at),
      ...(rules.excludesReported ? { instant: sqlInstant(at) } : {}),
      ...(rules.privateRule === 'count' || rules.privateRule.excludeAllBut.length === 0
        ? {}
        : { publicChutes: rules.privateRule.excludeAllBut }),
    },
    'tell what became of the requests of a miner',
  );
  return Object.fromEntries(
    ROW_FATES.flatMap((fate) => {
      const row = rows.find((one) => one.fate === fate);
      return row === undefined ? [] : [[fate, Number(row.n)]];
    }),
  );
}
