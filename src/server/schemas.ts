import { z } from 'zod';
import { MetagraphJson, NeuronJson, SubnetJson } from '../metagraph/index.ts';

/** Bodies of the API, once for server, web client and OpenAPI. All routes live under `/api/v1`. */

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    failed: z.string(),
    got: z.string().optional(),
    expected: z.string().optional(),
    todo: z.string().optional(),
    /** The same request may succeed later. */
    retryable: z.boolean().optional(),
  }),
});

const Block = z.object({ number: z.number().int(), hash: z.string() });

/** GET /status, and the `status` event of GET /events. */
export const StatusBody = z.object({
  version: z.string(),
  chain: z.object({
    name: z.string(),
    genesisHash: z.string(),
    tokenSymbol: z.string(),
    best: Block.optional(),
    finalized: Block.optional(),
    /** best - finalized, blocks. */
    finalizedLag: z.number().optional(),
    specName: z.string().optional(),
    specVersion: z.number().optional(),
    /** ms since the epoch at which the newest head was seen. */
    headSeenAt: z.number().optional(),
    endpoints: z.array(
      z.object({
        host: z.string(),
        connected: z.boolean(),
        requests: z.number(),
        errors: z.number(),
        rejected: z.number(),
        latencyMs: z.number().optional(),
      }),
    ),
  }),
  collect: z.object({
    /** Last block processed; absent before the first. */
    lastBlock: z.number().optional(),
    /** Newest block with a stored snapshot, and how far it is behind the head. */
    lastSnapshotBlock: z.number().optional(),
    lagBlocks: z.number().optional(),
    everyBlocks: z.number(),
    netuids: z.union([z.literal('all'), z.array(z.number())]),
    queue: z.number(),
    snapshots: z.number(),
    errors: z.number(),
    /** The last error, in a line, and when. */
    lastError: z.object({ at: z.number(), message: z.string() }).optional(),
    stopped: z.string().optional(),
  }),
  store: z.object({ kind: z.string(), version: z.string(), bytesOnDisk: z.number(), neuronRows: z.number() }),
});

/** GET /subnets?block= */
export const SubnetsBody = z.object({
  /** Newest block among the rows. */
  block: z.number().int().optional(),
  timestamp: z.string().optional(),
  subnets: z.array(SubnetJson),
});

const WithDelta = z.object({
  value: z.number().optional(),
  /** value now minus value 24 h before; absent when nothing that old is stored. */
  delta24h: z.number().optional(),
});

/** GET /subnets/{netuid}?block= */
export const SubnetBody = z.object({
  subnet: SubnetJson,
  blockHash: z.string(),
  timestamp: z.string().optional(),
  specVersion: z.number(),
  header: z.object({
    /** TAO. */
    registerCost: WithDelta,
    validators: WithDelta,
    miners: WithDelta,
    /** The block that the deltas compare with. */
    comparedWithBlock: z.number().optional(),
  }),
  mechanisms: z.array(z.number()),
});

/** GET /subnets/{netuid}/metagraph?block=&mechanism=&format=json|csv: the newest stored snapshot at or before the block. */
export const MetagraphBody = MetagraphJson;

/** GET /subnets/{netuid}/blocks?mechanism=: stored snapshots, ascending. */
export const BlocksBody = z.object({
  blocks: z.array(
    z.object({
      block: z.number().int(),
      /** ISO 8601. */
      timestamp: z.string().optional(),
      specVersion: z.number(),
      /** The block ended an epoch of this subnet. */
      epoch: z.boolean(),
      /** `raw` rows, or only an `hourly` or `epoch` roll-up is left. */
      resolution: z.enum(['raw', 'hourly', 'epoch']),
    }),
  ),
});

/** POST /subnets/{netuid}/refresh: reads the head now and stores it. */
export const RefreshBody = z.object({ netuid: z.number(), block: z.number(), snapshots: z.number() });

/** GET /neurons/{hotkey} */
export const HotkeyBody = z.object({
  hotkey: z.string(),
  /** Owner coldkeys seen, newest first. */
  coldkeys: z.array(z.string()),
  registrations: z.array(
    z.object({
      netuid: z.number(),
      mechanism: z.number(),
      subnetName: z.string().optional(),
      block: z.number(),
      timestamp: z.string().optional(),
      unit: z.enum(['alpha', 'tao']),
      /** Still registered at the newest snapshot of that subnet. */
      current: z.boolean(),
      neuron: NeuronJson,
    }),
  ),
});

