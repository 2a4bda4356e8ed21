/**
 * Who goes when a full subnet takes a newcomer, by era (reference, section 10, "Deregistration order").
 *
 * - `score`              lowest pruning score; of equals the highest uid (spec 116)
 * - `score-oldest`       lowest pruning score; of equals the oldest registration (spec 218)
 * - `score-owner-immune` the same, and the owner's first hotkeys never go (spec 343)
 * - `emission`           lowest emission, then the oldest registration; the owner's first hotkeys never go (spec 397)
 */
export type PruningRule = 'score' | 'score-oldest' | 'score-owner-immune' | 'emission';

/** What of a snapshot tells the rule. */
export interface PruningEra {
  /** The runtime has `PruningScores`: gone since spec 397. */
  readonly hasPruningScore: boolean;
  /** `ImmuneOwnerUidsLimit`; `undefined` where the runtime has none. */
  readonly immuneOwnerUidsLimit?: number | undefined;
  /** `MinNonImmuneUids`; `undefined` where the runtime has none. */
  readonly minNonImmuneUids?: number | undefined;
  /** 0 when it is not known. */
  readonly specVersion: number;
}

/** The first of our recorded runtimes that breaks ties by age, and the first without pruning scores. */
const TIES_BY_AGE_SINCE = 218;
const NO_SCORES_SINCE = 397;

/**
 * The rule of a runtime, told by what the runtime has. `undefined` when it cannot be told: a snapshot without pruning
 * scores of which neither limits nor version are known. One thing no metadata shows: which of equal scores goes. There the
 * version decides (`subnets/registration.rs` at 116 and 218), as it does for a snapshot stored without hyperparameters.
 */
export function pruningRuleOf(era: PruningEra): PruningRule | undefined {
  const { hasPruningScore, immuneOwnerUidsLimit, minNonImmuneUids, specVersion } = era;
  if (hasPruningScore) {
    if (immuneOwnerUidsLimit !== undefined) return 'score-owner-immune';
    return specVersion >= TIES_BY_AGE_SINCE ? 'score-oldest' : 'score';
  }
  return minNonImmuneUids !== undefined || specVersion >= NO_SCORES_SINCE ? 'emission' : undefined;
}

/** The rule in plain words, with its limits. */
export function pruningRuleText(rule: PruningRule, minNonImmuneUids: number): string {
  switch (rule) {
    case 'score':
      return 'The lowest pruning score goes first, of equal scores the highest uid. Immune neurons go only when all are immune.';
    case 'score-oldest':
      return 'The lowest pruning score goes first, of equal scores the oldest registration. Immune neurons go only when all are immune.';
    case 'score-owner-immune':
      return "The lowest pruning score goes first, of equal scores the oldest registration. Immune neurons go only when all others are gone; the subnet owner's first hotkeys never go.";
    case 'emission':
      return `The lowest emission goes first, of equal emissions the oldest registration. At ${minNonImmuneUids} neurons without immunity those are kept and immune ones go; the subnet owner's first hotkeys never go.`;
  }
}
