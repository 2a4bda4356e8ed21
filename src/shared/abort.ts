import { setTimeout as delay } from 'node:timers/promises';
import { TaoscopeError } from './errors.ts';

/** Throws `aborted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** The error for a signal that has fired; a {@link TaoscopeError} given as its reason is kept. */
export function abortedError(signal: AbortSignal): TaoscopeError {
  if (signal.reason instanceof TaoscopeError) return signal.reason;
  return new TaoscopeError('aborted', { failed: 'stopped before it was done' }, { cause: signal.reason });
}

/** Waits; rejects with `aborted` as soon as the signal fires. Timer and listener are freed on every path. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    throw error;
  }
}

/** The promise, or `aborted` as soon as the signal fires. What the promise later does is ignored. */
export async function withAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  throwIfAborted(signal);
  const { promise: fired, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(abortedError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, fired]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => {});
  }
}
