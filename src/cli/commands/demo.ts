import type { Command } from 'commander';
import { startDemo } from '../../demo/index.ts';
import { createContext, type GlobalOptions } from '../context.ts';
import type { Effects } from '../effects.ts';
import { serve, type UpOptions, upFlags } from './up.ts';

export interface DemoOptions extends UpOptions {
  nodePort?: number;
  blockMs: number;
  seed: string;
}

/** `taoscope demo`: a simulated node, and `up` on it through the same code as on the real chain. */
export async function demo(command: Command, effects: Effects, options: DemoOptions): Promise<void> {
  const data = command.optsWithGlobals<GlobalOptions>().data ?? 'taoscope-demo';
  const node = await startDemo({
    port: options.nodePort ?? 0,
    blockMs: options.blockMs,
    seed: options.seed,
    dataDir: `${data}-node`,
    // More than a day of history, so that changes over 24 h are there to see.
    historyStepMs: 200_000,
  });
  try {
    const context = createContext(
      command,
      { ...effects, env: withoutPlaces(effects.env) },
      {
        ...upFlags(options),
        'chain.network': 'local',
        'chain.endpoints': [node.url],
        'chain.archive': [],
        'store.path': data,
      },
      'demo',
    );
    effects.stderr.write(
      `A simulated node is at ${node.url}; play an incident on it with \`curl -X POST ${node.httpUrl}/incident/upgrade\`\n`,
    );
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

/** The demo must never write into the store, or follow the chain, that the environment names for the real one. */
function withoutPlaces(env: Effects['env']): Effects['env'] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^TAOSCOPE_(CHAIN|STORE|COLLECT)_/.test(name)),
  );
}
