import { readFileSync } from 'node:fs';

/** What commands do to the world outside: tests hand in fakes. */
export interface Effects {
  readonly stdout: { write(text: string | Uint8Array): void };
  readonly stderr: { write(text: string): void; readonly isTTY: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  /** Fires at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** A signal this soon after the first is the same one: npm hands on what the terminal has already sent us. */
const SAME_SIGNAL_MS = 1_000;

/** The real ones. A second Ctrl-C ends the process at once. */
export function processEffects(): Effects {
  const stop = new AbortController();
  let stoppedAt = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) {
        stoppedAt = performance.now();
        stop.abort();
      } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(130);
    });
  }
  // A reader that leaves early (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    stdout: { write: (text) => void process.stdout.write(text) },
    stderr: { write: (text) => void process.stderr.write(text), isTTY: process.stderr.isTTY === true },
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    signal: stop.signal,
  };
}
