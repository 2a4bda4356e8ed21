import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { LiveFeeds } from '../adapter.ts';
import { type BestFit, bestFit } from '../scoring/best-fit.ts';
import { type Evaluation, evaluate, policyOf, publishedBy } from '../scoring/evaluate.ts';
import { BONUS_ERA, INSTANCE_ERA } from '../scoring/profiles/instance-era.ts';
import { INVOCATION_ERA } from '../scoring/profiles/invocation-era.ts';
import { profileAt, profileNamed, profilesAround } from '../scoring/profiles/profiles.ts';
import type { MinerAtInstant, ScoringProfile } from '../scoring/types.ts';
import type { Basis, Micros } from '../types.ts';
import { missingBy, type PaymentReader } from './chain-reader.ts';
import { type Comparison, comparePaid } from './compare-paid.ts';
import { compareShares, type SharesCompared, type Thresholds } from './compare-shares.ts';
import { findBlock } from './find-block.ts';
import { isPaid, type MissingSide, type Paid, type PaidSide } from './paid.ts';
import { blockToJudge, type PaidOnChain, readPaid } from './read-paid.ts';
import type { Quantising } from './resolution.ts';
import { toShares } from './shares.ts';

/** What a judgement is made from. */
export interface JudgeParts {
  readonly store: Store;
  readonly reader: PaymentReader;
  /** Live answers of the publisher, newest. */
  readonly feeds?: LiveFeeds | undefined;
  /** Default those of {@link compareShares}. */
  readonly thresholds?: Thresholds | undefined;
  readonly quantising?: Quantising | undefined;
}

export interface JudgeRequest {
  /** Name of the source. */
  readonly source: string;
  /** ss58. */
  readonly validator: string;
  /** `auto`: the profile of the date; `best`: whichever comes nearest to the validator's own row; or a name. */
  readonly profile: 'auto' | 'best' | (string & {});
  /** `committed`: scored from what is proven alone. `published`: from all that is not disproved, with the live feeds on top. */
  readonly basis: Basis;
  /** The instant to score for. Default: the time of the block in which the judged weights were set. */
  readonly at?: Micros | undefined;
  /** Block whose row is judged. Default: that of the instant, or the last before the newest epoch. */
  readonly block?: number | undefined;
}

