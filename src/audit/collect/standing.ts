import { PROVEN, type Verdict } from '../types.ts';

/** Checks of what the chain held in a block of the past. That does not change: what was read of it once stays true. */
const OF_THE_CHAIN: readonly string[] = ['commitment', 'block-time'];

/**
 * The outcomes of a look that are news: all of them, but those of the chain that could not be made this time and had been made of the same
 * bytes before. Nodes forget old state within the hour; were that to count, the wait alone would take from an honest report its proof, and wash
 * a forged one of its mismatch.
 */
export function newsOf(before: readonly Verdict[], now: readonly Verdict[]): Verdict[] {
  return now.filter((verdict) => {
    if (verdict.verdict !== 'unverifiable' || !OF_THE_CHAIN.includes(verdict.check)) return true;
    const last = before.find(({ check }) => check === verdict.check);
    return last === undefined || last.verdict === 'unverifiable' || !ofSameBytes(last, verdict);
  });
}

/** What holds of a report after a look: the outcomes of it, and of the checks that were not made again those before. */
export function standing(before: readonly Verdict[], news: readonly Verdict[]): Verdict[] {
  const made = new Set(news.map(({ check }) => check));
  return [...before.filter(({ check }) => !made.has(check)), ...news];
}

/** Whether the chain has proven the bytes that are held of a report. */
export function isProven(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ check, verdict }) => check === 'commitment' && PROVEN.includes(verdict));
}

/** An outcome of no bytes, as that there is no commitment at all, is one of any. */
function ofSameBytes(
  { evidence: { sha256: before } }: Verdict,
  { evidence: { sha256: now } }: Verdict,
): boolean {
  return before === undefined || before === now;
}
