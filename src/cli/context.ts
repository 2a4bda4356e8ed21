import type { Command } from 'commander';
import { type Config, loadConfig } from '../config/index.ts';
import { createLogger, type Logger, TaoscopeError } from '../shared/index.ts';
import type { Effects } from './effects.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  config?: string;
  network?: string;
  endpoint?: string[];
  archive?: string[];
  data?: string;
  logLevel?: string;
}

/** What a command needs before it can begin. */
export interface Context {
  readonly config: Config;
  readonly logger: Logger;
  readonly effects: Effects;
}

/** The file that is read when none is named. */
const DEFAULT_FILE = 'taoscope.yaml';

/** Reads file, environment and flags. One-shot commands log warnings only; servers log what the configuration says. */
export function createContext(
  command: Command,
  effects: Effects,
  flags: Readonly<Record<string, unknown>> = {},
  kind: 'command' | 'server' = 'command',
): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = loadConfig({
    file: readConfigFile(options.config ?? effects.env.TAOSCOPE_CONFIG, effects),
    env: effects.env,
    flags: {
      'chain.network': options.network,
      'chain.endpoints': options.endpoint,
      'chain.archive': options.archive,
      'store.path': options.data,
      'log.level': options.logLevel,
      ...flags,
    },
    readFile: effects.readFile,
  });
  const asked = options.logLevel !== undefined || effects.env.LOG_LEVEL !== undefined;
  const level =
    effects.env.LOG_LEVEL ??
    (kind === 'command' && !asked && config.log.level === 'info' ? 'warn' : config.log.level);
  return { config, logger: createLogger({ level }), effects };
}

/** Name and text of the configuration file; `undefined` when none is named and the default one is not there. */
export function readConfigFile(
  named: string | undefined,
  effects: Effects,
): { name: string; text: string } | undefined {
  const name = named ?? DEFAULT_FILE;
  try {
    return { name, text: effects.readFile(name) };
  } catch (cause) {
    if (named === undefined) return undefined;
    throw new TaoscopeError(
      'usage',
      {
        failed: 'cannot read the configuration file',
        got: `${name}: ${(cause as NodeJS.ErrnoException).code ?? cause}`,
        expected: 'a readable YAML file',
        todo: 'check the path given with --config',
      },
      { cause },
    );
  }
}
