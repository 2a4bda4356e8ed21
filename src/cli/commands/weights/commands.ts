import type { Command } from 'commander';
import type { Effects } from '../../effects.ts';
import { bigWhole, netuid, whole } from '../../parse.ts';

/** Weights from scores: shown, set, revealed. */
export function weightsCommands(program: Command, effects: Effects): void {
  const weights = program
    .command('weights')
    .description('weights from scores: show them, set them, reveal them');
  const planned = (command: Command) =>
    signing(command)
      .option('--file <file>', 'scores: JSON {netuid, scores: {hotkey: number}}')
      .option('--from-audit [source]', 'scores: the newest judgement of the audit')
      .option('--validator <hotkey>', 'of this audited validator (default: the first of the source)')
      .option('--netuid <n>', 'the subnet', netuid)
      .option('--mechanism <n>', 'mechanism of the subnet', whole('A mechanism', 0, 15))
      .option('--trunc', 'cut to whole numbers as the Chutes validator does, instead of rounding')
      .option('--version-key <n>', "version key (default: the network's own)", bigWhole)
      .option('--json', 'print JSON');

  planned(
    weights.command('show').description('what would be set, and what the chain would say of it'),
  ).action(async (options, command) => (await import('./show.ts')).showWeights(command, effects, options));
  planned(weights.command('set').description('set weights; a dry run unless --submit is given'))
    .option('--submit', 'sign and send')
    .option('--force', 'send even what the rules speak against')
    .option('--salted', 'commit with a salt where the subnet asks for a timelock, if its runtime takes both')
    .option('--wait', 'wait for the time of the reveal')
    .action(async (options, command) =>
      (await import('./set.ts')).setWeightsCommand(command, effects, options),
    );
  signing(weights.command('reveal').description('reveal what an earlier run has committed to'))
    .option('--netuid <n>', 'only of this subnet', netuid)
    .option('--wait', 'wait for those whose time has not come')
    .option('--json', 'print JSON')
    .action(async (options, command) =>
      (await import('./reveal.ts')).revealWeights(command, effects, options),
    );
}

/** Who signs. The key itself is never on the command line. */
function signing(command: Command): Command {
  return command
    .option('--wallet <name>', 'wallet in ~/.bittensor/wallets (or BT_WALLET_PATH)')
    .option('--hotkey <name>', 'hotkey of the wallet')
    .option('--key-file <file>', 'file with the key; or TAOSCOPE_HOTKEY in the environment');
}
