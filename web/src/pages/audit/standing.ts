import { integer } from '../../format/numbers.ts';
import { countedName, VERDICT_ORDER, type VerdictOrNone } from './verdicts.ts';

export interface Standing {
  /** How a validator's hours stand, in words. */
  readonly sentence: string;
  /** The worst that is among them. */
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
}

/**
 * "167 of 168 hours verified; 1 mismatch.", the worst first. `counts` are hours by verdict, `none` for what is not judged; `waiting` are
 * tables of theirs that were not looked at yet: as long as there are any, nothing is said to be well.
 */
export function standingOf(counts: Readonly<Record<string, number>>, waiting = 0): Standing {
  const { sentence, tone } = ofHours(counts);
  if (waiting === 0) return { sentence, tone };
  const tables = `${integer(waiting)} ${waiting === 1 ? 'table waits' : 'tables wait'} to be checked`;
  return {
    sentence: tone === 'good' ? `${sentence.slice(0, -1)} so far; ${tables}.` : `${sentence} ${tables}.`,
    tone: tone === 'good' ? 'quiet' : tone,
  };
}

function ofHours(counts: Readonly<Record<string, number>>): Standing {
  const of = (verdict: VerdictOrNone) => counts[verdict] ?? 0;
  const total = VERDICT_ORDER.reduce((sum, verdict) => sum + of(verdict), 0);
  const verified = of('verified');
  if (total === 0 || of('none') === total)
    return { sentence: total === 0 ? 'No hour is due yet.' : 'No hour is judged yet.', tone: 'quiet' };
  const others = [...VERDICT_ORDER]
    .reverse()
    .filter((verdict) => verdict !== 'verified' && verdict !== 'none' && of(verdict) > 0)
    .map((verdict) => `${integer(of(verdict))} ${countedName(verdict, of(verdict))}`);
  const tone = of('mismatch') > 0 ? 'bad' : others.length > 0 ? 'warn' : of('none') > 0 ? 'quiet' : 'good';
  if (of('none') > 0) others.push(`${integer(of('none'))} not judged yet`);
  const hours = total === 1 ? 'hour' : 'hours';
  return {
    sentence:
      others.length === 0
        ? total === 1
          ? 'The hour is verified.'
          : `All ${integer(total)} hours are verified.`
        : `${integer(verified)} of ${integer(total)} ${hours} verified; ${others.join(', ')}.`,
    tone,
  };
}

/** "168 h 00 min of 168 h, 100 %": how much of a range reports cover. Never rounded up to the whole. */
export function coverageText(seconds: number, wanted: number): string {
  if (wanted <= 0) return 'nothing was due';
  const share =
    seconds >= wanted ? '100' : String(Math.min(99.99, Math.floor((seconds / wanted) * 10_000) / 100));
  return `${integer(seconds)} of ${integer(wanted)} s (${share} %)`;
}
