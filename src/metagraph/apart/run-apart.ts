import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { abortedError, TaoscopeError, throwIfAborted, withAbort } from '../../shared/index.ts';
import type { Work } from './work.ts';

/** A pure function and what it is called with, as it is sent to a thread. */
export interface Task<Name extends keyof Work = keyof Work> {
  readonly name: Name;
  readonly args: Parameters<Work[Name]>;
}

/** What the thread answers. */
export type Outcome = { readonly result: unknown };

// The sources run as they are, and so does what is built of them.
const THREAD = new URL(`./thread${extname(import.meta.filename)}`, import.meta.url);

// Several times what 400 epochs of a subnet take.
const MOST_MEGABYTES = 512;

/** The last of those that wait: one thread at a time, so that work of this kind leaves a core to the others. */
let last: Promise<void> = Promise.resolve();

/**
 * Calls a pure function of {@link Work} in a thread of its own, so that this one goes on answering. Arguments and result
 * are copied. The thread ends with the work; it is stopped once the signal fires. Rejects with `aborted`, or `internal`
 * when the function fails or wants more memory than it may have.
 */
export async function runApart<Name extends keyof Work>(
  name: Name,
  args: Parameters<Work[Name]>,
  signal?: AbortSignal,
): Promise<Awaited<ReturnType<Work[Name]>>> {
  const before = last;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  last = before.then(() => ended);
  try {
    await withAbort(before, signal);
    throwIfAborted(signal);
    return (await inThread({ name, args }, signal)) as Awaited<ReturnType<Work[Name]>>;
  } finally {
    end();
  }
}

async function inThread(task: Task, signal: AbortSignal | undefined): Promise<unknown> {
  const thread = new Worker(THREAD, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  thread.once('message', ({ result }: Outcome) => resolve(result));
  thread.once('error', (error) => reject(failure(task, error)));
  thread.once('exit', () => reject(failure(task, undefined)));
  const stop = () => reject(abortedError(signal as AbortSignal));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

function failure({ name }: Task, cause: unknown): TaoscopeError {
  return new TaoscopeError('internal', { failed: `the work "${name}" ended without an answer` }, { cause });
}
