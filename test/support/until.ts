import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Names the condition in the error. */
  what: string;
  /** Longest wait, ms. Default 60 000. */
  deadlineMs?: number;
  /** Pause between two looks, ms. Default 50. */
  everyMs?: number;
  /** What to show when it never came true. */
  onTimeout?: () => string;
}

/**
 * Looks again until the answer is neither `undefined` nor `false`, and answers it. What the look throws counts as "not yet" and
 * is shown when the deadline passes.
 */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: UntilOptions,
): Promise<T> {
  const { what, deadlineMs = 60_000, everyMs = 50, onTimeout } = options;
  const deadline = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const more = onTimeout === undefined ? '' : `\n${onTimeout()}`;
      throw new Error(`${what}: not within ${deadlineMs} ms${more}`, { cause: last });
    }
    await delay(everyMs);
  }
}
