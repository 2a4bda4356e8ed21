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
  kind: 'command' | 'server' | 'demo' = 'command',
): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = loadConfig({
    // The demo reads a file only when it is told to: the default one describes the real chain and its store.
    file:
      kind === 'demo' && options.config === undefined
        ? undefined
        : readConfigFile(options.config ?? effects.env.TAOSCOPE_CONFIG, effects),
    env: effects.env,
    flags: {
      'chain.network': options.network,
      'chain.endpoints': options.endpoint,
      'chain.archive': options.archive,
      'store.path': options.data,
      'log.level': options.logLevel ?? effects.env.LOG_LEVEL,
      ...flags,
    },
    readFile: effects.readFile,
  });
  // One-shot commands keep quiet unless they are asked to talk.
  const asked = options.logLevel ?? effects.env.LOG_LEVEL;
  const quiet = kind === 'command' && asked === undefined && config.log.level === 'info';
  const level = quiet ? 'warn' : config.log.level;
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
