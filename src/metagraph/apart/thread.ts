import { parentPort, workerData } from 'node:worker_threads';
import type { Outcome, Task } from './run-apart.ts';
import { work } from './work.ts';

/** The entry of a thread of `runApart`: does its one task and ends. */
const { name, args } = workerData as Task;
const call = work[name] as (...args: unknown[]) => unknown;
parentPort?.postMessage({ result: await call(...args) } satisfies Outcome);
