import { SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { Job } from '../types.ts';

/** A job that is paid: it ran at the instant, or ended without its miner ending it. */
export interface PaidJob {
  readonly hotkey: string;
  /** Seconds so far, times its multiplier. */
  readonly units: number;
}

/** Jobs begun in the window that are paid, each for all of its time up to the instant. */
export function paidJobs(
  jobs: readonly Job[],
  { from, at }: { readonly from: Micros; readonly at: Micros },
): PaidJob[] {
  return jobs.flatMap(({ hotkey, startedAt, finishedAt, multiplier, minerTerminated }) => {
    if (startedAt <= from || startedAt > at) return [];
    const runs = finishedAt === null || finishedAt > at;
    if (!runs && minerTerminated) return [];
    const seconds = ((runs ? at : finishedAt) - startedAt) / SECOND;
    return [{ hotkey, units: Math.max(0, seconds) * (multiplier ?? 1) }];
  });
}
