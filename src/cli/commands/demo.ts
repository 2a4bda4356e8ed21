import type { Command } from 'commander';
import { type Demo, startDemo } from '../../demo/index.ts';
import { createContext, type GlobalOptions } from '../context.ts';
import type { Effects } from '../effects.ts';
import { serve, type UpOptions, upFlags } from './up.ts';

export interface DemoOptions extends UpOptions {
  nodePort?: number;
  blockMs: number;
  seed: string;
}

/** Blocks whose state the node keeps: about an hour of them, so that whoever comes late still finds the commitments of the history. */
const STATE_BLOCKS = 4_096;
/** Buys nothing anywhere: the stand-in for Chutes takes any key that looks like one. */
const PROBE_KEY = 'cpk_taoscope_demo.not_a_secret';

/** `taoscope demo`: a simulated node with a stand-in for Chutes, and `up` on both through the same code as on the real chain. */
export async function demo(command: Command, effects: Effects, options: DemoOptions): Promise<void> {
  const data = command.optsWithGlobals<GlobalOptions>().data ?? 'taoscope-demo';
  const node = await startDemo({
    port: options.nodePort ?? 0,
    blockMs: options.blockMs,
    seed: options.seed,
    dataDir: `${data}-node`,
    stateBlocks: STATE_BLOCKS,
    // Makes a history of a week: what its validator reports about, and changes over 24 h too.
    chutes: {},
  });
  try {
    const context = createContext(
      command,
      { ...effects, env: { ...withoutPlaces(effects.env), TAOSCOPE_PROBE_KEY: PROBE_KEY } },
      {
        ...upFlags(options),
        'chain.network': 'local',
        'chain.endpoints': [node.url],
        'chain.archive': [],
        'store.path': data,
        ...auditFlags(node, data),
      },
      'demo',
    );
    effects.stderr.write(
      `A simulated node is at ${node.url}; play an incident on it with \`curl -X POST ${node.httpUrl}/incident/upgrade\`\n`,
    );
    if (node.chutes !== undefined) effects.stderr.write(`A stand-in for Chutes is at ${node.chutes.url}\n`);
    const { oldestState, finalized } = node.state();
    // What happened before we began is worth seeing too; blocks stored by an earlier run are skipped.
    const history = {
      from: oldestState + 1,
      to: finalized.number,
      step: 5,
      workers: 1,
      netuids: 'all' as const,
      events: true,
      weights: true,
    };
    await serve(context, (app) => app.backfills.start(history));
  } finally {
    await node.close();
  }
}

/** Audits the stand-in as the real Chutes is audited, only sooner; what it asks for costs nothing here. */
function auditFlags({ chutes }: Demo, data: string): Record<string, unknown> {
  if (chutes === undefined) return {};
  const { url, netuid, validator, profile } = chutes;
  return {
    'audit.sources': [{ name: 'chutes', adapter: 'chutes', url, netuid, validators: [validator] }],
    'audit.path': `${data}-audit`,
    'audit.profile': profile,
    'audit.everySeconds': 20,
    'audit.allowPrivate': true,
    'audit.probes.enabled': true,
    'audit.probes.source': 'chutes',
    'audit.probes.gatewayUrl': url,
    'audit.probes.chuteUrl': `${url}/chute/{slug}`,
    'audit.probes.everySeconds': 15,
    'audit.probes.perDay': 10_000,
  };
}

/**
 * The demo must never write into the store, follow the chain, or ask the publishers, that the environment names for the real one; nor
 * hold the key that signs there.
 */
function withoutPlaces(env: Effects['env']): Effects['env'] {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^TAOSCOPE_(?:(?:CHAIN|STORE|COLLECT|AUDIT)_|HOTKEY$|PROBE_KEY$)/.test(name),
    ),
  );
}
