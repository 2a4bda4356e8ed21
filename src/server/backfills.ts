import { randomUUID } from 'node:crypto';
import type { BackfillProgress } from '../metagraph/index.ts';
import { TaoscopeError, toTaoscopeError } from '../shared/index.ts';
import type { BackfillBody, BackfillRequest } from './schemas.ts';

export type RunBackfill = (
  request: BackfillRequest,
  onProgress: (progress: BackfillProgress) => void,
  signal: AbortSignal,
) => Promise<BackfillProgress>;

/** Backfills that the server runs for its clients: one at a time, the last few remembered. */
export interface Backfills {
  start(request: BackfillRequest): BackfillBody;
  get(id: string): BackfillBody | undefined;
  /** Stops what runs and waits for it. */
  close(): Promise<void>;
}

const REMEMBERED = 20;

export function createBackfills(run: RunBackfill, onChange: (body: BackfillBody) => void): Backfills {
  const bodies = new Map<string, BackfillBody>();
  const stop = new AbortController();
  let running: Promise<void> | undefined;

  function put(body: BackfillBody): void {
    bodies.set(body.id, body);
    for (const id of bodies.keys()) if (bodies.size > REMEMBERED) bodies.delete(id);
    onChange(body);
  }

  async function work(id: string, request: BackfillRequest): Promise<void> {
    const of = (progress: BackfillProgress, state: BackfillBody['state']): BackfillBody => ({
      id,
      state,
      total: progress.total,
      done: progress.done,
      skipped: progress.skipped,
      missing: progress.missing,
      ratePerSecond: progress.ratePerSecond,
      ...(progress.secondsLeft === undefined ? {} : { secondsLeft: progress.secondsLeft }),
    });
    try {
      put(of(await run(request, (progress) => put(of(progress, 'running')), stop.signal), 'done'));
    } catch (caught) {
      const error = toTaoscopeError(caught);
      const last = bodies.get(id);
      if (last !== undefined)
        put({
          ...last,
          state: error.code === 'aborted' ? 'stopped' : 'failed',
          code: error.code,
          error: error.parts.failed,
        });
    }
  }

  return {
    start(request) {
      if (running !== undefined) {
        throw new TaoscopeError(
          'refused',
          {
            failed: 'a backfill is running already',
            expected: 'one backfill at a time',
            todo: 'wait until it has ended',
          },
          { retryable: true },
        );
      }
      const id = randomUUID();
      put({ id, state: 'running', total: 0, done: 0, skipped: 0, missing: 0, ratePerSecond: 0 });
      running = work(id, request).finally(() => {
        running = undefined;
      });
      return bodies.get(id) as BackfillBody;
    },
    get: (id) => bodies.get(id),
    async close() {
      stop.abort();
      await running;
    },
  };
}
