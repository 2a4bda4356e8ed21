import { abortedError, sleep, throwIfAborted } from '../../../shared/index.ts';

/** Turns at a host: a bounded number at a time, in the order of asking, none while the host wants to be left alone. */
export interface HostQueue {
  /** Waits for a turn; what it gives ends the turn, once. Rejects with `aborted` when the signal fires. */
  turn(host: string, signal: AbortSignal): Promise<() => void>;
  /** No turn at the host begins before the given time has passed. */
  rest(host: string, ms: number): void;
}

interface Line {
  taken: number;
  restUntilMs: number;
  readonly waiting: (() => void)[];
}

/** A queue that gives `perHost` turns at a time at each host. */
export function createHostQueue({ perHost }: { readonly perHost: number }): HostQueue {
  const lines = new Map<string, Line>();

  function lineOf(host: string): Line {
    const line = lines.get(host) ?? { taken: 0, restUntilMs: 0, waiting: [] };
    lines.set(host, line);
    return line;
  }

  function release(host: string, line: Line): void {
    const next = line.waiting.shift();
    // The turn is handed over, so that nobody who comes later slips in between.
    if (next !== undefined) {
      next();
      return;
    }
    line.taken--;
    if (line.taken === 0 && line.restUntilMs <= performance.now()) lines.delete(host);
  }

  return {
    async turn(host, signal) {
      throwIfAborted(signal);
      const line = lineOf(host);
      if (line.taken < perHost) line.taken++;
      else await place(line, signal);
      let over = false;
      const end = () => {
        if (over) return;
        over = true;
        release(host, line);
      };
      try {
        for (;;) {
          const waitMs = line.restUntilMs - performance.now();
          if (waitMs <= 0) return end;
          await sleep(waitMs, signal);
        }
      } catch (error) {
        end();
        throw error;
      }
    },
    rest(host, ms) {
      const line = lineOf(host);
      line.restUntilMs = Math.max(line.restUntilMs, performance.now() + ms);
    },
  };
}

/** Waits in line until a turn is handed over. */
function place(line: Line, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const called = () => {
    signal.removeEventListener('abort', onAbort);
    resolve();
  };
  const onAbort = () => {
    line.waiting.splice(line.waiting.indexOf(called), 1);
    reject(abortedError(signal));
  };
  line.waiting.push(called);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}
