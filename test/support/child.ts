import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './until.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process whose output is kept, in its own process group so that nothing it starts outlives the test. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  output(): string;
  /** The first match in stdout or stderr; fails early when the process ends without it. */
  waitFor(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM (or the given signal), SIGKILL for the whole group after `graceMs`; answers how it ended. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ChildOptions {
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Text for stdin, which is closed behind it. */
  input?: string;
}

/** Starts a program. With `node` as the command, the Node that runs the test is used. */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child: ChildProcess = spawn(command === 'node' ? process.execPath : command, args, {
    cwd: options.cwd,
    env: cleanEnv(options.env),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');

  let ended: Exit | undefined;
  const exited = (async (): Promise<Exit> => {
    try {
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      ended = { code, signal };
    } catch (error) {
      stderr += `\n${String(error)}`;
      ended = { code: 127, signal: null };
    }
    running.delete(child);
    return ended;
  })();
  running.add(child);

  const output = () => `${stdout}${stderr}`;
  const tail = () => `--- output of ${command} ${args.join(' ')}\n${output().slice(-4_000)}`;

  async function stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<Exit> {
    if (ended === undefined) {
      child.kill(signal);
      const { promise: tooLong, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), graceMs);
      const first = await Promise.race([exited, tooLong]);
      clearTimeout(timer);
      if (first === undefined) killGroup(child);
    }
    const exit = await exited;
    killGroup(child);
    return exit;
  }

  return {
    pid: child.pid ?? -1,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    output,
    async waitFor(pattern, deadlineMs = 60_000) {
      const match = await until(
        () => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (found !== null) return found;
          return ended === undefined ? undefined : 'ended';
        },
        { what: `${pattern} in the output`, deadlineMs, everyMs: 20, onTimeout: tail },
      );
      if (match === 'ended')
        throw new Error(`it ended (${JSON.stringify(ended)}) before ${pattern} was seen\n${tail()}`);
      return match;
    },
    signal: (signal) => {
      child.kill(signal);
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** Runs a program to its end. */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions & { deadlineMs?: number } = {},
): Promise<Exit & { stdout: string; stderr: string }> {
  const { deadlineMs = 120_000, ...rest } = options;
  const child = startChild(command, args, rest);
  const timer = setTimeout(() => child.signal('SIGKILL'), deadlineMs);
  try {
    const exit = await child.exited;
    return { ...exit, stdout: child.stdout(), stderr: child.stderr() };
  } finally {
    clearTimeout(timer);
    await child.stop();
  }
}

const running = new Set<ChildProcess>();

// Whatever way the test process ends, its children go with it.
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** The caller's environment without what would change the child's behaviour behind the test's back. */
function cleanEnv(extra: ChildOptions['env']): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries({ ...process.env, ...extra })) {
    const ours = extra !== undefined && name in extra;
    if (value === undefined || (!ours && /^(TAOSCOPE_|VITEST|NODE_ENV$|NODE_OPTIONS$|LOG_LEVEL$)/.test(name)))
      continue;
    env[name] = value;
  }
  return env;
}
