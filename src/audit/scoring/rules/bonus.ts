import type { BonusRule } from '../types.ts';
import { exactSum } from './exact-sum.ts';
import { type ByHotkey, mapValues, sharesOrUniform } from './shares.ts';

// The least distance of the best from the worst that is divided by.
const LEAST_SPREAD = 1e-12;

/** From 0 for the least to 1 for the most, to the power of `exponent`. */
export function spread(values: ByHotkey, exponent: number): Map<string, number> {
  const least = Math.min(...values.values());
  const most = Math.max(...values.values());
  const width = Math.max(most - least, LEAST_SPREAD);
  return mapValues(values, (value) => ((value - least) / width) ** exponent);
}

/** The same, as shares; uniform when all are alike. */
export function spreadShares(values: ByHotkey, exponent: number): Map<string, number> {
  return sharesOrUniform(spread(values, exponent));
}

/**
 * What `own` bounty instances of a miner at one chute are worth, where all miners together have `all`: each further one less, and the less
 * the more crowded the chute.
 */
export function bountyTerm(
  own: number,
  all: number,
  { decay, crowding }: Pick<BonusRule, 'decay' | 'crowding'>,
): number {
  const repeated = decay === 1 ? own : (1 - decay ** own) / (1 - decay);
  return repeated * Math.max(all, 1) ** (crowding - 1);
}

/** The bounty terms of all chutes, by hotkey. */
export function bountyScores(
  instances: Iterable<{ readonly hotkey: string; readonly chuteId: string }>,
  rule: Pick<BonusRule, 'decay' | 'crowding'>,
): Map<string, number> {
  const terms: { hotkey: string; term: number }[] = [];
  for (const group of Map.groupBy(instances, ({ chuteId }) => chuteId).values()) {
    for (const [hotkey, own] of Map.groupBy(group, (one) => one.hotkey)) {
      terms.push({ hotkey, term: bountyTerm(own.length, group.length, rule) });
    }
  }
  return new Map(
    [...Map.groupBy(terms, ({ hotkey }) => hotkey)].map(([hotkey, group]) => [
      hotkey,
      exactSum(group.map(({ term }) => term)),
    ]),
  );
}
