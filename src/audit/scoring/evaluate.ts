import type { Store } from '../../store/index.ts';
import type { LiveFeeds } from '../adapter.ts';
import { HOUR, SECOND } from '../instants.ts';
import type { Basis, Micros } from '../types.ts';
import { rulesOf } from './profiles/make-profile.ts';
import { type CountedHours, readHours } from './read/hours.ts';
import { needsRequests, readEvidence, withFeeds } from './read/read-evidence.ts';
import { createReader, type Reader } from './read/reader.ts';
import { paidLives } from './rules/paid-lives.ts';
import { score } from './rules/score.ts';
import type { Evidence, MinerAtInstant, Scored, ScoringProfile, ScoringRules, Variant } from './types.ts';

export interface EvaluateQuery {
  readonly source: string;
  readonly profile: ScoringProfile;
  /** The instant: what came after it is not known. To judge weights, the time of the block they were set in. */
  readonly at: Micros;
  readonly basis: Basis;
  /**
   * Reports that end later are left out, also for what they tell of the time before the instant. Default: all are taken, as the
   * validator itself knew everything up to the instant. With {@link publishedBy} the same comes out whenever it is asked.
   */
  readonly knownUntil?: Micros | undefined;
  /** Who was registered at the instant. */
  readonly miners: readonly MinerAtInstant[];
  /**
   * Live answers. Numbers of GPUs and the list of the unpaid are rules of the publisher, which no report has; deletions and multipliers
   * override what the reports say, as they do in the published auditor. To score what was committed alone, give {@link policyOf} them.
   */
  readonly feeds?: LiveFeeds | undefined;
  /** Default the validator. */
  readonly variant?: Variant | undefined;
}

/** The feeds that a profile took part of its rules or evidence from. Nobody committed to them. */
export type UsedFeed = 'gpuCounts' | 'blacklist' | 'deletions' | 'multipliers';

export interface Evaluation extends Scored {
  readonly profile: string;
  readonly variant: Variant;
  readonly at: Micros;
  readonly window: { readonly from: Micros; readonly to: Micros };
  readonly basis: Basis;
  readonly hours: CountedHours;
  readonly feedsUsed: readonly UsedFeed[];
  /** What the profile leaves open, and what it needed and did not have. */
  readonly undetermined: readonly string[];
}

/** End of the last whole hour at an instant: what was published of it by then. */
export function publishedBy(at: Micros): Micros {
  return Math.floor(at / HOUR) * HOUR;
}

/**
 * The scores of all miners at an instant, from the stored reports: one pass over the requests, the rest in pure functions. The same
 * store gives the same scores, up to the last bits of a sum over requests.
 */
export async function evaluate(
  store: Store,
  query: EvaluateQuery,
  signal?: AbortSignal,
): Promise<Evaluation> {
  return evaluateWith(createReader(store, query, signal), query);
}

/** {@link evaluate} with a reader that may serve several evaluations of one instant and basis. */
export async function evaluateWith(reader: Reader, query: EvaluateQuery): Promise<Evaluation> {
  const { profile, at, basis, miners, feeds, variant = 'validator' } = query;
  const rules = rulesOf(profile, variant);
  const hours = await readHours(reader, rules, needsRequests(rules));
  const evidence = await gather(reader, rules, query);
  const { gpuCounts, blacklist } = feeds ?? {};
  const scored = score(rules, evidence, { at, miners, gpuCounts, blacklist });
  const vanished = vanishedInstances(rules, evidence, at);
  return {
    ...scored,
    scores: scored.scores.map((one) => ({
      ...one,
      notes: [...one.notes, ...(vanished.get(one.hotkey) ?? [])],
    })),
    profile: profile.name,
    variant,
    at,
    window: { from: at - rules.windowSeconds * SECOND, to: at },
    basis,
    hours,
    feedsUsed: usedFeeds(rules, feeds),
    undetermined: [...profile.undetermined, ...lacking(rules, feeds)],
  };
}

/** The evidence of an evaluation, with the feeds that override it. */
export async function gather(
  reader: Reader,
  rules: ScoringRules,
  { at, feeds }: Pick<EvaluateQuery, 'at' | 'feeds'>,
): Promise<Evidence> {
  const evidence = await readEvidence(reader, rules);
  return feeds === undefined || rules.instanceIntegral === null ? evidence : withFeeds(evidence, feeds, at);
}

/** Of live answers those that are rules of the publisher, without those that would override what it committed to. */
export function policyOf({ at, gpuCounts, blacklist, missing }: LiveFeeds): LiveFeeds {
  return { at, gpuCounts, blacklist, missing };
}

function usedFeeds(rules: ScoringRules, feeds: LiveFeeds | undefined): UsedFeed[] {
  const wanted: Record<UsedFeed, boolean> = {
    gpuCounts: weighsGpus(rules),
    blacklist: rules.blacklist,
    deletions: rules.instanceIntegral !== null,
    multipliers: rules.instanceIntegral?.multiplier === 'history',
  };
  return (Object.keys(wanted) as UsedFeed[]).filter((feed) => wanted[feed] && feeds?.[feed] !== undefined);
}

function lacking(rules: ScoringRules, feeds: LiveFeeds | undefined): string[] {
  return [
    ...(weighsGpus(rules) && feeds?.gpuCounts === undefined
      ? ['How many GPUs a chute has is not known: each counts as one.']
      : []),
    ...(rules.blacklist && feeds?.blacklist === undefined
      ? ['Whom the publisher refuses to pay is not known: nobody is left out.']
      : []),
  ];
}

function weighsGpus({ unique }: ScoringRules): boolean {
  return unique?.kind === 'grid' && unique.gpuWeight !== 'none';
}

/** Instances that are paid as alive though the newest report does not have them. */
function vanishedInstances(rules: ScoringRules, evidence: Evidence, at: Micros): Map<string, string[]> {
  const newest = evidence.instances.reduce((latest, { seenUntil }) => Math.max(latest, seenUntil), 0);
  const gone = paidLives(rules, evidence, at).filter(
    ({ life }) => life.deletedAt === null && life.seenUntil < newest,
  );
  return new Map(
    [...Map.groupBy(gone, ({ hotkey }) => hotkey)].map(([hotkey, { length }]) => [
      hotkey,
      [
        `${length} ${length === 1 ? 'instance' : 'instances'} no longer reported, never said to be deleted, paid as alive`,
      ],
    ]),
  );
}
