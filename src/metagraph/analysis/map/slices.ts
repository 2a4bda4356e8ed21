import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../../shared/index.ts';

/** Long work that pauses wherever it may be interrupted; each pause comes within a few milliseconds of the last. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long the event loop may be held: a request that comes meanwhile waits no longer than this. */
const SLICE_MS = 10;

/** Does the work in slices, with a turn of the event loop between them. Rejects with `aborted` once the signal fires. */
export async function runInSlices<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    throwIfAborted(signal);
    const sliceEnd = performance.now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < sliceEnd);
    await nextTurn();
  }
}
