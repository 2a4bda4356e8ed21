import type { Command } from 'commander';
import type { Effects } from '../../effects.ts';
import { oneOf, whole } from '../../parse.ts';

const probeKind = oneOf('A kind', ['chat', 'completion', 'image', 'speech', 'embedding']);
const pictureWay = oneOf('A way to show images', ['kitty', 'iterm', 'sixel', 'blocks', 'none']);

/** What validators publish, verified. */
export function auditCommands(program: Command, effects: Effects): void {
  const audit = program.command('audit').description('verify what validators publish, and what they pay by');
  const adapters = async () => {
    const { ADAPTERS } = await import('../../../audit/index.ts');
    return { adapterOf: (name: string) => ADAPTERS.get(name) };
  };

  audit
    .command('run', { isDefault: true })
    .description('look at all configured sources, again and again; without a server')
    .option('--once', 'one look; ends with 1 when a finding is open')
    .option('--json', 'print each look as a line of JSON')
    .action(async (options, command) => (await import('./audit.ts')).runAudit(command, effects, options));
  printed(audit.command('findings').description('what a person should look at, gravest first'))
    .option('--source <name>', 'only of this source')
    .option('--kind <kind>', 'only this kind, as hour-gap or paid-unowed')
    .option('--severity <name>', 'critical, warning or info')
    .option('--hotkey <ss58>', 'only about this account')
    .option('--all', 'also those that are over')
    .option('--limit <n>', 'how many', whole('A limit', 1, 1_000))
    .action(async (options, command) =>
      (await import('./findings.ts')).findings(command, effects, options, await adapters()),
    );
  audit
    .command('report')
    .description('each check of one report, and what it rests on')
    .argument('<id>', 'the report, 32 hex digits')
    .option('--json', 'print JSON')
    .action(async (id, options, command) =>
      (await import('./report.ts')).report(command, effects, id, options, await adapters()),
    );
  judged(audit.command('scores').description('what each miner is owed, beside what it was paid')).action(
    async (options, command) =>
      (await import('./scores.ts')).scores(command, effects, options, await adapters()),
  );
  judged(
    audit
      .command('why')
      .description('what a miner is owed, by feature and instance')
      .argument('<hotkey>', 'its ss58 address'),
  ).action(async (hotkey, options, command) =>
    (await import('./why.ts')).why(command, effects, hotkey, options, await adapters()),
  );
  printed(audit.command('miners').description("miners' own counts beside the validator's"))
    .option('--source <name>', 'the source')
    .option('--validator <ss58>', 'the validator')
    .option('--hours <n>', 'so many hours back', whole('A number of hours', 1, 1_000), 168)
    .option('--lines', 'a log line for each instead of the table')
    .action(async (options, command) =>
      (await import('./miners.ts')).miners(command, effects, options, await adapters()),
    );
  audit
    .command('bundle')
    .description('write one file with everything that shows how a report came out')
    .argument('<report>', 'the report, 32 hex digits')
    .option('--out <file>', 'file to write; - for stdout (default: taoscope-<report>.bundle)')
    .option('--with-exports', 'with the exported tables, where they were kept')
    .action(async (id, options, command) =>
      (await import('./bundle.ts')).bundle(command, effects, id, options, await adapters()),
    );
  audit
    .command('verify')
    .description('check a bundle, offline, step by step')
    .argument('<file>', 'the bundle')
    .option('--strict', 'fail also where something cannot be shown')
    .option('--json', 'print JSON')
    .action(async (file, options) =>
      (await import('./verify.ts')).verify(effects, file, options, await adapters()),
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
    .action(async (options, command) => (await import('./probe.ts')).probe(command, effects, options));
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
