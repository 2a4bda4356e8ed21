import { CommanderError } from 'commander';
import { exitCodeOf, isTaoscopeError, toTaoscopeError } from '../shared/index.ts';
import type { Effects } from './effects.ts';
import { createProgram } from './program.ts';
import { printable } from './table.ts';

/** Runs a command line; answers the exit code: 0 fine, 1 a check failed, 2 usage or configuration, 75 try again later. */
export async function run(args: readonly string[], effects: Effects): Promise<number> {
  try {
    await createProgram(effects).parseAsync(args, { from: 'user' });
    return 0;
  } catch (caught) {
    // Commander has printed its own message; help and version end with 0.
    if (caught instanceof CommanderError) return caught.exitCode === 0 ? 0 : 2;
    const error = toTaoscopeError(caught);
    if (isTaoscopeError(error, 'aborted') && effects.signal.aborted) return 130;
    effects.stderr.write(`taoscope: ${error.message.split('\n').map(printable).join('\n')}\n`);
    if (error.code === 'internal' && effects.env.LOG_LEVEL === 'debug' && caught instanceof Error)
      effects.stderr.write(`${caught.stack}\n`);
    return exitCodeOf(error);
  }
}
