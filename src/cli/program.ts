import { Command } from 'commander';
import { auditCommands } from './commands/audit/commands.ts';
import { configCommand } from './commands/config.ts';
import { weightsCommands } from './commands/weights/commands.ts';
import type { Effects } from './effects.ts';
import { blockNumber, fraction, netuid, netuids, several, whole } from './parse.ts';
import { VERSION } from './version.ts';

const EXAMPLES = `
Examples:
  taoscope up                               record the chain and serve the dashboard
  taoscope demo                             the same on a simulated subnet
  taoscope metagraph 64                     the neurons of netuid 64, now
  taoscope metagraph 64 --json | jq .n      the same for programs
  taoscope neuron 5Grwva… --netuid 64       one neuron, with units
  taoscope churn 64 --hours 24              who came and went since yesterday
  taoscope audit --once                     verify what the configured validators publish
  taoscope weights set --from-audit         what would be set; --submit sets it
  taoscope sql 'SELECT count() FROM neurons'

Exit codes: 0 fine, 1 a check failed, 2 usage or configuration, 75 try again later.`;

/** The command line: what there is and what it takes. Each command's work is loaded when it runs. */
export function createProgram(effects: Effects): Command {
  const program = new Command('taoscope')
    .description('Watches, audits and explains Bittensor subnets.')
    .version(VERSION)
    .option('--config <file>', 'configuration file (default: taoscope.yaml, where there is one)')
    .option('--network <name>', 'finney, test or local')
    .option('--endpoint <url>', 'node to read from, ws(s):// or http(s)://; again for more', several)
    .option('--archive <url>', 'archive node, asked for pruned state only; again for more', several)
    .option('--data <folder>', 'folder of the embedded store')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void effects.stdout.write(text),
      writeErr: (text) => effects.stderr.write(text),
    })
    .showHelpAfterError('(--help shows what there is)');

  program
    .command('up')
    .description('record the chosen subnets and serve the dashboard')
    .option('--host <address>', 'address to listen on')
    .option('--port <n>', 'port to listen on; 0 takes a free one', whole('A port', 0, 65_535))
    .option('--netuids <list>', 'all, or netuids separated by commas', netuids)
    .option('--every <blocks>', 'a snapshot every so many blocks', whole('An interval', 1, 100_000))
    .action(async (options, command) => (await import('./commands/up.ts')).up(command, effects, options));

  program
    .command('demo')
    .description('a simulated subnet, recorded and served as the real one would be')
    .option('--host <address>', 'address to listen on')
    .option('--port <n>', 'port of the dashboard; 0 takes a free one', whole('A port', 0, 65_535))
    .option('--node-port <n>', 'port of the simulated node; 0 takes a free one', whole('A port', 0, 65_535))
    .option('--block-ms <ms>', 'time between blocks', whole('A block time', 50, 60_000), 1_000)
    .option('--seed <text>', 'same seed, same population', 'taoscope')
    .action(async (options, command) => (await import('./commands/demo.ts')).demo(command, effects, options));

  program
    .command('metagraph')
    .description('the neurons of a subnet at a block, from the chain')
    .argument('<netuid>', 'the subnet', netuid)
    .option('--block <n>', 'block (default: the finalized head)', blockNumber)
    .option('--mechanism <n>', 'mechanism of the subnet', whole('A mechanism', 0, 15), 0)
    .option('--source <kind>', 'auto (the richest runtime call) or storage (plain storage vectors)', 'auto')
    .option('--refresh', 'store the snapshot as well')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action(async (id, options, command) =>
      (await import('./commands/metagraph.ts')).metagraph(command, effects, id, options),
    );

  program
    .command('neuron')
    .description('a hotkey on one subnet or on all, from the chain')
    .argument('<hotkey>', 'its ss58 address')
    .option('--netuid <n>', 'only this subnet', netuid)
    .option('--block <n>', 'block (default: the finalized head)', blockNumber)
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action(async (hotkey, options, command) =>
      (await import('./commands/neuron.ts')).neuron(command, effects, hotkey, options),
    );

  program
    .command('subnets')
    .description('all subnets at a block, from the chain')
    .option('--block <n>', 'block (default: the finalized head)', blockNumber)
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action(async (options, command) =>
      (await import('./commands/subnets.ts')).subnets(command, effects, options),
    );

  program
    .command('backfill')
    .description(
      'record past blocks; what is stored already is skipped, so a stopped run is resumed by running it again',
    )
    .requiredOption('--from <block>', 'first block', blockNumber)
    .requiredOption('--to <block>', 'last block', blockNumber)
    .option('--step <blocks>', 'every so many blocks', whole('A step', 1, 1_000_000), 100)
    .option('--workers <n>', 'blocks read at the same time', whole('A number of workers', 1, 32), 4)
    .option('--events', 'also what happened in every block from the first to the last')
    .option('--weights', 'also weights, bonds and waiting commits at each step')
    .option('--netuids <list>', 'all, or netuids separated by commas', netuids)
    .option('--json', 'print the result as JSON')
    .action(async (options, command) =>
      (await import('./commands/backfill.ts')).runBackfill(command, effects, options),
    );

  figure(program, 'churn')
    .description('hotkeys that came and went on a subnet, from the store')
    .action(async (id, options, command) =>
      (await import('./commands/churn.ts')).churn(command, effects, id, options),
    );

  figure(program, 'groups')
    .description('the largest groups of neurons of a subnet over time, from the store')
    .option('--by <what>', 'coldkey, hotkey, ip or subnet24 (the /24 of the IP)', 'coldkey')
    .option('--count <what>', 'what is counted in each: hotkey, ip, coldkey or subnet24')
    .option('--top <n>', 'how many groups', whole('A number of groups', 1, 50), 10)
    .action(async (id, options, command) =>
      (await import('./commands/groups.ts')).groups(command, effects, id, options),
    );

  history(program, 'clusters')
    .description('groups of hotkeys that weigh alike, or whose stakes move together, from the store')
    .option('--kind <what>', 'weights or stake', 'weights')
    .option('--threshold <x>', 'similarity from which two are joined, 0 to 1', fraction('A threshold'))
    .action(async (id, options, command) =>
      (await import('./commands/clusters.ts')).clusters(command, effects, id, options),
    );

  history(program, 'copiers')
    .description('evidence that validators copy weights, from the store: a suspicion, never a verdict')
    .option('--epochs <n>', 'epochs looked at', whole('A number of epochs', 1, 400))
    .option('--threshold <x>', 'score from which one is suspected, 0 to 1', fraction('A threshold'))
    .action(async (id, options, command) =>
      (await import('./commands/copiers.ts')).copiers(command, effects, id, options),
    );

  auditCommands(program, effects);
  weightsCommands(program, effects);

  program
    .command('sql')
    .description('ask the store: one read-only statement, bounded in time, rows and memory')
    .argument('<query>', 'the statement')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action(async (query, options, command) =>
      (await import('./commands/sql.ts')).sql(command, effects, query, options),
    );

  program
    .command('export')
    .description('write stored rows as one tidy table')
    .argument('[table]', 'metagraph, weights or events', 'metagraph')
    .requiredOption('--out <file>', 'file to write; - for stdout')
    .option('--format <kind>', 'parquet or csv (default: by the ending of the file)')
    .option('--netuid <n>', 'only this subnet', netuid)
    .option('--from <block>', 'first block', blockNumber)
    .option('--to <block>', 'last block', blockNumber)
    .option('--resolution <kind>', 'of the metagraph: raw, hourly or epoch', 'raw')
    .action(async (table, options, command) =>
      (await import('./commands/export.ts')).runExport(command, effects, table, options),
    );

  program
    .command('import')
    .description('store the snapshots of an exported table, or of the df.parquet of the old dashboards')
    .argument('<file>', 'a Parquet or CSV file')
    .option('--netuid <n>', 'only this subnet; the subnet of a table that does not say its own', netuid)
    .option('--genesis <hash>', 'the chain of a table that does not say its own')
    .option('--skip-bad', 'leave out snapshots with mistakes; without it a file with mistakes is refused')
    .option('--json', 'print the result as JSON')
    .action(async (file, options, command) =>
      (await import('./commands/import.ts')).runImport(command, effects, file, options),
    );

  program.addCommand(configCommand(effects));
  inheritSettings(program);
  return program;
}

function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

/** A command that shows a subnet over time: which snapshots, and how it is printed. */
function figure(program: Command, name: string): Command {
  return history(program, name).option(
    '--hours <n>',
    'so many hours back from the newest (default: 168)',
    whole('A number of hours', 1, 87_600),
  );
}

/** A command about a range of a subnet's stored blocks. */
function history(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<netuid>', 'the subnet', netuid)
    .option('--from <block>', 'first block', blockNumber)
    .option('--to <block>', 'last block', blockNumber)
    .option('--mechanism <n>', 'mechanism of the subnet', whole('A mechanism', 0, 15), 0)
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV');
}
