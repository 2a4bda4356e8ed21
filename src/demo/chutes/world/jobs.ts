import { HOUR, MINUTE, type Micros, SECOND } from '../clock.ts';
import { Dice } from '../dice.ts';
import type { Chute } from './chutes.ts';
import type { Instance } from './instances.ts';

/** A piece of work that runs for hours, as it will have been when it is over. */
export interface Job {
  readonly id: string;
  readonly chute: Chute;
  readonly method: string;
  readonly instance: Instance;
  readonly createdAt: Micros;
  readonly startedAt: Micros;
  readonly finishedAt: Micros;
  readonly status: 'complete' | 'error';
  readonly multiplier: number;
  readonly minerTerminated: boolean;
}

export const LONGEST_JOB: Micros = 5 * HOUR;

/** The jobs that begin in the hour before `end`: none or one. */
export function jobsOfHour(seed: string, end: Micros, instances: readonly Instance[]): Job[] {
  const dice = new Dice(seed, 'jobs', end);
  if (!dice.chance(0.4)) return [];
  const startedAt = end - Math.round(dice.between(2 * MINUTE, 50 * MINUTE));
  const instance = dice.pick(
    instances.filter(({ activatedAt, deletedAt }) => {
      return activatedAt !== undefined && activatedAt < startedAt && deletedAt > startedAt + 20 * MINUTE;
    }),
  );
  if (instance === undefined) return [];
  const failed = dice.chance(0.15);
  return [
    {
      id: dice.uuid(),
      chute: instance.chute,
      method: 'train',
      instance,
      createdAt: startedAt - Math.round(dice.between(SECOND, MINUTE)),
      startedAt,
      finishedAt: Math.min(
        instance.deletedAt,
        startedAt + Math.round(dice.between(10 * MINUTE, LONGEST_JOB)),
      ),
      status: failed ? 'error' : 'complete',
      multiplier: instance.multiplier,
      minerTerminated: failed && dice.chance(0.5),
    },
  ];
}
