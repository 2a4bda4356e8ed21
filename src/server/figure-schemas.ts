import { z } from 'zod';
import { EVENT_KINDS } from '../metagraph/index.ts';

/**
 * Bodies of the figures: once for server, web client and OpenAPI. Columns of one figure have equal lengths and ascend by
 * block. Fractions are of 1; coins are TAO (or the subnet's alpha where it says so), as doubles, for charts. `null` is
 * "not in this era" or "nothing stored", never zero.
 */

const Cell = z.number().nullable();

/** Which stored snapshots a figure shows: it picks the finest resolution that still covers its range, and says so. */
export const FigureRange = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  resolution: z.enum(['raw', 'hourly', 'epoch']),
  /** First and last block shown; absent when the range holds nothing. */
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  /** Snapshots stored in the range at this resolution, and how many of them are shown. */
  stored: z.number().int(),
  shown: z.number().int(),
});

/** The time axis of a figure. */
const Axis = { block: z.array(z.number().int()), timestamp: z.array(z.string().nullable()) };

/** GET /subnets/{netuid}/churn: hotkeys against the previous block shown; the first point is empty. */
export const ChurnBody = FigureRange.extend({
  ...Axis,
  added: z.array(Cell),
  removed: z.array(Cell),
  changed: z.array(Cell),
});

/** GET /subnets/{netuid}/occupancy: distinct hotkeys by class (a validator has validator trust above 0). */
export const OccupancyBody = FigureRange.extend({
  ...Axis,
  miners: z.array(Cell),
  validators: z.array(Cell),
  neurons: z.array(z.number()),
  maxUids: z.number().nullable(),
});

/** GET /subnets/{netuid}/economy */
export const EconomyBody = FigureRange.extend({
  ...Axis,
  /** TAO per alpha. */
  price: z.array(Cell),
  /** TAO of one block. */
  emission: z.array(Cell),
  /** Cost to register, TAO. */
  burn: z.array(Cell),
  taoIn: z.array(Cell),
  alphaIn: z.array(Cell),
  alphaOut: z.array(Cell),
});

export const NEURON_FIGURES = [
  'totalStake',
  'incentive',
  'emission',
  'consensus',
  'trust',
  'validatorTrust',
  'dividends',
] as const;

/** GET /subnets/{netuid}/traces: one line per hotkey among the top of a column by its mean over the range. */
export const TracesBody = FigureRange.extend({
  ...Axis,
  column: z.enum(NEURON_FIGURES),
  unit: z.string(),
  role: z.enum(['miner', 'validator', 'all']),
  series: z.array(
    z.object({
      hotkey: z.string(),
      coldkey: z.string().nullable(),
      /** At the last block shown where it is present. */
      uid: z.number().int(),
      rank: z.number().int(),
      mean: z.number(),
      values: z.array(Cell),
    }),
  ),
});

export const GROUPINGS = ['coldkey', 'hotkey', 'ip', 'subnet24'] as const;

/** GET /subnets/{netuid}/groups: the most frequent values of a column; how many distinct values of another each has over time. */
export const GroupsBody = FigureRange.extend({
  ...Axis,
  by: z.enum(GROUPINGS),
  count: z.enum(GROUPINGS),
  role: z.enum(['miner', 'validator', 'all']),
  groups: z.array(
    z.object({
      key: z.string(),
      /** neurons x blocks. */
      rows: z.number().int(),
      /** 0 where the group is not there; empty only where smoothing gives nothing. */
      values: z.array(Cell),
    }),
  ),
});

export const AGGREGATES = ['mean', 'sum', 'std', 'max', 'min'] as const;

/**
 * GET /subnets/{netuid}/activity: an animation, one frame per block, one point per group. Each measure is
 * `<column>_<aggregate>`, `hotkey_nunique` or `ip_nunique`. Values are packed: for a measure, `levels` of every group and
 * frame (group by group) as little-endian u16 in base64, 65535 for absent; value = min + level / 65534 x (max - min).
 */
