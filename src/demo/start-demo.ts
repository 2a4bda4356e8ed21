import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Hex, type Logger, silentLogger, TaoscopeError } from '../shared/index.ts';
import { DemoChain, genesisOf } from './chain/demo-chain.ts';
import { Journal } from './chain/journal.ts';
import { Pool } from './chain/pool.ts';
import { attachStandIn } from './chutes/attach-stand-in.ts';
import { misbehaviourArgs } from './chutes/misbehaviours.ts';
import { type ChutesStandIn, openChutes } from './chutes/open-chutes.ts';
import { type ChutesOptions, settingsOf } from './chutes/options.ts';
import { historyTimes, stepOf } from './history-times.ts';
import { copierArgs, Faults, type IncidentArgs, numberArg, parseIncident } from './incidents.ts';
import { Dispatcher } from './node/dispatcher.ts';
import { serveNode } from './node/server.ts';
import { act } from './population/actors.ts';
import { Copiers } from './population/copiers.ts';
import { validatorKey } from './population/people.ts';

export interface DemoOptions {
  /** Port on 127.0.0.1; 0 takes any free one. Default 0. */
  readonly port?: number | undefined;
  /** Time between blocks, ms. 0: no clock, blocks come from {@link Demo.step} only. Default 1000. */
  readonly blockMs?: number | undefined;
  /** All chance comes from here: same seed, same chain (timestamps aside). Default `taoscope`. */
  readonly seed?: string | undefined;
  /** Blocks made at once, as if they had happened before. Default 720. */
  readonly historyBlocks?: number | undefined;
  /**
   * Time between blocks of the history, ms. Default 12 000, like the real chain; with `chutes` so that the history covers 169 hours, but
   * no more than 50 minutes.
   */
  readonly historyStepMs?: number | undefined;
  /** Blocks whose state is kept; older ones answer "State already discarded". Default 2048. */
  readonly stateBlocks?: number | undefined;
  /** Blocks whose header and body are kept. Default 4096. */
  readonly bodyBlocks?: number | undefined;
  /** How many blocks finality is behind the best block. Default 3. */
  readonly finalityLag?: number | undefined;
  /** Whether the population acts. Default `true`; without, only you change anything. */
  readonly actors?: boolean | undefined;
  /** The time, ms since the epoch. Default `Date.now`; give one for chains that must come out alike. */
  readonly now?: (() => number) | undefined;
  /**
   * Folder in which the chain is kept, so that the next start goes on with it (then without making a history). Default:
   * nothing is kept. Not the folder of an embedded store, which must be the store's alone.
   */
  readonly dataDir?: string | undefined;
  /**
   * A subnet with netuid 64 and a stand-in for Chutes on it, which publishes reports, commits to them and pays. Default: none. A chain
   * that goes on after a pause is first brought up to the present in a hurry, so that no hour of the stand-in's is missing.
   */
  readonly chutes?: ChutesOptions | false | undefined;
  readonly logger?: Logger | undefined;
}

/** Where the demo stands. */
export interface DemoState {
  readonly best: { readonly number: number; readonly hash: Hex };
  readonly finalized: { readonly number: number; readonly hash: Hex };
  readonly genesisHash: Hex;
  readonly specVersion: number;
  /** Oldest block whose state can be read. */
  readonly oldestState: number;
  readonly pending: number;
  readonly connections: number;
}

/** A running demo node. */
export interface Demo {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string;
  /** `http://127.0.0.1:<port>`: the same JSON-RPC, and `POST /incident/<name>`. */
  readonly httpUrl: string;
  /** Plays an incident; see `INCIDENTS`. Throws `usage` for a name or argument that it does not know. */
  incident(name: string, args?: IncidentArgs): Promise<DemoState>;
  /** Makes blocks now. */
  step(blocks?: number): DemoState;
  state(): DemoState;
  /** The stand-in for Chutes, when it was asked for. */
  readonly chutes?: ChutesStandIn | undefined;
  close(): Promise<void>;
}

