import type { DemoKey } from '../population/keys.ts';
import { minerKey, minerOwner, validatorKey } from '../population/people.ts';
import { CHUTES_PLAN } from '../population/plans.ts';

/** How a miner of the stand-in goes about its work. */
export interface Habit {
  /** Instances that it tries to keep. */
  readonly slots: number;
  /** How long an instance lives, hours, about. */
  readonly lifeHours: number;
  /** Part of its instances that serve private chutes. */
  readonly privatePart: number;
  /** How many requests it gets beside others. */
  readonly pull: number;
  /** Part of its answers that fail. */
  readonly failures: number;
  /** Whether it publishes reports about itself. */
  readonly reports: boolean;
}

/** A miner of the stand-in. */
export interface Miner {
  readonly number: number;
  readonly uid: number;
  readonly key: DemoKey;
  /** ss58 */
  readonly hotkey: string;
  readonly coldkey: string;
  readonly habit: Habit;
}

const HABITS: readonly Habit[] = [
  habit(5, 40, 0.1, 1.2, 0.01, true),
  habit(3, 30, 0, 0.9, 0.02),
  habit(4, 60, 0.4, 0.6, 0.01),
  habit(6, 24, 0.1, 1.5, 0.03, true),
  habit(4, 20, 0, 1.0, 0.05),
  habit(2, 18, 0, 0.8, 0.02),
  habit(3, 90, 0.5, 0.4, 0.0),
  habit(4, 8, 0.1, 1.1, 0.12),
  habit(3, 48, 0.1, 0.9, 0.02, true),
  habit(2, 36, 0.3, 0.7, 0.03),
  habit(5, 5, 0, 1.3, 0.2),
  habit(1, 120, 0, 0.5, 0.0),
  habit(3, 30, 0.2, 1.0, 0.04),
  habit(2, 12, 0, 0.9, 0.08),
];

/** All miners, by number. The uids are those of genesis: nobody registers on this subnet by itself. */
export const MINERS: readonly Miner[] = HABITS.map((one, number) => {
  const key = minerKey(CHUTES_PLAN.netuid, number);
  return {
    number,
    uid: CHUTES_PLAN.validators.length + number,
    key,
    hotkey: key.address,
    coldkey: minerOwner(CHUTES_PLAN, number).address,
    habit: one,
  };
});

const [DOMINANT = 0, COPIER = 0, AUDITOR = 0] = CHUTES_PLAN.validators;

/** The hotkey that publishes, commits and pays. */
export const VALIDATOR: DemoKey = validatorKey(DOMINANT);
/** The hotkey that sends the last consensus. */
export const COPYING_VALIDATOR: DemoKey = validatorKey(COPIER);
/** The hotkey that reckons for itself from what is published. */
export const AUDITING_VALIDATOR: DemoKey = validatorKey(AUDITOR);

function habit(
  slots: number,
  lifeHours: number,
  privatePart: number,
  pull: number,
  failures: number,
  reports = false,
): Habit {
  return { slots, lifeHours, privatePart, pull, failures, reports };
}
