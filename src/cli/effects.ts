import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What commands do to the world outside: tests hand in fakes. */
export interface Effects {
  /** `write` answers a promise where the reader is slow: await it before writing much more. */
  readonly stdout: { write(text: string | Uint8Array): Promise<unknown> | undefined };
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
    process.stderr.write(`taoscope: cannot write the answer\n  got:      ${error.code ?? error.message}\n`);
    process.exit(error.code === 'ENOSPC' ? 75 : 1);
  });
  return {
    stdout: { write: (text) => (process.stdout.write(text) ? undefined : once(process.stdout, 'drain')) },
    stderr: { write: (text) => void process.stderr.write(text), isTTY: process.stderr.isTTY === true },
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    signal: stop.signal,
  };
}
