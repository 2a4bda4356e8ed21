import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type App, startApp } from '../../app.ts';
import { isTaoscopeError } from '../../shared/index.ts';
import { type Context, createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { VERSION } from '../version.ts';

export interface UpOptions {
  host?: string;
  port?: number;
  netuids?: 'all' | number[];
  every?: number;
}

/** `taoscope up`: records and serves until it is told to stop. */
export async function up(command: Command, effects: Effects, options: UpOptions): Promise<void> {
  await serve(createContext(command, effects, upFlags(options), 'server'));
}

/** The configuration that the options of `up` stand for. */
export function upFlags({ host, port, netuids, every }: UpOptions): Record<string, unknown> {
  return {
    'server.host': host,
    'server.port': port,
    'collect.netuids': netuids,
    'collect.everyBlocks': every,
  };
}

/** Runs the app until the signal fires or the collector ends for good. */
export async function serve(
  { config, logger, effects }: Context,
  started?: (app: App) => void,
): Promise<void> {
  const app = await startApp({
    config,
    logger,
    version: VERSION,
    webRoot: findWebRoot(),
    signal: effects.signal,
  }).catch((error) => {
    // Stopped while starting: that is what was asked for.
    if (effects.signal.aborted && isTaoscopeError(error, 'aborted')) return undefined;
    throw error;
  });
  if (app === undefined) return;
  try {
    effects.stderr.write(`Taoscope is at ${app.url}\n`);
    started?.(app);
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    effects.signal.addEventListener('abort', () => resolve(), { once: true });
    if (effects.signal.aborted) resolve();
    await Promise.race([app.ended, stopped]);
  } finally {
    await app.close();
  }
}

/** The built web app, seen from the sources or from the built files. */
function findWebRoot(): string | undefined {
  return ['../../../dist/web/', '../../web/']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(`${path}index.html`) && existsSync(`${path}assets`));
}
