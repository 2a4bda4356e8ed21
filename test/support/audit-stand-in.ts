import { join } from 'node:path';
import { openConfiguredStore } from '../../src/app.ts';
import { type AuditOptions, openAudit } from '../../src/audit/open-audit.ts';
import { connectChain, type RpcLimits } from '../../src/chain/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { type ChutesOptions, type ChutesStandIn, type Demo, startDemo } from '../../src/demo/index.ts';
import { type Logger, silentLogger } from '../../src/shared/index.ts';
import { tempDir } from './paths.ts';

export const HOUR_MS = 3_600_000;

/** 2025-11-06 10:10:00 UTC, in the days of profile P18. Blocks of the history are then made no later than 40 minutes past an hour. */
export const NOW = Date.UTC(2025, 10, 6, 10, 10);

export interface StandInOptions {
  readonly seed: string;
  /** Hours of the history; each has a report, but for the first, which is not whole. */
  readonly hours: number;
  /** ms since the epoch. Default {@link NOW}. */
  readonly at?: number | undefined;
  readonly chutes?: ChutesOptions | undefined;
  readonly stateBlocks?: number | undefined;
}

/** A demo chain with a stand-in for Chutes and a clock that is moved by hand. Nothing in it depends on the real time. */
export interface StandInWorld {
  readonly demo: Demo;
  readonly standIn: ChutesStandIn;
  now(): number;
  /** Moves the clock and makes a block then; a finalized one needs three more. */
  forward(ms: number, blocks?: number): void;
  /** Time of the end of the hour that ended so many full hours before the start; 1: the last full hour. */
  hoursAgo(hours: number): number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startStandIn(options: StandInOptions): Promise<StandInWorld> {
  const { seed, hours, at = NOW, chutes = {}, stateBlocks } = options;
  let now = at;
  const demo = await startDemo({
    blockMs: 0,
    actors: false,
    seed,
    historyBlocks: 2 * hours,
    historyStepMs: HOUR_MS / 2,
    now: () => now,
    chutes: { eventMs: 0, callsPerHour: 40, ...chutes },
    stateBlocks,
  });
  const settle = (blocks: number) => {
    for (let made = 0; made < blocks; made++) {
      now += 12_000;
      demo.step();
    }
  };
  // Two tempos: what the last hours committed to is final, and the newest weights that an epoch has used are of the present hour.
  settle(2 * 21 + 3);
  const standIn = demo.chutes;
  if (standIn === undefined) throw new Error('the demo has no stand-in');
  return {
    demo,
    standIn,
    now: () => now,
    forward(ms, blocks = 4) {
      now += ms;
      demo.step();
      settle(blocks);
    },
    hoursAgo: (count) => Math.floor(at / HOUR_MS) * HOUR_MS - (count - 1) * HOUR_MS,
    [Symbol.asyncDispose]: () => demo.close(),
  };
}

export interface AuditingOptions {
  /** Where the node is; default: the demo's own. */
  readonly endpoint?: string | undefined;
  readonly archive?: readonly string[] | undefined;
  /** Where store and evidence are; default: a new one that goes when the audit is closed. */
  readonly folder?: string | undefined;
  /** Default true. */
  readonly minerReports?: boolean | undefined;
  readonly logger?: Logger | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Settings by their dotted names, on top of ours. */
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
  readonly patience?: AuditOptions['patience'];
  readonly limits?: Partial<RpcLimits> | undefined;
}

/** An audit of a stand-in, with a store and a folder of its own. Only one may be open at a time. */
export async function openStandInAudit(world: StandInWorld, options: AuditingOptions = {}) {
  const { logger = silentLogger } = options;
  const dir =
    options.folder === undefined
      ? await tempDir('audit')
      : { path: options.folder, [Symbol.asyncDispose]: async () => {} };
  const config = loadConfig({ env: { ...options.env }, flags: { ...auditFlags(world, dir.path, options) } });
  const store = await openConfiguredStore(config, logger);
  const closing = [() => store.close(), () => dir[Symbol.asyncDispose]()];
  try {
    const { endpoints, archive: archiveEndpoints } = config.chain;
    const limits = { firstWaitMs: 1, maxWaitMs: 20, behindMs: 1, maxBehindMs: 20, ...options.limits };
    const chain = await connectChain({ endpoints, archiveEndpoints, limits, logger });
    closing.unshift(() => chain.close());
    const audit = openAudit({
      ...{ config, store, chain, logger, version: 'test', now: world.now },
      // What is cut off is asked for again, but a test need not wait for it.
      patience: { firstWaitMs: 1, maxWaitMs: 5, ...options.patience },
    });
    const signal = new AbortController().signal;
    return {
      ...{ audit, config, store, chain, dir: dir.path, evidencePath: config.audit.path },
      pass: () => audit.auditor.pass(signal),
      verdicts: () => audit.auditor.ledger.current({ source: 'chutes', limit: 1_000_000 }),
      findings: (state: 'open' | 'resolved' | 'all' = 'open') =>
        audit.auditor.ledger.findings('chutes', { state, limit: 10_000 }),
      async [Symbol.asyncDispose]() {
        for (const close of closing) await close();
      },
    };
  } catch (error) {
    for (const close of closing) await close();
    throw error;
  }
}

export type StandInAudit = Awaited<ReturnType<typeof openStandInAudit>>;

/** Settings of an audit of a stand-in, as `taoscope demo` has them; everything in a folder. */
export function auditFlags(
  { demo, standIn }: Pick<StandInWorld, 'demo' | 'standIn'>,
  folder: string,
  { endpoint, archive = [], minerReports = true, flags }: AuditingOptions = {},
): Record<string, unknown> {
  const { url, netuid, validator, profile } = standIn;
  return {
    'chain.network': 'local',
    'chain.endpoints': [endpoint ?? demo.url],
    'chain.archive': archive,
    'store.path': join(folder, 'store'),
    'audit.sources': [
      { name: 'chutes', adapter: 'chutes', url, netuid, validators: [validator], minerReports },
    ],
    // Deep enough that steps up from it end in the folder.
    'audit.path': join(folder, 'a/b/c/evidence'),
    'audit.profile': profile,
    'audit.allowPrivate': true,
    'audit.probes.source': 'chutes',
    'audit.probes.gatewayUrl': url,
    'audit.probes.chuteUrl': `${url}/chute/{slug}`,
    ...flags,
  };
}
