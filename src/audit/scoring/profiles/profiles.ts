import { TaoscopeError } from '../../../shared/index.ts';
import type { Micros } from '../../types.ts';
import type { ScoringProfile } from '../types.ts';
import { BONUS_ERA, INSTANCE_ERA } from './instance-era.ts';
import { INVOCATION_ERA } from './invocation-era.ts';

/** All profiles, ascending by `validFrom`. */
export const PROFILES: readonly ScoringProfile[] = [...INVOCATION_ERA, ...BONUS_ERA, ...INSTANCE_ERA];

/** The profile of a date: the newest that is not optional; `undefined` before the first. */
export function profileAt(instant: Micros): ScoringProfile | undefined {
  return PROFILES.findLast(({ validFrom, optional }) => optional === undefined && validFrom <= instant);
}

/** A profile by its name, as P18 or I4; `I2'` may be written for I2′. Throws `usage` for another. */
export function profileNamed(name: string): ScoringProfile {
  const wanted = name.replace("'", '′').toLowerCase();
  const found = PROFILES.find((profile) => profile.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new TaoscopeError('usage', {
    failed: 'there is no scoring profile of that name',
    got: JSON.stringify(name.slice(0, 40)),
    expected: PROFILES.map((profile) => profile.name).join(', '),
  });
}

/** The profile of a date and its neighbours, `reach` to each side: the candidates for a best fit. */
export function profilesAround(instant: Micros, reach = 2): readonly ScoringProfile[] {
  const at = PROFILES.findLastIndex(({ validFrom }) => validFrom <= instant);
  return PROFILES.slice(Math.max(0, at - reach), Math.max(0, at) + reach + 1);
}
