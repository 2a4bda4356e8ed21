import { SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { InstanceLife, ReasonRule, ScoringRules } from '../types.ts';

/** The stretch of an instance's life that is paid, microseconds; `hi` > `lo`. */
export interface Span {
  readonly lo: Micros;
  readonly hi: Micros;
}

/**
 * From its beginning, or that of the window, to the first of: end of billing, deletion, the instant. `undefined` when nothing is left,
 * or it never began.
 */
export function paidSpan(
  life: InstanceLife,
  start: 'activated' | 'created',
  { from, at }: { readonly from: Micros; readonly at: Micros },
): Span | undefined {
  const begin = start === 'activated' ? life.activatedAt : life.createdAt;
  if (begin === null) return undefined;
  const lo = Math.max(begin, from);
  const hi = Math.min(life.stopBillingAt ?? at, life.deletedAt ?? at, at);
  return hi > lo ? { lo, hi } : undefined;
}

export function secondsOf({ lo, hi }: Span): number {
  return (hi - lo) / SECOND;
}

/** A deletion without a reason satisfies no rule but `any`, as NULL does in SQL; what runs counts as the rules say. */
export function mayBePrivate(
  life: InstanceLife,
  { reasonAllowList, nullReasonCounts }: Pick<ScoringRules, 'reasonAllowList' | 'nullReasonCounts'>,
): boolean {
  if (!life.billed || life.activatedAt === null) return false;
  if (life.deletedAt === null) return reasonAllowList.kind === 'any' || nullReasonCounts;
  return isAllowedReason(life.deletionReason, reasonAllowList);
}

/**
 * Whether an instance is paid by its life: it was activated, and runs; or ended in the window, and that was no fault of its miner.
 */
export function isPaidByLife(
  life: InstanceLife,
  windowStart: Micros,
  rules: { readonly reasonAllowList: ReasonRule; readonly minLifetimeSeconds: number },
): boolean {
  if (life.activatedAt === null) return false;
  if (life.deletedAt === null) return true;
  if (life.deletedAt < windowStart) return false;
  const seconds = (life.deletedAt - life.activatedAt) / SECOND;
  return (
    (!life.billed && seconds >= rules.minLifetimeSeconds) ||
    life.validTermination ||
    isAllowedReason(life.deletionReason, rules.reasonAllowList)
  );
}

function isAllowedReason(reason: string | null, rule: ReasonRule): boolean {
  if (rule.kind === 'any') return true;
  if (reason === null) return false;
  if (rule.kind === 'not-one-of') return !rule.exact.includes(reason);
  return rule.exact.includes(reason) || rule.containing.some((part) => reason.includes(part));
}
