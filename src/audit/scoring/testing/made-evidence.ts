import { HOUR, SECOND } from '../../instants.ts';
import type { Evidence, InstanceLife, Job, MinerAtInstant, MultiplierStretch, Usage } from '../types.ts';

/** The instant of the tests: a full hour. */
export const AT = Date.parse('2025-11-05T12:00:00Z') * 1_000;
export { HOUR, SECOND };
export const DAY = 24 * HOUR;

/** Evidence of which only what matters to a test is said. */
export function evidence(known: Partial<Evidence>): Evidence {
  return { usage: [], instances: [], multipliers: [], jobs: [], ...known };
}

export function usage(hotkey: string, known: Partial<Usage> = {}): Usage {
  return {
    hotkey,
    chuteId: 'chute',
    instanceId: 'instance',
    rows: known.successes ?? 1,
    computeUnits: 0,
    successes: 0,
    bounties: 0,
    firstSuccess: null,
    lastSuccess: null,
    busySeconds: 0,
    busyFrom: null,
    busyTo: null,
    ...known,
  };
}

/** An instance that was created, verified and activated at once, and runs. */
export function life(
  hotkey: string,
  from: number,
  known: Partial<Omit<InstanceLife, 'merged'>> & { readonly verifiedAt?: number | null } = {},
): InstanceLife {
  const { verifiedAt = from, ...rest } = known;
  const made = {
    instanceId: 'instance',
    chuteId: 'chute',
    hotkey,
    createdAt: from,
    activatedAt: from,
    deletedAt: null,
    deletionReason: null,
    billed: false,
    stopBillingAt: null,
    multiplier: null,
    validTermination: false,
    bounty: false,
    seenUntil: AT,
    ...rest,
  };
  const { activatedAt, deletedAt, billed } = made;
  return { ...made, merged: { activatedAt, verifiedAt, deletedAt, billed } };
}

export function stretch(
  multiplier: number,
  start: number,
  end: number | null,
  known: Partial<MultiplierStretch> = {},
): MultiplierStretch {
  return { instanceId: 'instance', multiplier, start, end, seenUntil: AT, ...known };
}

export function job(hotkey: string, startedAt: number, known: Partial<Job> = {}): Job {
  return {
    jobId: 'job',
    hotkey,
    startedAt,
    finishedAt: null,
    multiplier: 1,
    minerTerminated: false,
    ...known,
  };
}

/** Miners by hotkey; `coldkeys` where they share one, else each its own. Uids from 0 in order. */
export function miners(
  hotkeys: readonly string[],
  coldkeys: Readonly<Record<string, string>> = {},
): MinerAtInstant[] {
  return hotkeys.map((hotkey, uid) => ({ hotkey, uid, coldkey: coldkeys[hotkey] ?? `cold of ${hotkey}` }));
}
