import { Command } from 'commander';
import { z } from 'zod';
import { ConfigSchema, loadConfig } from '../../config/index.ts';
import { readConfigFile } from '../context.ts';
import type { Effects } from '../effects.ts';

/** `config check` tells every mistake at once; `config schema` prints the JSON Schema that editors understand. */
export function configCommand(effects: Effects): Command {
  const config = new Command('config').description('check the configuration, or print its schema');
  config
    .command('check')
    .description('read file and environment and tell every mistake, with its line')
    .action((_options, command: Command) => {
      const file = readConfigFile(
        command.optsWithGlobals<{ config?: string }>().config ?? effects.env.TAOSCOPE_CONFIG,
        effects,
      );
      const { chain } = loadConfig({ file, env: effects.env, readFile: effects.readFile });
      const where = file?.name ?? 'no file; defaults and environment';
      effects.stdout.write(
        `${where}: fine (${chain.network}, ${chain.endpoints.length} endpoint${chain.endpoints.length === 1 ? '' : 's'})\n`,
      );
    });
  config
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => {
      const schema = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' });
      effects.stdout.write(`${JSON.stringify({ title: 'Taoscope configuration', ...schema }, null, 2)}\n`);
    });
  return config;
}