/** Starts the demo: genesis, a piece of history (or the chain kept in `dataDir`), then a node that makes blocks until it is closed. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { blockMs = 1_000, historyBlocks = 720, actors = true, now = Date.now } = options;
  const { stateBlocks = 2_048, logger = silentLogger } = options;
  const settings =
    options.chutes === undefined || options.chutes === false ? undefined : settingsOf(options.chutes);
  const historyStepMs = options.historyStepMs ?? stepOf(historyBlocks, settings !== undefined);
  const chainOptions = {
    chutes: settings !== undefined,
    seed: options.seed ?? 'taoscope',
    stateBlocks,
    bodyBlocks: Math.max(options.bodyBlocks ?? 4_096, stateBlocks),
    finalityLag: options.finalityLag ?? 3,
  };
  let journal =
    options.dataDir === undefined
      ? undefined
      : new Journal(options.dataDir, genesisOf(chainOptions.seed, chainOptions.chutes).hash);
  const restored = journal?.open() ?? [];
  const chain = new DemoChain(chainOptions, restored);
  const keep = (write: (journal: Journal) => void) => {
    try {
      if (journal !== undefined) write(journal);
    } catch (error) {
      // A play goes on without its record; a full disk is for the store to complain about.
      logger.warn({ err: error }, 'the demo chain is no longer kept on disk');
      journal = undefined;
    }
  };
  chain.on('block', (block) => keep((open) => open.append(block, () => chain.snapshot())));
  chain.on('retracted', (blocks) => keep((open) => open.retract(blocks.length)));
  const pool = new Pool(chain);
  const faults = new Faults();
  const copiers = new Copiers();
  const startMs = now();
  const times = historyTimes({
    startMs,
    stepMs: historyStepMs,
    blocks: historyBlocks,
    restoredMs: restored.at(-1)?.timestampMs,
    chutes: settings !== undefined,
  });
  const attached =
    settings &&
    attachStandIn({
      chain,
      pool,
      settings,
      folder: options.dataDir,
      goesOn: restored.length > 0,
      startMs,
      firstMs: times[0] ?? startMs,
      logger,
    });
  const produce = (timestampMs: number, hurried: boolean, upgrade = false) => {
    if (actors) act(chain, pool, hurried, copiers);
    attached?.act(timestampMs, hurried);
    chain.produce(timestampMs, pool.ready(), upgrade);
  };
  for (const [at, time] of times.entries()) {
    produce(time, true);
    // Others want their turn too: a second of history in one piece would hold up a server that is starting.
    if (at % 16 === 0) await nextTurn();
  }

  let upgradeDue = false;
  let stalledUntil = 0;
  const step = (blocks = 1) => {
    for (let left = blocks; left > 0; left--) {
      produce(now(), false, upgradeDue);
      upgradeDue = false;
    }
    return state();
  };
  const state = (): DemoState => ({
    best: { number: chain.best.number, hash: chain.best.hash },
    finalized: { number: chain.finalized.number, hash: chain.finalized.hash },
    genesisHash: chain.genesisHash,
    specVersion: chain.runtime.spec.specVersion,
    oldestState: chain.oldestState,
    pending: pool.size,
    connections: server.connections,
  });
  const incident = async (name: string, args: IncidentArgs = {}): Promise<DemoState> => {
    const known = parseIncident(name);
    logger.info({ incident: known, block: chain.best.number }, 'demo incident');
    switch (known) {
      case 'drop-connections':
        server.drop(numberArg(args, 'refuseMs', 0, 600_000));
        break;
      case 'stall':
        stalledUntil = performance.now() + 1000 * numberArg(args, 'seconds', 10, 3_600);
        break;
      case 'fork': {
        const left = chain.retract(numberArg(args, 'depth', 2, 100));
        // The other branch wins because it is longer.
        if (left.length > 0) step(left.length + 1);
        break;
      }
      case 'upgrade':
        upgradeDue = true;
        break;
      case 'copier': {
        const { netuid, validator, stop } = copierArgs(args);
        const { publicKey: hotkey, address } = validatorKey(validator);
        const from = chain.best.number + 1;
        if (stop) copiers.stop(netuid, hotkey, from);
        else copiers.start(netuid, hotkey, from);
        logger.info({ netuid, hotkey: address, stop }, 'demo copier');
        break;
      }
      case 'lie':
        faults.tell(args);
        break;
      case 'chutes': {
        if (attached === undefined) throw noStandIn();
        const { what, when } = misbehaviourArgs(args);
        attached.standIn.misbehave(what, when);
        logger.info({ what, when }, 'demo stand-in for Chutes misbehaves');
        break;
      }
    }
    return state();
  };

  const server = await serveNode(options.port ?? 0, new Dispatcher({ chain, pool, faults }), incident);
  const chutes =
    attached &&
    (await openChutes({ standIn: attached.standIn, chain, now, step }).catch(async (error) => {
      await server.close();
      throw error;
    }));
  const timer =
    blockMs > 0
      ? setInterval(() => {
          if (performance.now() >= stalledUntil) step();
        }, blockMs)
      : undefined;
  logger.info({ port: server.port, block: chain.best.number }, 'demo node listens');
  return {
    url: `ws://127.0.0.1:${server.port}`,
    httpUrl: `http://127.0.0.1:${server.port}`,
    incident,
    step,
    state,
    chutes,
    async close() {
      clearInterval(timer);
      await chutes?.close();
      await server.close();
      chain.removeAllListeners();
      journal?.close();
    },
  };
}

function noStandIn(): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'there is no stand-in for Chutes in this demo',
    expected: 'a demo that was started with one',
  });
}
