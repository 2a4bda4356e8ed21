import type { Store } from '../../store/index.ts';
import { distance, type Shares, toShares } from '../compare/shares.ts';
import { type EvaluateQuery, type Evaluation, evaluateWith } from './evaluate.ts';
import { profilesAround } from './profiles/profiles.ts';
import { createReader } from './read/reader.ts';
import type { ScoringProfile, Variant } from './types.ts';

export interface Candidate {
  readonly profile: ScoringProfile;
  /** Default the validator. */
  readonly variant?: Variant | undefined;
}

/** How well a profile explains what was paid. */
export interface Fit {
  readonly profile: ScoringProfile;
  readonly variant: Variant;
  /** L1 of the shares: 0 is equal, 2 has nothing in common. */
  readonly distance: number;
  readonly evaluation: Evaluation;
}

export interface BestFit {
  /** Best first; equally good ones by the candidates' order. */
  readonly ranked: readonly Fit[];
  /** Those that no evidence tells apart from the best, the best among them: more than one is a tie. */
  readonly tied: readonly Fit[];
  /** Candidates under which nobody is paid, with the reason. */
  readonly empty: readonly { readonly profile: string; readonly variant: Variant; readonly reason: string }[];
}

export interface BestFitQuery extends Omit<EvaluateQuery, 'profile' | 'variant'> {
  /** What was paid, by hotkey; of any sum. */
  readonly target: ReadonlyMap<string, number>;
  /** Default: the profile of the date and two to each side, as the validator has them. */
  readonly candidates?: readonly Candidate[] | undefined;
  /** Distances this far apart are the same. Default 1e-9. */
  readonly tolerance?: number | undefined;
}

/**
 * Which profile comes nearest to what was paid. Candidates whose rules for requests are alike share one pass over them. A near profile is
 * no proof: see the runners-up, and who is tied.
 */
export async function bestFit(
  store: Store,
  { target, candidates, tolerance = 1e-9, ...query }: BestFitQuery,
  signal?: AbortSignal,
): Promise<BestFit> {
  const reader = createReader(store, query, signal);
  const paid: Shares = toShares(target);
  const fits: Fit[] = [];
  const empty: { profile: string; variant: Variant; reason: string }[] = [];
  for (const { profile, variant = 'validator' } of candidates ?? defaultCandidates(query.at)) {
    const evaluation = await evaluateWith(reader, { ...query, profile, variant });
    if (evaluation.empty !== undefined) {
      empty.push({ profile: profile.name, variant, reason: evaluation.empty });
      continue;
    }
    const owed: Shares = new Map(evaluation.scores.map(({ hotkey, score }) => [hotkey, score]));
    fits.push({ profile, variant, distance: distance(paid, owed), evaluation });
  }
  const ranked = fits.sort((a, b) => a.distance - b.distance);
  const least = ranked[0]?.distance ?? 0;
  return { ranked, tied: ranked.filter((fit) => fit.distance - least <= tolerance), empty };
}

function defaultCandidates(at: number): Candidate[] {
  return profilesAround(at).map((profile) => ({ profile }));
}
