import { SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { Evidence, InstanceIntegral, InstanceLife, ScoringRules } from '../types.ts';
import { isPaidByLife, mayBePrivate, paidSpan, type Span, secondsOf } from './instance-span.ts';
import { integralUnits, stretchesByInstance } from './instance-units.ts';

/** An instance that is paid by its life, and what for. */
export interface PaidLife {
  readonly hotkey: string;
  readonly chuteId: string;
  readonly life: InstanceLife;
  readonly span: Span;
  /** Seconds times multiplier. */
  readonly units: number;
}

/** All instances that are paid by their lives at an instant; none under rules that pay requests. */
export function paidLives(
  rules: Pick<ScoringRules, 'instanceIntegral' | 'reasonAllowList' | 'windowSeconds'>,
  { instances, multipliers }: Pick<Evidence, 'instances' | 'multipliers'>,
  at: Micros,
): PaidLife[] {
  const { instanceIntegral: integral, reasonAllowList } = rules;
  if (integral === null) return [];
  const stretches = integral.multiplier === 'history' ? stretchesByInstance(multipliers) : undefined;
  return instances.flatMap((life) => {
    const from = at - windowOf(life, rules.windowSeconds, integral) * SECOND;
    const { minLifetimeSeconds } = integral;
    if (!isPaidByLife(life, from, { reasonAllowList, minLifetimeSeconds })) return [];
    const span = paidSpan(life, integral.start, { from, at });
    if (span === undefined) return [];
    const units =
      stretches === undefined
        ? secondsOf(span) * (life.multiplier ?? 1)
        : integralUnits(life, span, stretches.get(life.instanceId) ?? []);
    return [{ hotkey: life.hotkey, chuteId: life.chuteId, life, span, units }];
  });
}

/** Private instances that add to the features of requests. */
export function privateLives(
  rules: Pick<ScoringRules, 'privateInstances' | 'reasonAllowList' | 'nullReasonCounts' | 'windowSeconds'>,
  instances: readonly InstanceLife[],
  at: Micros,
): PaidLife[] {
  if (!rules.privateInstances) return [];
  const from = at - rules.windowSeconds * SECOND;
  return instances.flatMap((life) => {
    const span = mayBePrivate(life, rules) ? paidSpan(life, 'activated', { from, at }) : undefined;
    if (span === undefined) return [];
    const units = secondsOf(span) * (life.multiplier ?? 1);
    return [{ hotkey: life.hotkey, chuteId: life.chuteId, life, span, units }];
  });
}

function windowOf(life: InstanceLife, windowSeconds: number, { legacy }: InstanceIntegral): number {
  const credited =
    legacy !== undefined &&
    life.deletedAt !== null &&
    life.createdAt !== null &&
    life.createdAt < legacy.createdBefore;
  return credited ? legacy.windowSeconds : windowSeconds;
}