/** GET /neurons/{hotkey}/history?netuid=&mechanism=&from=&to=&resolution=auto|raw|hourly|epoch: columns of equal length. */
export const HistoryBody = z.object({
  netuid: z.number(),
  mechanism: z.number(),
  unit: z.enum(['alpha', 'tao']),
  resolution: z.enum(['raw', 'hourly', 'epoch']),
  block: z.array(z.number()),
  timestamp: z.array(z.string().nullable()),
  uid: z.array(z.number()),
  incentive: z.array(z.number().nullable()),
  consensus: z.array(z.number().nullable()),
  dividends: z.array(z.number().nullable()),
  validatorTrust: z.array(z.number().nullable()),
  /** Whole coins as doubles, for charts. */
  emission: z.array(z.number().nullable()),
  totalStake: z.array(z.number().nullable()),
  stake: z.array(z.number().nullable()),
});

/** GET /gaps */
export const GapsBody = z.object({
  gaps: z.array(z.object({ from: z.number(), to: z.number(), reason: z.string(), seenAt: z.string() })),
});

/** GET /runtimes */
export const RuntimesBody = z.object({
  runtimes: z.array(
    z.object({
      specName: z.string(),
      specVersion: z.number(),
      codeHash: z.string().optional(),
      metadataHash: z.string(),
      metadataVersion: z.number(),
      firstBlock: z.number(),
    }),
  ),
});

/** POST /sql { query } */
export const SqlRequest = z.object({ query: z.string().min(1).max(20_000) });
export const SqlBody = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  elapsedMs: z.number(),
  truncated: z.boolean(),
});

/** POST /backfills, GET /backfills/{id}, and the `backfill` event. */
export const BackfillRequest = z.object({
  netuids: z.union([z.literal('all'), z.array(z.number().int().min(0).max(65_535)).min(1)]).default('all'),
  from: z.number().int().min(0).max(4_294_967_295),
  to: z.number().int().min(0).max(4_294_967_295),
  step: z.number().int().min(1).default(100),
  workers: z.number().int().min(1).max(32).default(4),
  /** Also what happened in every block of the range, not only in each step's. */
  events: z.boolean().optional(),
  /** Also weights, bonds and waiting commits at each step. */
  weights: z.boolean().optional(),
});
export const BackfillBody = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  total: z.number(),
  done: z.number(),
  skipped: z.number(),
  /** Blocks whose state no endpoint still has, or that failed for good. */
  missing: z.number(),
  ratePerSecond: z.number(),
  secondsLeft: z.number().optional(),
  /** Why it failed, and the error's code. */
  error: z.string().optional(),
  code: z.string().optional(),
});

/**
 * GET /events: server-sent events. `event: head` {best, finalized}; `event: snapshot` {netuid, mechanism, block};
 * `event: runtime` {specVersion, block}; `event: status` StatusBody every few seconds; `event: backfill` BackfillBody;
 * `event: feed` {netuid, block, kinds} when something happened.
 */
export const HeadEvent = z.object({ best: Block.optional(), finalized: Block.optional() });
export const SnapshotEvent = z.object({ netuid: z.number(), mechanism: z.number(), block: z.number() });
/** `netuid` is null for what concerns no single subnet; `kinds` are those of EventJson. */
export const FeedEvent = z.object({
  netuid: z.number().nullable(),
  block: z.number(),
  kinds: z.array(z.string()),
});
export const RuntimeEvent = z.object({ specName: z.string(), specVersion: z.number(), block: z.number() });

export type StatusBody = z.infer<typeof StatusBody>;
export type SubnetsBody = z.infer<typeof SubnetsBody>;
export type SubnetBody = z.infer<typeof SubnetBody>;
export type BlocksBody = z.infer<typeof BlocksBody>;
export type RefreshBody = z.infer<typeof RefreshBody>;
export type HotkeyBody = z.infer<typeof HotkeyBody>;
export type HistoryBody = z.infer<typeof HistoryBody>;
export type GapsBody = z.infer<typeof GapsBody>;
export type RuntimesBody = z.infer<typeof RuntimesBody>;
export type SqlBody = z.infer<typeof SqlBody>;
export type BackfillRequest = z.infer<typeof BackfillRequest>;
export type BackfillBody = z.infer<typeof BackfillBody>;
export type ErrorBody = z.infer<typeof ErrorBody>;
