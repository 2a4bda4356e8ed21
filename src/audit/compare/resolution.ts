import { U16_ONE } from '../../shared/index.ts';

/**
 * How far whole numbers may lie from the shares that they stand for.
 *
 * Let true amounts be x = e X (shares e, sum X), each stored as a whole number w = x + d with |d| <= r, and a share read back as
 * w / W with W the sum of the stored numbers. Then
 *
 *     w/W - e = (d_i - e_i (d_1 + … + d_m)) / W
 *             = (d_i (1 - e_i) - e_i (sum of the others' d)) / W
 *
 * so |w/W - e| <= r ((1 - e) + e (m - 1)) / W, where m numbers were rounded.
 */
export interface Rounding {
  /** Sum of the stored whole numbers. */
  readonly sum: number;
  /** How many amounts were rounded: those above 0. */
  readonly count: number;
  /** Largest error of one number: 0.5 for rounding to the nearest, 1 for cutting off. */
  readonly error: number;
}

/** Largest distance of a share from what it stands for, after these roundings one upon the other. */
export function roundingBound(share: number, roundings: readonly Rounding[]): number {
  let bound = 0;
  for (const { sum, count, error } of roundings) {
    if (sum <= 0) return 1;
    bound += (error * (1 - share + share * Math.max(0, count - 1))) / sum;
  }
  return bound;
}

/** How a validator turns its scores into whole numbers before it signs them: shares x 65535 cut off, or the largest as 65535. */
export type Quantising = 'share' | 'max';

/**
 * Roundings of a row of weights as the chain stores it: the validator's own, then the chain's scaling of the largest to
 * 65535 (`vec_u16_max_upscale_to_u16`, rounded; before spec 185 the scaling of the sum to 65535, cut off).
 *
 * @param values the stored row.
 * @param owed how many miners were owed anything: those that were rounded to 0 were rounded as well.
 */
export function rowRoundings(values: readonly number[], owed: number, quantising: Quantising): Rounding[] {
  const stored = values.filter((value) => value > 0);
  const sum = stored.reduce((total, value) => total + value, 0);
  const count = Math.max(owed, stored.length);
  const byChain: Rounding = { sum, count: stored.length, error: sum <= U16_ONE ? 1 : 0.5 };
  const byValidator: Rounding =
    // What is cut off makes the sum smaller than 65535, by less than one each.
    quantising === 'share'
      ? { sum: Math.max(1, U16_ONE - count), count, error: 1 }
      : { sum, count, error: 1 };
  return [byValidator, byChain];
}

/** The rounding of an incentive vector (`Incentive`: floor of the fraction x 65535), on top of those of the weights it came from. */
export function incentiveRoundings(
  values: readonly number[],
  owed: number,
  ofWeights: readonly Rounding[],
): Rounding[] {
  const stored = values.filter((value) => value > 0);
  const sum = stored.reduce((total, value) => total + value, 0);
  return [...ofWeights, { sum, count: Math.max(owed, stored.length), error: 1 }];
}
