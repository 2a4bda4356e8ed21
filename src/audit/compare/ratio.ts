/** How often two counts of the same things agree. */
export interface Ratio {
  /** min / max of the counts. */
  readonly ratio: number;
  /** Interval that holds the true ratio in 95 of 100 cases. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The ratio of two counts of the same events. Of the events that the side with more has seen, each is seen by the other with
 * one unknown probability: a binomial, whose 95 % interval is Wilson's score interval. So 9 of 10 is 0.90 (0.60 to 0.98), and
 * 90 000 of 100 000 is 0.900 (0.898 to 0.902).
 *
 * `undefined` where both counts are 0: there is nothing to agree about.
 */
export function ratioOf(a: number, b: number): Ratio | undefined {
  const n = Math.max(a, b);
  if (!(n > 0)) return undefined;
  const p = Math.min(a, b) / n;
  const centre = p + Z ** 2 / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const whole = 1 + Z ** 2 / n;
  return {
    ratio: p,
    low: Math.max(0, (centre - spread) / whole),
    high: Math.min(1, (centre + spread) / whole),
  };
}

/** Below ten events the interval is too narrow for its name: 0 of 1 would be up to 0.79. */
const FEWEST = 10;

/** `too-few`: the ratio is below the threshold, but so few were counted that chance may have done it. */
export type AgreementState = 'agrees' | 'disagrees' | 'too-few' | 'nothing';

/** What the field's auditor warns below (chutes.md, section 7). */
export const AGREEMENT_THRESHOLD = 0.9;

/**
 * Two counts, judged.
 *
 * @param slack so many of the smaller count may be missing for a known reason (counters that are cut off to whole numbers).
 */
export function judgeCounts(
  own: number,
  validator: number,
  { threshold = AGREEMENT_THRESHOLD, slack = 0 }: { threshold?: number; slack?: number } = {},
): { readonly ratio: Ratio | undefined; readonly state: AgreementState } {
  const ratio = ratioOf(own, validator);
  if (ratio === undefined) return { ratio, state: 'nothing' };
  if (ratio.ratio >= threshold) return { ratio, state: 'agrees' };
  const [smaller, larger] = [Math.min(own, validator), Math.max(own, validator)];
  const forgiving = ratioOf(Math.min(larger, smaller + slack), larger) ?? ratio;
  const tells = larger >= FEWEST && forgiving.high < threshold;
  return { ratio, state: tells ? 'disagrees' : 'too-few' };
}
