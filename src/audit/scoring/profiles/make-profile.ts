import { SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { ScoringProfile, ScoringRules, Variant } from '../types.ts';

/** What tells a profile from the one before it. `auditor` is added to that of the one before. */
export type ProfileChange = Partial<ScoringRules> &
  Pick<ScoringProfile, 'name' | 'validFrom' | 'source' | 'note'> &
  Partial<Pick<ScoringProfile, 'optional' | 'undetermined' | 'auditor'>>;

/** The profile before, with what changed. What was undetermined stays so unless it is said anew. */
export function changed(before: ScoringProfile, change: ProfileChange): ScoringProfile {
  return {
    ...before,
    optional: undefined,
    ...change,
    auditor: { ...before.auditor, ...change.auditor },
  };
}

/** The rules of a profile as the validator or the published auditor has them. */
export function rulesOf(profile: ScoringProfile, variant: Variant): ScoringRules {
  return variant === 'auditor' ? { ...profile, ...profile.auditor } : profile;
}

/** An instant of UTC in microseconds. */
export function utc(text: string): Micros {
  return Date.parse(text) * (SECOND / 1_000);
}

export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;
