import type { Logger } from '../../shared/index.ts';
import type { DemoChain } from '../chain/demo-chain.ts';
import type { Pool } from '../chain/pool.ts';
import { Copiers } from '../population/copiers.ts';
import { sceneOf } from '../population/scene.ts';
import { DAY, HOUR, microsOf } from './clock.ts';
import { type LogLine, StandInLog } from './log.ts';
import type { ChutesSettings } from './options.ts';
import { StandIn } from './stand-in.ts';

export interface StandInParts {
  readonly chain: DemoChain;
  readonly pool: Pool;
  readonly settings: ChutesSettings;
  /** Where it keeps what it did; `undefined`: nowhere. */
  readonly folder: string | undefined;
  /** Whether the chain goes on from an earlier run: only then does the stand-in, too. */
  readonly goesOn: boolean;
  readonly startMs: number;
  /** Time of the first block that will be made, ms. */
  readonly firstMs: number;
  readonly logger: Logger;
}

/** The stand-in, tied to its chain: it acts before each block and hears of each. */
export function attachStandIn(parts: StandInParts): {
  readonly standIn: StandIn;
  /** To be called before each block, with the time that the block will have. */
  act(timestampMs: number, hurried: boolean): void;
} {
  const { chain, pool, settings, logger, startMs } = parts;
  const { seed } = chain.options;
  const { profile, generation, callsPerHour } = settings;
  const log = new StandInLog(
    parts.folder,
    [chain.genesisHash, FORMAT, profile, generation, callsPerHour].join(' '),
  );
  // A chain that was cut off in the middle of a line has lost a block; what it carried is published again.
  const past = parts.goesOn ? log.open().filter((line) => blockOf(line) <= chain.best.number) : [];
  const [first] = past;
  const isKnown = first !== undefined && 'world' in first;
  const birth = isKnown ? first.world.birth : Math.ceil(microsOf(parts.firstMs) / HOUR) * HOUR;
  if (isKnown) log.keep(past, microsOf(startMs) - KEPT);
  else log.begin(birth);
  const standIn = new StandIn({ seed, settings, log, past, birth, startMs, logger });
  chain.on('block', (block) => standIn.landed(block, chain.head));
  chain.on('retracted', (blocks) => standIn.retracted(Math.min(...blocks.map(({ number }) => number))));
  const copiers = new Copiers();
  return {
    standIn,
    act(timestampMs, hurried) {
      const at = Math.max(timestampMs, chain.best.timestampMs + 1);
      standIn.act(sceneOf(chain, pool, hurried, copiers), microsOf(at));
    },
  };
}

function blockOf(line: LogLine): number {
  return 'published' in line ? line.published.block : 0;
}

/** Nothing older is listed, paid for or served. */
const KEPT = 9 * DAY;

/** To be counted up whenever the same seed begins to give other bytes. */
const FORMAT = 1;
