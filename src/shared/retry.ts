import { sleep, throwIfAborted } from './abort.ts';
import { type TaoscopeError, toTaoscopeError } from './errors.ts';

export interface RetryOptions {
  /** Tries in all. Default 5. */
  tries?: number;
  /** Wait before the second try; each later wait doubles. Default 200 ms. */
  firstWaitMs?: number;
  /** The longest single wait. Default 10 000 ms. */
  maxWaitMs?: number;
  signal?: AbortSignal | undefined;
  /** Told of each failure that will be tried again. */
  onRetry?: (error: TaoscopeError, attempt: number, waitMs: number) => void;
  /** Which failures may be tried again. Default: those whose error says so. */
  mayRetry?: (error: TaoscopeError) => boolean;
}

/**
 * Runs an idempotent action until it succeeds, fails for good, or has been tried often enough.
 * Waits double and carry up to 25 % of jitter, so that many clients do not come back at once.
 */
export async function retry<T>(
  action: (attempt: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const {
    tries = 5,
    firstWaitMs = 200,
    maxWaitMs = 10_000,
    signal,
    onRetry,
    mayRetry = (e) => e.retryable,
  } = options;
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await action(attempt);
    } catch (caught) {
      const error = toTaoscopeError(caught);
      if (attempt >= tries || error.code === 'aborted' || !mayRetry(error)) throw error;
      const waitMs = backoffMs(attempt, firstWaitMs, maxWaitMs);
      onRetry?.(error, attempt, waitMs);
      await sleep(waitMs, signal);
    }
  }
}

/** The wait after the given failed attempt (1 is the first), in ms. */
export function backoffMs(attempt: number, firstWaitMs: number, maxWaitMs: number): number {
  const base = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(attempt - 1, 30));
  return base * (0.75 + Math.random() * 0.25);
}
