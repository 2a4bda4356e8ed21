import type { Agreement } from './agreement.ts';
import type { ComparedMiner } from './compare-paid.ts';

/**
 * Lines for people, as the auditors of the field print them: what is covered, how far a miner's own counts agree, what each
 * miner is owed beside what it was paid.
 */

/** Coverage of a miner's reports in seconds: `5F…: coverage 601200 s of 604800 s, 1 gap of 3600 s`. */
export function coverageLine(hotkey: string, { coverage: { seconds, wanted, gaps } }: Agreement): string {
  const missing = wanted - seconds;
  const gap =
    gaps.length === 0
      ? 'no gaps'
      : `${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'} of ${Math.round(missing)} s`;
  return `${hotkey}: coverage ${Math.round(seconds)} s of ${Math.round(wanted)} s, ${gap}`;
}

/** Counts of both sides and their ratio: `5F…: agreement ratio 0.9526 (0.9511 to 0.9540): 64012 own, 60978 by the validator`. */
export function agreementLine(hotkey: string, { counts, commonHours }: Agreement): string {
  const { own, validator, ratio, state } = counts;
  if (ratio === undefined) return `${hotkey}: no requests counted in ${commonHours} common hours`;
  const range = `${ratio.low.toFixed(4)} to ${ratio.high.toFixed(4)}`;
  const doubt = { agrees: '', disagrees: ', they disagree', 'too-few': ', too few to tell', nothing: '' }[
    state
  ];
  return `${hotkey}: agreement ratio ${ratio.ratio.toFixed(4)} (${range}): ${own} own, ${validator} by the validator in ${commonHours} hours${doubt}`;
}

/** Expected and paid shares and their difference: `5F…: incentive expected 0.05204, actual 0.05061, delta 0.00143`. */
export function incentiveLine({ hotkey, expected, incentive, weight }: ComparedMiner): string {
  const paid = incentive ?? weight;
  if (paid === undefined) return `${hotkey}: incentive expected ${expected.toFixed(5)}, actual not known`;
  return `${hotkey}: incentive expected ${expected.toFixed(5)}, actual ${paid.paid.toFixed(5)}, delta ${Math.abs(paid.delta).toFixed(5)}`;
}