export const ActivityBody = FigureRange.extend({
  ...Axis,
  role: z.enum(['miner', 'validator', 'all']),
  by: z.enum(GROUPINGS),
  groups: z.array(z.string()),
  measures: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      min: z.number(),
      max: z.number(),
      levels: z.string(),
    }),
  ),
});

const NeuronHead = z.object({
  uid: z.number().int(),
  hotkey: z.string(),
  coldkey: z.string().nullable(),
  identityName: z.string().nullable(),
  /** Consensus stake, in the unit of the subnet. */
  stake: Cell,
  validatorPermit: z.boolean().nullable(),
  consensus: Cell,
  incentive: Cell,
  emission: Cell,
});

/** GET /subnets/{netuid}/weights?block=: who weighs whom at the newest stored matrix at or before a block. */
export const WeightsBody = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  of: z.enum(['weights', 'bonds']),
  /** Block of the matrix. */
  block: z.number().int(),
  timestamp: z.string().nullable(),
  unit: z.enum(['alpha', 'tao']),
  /** `chain`: the chain's Consensus; `computed`: stake-weighted median of the rows, where the chain has none. */
  consensusSource: z.enum(['chain', 'computed']),
  commitReveal: z.boolean().nullable(),
  neurons: z.array(NeuronHead),
  rows: z.array(
    z.object({
      uid: z.number().int(),
      targets: z.array(z.number().int()),
      /** Share of the row's own sum, 0 to 1. */
      shares: z.array(z.number()),
      /** Block of the last weights action (under commit-reveal: of the commit), and blocks since. */
      lastUpdate: Cell,
      age: Cell,
      /** Blocks between the last commit and its reveal; null without commit-reveal. */
      revealDelay: Cell,
      /** Distance of the row from consensus: half the sum of absolute differences (0 equal, 1 disjoint), and 1 - cosine. */
      distance: Cell,
      cosineDistance: Cell,
      cluster: z.number().int(),
    }),
  ),
  /** Uids in the order of similarity: those that set weights, and those that receive them. */
  rowOrder: z.array(z.number().int()),
  columnOrder: z.array(z.number().int()),
  /** Other blocks at which a matrix is stored, ascending, newest last; at most 2,000. */
  blocks: z.array(z.number().int()),
});

/** GET /subnets/{netuid}/clusters?kind=: groups of hotkeys that weigh alike, or whose stakes move together. */
export const ClustersBody = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  kind: z.enum(['weights', 'stake']),
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  threshold: z.number(),
  clusters: z.array(
    z.object({
      id: z.number().int(),
      /** Mean similarity inside, 0 to 1; null for a single. */
      similarity: Cell,
      members: z.array(
        z.object({
          hotkey: z.string(),
          coldkey: z.string().nullable(),
          uid: z.number().int(),
          stake: Cell,
        }),
      ),
    }),
  ),
});

/** GET /subnets/{netuid}/copiers: a suspicion with its evidence, never a verdict. */
export const CopiersBody = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  epochs: z.number().int(),
  commitReveal: z.boolean(),
  threshold: z.number(),
  /** Why nothing can be said, where that is so. */
  note: z.string().optional(),
  validators: z.array(
    z.object({
      hotkey: z.string(),
      coldkey: z.string().nullable(),
      uid: z.number().int(),
      stake: Cell,
      state: z.enum(['suspected', 'clear', 'insufficient']),
      /** 0 to 1. */
      score: Cell,
      /** In plain words, one sentence each. */
      explanation: z.array(z.string()),
      evidence: z.record(z.string(), z.unknown()),
      /** The rows that prove it, epoch by epoch. */
      epochs: z.array(z.record(z.string(), z.unknown())),
    }),
  ),
});

