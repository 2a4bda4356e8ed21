import type { TaoscopeError } from '../../../shared/index.ts';
import { fetchFailure } from './failure.ts';

export interface WatchLimits {
  /** Longest time from the start to the end of the answer's head. */
  readonly headersMs: number;
  /** Longest time in all. */
  readonly totalMs: number;
  /** A body that stays below this, bytes a second … */
  readonly minBytesPerSecond: number;
  /** … for this long is given up. */
  readonly paceWindowMs: number;
}

/** The clock of one exchange: its signal fires, with the failure as its reason, when a bound of time is passed. */
export interface Watch {
  readonly signal: AbortSignal;
  /** The head is here: from now on the body's pace counts. */
  headReceived(): void;
  /** Bytes came over the wire. */
  received(bytes: number): void;
  /** Whether we wait for the other side. Time that we take ourselves is not held against it. */
  waiting(now: boolean): void;
  /** Frees timers and listener. */
  [Symbol.dispose](): void;
}

// The window moves in steps of a tenth of itself.
const STEPS = 10;

export function createWatch(host: string, limits: WatchLimits, outer: AbortSignal | undefined): Watch {
  const controller = new AbortController();
  const fail = (error: unknown) => controller.abort(error);
  const onOuter = () => fail(outer?.reason);
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter, { once: true });

  const headers = setTimeout(
    () => fail(late(host, 'no head of an answer', limits.headersMs)),
    limits.headersMs,
  );
  const total = setTimeout(() => fail(late(host, 'no whole body', limits.totalMs)), limits.totalMs);
  let ticks: NodeJS.Timeout | undefined;
  let waitsForPeer = false;
  let current = 0;
  const steps: number[] = [];

  function tick(): void {
    if (!waitsForPeer) return;
    steps.push(current);
    current = 0;
    if (steps.length > STEPS) steps.shift();
    const bytes = steps.reduce((sum, step) => sum + step, 0);
    const wanted = (limits.minBytesPerSecond * limits.paceWindowMs) / 1_000;
    if (steps.length === STEPS && bytes < wanted) fail(slow(host, bytes, limits));
  }

  return {
    signal: controller.signal,
    headReceived() {
      clearTimeout(headers);
      ticks = setInterval(tick, limits.paceWindowMs / STEPS);
    },
    received(bytes) {
      current += bytes;
    },
    waiting(now) {
      waitsForPeer = now;
    },
    [Symbol.dispose]() {
      clearTimeout(headers);
      clearTimeout(total);
      clearInterval(ticks);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}

function late(host: string, what: string, ms: number): TaoscopeError {
  return fetchFailure('timeout', host, `${what} after ${ms / 1_000} s`);
}

function slow(host: string, bytes: number, limits: WatchLimits): TaoscopeError {
  const seconds = limits.paceWindowMs / 1_000;
  return fetchFailure('timeout', host, `${bytes} bytes in ${seconds} s`, {
    expected: `at least ${limits.minBytesPerSecond} bytes a second`,
  });
}
