import { join } from 'node:path';
import type { MetagraphJson } from '../../src/metagraph/json.ts';
import type { StatusBody } from '../../src/server/schemas.ts';
import { type Child, type ChildOptions, type Exit, runChild, startChild } from './child.ts';
import { repoRoot } from './paths.ts';
import { freePort } from './peers.ts';
import { until } from './until.ts';

const cli = join(repoRoot, 'src/cli/main.ts');

export type Result = Exit & { stdout: string; stderr: string };

/** Runs `taoscope <args>` from the sources to its end. */
export function taoscope(
  args: readonly string[],
  options: ChildOptions & { deadlineMs?: number } = {},
): Promise<Result> {
  return runChild('node', [cli, ...args], { cwd: repoRoot, ...options });
}

/** Runs a command that prints JSON; fails with its messages when it does not end with 0. */
export async function taoscopeJson<T>(args: readonly string[], options: ChildOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await taoscope([...args, '--json'], options);
  if (code !== 0) throw new Error(`taoscope ${args.join(' ')} ended with ${code}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Rows of a statement, from a data folder that no server owns (or by the server that does). */
export function askFolder(data: string): (query: string) => Promise<unknown[][]> {
  return async (query) => {
    const rows = await taoscopeJson<Record<string, unknown>[]>(['sql', query, '--data', data]);
    return rows.map((row) => Object.values(row));
  };
}

/** `taoscope metagraph <netuid> --json` against a node. */
export function metagraphOf(endpoint: string, netuid: number, block?: number): Promise<MetagraphJson> {
  const at = block === undefined ? [] : ['--block', String(block)];
  return taoscopeJson(['metagraph', String(netuid), '--endpoint', endpoint, ...at]);
}

/** A running `taoscope up` or `taoscope demo`. */
export interface Server {
  readonly url: string;
  child: Child;
  /** GET below `/api/v1`, as JSON; fails on any status but 200. */
  get<T>(path: string): Promise<T>;
  status(): Promise<StatusBody>;
  /** The text of `/metrics`. */
  metrics(): Promise<string>;
  /** Rows of a read-only statement. */
  sql(query: string): Promise<unknown[][]>;
  /** SIGTERM; answers how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `taoscope <command> --port <free> …` and waits until it answers `/health`. */
export async function startServer(
  command: 'up' | 'demo',
  args: readonly string[],
  options: ChildOptions & { deadlineMs?: number } = {},
): Promise<Server> {
  const { deadlineMs = 60_000, ...childOptions } = options;
  const port = await freePort();
  const child = startChild('node', [cli, command, '--port', String(port), ...args], {
    cwd: repoRoot,
    ...childOptions,
  });
  const url = `http://127.0.0.1:${port}`;
  const text = async (path: string, init?: RequestInit): Promise<string> => {
    const response = await fetch(`${url}${path}`, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${body.slice(0, 500)}`);
    return body;
  };
  const get = async <T>(path: string): Promise<T> => JSON.parse(await text(`/api/v1${path}`)) as T;
  try {
    const ended = child.exited.then((exit) => {
      throw new Error(
        `taoscope ${command} ended before it served: ${JSON.stringify(exit)}\n${child.output().slice(-4_000)}`,
      );
    });
    ended.catch(() => {});
    await Promise.race([
      ended,
      until(async () => (await fetch(`${url}/health`)).ok, {
        what: `taoscope ${command} answers /health`,
        deadlineMs,
        onTimeout: () => child.output().slice(-4_000),
      }),
    ]);
  } catch (error) {
    await child.stop('SIGKILL');
    throw error;
  }
  return {
    url,
    child,
    get,
    status: () => get<StatusBody>('/status'),
    metrics: () => text('/metrics'),
    sql: async (query) => {
      const body = await text('/api/v1/sql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return (JSON.parse(body) as { rows: unknown[][] }).rows;
    },
    stop: (signal = 'SIGTERM') => child.stop(signal),
    [Symbol.asyncDispose]: async () => {
      await child.stop();
    },
  };
}

/** One sample of `/metrics`: the sum over all label sets that contain the given labels. */
export function metricValue(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/.exec(line);
    if (match?.[1] !== name) continue;
    const wanted = Object.entries(labels).every(([key, value]) => match[2]?.includes(`${key}="${value}"`));
    if (wanted) sum = (sum ?? 0) + Number(match[3]);
  }
  return sum;
}