/** GET /subnets/{netuid}/map: neurons placed by the weights they receive, frame by frame. */
export const MapBody = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  seed: z.number().int(),
  block: z.array(z.number().int()),
  timestamp: z.array(z.string().nullable()),
  /** Every neuron of any frame. */
  points: z.array(
    z.object({
      hotkey: z.string(),
      coldkey: z.string().nullable(),
      uid: z.number().int(),
      stake: Cell,
      incentive: Cell,
      validator: z.boolean(),
      /** By frame; null where it is not there. x and y lie in 0..1, y upwards; `moved` is how far the weights it receives moved, 0..1. */
      x: z.array(Cell),
      y: z.array(Cell),
      moved: z.array(Cell),
      /** Whether it receives any weights: those that do not lie in a strip below the map, where their place means nothing. */
      weighted: z.array(z.boolean().nullable()),
    }),
  ),
});

/** GET /subnets/{netuid}/diff?block=&against=: what differs between two stored blocks. */
export const DiffBody = z.object({
  netuid: z.number().int(),
  mechanism: z.number().int(),
  block: z.number().int(),
  against: z.number().int(),
  added: z.array(z.object({ uid: z.number().int(), hotkey: z.string() })),
  removed: z.array(z.object({ uid: z.number().int(), hotkey: z.string() })),
  /** Neurons of both blocks that changed, by hotkey. */
  changed: z.array(
    z.object({
      uid: z.number().int(),
      hotkey: z.string(),
      fields: z.array(z.object({ name: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
  /** Facts and hyperparameters of the subnet that changed. */
  facts: z.array(z.object({ name: z.string(), before: z.unknown(), after: z.unknown() })),
});

/** One thing that happened in a block. */
export const EventJson = z.object({
  netuid: z.number().int().nullable(),
  block: z.number().int(),
  index: z.number().int(),
  timestamp: z.string().nullable(),
  kind: z.enum(EVENT_KINDS),
  /** The pallet's own name of the event, or of the hyperparameter. */
  name: z.string(),
  mechanism: z.number().int().optional(),
  uid: z.number().int().optional(),
  hotkey: z.string().optional(),
  coldkey: z.string().optional(),
  otherHotkey: z.string().optional(),
  otherColdkey: z.string().optional(),
  otherNetuid: z.number().int().optional(),
  /** TAO, and alpha of the subnet. */
  tao: z.number().optional(),
  alpha: z.number().optional(),
  oldValue: z.string().optional(),
  newValue: z.string().optional(),
  /** Who did it: an account, `root`, or `chain` (a block hook). */
  actor: z.string().optional(),
  signer: z.string().optional(),
  /** Through what: `proxy`, `multisig`, `batch`, `sudo` …, outermost first. */
  via: z.array(z.string()).optional(),
  extrinsic: z.number().int().optional(),
});

/** GET /feed and /subnets/{netuid}/feed: newest first; `next` continues. */
export const EventsBody = z.object({
  events: z.array(EventJson),
  next: z.string().optional(),
  /** First and last block whose events were recorded; absent when none were. */
  recorded: z.object({ from: z.number().int(), to: z.number().int(), blocks: z.number().int() }).optional(),
});

/** GET /subnets/{netuid}/pruning: who goes next when a full subnet takes a newcomer, by the rule of its era. */
export const PruningBody = z.object({
  netuid: z.number().int(),
  block: z.number().int(),
  rule: z.enum(['score', 'score-oldest', 'score-owner-immune', 'emission']),
  /** In plain words. */
  ruleText: z.string(),
  full: z.boolean(),
  neurons: z.array(
    z.object({
      uid: z.number().int(),
      hotkey: z.string(),
      coldkey: z.string().nullable(),
      /** 1 goes first; null is safe (the owner's immune hotkeys). */
      place: z.number().int().nullable(),
      immune: z.boolean(),
      immunityLeft: z.number().int(),
      registeredAt: Cell,
      emission: Cell,
      pruningScore: Cell,
    }),
  ),
});

const Holding = z.object({
  netuid: z.number().int(),
  name: z.string().nullable(),
  symbol: z.string().nullable(),
  block: z.number().int(),
  uid: z.number().int(),
  hotkey: z.string(),
  role: z.enum(['validator', 'miner', 'idle']),
  unit: z.enum(['alpha', 'tao']),
  stake: Cell,
  /** At the price of the block, TAO. */
  stakeTao: Cell,
  /** TAO per alpha. */
  price: Cell,
  incentive: Cell,
  dividends: Cell,
  /** Per day at the last epoch's pay. */
  emissionPerDay: Cell,
  emissionPerDayTao: Cell,
  registeredAt: Cell,
  immunityLeft: Cell,
  /** Place in the pruning order, 1 goes first; null is safe or not known. */
  pruningPlace: Cell,
  neurons: z.number().int(),
  /** Cost to register again now, TAO. */
  reregisterCost: Cell,
  ip: z.string().nullable(),
});

/** GET /coldkeys/{coldkey} */
export const ColdkeyBody = z.object({
  coldkey: z.string(),
  identityName: z.string().nullable(),
  /** By netuid and uid; of many a page. */
  holdings: z.array(Holding),
  /** `after` of the next page; absent at the end. */
  next: z.string().optional(),
  /** Over all holdings, not only those of this page. */
  totals: z.object({
    neurons: z.number().int(),
    subnets: z.number().int(),
    hotkeys: z.number().int(),
    stakeTao: Cell,
    emissionPerDayTao: Cell,
  }),
  /** Other coldkeys whose neurons share an IP with these. */
  siblings: z.array(z.object({ coldkey: z.string(), ip: z.string(), neurons: z.number().int() })),
});

/** GET /coldkeys/{coldkey}/earnings and /neurons/{hotkey}/earnings: what epochs paid, by day (UTC) and subnet. */
export const EarningsBody = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  day: z.array(z.string()),
  subnets: z.array(
    z.object({
      netuid: z.number().int(),
      unit: z.enum(['alpha', 'tao']),
      /** In the subnet's unit, and in TAO at the price of each epoch. */
      amount: z.array(Cell),
      tao: z.array(Cell),
      /** Epochs seen and epochs that the tempo would give, by day: less seen means that the figure is a lower bound. */
      epochs: z.array(z.number().int()),
      expected: z.array(Cell),
    }),
  ),
});

/** GET /neurons/{hotkey}/standing: a hotkey across subnets, and who is beside it. */
export const StandingBody = z.object({
  hotkey: z.string(),
  holdings: z.array(Holding),
  /** Neurons of the same coldkey, and of other coldkeys at the same IP. */
  siblings: z.array(
    z.object({
      netuid: z.number().int(),
      uid: z.number().int(),
      hotkey: z.string(),
      coldkey: z.string().nullable(),
      by: z.enum(['coldkey', 'ip']),
      ip: z.string().nullable(),
    }),
  ),
  /** Times it held a uid, newest first. */
  tenures: z.array(
    z.object({
      netuid: z.number().int(),
      uid: z.number().int(),
      coldkey: z.string().nullable(),
      registeredAt: Cell,
      firstBlock: z.number().int(),
      lastBlock: z.number().int(),
      present: z.boolean(),
    }),
  ),
});

export type FigureRange = z.infer<typeof FigureRange>;
export type ChurnBody = z.infer<typeof ChurnBody>;
export type OccupancyBody = z.infer<typeof OccupancyBody>;
export type EconomyBody = z.infer<typeof EconomyBody>;
export type TracesBody = z.infer<typeof TracesBody>;
export type GroupsBody = z.infer<typeof GroupsBody>;
export type ActivityBody = z.infer<typeof ActivityBody>;
export type WeightsBody = z.infer<typeof WeightsBody>;
export type ClustersBody = z.infer<typeof ClustersBody>;
export type CopiersBody = z.infer<typeof CopiersBody>;
export type MapBody = z.infer<typeof MapBody>;
export type DiffBody = z.infer<typeof DiffBody>;
export type EventJson = z.infer<typeof EventJson>;
export type EventsBody = z.infer<typeof EventsBody>;
export type PruningBody = z.infer<typeof PruningBody>;
export type ColdkeyBody = z.infer<typeof ColdkeyBody>;
export type EarningsBody = z.infer<typeof EarningsBody>;
export type StandingBody = z.infer<typeof StandingBody>;
