import { Command } from 'commander';
import { configCommand } from './commands/config.ts';
import type { Effects } from './effects.ts';
import { bigWhole, blockNumber, fraction, netuid, netuids, oneOf, several, whole } from './parse.ts';
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

const probeKind = oneOf('A kind', ['chat', 'completion', 'image', 'speech', 'embedding']);
const pictureWay = oneOf('A way to show images', ['kitty', 'iterm', 'sixel', 'blocks', 'none']);

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

/** What validators publish, verified. */
function auditCommands(program: Command, effects: Effects): void {
  const audit = program.command('audit').description('verify what validators publish, and what they pay by');
  const adapters = async () => {
    const { ADAPTERS } = await import('../audit/index.ts');
    return { adapterOf: (name: string) => ADAPTERS.get(name) };
  };

  audit
    .command('run', { isDefault: true })
    .description('look at all configured sources, again and again; without a server')
    .option('--once', 'one look; ends with 1 when a finding is open')
    .option('--json', 'print each look as a line of JSON')
    .action(async (options, command) =>
      (await import('./commands/audit/audit.ts')).runAudit(command, effects, options),
    );
  printed(audit.command('findings').description('what a person should look at, gravest first'))
    .option('--source <name>', 'only of this source')
    .option('--kind <kind>', 'only this kind, as hour-gap or paid-unowed')
    .option('--severity <name>', 'critical, warning or info')
    .option('--hotkey <ss58>', 'only about this account')
    .option('--all', 'also those that are over')
    .option('--limit <n>', 'how many', whole('A limit', 1, 1_000))
    .action(async (options, command) =>
      (await import('./commands/audit/findings.ts')).findings(command, effects, options, await adapters()),
    );
  audit
    .command('report')
    .description('each check of one report, and what it rests on')
    .argument('<id>', 'the report, 32 hex digits')
    .option('--json', 'print JSON')
    .action(async (id, options, command) =>
      (await import('./commands/audit/report.ts')).report(command, effects, id, options, await adapters()),
    );
  judged(audit.command('scores').description('what each miner is owed, beside what it was paid')).action(
    async (options, command) =>
      (await import('./commands/audit/scores.ts')).scores(command, effects, options, await adapters()),
  );
  judged(
    audit
      .command('why')
      .description('what a miner is owed, by feature and instance')
      .argument('<hotkey>', 'its ss58 address'),
  ).action(async (hotkey, options, command) =>
    (await import('./commands/audit/why.ts')).why(command, effects, hotkey, options, await adapters()),
  );
  printed(audit.command('miners').description("miners' own counts beside the validator's"))
    .option('--source <name>', 'the source')
    .option('--validator <ss58>', 'the validator')
    .option('--hours <n>', 'so many hours back', whole('A number of hours', 1, 1_000), 168)
    .option('--lines', 'a log line for each instead of the table')
    .action(async (options, command) =>
      (await import('./commands/audit/miners.ts')).miners(command, effects, options, await adapters()),
    );
  audit
    .command('bundle')
    .description('write one file with everything that shows how a report came out')
    .argument('<report>', 'the report, 32 hex digits')
    .option('--out <file>', 'file to write; - for stdout (default: taoscope-<report>.bundle)')
    .option('--with-exports', 'with the exported tables, where they were kept')
    .action(async (id, options, command) =>
      (await import('./commands/audit/bundle.ts')).bundle(command, effects, id, options, await adapters()),
    );
  audit
    .command('verify')
    .description('check a bundle, offline, step by step')
    .argument('<file>', 'the bundle')
    .option('--strict', 'fail also where something cannot be shown')
    .option('--json', 'print JSON')
    .action(async (file, options) =>
      (await import('./commands/audit/verify.ts')).verify(effects, file, options, await adapters()),
    );
  audit
    .command('probe')
    .description('send requests of our own and show whom they reach; needs an API key, costs money')
    .option('--kind <kind>', 'chat, completion, image, speech or embedding', probeKind)
    .option('--chute <name>', 'name or id of a chute')
    .option('--prompt <text>', 'what to ask')
    .option('--count <n>', 'how many requests', whole('A number of requests', 1, 1_000), 1)
    .option(
      '--images <how>',
      'kitty, iterm, sixel, blocks or none (default: what the terminal can)',
      pictureWay,
    )
    .option('--no-text', 'do not show text')
    .option('--play', "play sound with the system's player")
    .option('--out <folder>', 'write what comes back into a folder')
    .option('--json', 'print JSON')
    .action(async (options, command) =>
      (await import('./commands/audit/probe.ts')).probe(command, effects, options),
    );
}

/** Weights from scores: shown, set, revealed. */
function weightsCommands(program: Command, effects: Effects): void {
  const weights = program
    .command('weights')
    .description('weights from scores: show them, set them, reveal them');
  const deps = async () => ({ latestScores: (await import('../audit/index.ts')).latestScores });
  const planned = (command: Command) =>
    signing(command)
      .option('--file <file>', 'scores: JSON {netuid, scores: {hotkey: number}}')
      .option('--from-audit [source]', 'scores: the newest judgement of the audit')
      .option('--netuid <n>', 'the subnet', netuid)
      .option('--mechanism <n>', 'mechanism of the subnet', whole('A mechanism', 0, 15))
      .option('--trunc', 'cut to whole numbers as the Chutes validator does, instead of rounding')
      .option('--version-key <n>', "version key (default: the network's own)", bigWhole)
      .option('--json', 'print JSON');

  planned(
    weights.command('show').description('what would be set, and what the chain would say of it'),
  ).action(async (options, command) =>
    (await import('./commands/weights/show.ts')).showWeights(command, effects, options, await deps()),
  );
  planned(weights.command('set').description('set weights; a dry run unless --submit is given'))
    .option('--submit', 'sign and send')
    .option('--force', 'send even what the rules speak against')
    .option('--salted', 'commit with a salt where the subnet asks for a timelock, if its runtime takes both')
    .option('--wait', 'wait for the time of the reveal')
    .action(async (options, command) =>
      (await import('./commands/weights/set.ts')).setWeightsCommand(command, effects, options, await deps()),
    );
  signing(weights.command('reveal').description('reveal what an earlier run has committed to'))
    .option('--netuid <n>', 'only of this subnet', netuid)
    .option('--wait', 'wait for those whose time has not come')
    .option('--json', 'print JSON')
    .action(async (options, command) =>
      (await import('./commands/weights/reveal.ts')).revealWeights(command, effects, options),
    );
}

/** Who signs. The key itself is never on the command line. */
function signing(command: Command): Command {
  return command
    .option('--wallet <name>', 'wallet in ~/.bittensor/wallets (or BT_WALLET_PATH)')
    .option('--hotkey <name>', 'hotkey of the wallet')
    .option('--key-file <file>', 'file with the key; or TAOSCOPE_HOTKEY in the environment');
}

function printed(command: Command): Command {
  return command.option('--json', 'print JSON').option('--csv', 'print CSV');
}

/** Which judgement of the audit. */
function judged(command: Command): Command {
  return printed(command)
    .option('--source <name>', 'the source')
    .option('--validator <ss58>', 'the validator')
    .option('--at <instant>', 'ISO 8601, UTC (default: the newest weights)')
    .option('--profile <name>', 'auto (by date), best (whichever fits best), or one as P18 or I4')
    .option('--published', 'count also what nobody committed to, and the live feeds');
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
