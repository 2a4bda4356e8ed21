import type { AuditMinersBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';

export type ReportingMiner = AuditMinersBody['miners'][number];
export type AgreementState = ReportingMiner['counts']['state'];

export const AGREEMENT_NAMES: Readonly<Record<AgreementState, string>> = {
  agrees: 'agrees',
  disagrees: 'disagrees',
  'too-few': 'too few to tell',
  nothing: 'nothing counted',
};

const GRAVITY: Readonly<Record<AgreementState, number>> = {
  disagrees: 0,
  'too-few': 1,
  nothing: 2,
  agrees: 3,
};

/** The worse of what the counts and the instances say. */
export function worseState({
  counts,
  instances,
}: Pick<ReportingMiner, 'counts' | 'instances'>): AgreementState {
  return GRAVITY[counts.state] <= GRAVITY[instances.state] || instances.state === 'nothing'
    ? counts.state
    : instances.state;
}

/** Who disagrees first, then by the ratio of counts, the lowest first; then who reports least. */
export function worstFirst(miners: readonly ReportingMiner[]): ReportingMiner[] {
  return [...miners].sort(
    (a, b) =>
      GRAVITY[worseState(a)] - GRAVITY[worseState(b)] ||
      (a.counts.ratio ?? Infinity) - (b.counts.ratio ?? Infinity) ||
      coveredShare(a) - coveredShare(b) ||
      (a.uid ?? Infinity) - (b.uid ?? Infinity) ||
      0,
  );
}

/** The part of the range that its reports cover, 0 to 1. */
export function coveredShare({ coverage }: Pick<ReportingMiner, 'coverage'>): number {
  return coverage.wantedSeconds === 0 ? 0 : coverage.seconds / coverage.wantedSeconds;
}

/** A ratio of counts as the log lines write it: four decimals. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? '–' : ratio.toFixed(4);
}

/** What all of it comes to, for people. */
export function agreementSentence({
  miners,
  threshold,
}: Pick<AuditMinersBody, 'miners' | 'threshold'>): string {
  if (miners.length === 0)
    return 'No miner publishes reports about itself in this range, so there is nothing to set beside the validator’s word.';
  const states = miners.map(worseState);
  const of = (state: AgreementState) => states.filter((each) => each === state).length;
  const disagree = of('disagrees');
  const ratios = miners.flatMap(({ counts }) => (counts.ratio === null ? [] : [counts.ratio]));
  const range =
    ratios.length === 0
      ? 'nothing was counted by either side'
      : ratios.length === 1
        ? `its count and the validator’s have the ratio ${ratioText(ratios[0] ?? null)}`
        : `ratios of counts go from ${ratioText(Math.min(...ratios))} to ${ratioText(Math.max(...ratios))}`;
  const who = miners.length === 1 ? '1 miner publishes' : `${integer(miners.length)} miners publish`;
  const judged =
    disagree === 0
      ? 'None disagrees with the validator beyond chance'
      : disagree === miners.length
        ? `${disagree === 1 ? 'It disagrees' : 'All of them disagree'} with the validator`
        : `${integer(disagree)} of them ${disagree === 1 ? 'disagrees' : 'disagree'} with the validator`;
  const few = of('too-few');
  return [
    `${who} reports about ${miners.length === 1 ? 'itself' : 'themselves'}; ${range}.`,
    `${judged} (below ${threshold}, where the interval says so, or instances that only one side has).`,
    ...(few === 0 ? [] : [`Of ${integer(few)} too little is counted to tell.`]),
  ].join(' ');
}

export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

/**
 * Where the gaps stand in a strip of the whole range, from 0 to 1. A gap of a minute in a month is less than a pixel, so
 * each has at least `least` of the strip: what is missing is seen.
 */
export function gapMarks(
  { from, to, gaps }: { readonly from: string; readonly to: string; readonly gaps: readonly Gap[] },
  least = 0.004,
): { left: number; width: number }[] {
  const start = Date.parse(from);
  const length = Date.parse(to) - start;
  if (!(length > 0)) return [];
  return gaps.map((gap) => {
    const width = Math.min(1, Math.max(least, (gap.seconds * 1_000) / length));
    const left = Math.min(1 - width, Math.max(0, (Date.parse(gap.from) - start) / length));
    return { left, width };
  });
}
