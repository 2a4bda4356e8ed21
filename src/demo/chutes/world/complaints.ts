import { HOUR, MINUTE, type Micros } from '../clock.ts';
import { Dice } from '../dice.ts';
import type { Call } from './calls.ts';
import type { Instance } from './instances.ts';

/** What somebody, or the platform, said about a request; the publisher calls it a report. */
export interface Complaint {
  readonly parentId: string;
  readonly userId: string;
  readonly at: Micros;
  /** `undefined`: nobody ever confirms it. */
  readonly confirmedAt: Micros | undefined;
  readonly confirmedBy: string | undefined;
  readonly reason: string;
}

/** How long after it was made a complaint may be confirmed. */
export const LONGEST_DOUBT: Micros = 30 * HOUR;

const REASONS = [
  'gibberish output',
  'model says it is another model, "obviously"',
  'truncated answer,\nno end',
] as const;
const SHORT_LIVED = 'instance lifetime less than required minimum (3600 seconds)';

/** Complaints about the requests of the hour before `end`: some are confirmed at once, some many hours later, some never. */
export function complaintsOfHour(
  seed: string,
  end: Micros,
  calls: readonly Call[],
  instances: readonly Instance[],
): Complaint[] {
  const dice = new Dice(seed, 'complaints', end);
  const hasty = new Map(instances.filter(isHasty).map((one) => [one.id, one]));
  const complaints: Complaint[] = [];
  for (const call of calls) {
    const instance = hasty.get(call.instanceId);
    if (instance !== undefined) complaints.push(filedByItself(call, instance));
    else if (call.error === '' && call.uid >= 0 && dice.chance(0.012))
      complaints.push(filedByUser(dice, seed, call));
  }
  return complaints;
}

function isHasty({ activatedAt, deletedAt }: Instance): boolean {
  return activatedAt !== undefined && deletedAt - activatedAt < HOUR;
}

/** All that an instance did which lived too shortly, filed and confirmed when it is gone. */
function filedByItself(call: Call, { deletedAt }: Instance): Complaint {
  return {
    parentId: call.parentId,
    userId: call.chute.imageOwnerId,
    at: deletedAt + 1_500_000,
    confirmedAt: deletedAt + 1_500_000,
    confirmedBy: call.chute.imageOwnerId,
    reason: SHORT_LIVED,
  };
}

function filedByUser(dice: Dice, seed: string, call: Call): Complaint {
  const at = call.completedAt + Math.round(dice.between(MINUTE, 20 * MINUTE));
  const mood = dice.next();
  const late = mood < 0.3;
  const confirmed = mood < 0.7;
  const doubt = late ? dice.between(2 * HOUR, LONGEST_DOUBT - HOUR) : dice.between(MINUTE, 30 * MINUTE);
  return {
    parentId: call.parentId,
    userId: new Dice(seed, 'user', dice.int(1, 6)).uuid(),
    at,
    confirmedAt: confirmed ? at + Math.round(doubt) : undefined,
    confirmedBy: confirmed ? new Dice(seed, 'user', 'chutes').uuid() : undefined,
    reason: dice.pick(REASONS),
  };
}
