import { TaoscopeError } from '../../shared/index.ts';
import type { DemoChain } from '../chain/demo-chain.ts';
import { CHUTES_PLAN } from '../population/plans.ts';
import { serveChutes } from './api/server.ts';
import { hourAt, microsOf } from './clock.ts';
import type { Published } from './library.ts';
import type { Misbehaviour } from './misbehaviours.ts';
import type { Generation } from './options.ts';
import type { ProfileName } from './pay.ts';
import { MINERS, VALIDATOR } from './roster.ts';
import type { StandIn } from './stand-in.ts';

/** A report that was published. */
export interface PublishedReport {
  readonly role: 'validator' | 'miner';
  /** ss58 */
  readonly hotkey: string;
  readonly entryId: string;
  readonly path: string;
  /** Block in which the commitment landed. */
  readonly block: number;
  /** End of the hour that it is about, ms since the epoch. */
  readonly hour: number;
  /** Lower-case hex of the SHA-256 of its bytes, before anything is done wrong with them. */
  readonly sha256: string;
}

/** The running stand-in for Chutes. */
export interface ChutesStandIn {
  /** `http://127.0.0.1:<port>`, in the place of `https://api.chutes.ai`; chat and completions are at the same address, chutes at `/chute/<slug>`. */
  readonly url: string;
  readonly netuid: number;
  /** ss58 of the validator that publishes and pays. */
  readonly validator: string;
  readonly generation: Generation;
  readonly profile: ProfileName;
  readonly miners: readonly {
    readonly uid: number;
    readonly hotkey: string;
    readonly coldkey: string;
    /** Whether it publishes reports about itself. */
    readonly reports: boolean;
  }[];
  /** Ends of the hours that the validator has published, oldest first, ms since the epoch; each once. */
  publishedHours(): number[];
  /** All reports, in the order of their publication. */
  reports(): PublishedReport[];
  /** Publishes an hour (again), by default the last full one, in blocks made now; `usage` for one that is not over. */
  publish(hour?: number): PublishedReport;
  /** Begins (or with `never` ends) a misbehaviour; as the incident `chutes`. */
  misbehave(what: Misbehaviour, when: 'last' | 'next' | 'always' | 'never'): void;
  /** What the validator last reckoned that it owes: shares of 1 by hotkey, and the time of the block that carried the weights (ms). */
  owed(): { readonly at: number; readonly shares: ReadonlyMap<string, number> } | undefined;
}

/** Blocks within which a commitment must have landed. */
const PATIENCE = 16;

/** Opens the stand-in's API. */
export async function openChutes(parts: {
  readonly standIn: StandIn;
  readonly chain: DemoChain;
  readonly now: () => number;
  readonly step: () => unknown;
}): Promise<ChutesStandIn & { close(): Promise<void> }> {
  const { standIn, chain, now, step } = parts;
  const { library, settings } = standIn;
  const server = await serveChutes({ standIn, state: () => chain.head, now: () => microsOf(now()) });
  return {
    url: `http://127.0.0.1:${server.port}`,
    netuid: CHUTES_PLAN.netuid,
    validator: VALIDATOR.address,
    generation: settings.generation,
    profile: settings.profile,
    miners: MINERS.map(({ uid, hotkey, coldkey, habit }) => ({
      uid,
      hotkey,
      coldkey,
      reports: habit.reports,
    })),
    publishedHours() {
      const ends = library.published
        .filter(({ entry }) => entry.role === 'validator')
        .map(({ entry }) => entry.end / 1_000);
      return [...new Set(ends)].sort((a, b) => a - b);
    },
    reports: () => library.published.map(reportOf),
    publish(hour) {
      const at = microsOf(Math.max(now(), chain.best.timestampMs + 1));
      const end = hour === undefined ? hourAt(at) : microsOf(hour);
      const before = new Set(library.published);
      standIn.publish(end, at);
      for (let block = 0; block < PATIENCE; block++) {
        step();
        const found = library.published.find(
          (one) => !before.has(one) && one.entry.role === 'validator' && one.entry.end === end,
        );
        if (found !== undefined) return reportOf(found);
      }
      throw new TaoscopeError('internal', {
        failed: 'the commitment of the stand-in for Chutes does not land',
      });
    },
    misbehave: (what, when) => standIn.misbehave(what, when),
    owed() {
      const { last } = standIn.paymaster;
      return last && { at: last.at / 1_000, shares: last.pay.shares };
    },
    close: () => server.close(),
  };
}

function reportOf({ entry, sha256 }: Published): PublishedReport {
  const { role, hotkey, entryId, path, block } = entry;
  return { role, hotkey, entryId, path, block, hour: entry.end / 1_000, sha256 };
}
