import { FINDING_KINDS, type Finding, type Micros } from '../types.ts';
import { type ComparedMiner, type Comparison, isCompared } from './compare-paid.ts';
import type { ComparedShare } from './compare-shares.ts';
import { DEFAULT_THRESHOLDS } from './compare-shares.ts';
import { type ExplanationReason, percent } from './explain.ts';

/** Most findings of one comparison; what is left out is counted in the last one's detail. */
const MOST = 64;

/** Where and when a comparison was made. */
export interface PayContext {
  readonly source: string;
  /** ss58 of the validator whose payment is judged. */
  readonly validator: string;
  readonly profile: string;
  readonly at: Micros;
  /** Block in which the weights were set. */
  readonly block?: number | undefined;
}

/**
 * Findings of a validator's own row: who is owed and not paid, paid and not owed, or paid otherwise. What consensus pays is all
 * validators' doing, and no finding against one. A subject is a miner of a validator: while it is paid wrongly, it is one finding.
 * Whether its window counts for enough is for the caller to ask.
 */
export function payFindings(comparison: Comparison, context: PayContext): Finding[] {
  const { weight } = comparison.sides;
  if (!isCompared(weight)) return [];
  const wrong = comparison.miners.flatMap((miner) =>
    miner.weight === undefined || miner.state === 'agrees' || miner.state === 'unknown' || isExcused(miner)
      ? []
      : [findingOf(miner, miner.weight, context)],
  );
  const last = wrong[MOST - 1];
  if (last === undefined || wrong.length === MOST) return wrong.slice(0, MOST);
  const more = ` And ${wrong.length - MOST} other miners, with smaller differences.`;
  return [...wrong.slice(0, MOST - 1), { ...last, detail: last.detail + more }];
}

/** With these it may be right after all, though nothing proves it. */
const MITIGATING: readonly ExplanationReason[] = ['blacklisted', 'not-covered', 'same-coldkey'];

/** Explanations with which the difference is not the validator's: the others are told beside the finding. */
function isExcused({ explanations }: ComparedMiner): boolean {
  return explanations.some(({ reason }) => reason === 'moved-uid');
}

function findingOf(miner: ComparedMiner, row: ComparedShare, context: PayContext): Finding {
  const { source, validator, profile, at, block } = context;
  const kind = row.state as Exclude<ComparedShare['state'], 'agrees'>;
  const { hotkey, expected, paid, delta, bound } = row;
  const small = Math.abs(delta) <= DEFAULT_THRESHOLDS.least;
  const mitigated = miner.explanations.some(({ reason }) => MITIGATING.includes(reason));
  return {
    source,
    kind,
    subject: `${hotkey}@${validator}`,
    // What a few minutes between two clocks can make is worth a look, not an alarm.
    severity: small || mitigated ? 'warning' : FINDING_KINDS[kind],
    hotkey,
    hour: at,
    title: TITLES[kind](hotkey, expected, paid),
    detail: [
      `By ${profile} it is owed ${percent(expected)}; the validator's row${block === undefined ? '' : ` of block ${block}`} gives ${percent(paid)}.`,
      `Rounding explains up to ${percent(bound)}.`,
      ...miner.explanations.map(({ text }) => text),
    ].join(' '),
    evidence: {
      profile,
      block: block ?? null,
      expected,
      paid,
      delta,
      bound,
      consensus: miner.incentive?.paid ?? null,
      published: miner.published?.paid ?? null,
      explanations: miner.explanations.map(({ reason }) => reason),
    },
  };
}

const TITLES = {
  'owed-unpaid': (hotkey: string, expected: number) =>
    `${hotkey} is owed ${percent(expected)} and paid nothing`,
  'paid-unowed': (hotkey: string, _: number, paid: number) =>
    `${hotkey} is paid ${percent(paid)} and owed nothing`,
  'paid-otherwise': (hotkey: string, expected: number, paid: number) =>
    `${hotkey} is owed ${percent(expected)} and paid ${percent(paid)}`,
} as const;
