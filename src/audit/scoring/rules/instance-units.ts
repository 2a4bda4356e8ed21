import { SECOND } from '../../instants.ts';
import type { InstanceLife, MultiplierStretch } from '../types.ts';
import { exactSum } from './exact-sum.ts';
import { type Span, secondsOf } from './instance-span.ts';

/**
 * The integral of an instance's multiplier over its paid life, in seconds times multiplier. Where no stretch overlaps that life, its own
 * multiplier holds (1 if it has none); where stretches cover a part, the rest brings nothing, and before the first stretch's start
 * neither.
 */
export function integralUnits(
  life: InstanceLife,
  span: Span,
  stretches: readonly MultiplierStretch[],
): number {
  const overlapping = stretches.filter(
    ({ start, end }) => start < span.hi && (end === null || end > span.lo),
  );
  if (overlapping.length === 0) return secondsOf(span) * (life.multiplier ?? 1);
  return exactSum(
    overlapping.map(({ multiplier, start, end }) => {
      const until = Math.min(end ?? span.hi, span.hi);
      return (multiplier * (until - Math.max(start, span.lo))) / SECOND;
    }),
  );
}

/**
 * Stretches by instance. One that was still open when it was last seen, though later reports tell of a later stretch of that instance,
 * ended in an hour without a counted report: at the latest where the next one begins.
 */
export function stretchesByInstance(
  stretches: Iterable<MultiplierStretch>,
): Map<string, readonly MultiplierStretch[]> {
  const closed = new Map<string, readonly MultiplierStretch[]>();
  for (const [instanceId, group] of Map.groupBy(stretches, (stretch) => stretch.instanceId)) {
    const sorted = group.toSorted((a, b) => a.start - b.start);
    closed.set(
      instanceId,
      sorted.map((stretch, at) => {
        const next = sorted[at + 1];
        const unseenEnd = stretch.end === null && next !== undefined && next.seenUntil > stretch.seenUntil;
        return unseenEnd ? { ...stretch, end: next.start } : stretch;
      }),
    );
  }
  return closed;
}
