import { VERDICTS, type Verdict, type VerdictKind, type VerdictReason } from '../types.ts';

/**
 * How good a subject is: the worst of its checks, and why. Of equally bad ones the first that has something to say (`late` before `ok`).
 * `unverifiable` `unread` for no checks at all: what was not checked has not passed.
 */
export function worstOf(verdicts: readonly Pick<Verdict, 'verdict' | 'reason'>[]): {
  verdict: VerdictKind;
  reason: VerdictReason;
} {
  const verdict = VERDICTS.findLast((kind) => verdicts.some((one) => one.verdict === kind));
  if (verdict === undefined) return { verdict: 'unverifiable', reason: 'unread' };
  const alike = verdicts.filter((one) => one.verdict === verdict);
  return { verdict, reason: (alike.find(({ reason }) => reason !== 'ok') ?? alike[0])?.reason ?? 'ok' };
}
