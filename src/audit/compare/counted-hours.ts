/** Hours of a window, and how many of them count. */
export interface CountedHours {
  readonly wanted: number;
  readonly counted: number;
}

/** So much of a window must count for its scores to be held against anybody: 160 of 168 hours. */
export const LEAST_COVERAGE = 0.95;

/** The part of a window that counts, 0 to 1. */
export function countedShare({ wanted, counted }: CountedHours): number {
  return wanted === 0 ? 0 : counted / wanted;
}

/** Whether so much of a window counts that it can be said who is paid otherwise than owed. */
export function isEnough(hours: CountedHours): boolean {
  return countedShare(hours) >= LEAST_COVERAGE;
}