/** What the miners of a subnet are owed by a validator's own rules, beside what they were paid. */
export interface Judgement {
  readonly source: string;
  readonly validator: string;
  readonly at: Micros;
  /** Block whose state was looked at. */
  readonly block: number;
  readonly basis: Basis;
  readonly profile: ScoringProfile;
  readonly chosen: 'auto' | 'best' | 'named';
  /** Only when the best fit was asked for. */
  readonly fit?: BestFit | undefined;
  readonly miners: readonly MinerAtInstant[];
  readonly evaluation: Evaluation;
  readonly paid: Paid;
  readonly comparison: Comparison;
  /** Scores with the live feeds on top beside those without, where there are such feeds. */
  readonly feedsCompared?: SharesCompared | undefined;
  /** What stands in for something that could not be had, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Scores a validator's miners for the instant of its weights and compares that with what was paid.
 *
 * Errors: `state-pruned` and those of the endpoints when nobody can tell who is registered; `unsupported` for a date before the
 * first profile; `usage` for a profile that does not exist; `not-found` for an instant before the chain.
 */
export async function judge(
  parts: JudgeParts,
  request: JudgeRequest,
  signal?: AbortSignal,
): Promise<Judgement> {
  const { store, reader, feeds, thresholds, quantising } = parts;
  const { source, validator, basis } = request;
  const notes: string[] = [];
  const block = request.block ?? (await blockOf(reader, request.at, notes, signal));
  const onChain = await readPaid(reader, { validator, block, quantising, signal });
  const at = request.at ?? instantOf(onChain, notes);
  const miners = await minersAt(reader, onChain, notes, signal);
  const paid: Paid = { weight: onChain.weight, incentive: onChain.incentive, published: ownScores(feeds) };

  const query = { source, at, basis, miners, knownUntil: publishedBy(at), feeds: feedsFor(basis, feeds) };
  const { profile, chosen, fit } = await chooseProfile(store, request, query, paid, signal);
  const evaluation =
    fit?.ranked.find((one) => one.profile.name === profile.name)?.evaluation ??
    (await evaluate(store, { ...query, profile }, signal));
  const coldkeys = new Map(miners.map(({ hotkey, coldkey }) => [hotkey, coldkey]));
  const comparison = comparePaid({
    scored: evaluation,
    paid,
    coldkeys,
    blacklist: feeds?.blacklist,
    hours: evaluation.hours,
    thresholds,
  });
  if (evaluation.empty !== undefined) notes.push(`Nobody is owed anything: ${evaluation.empty}.`);
  if (isPaid(paid.weight) && paid.weight.unknownShare > 0)
    notes.push(
      `${(paid.weight.unknownShare * 100).toFixed(4)} % of the row goes to uids whose holders then are not known.`,
    );
  return {
    ...{ source, validator, at, block, basis, profile, chosen, fit, miners, evaluation, paid, comparison },
    feedsCompared: await compareFeeds(store, { ...query, profile }, feeds, evaluation, thresholds, signal),
    notes,
  };
}

async function blockOf(
  reader: PaymentReader,
  at: Micros | undefined,
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  if (at === undefined) return blockToJudge(reader, signal);
  try {
    return await findBlock(reader, at, signal);
  } catch (error) {
    // Without old state there is nothing to compare with then, but the scores can be had.
    missingBy(error);
    notes.push('The block of that time could not be found: the newest epoch stands in for what was paid.');
    return blockToJudge(reader, signal);
  }
}

/** Weights are judged for the time at which they were set. */
function instantOf({ weight, state }: PaidOnChain, notes: string[]): Micros {
  if (isPaid(weight) && weight.setAtTime !== undefined && state?.hidden !== true) return weight.setAtTime;
  if (state?.time === undefined)
    throw new TaoscopeError('state-pruned', {
      failed: 'nobody can tell when the weights were set',
      got: isPaid(weight) ? 'no time of the block' : weight.detail,
      expected: 'the state of the block in which they were set',
      todo: 'name an instant (--at), or add an archive node (`chain.archive`)',
    });
  notes.push(
    state.hidden
      ? 'Weights are hidden until they are revealed: the instant is that of the block, not that of the scores.'
      : 'When the weights were set is not known: the instant is that of the block that was looked at.',
  );
  return state.time;
}

/** Who was registered when the weights were set; the judged block stands in for it, and the newest for that. */
async function minersAt(
  reader: PaymentReader,
  { state, weight }: PaidOnChain,
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<readonly MinerAtInstant[]> {
  if (isPaid(weight) && weight.setAt !== state?.block && weight.movedUids.size > 0) {
    try {
      return (await reader.state(weight.setAt, signal)).miners;
    } catch (error) {
      missingBy(error);
      notes.push(
        'Who was registered when the weights were set is not known: those of the judged block stand in.',
      );
    }
  }
  if (state !== undefined) return state.miners;
  const newest = await reader.state(await reader.head(signal), signal);
  notes.push('Who was registered then is not known: those of now stand in.');
  return newest.miners;
}

function ownScores(feeds: LiveFeeds | undefined): PaidSide | MissingSide {
  const missing = feeds?.missing.find(({ feed }) => feed === 'scores');
  if (feeds?.scores === undefined)
    return {
      missing: feeds === undefined ? 'unread' : 'none',
      detail: missing?.reason ?? 'The publisher offers no scores of its own.',
    };
  return { at: feeds.at, shares: toShares(feeds.scores), roundings: () => [] };
}

function feedsFor(basis: Basis, feeds: LiveFeeds | undefined): LiveFeeds | undefined {
  return feeds === undefined || basis === 'published' ? feeds : policyOf(feeds);
}

type Query = Omit<Parameters<typeof evaluate>[1], 'profile'>;

async function chooseProfile(
  store: Store,
  { profile }: JudgeRequest,
  query: Query,
  { weight }: Paid,
  signal: AbortSignal | undefined,
): Promise<Pick<Judgement, 'profile' | 'chosen' | 'fit'>> {
  if (profile === 'best' && isPaid(weight)) {
    const candidates = candidatesAt(query.at).map((candidate) => ({ profile: candidate }));
    const fit = await bestFit(store, { ...query, target: weight.shares, candidates }, signal);
    const [nearest] = fit.ranked;
    if (nearest !== undefined) return { profile: nearest.profile, chosen: 'best', fit };
  }
  if (profile !== 'auto' && profile !== 'best') return { profile: profileNamed(profile), chosen: 'named' };
  const dated = profileAt(query.at);
  if (dated !== undefined) return { profile: dated, chosen: 'auto' };
  throw new TaoscopeError('unsupported', {
    failed: 'no scoring profile is known for that time',
    got: new Date(query.at / 1000).toISOString(),
    expected: 'a later time, or the name of a profile',
    todo: 'name one with --profile',
  });
}

/** The neighbours of a date, and the last profile of each era: a publisher may pay by rules of another time. */
function candidatesAt(at: Micros): readonly ScoringProfile[] {
  const lasts = [INVOCATION_ERA, BONUS_ERA, INSTANCE_ERA].map((era) => era.at(-1));
  return [...new Set([...profilesAround(at), ...lasts.filter((profile) => profile !== undefined)])];
}

/** What the live feeds change, where they override what was committed. */
async function compareFeeds(
  store: Store,
  query: Parameters<typeof evaluate>[1],
  feeds: LiveFeeds | undefined,
  evaluation: Evaluation,
  thresholds: Thresholds | undefined,
  signal: AbortSignal | undefined,
): Promise<SharesCompared | undefined> {
  const overrides = feeds?.deletions !== undefined || feeds?.multipliers !== undefined;
  if (query.basis !== 'committed' || !overrides || query.profile.instanceIntegral === null) return undefined;
  const withFeeds = await evaluate(store, { ...query, feeds }, signal);
  const sharesOf = ({ scores }: Evaluation) => toShares(scores.map(({ hotkey, score }) => [hotkey, score]));
  return compareShares(
    sharesOf(evaluation),
    sharesOf(withFeeds),
    thresholds === undefined ? {} : { thresholds },
  );
}
