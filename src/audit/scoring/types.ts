import type { Micros } from '../types.ts';

/**
 * What a score is made of.
 *
 * - `computeUnits`    seconds of work times the GPU multiplier, plus bounties, of requests (and private instances or jobs)
 * - `invocations`     requests that succeeded (and seconds of private instances)
 * - `uniqueChutes`    how many different chutes a miner kept up, over the window
 * - `bounties`        requests that brought a bounty (and private instances or jobs)
 * - `instanceSeconds` seconds of life times the multiplier, of instances
 * - `breadth`, `demand`, `bountyInstances`, `success`  what the bonus rewards
 */
export const FEATURES = [
  'computeUnits',
  'invocations',
  'uniqueChutes',
  'bounties',
  'instanceSeconds',
  'breadth',
  'demand',
  'bountyInstances',
  'success',
] as const;

export type Feature = (typeof FEATURES)[number];

/** A figure for each feature that a profile has. */
export type ByFeature = Readonly<Partial<Record<Feature, number>>>;

/** How many seconds of work a request is credited; the first rule of a profile that applies to a row gives them (`read/credit-sql.ts`). */
export type CreditRule =
  | 'normalised-compute'
  | 'steps-at-moving-average'
  | 'tokens-at-moving-average'
  | 'steps-at-median-if-less'
  | 'tokens-at-median-if-less'
  | 'steps-at-median'
  | 'prompt-and-output-at-median'
  | 'elapsed';

/** Distinct chutes, by one of two ways of counting them. */
export type UniqueRule =
  | { readonly kind: 'distinct' }
  | {
      readonly kind: 'grid';
      /** Distance of the points in time at which chutes are counted, seconds. */
      readonly stepSeconds: number;
      /** From when an instance counts: its first success (and then until its last), or an instant of its report. */
      readonly start: 'first-success' | 'verified' | 'activated';
      readonly needsSuccess: boolean;
      /** An instance that nobody is billed for must live so long, seconds; 0: any. */
      readonly minLifetimeSeconds: number;
      /** What a chute counts for: 1, or its GPUs. `max` needs a history that no export has; the newest count stands in. */
      readonly gpuWeight: 'none' | 'max' | 'latest';
      /** Whether points without any chute are part of the mean. */
      readonly zeroPoints: 'count' | 'drop';
      /** Of the mean: half away from zero, or toward zero. */
      readonly rounding: 'round' | 'trunc';
    };

/** Which deletion reasons an instance may have. `not-one-of` and `one-of` say nothing of an instance without a reason: `nullReasonCounts` does. */
export type ReasonRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'not-one-of'; readonly exact: readonly string[] }
  | { readonly kind: 'one-of'; readonly exact: readonly string[]; readonly containing: readonly string[] };

/** Instances must have been busy for their miner to be paid. */
export interface UtilisationGate {
  readonly windowSeconds: number;
  readonly minSpanSeconds: number;
  /** Of the so many busiest instances, the mean or the least must reach `least`. */
  readonly top: number;
  readonly of: 'mean' | 'min';
  readonly least: number;
  readonly minInstances: number;
}

/** What is added to, or multiplied with, the share of instance seconds. */
export interface BonusRule {
  /** `add`: (1 − weight)·share + weight·Σ part·spread. `multiply`: share·(1 + Σ part·spread), normalised. */
  readonly kind: 'add' | 'multiply';
  /** Of the whole; 0 for `multiply`, whose parts say it. */
  readonly weight: number;
  readonly exponent: number;
  readonly parts: ByFeature;
  /** Of compute units and of successes in the demand. */
  readonly demand: { readonly computeUnits: number; readonly successes: number };
  /** Each further bounty of a miner at one chute counts `decay` of the one before. */
  readonly decay: number;
  /** With everybody's count of bounties at a chute to the power of `crowding` − 1. */
  readonly crowding: number;
}

/** How the life of an instance becomes units. */
export interface InstanceIntegral {
  readonly start: 'activated' | 'created';
  /** `instance`: the newest multiplier for all of its life. `history`: each stretch with the multiplier it had. */
  readonly multiplier: 'instance' | 'history';
  /** An instance that nobody is billed for, deleted, must have lived so long, seconds. */
  readonly minLifetimeSeconds: number;
  /** Instances of before an instant that are deleted keep a longer window. */
  readonly legacy?: { readonly createdBefore: Micros; readonly windowSeconds: number } | undefined;
}

/** Whose arithmetic: the validator's, that pays; or that of the published auditor, where it differs. */
export type Variant = 'validator' | 'auditor';

/** How a validator scored at a time: data, and the names of rules. */
export interface ScoringRules {
  readonly windowSeconds: number;
  /** Which requests lie in the window: those begun in it, or all of exports of its hours. */
  readonly windowBy: 'started' | 'exported';
  /** Weights of the features of requests; empty where the instances decide. */
  readonly featureWeights: ByFeature;
  /** Least uid whose rows count. */
  readonly minUid: 0 | 1;
  /** Whether only registered hotkeys take part, or the others are left out of the result. */
  readonly registered: 'before' | 'after';
  /** Whether requests with a confirmed complaint are left out. */
  readonly excludesReported: boolean;
  readonly cuRules: readonly CreditRule[];
  /** Of medians by chute, how far they reach back, seconds. */
  readonly medianWindowSeconds: number;
  /** Whether the amount of a bounty is added to the units of its request. */
  readonly unitsIncludeBounty: boolean;
  /** Rows that failed or did not end: left out; credited no seconds but their bounty; or credited like any other once they ended. */
  readonly failedRowPolicy: 'drop' | 'zero-seconds' | 'keep';
  /** Requests that are billed by the instance: counted like others, or not, but for some chutes. */
  readonly privateRule: 'count' | { readonly excludeAllBut: readonly string[] };
  /** Whether private instances add to the features of requests. */
  readonly privateInstances: boolean;
  /** Of private instances, and of instances that were deleted young. */
  readonly reasonAllowList: ReasonRule;
  readonly nullReasonCounts: boolean;
  readonly unique: UniqueRule | null;
  /** How unique chutes are bent before they are normalised. */
  readonly split: {
    readonly stat: 'mean' | 'median';
    readonly includeZeros: boolean;
    readonly hi: number;
    readonly lo: number;
  } | null;
  readonly utilGate: UtilisationGate | null;
  readonly jobs: boolean;
  readonly bonus: BonusRule | null;
  readonly instanceIntegral: InstanceIntegral | null;
  /** Which row of an instance is its newest. `report`: that of the newest report. `dates`: by deletion, verification, creation. */
  readonly newestRow: 'report' | 'dates';
  /** Of the hotkeys of one coldkey only the best is paid: the others become 0 at the end, or are taken out at the start. */
  readonly coldkey: 'none' | 'zero-after' | 'purge-before';
  readonly blacklist: boolean;
  readonly finalNormalise: boolean;
  /** Of the weights that are set from it. */
  readonly versionKey: number;
}

/** Rules with the time they are of. */
export interface ScoringProfile extends ScoringRules {
  readonly name: string;
  /** When the validator's code had it, or the auditor's where the validator's date is not known. A prior: when it ran is not known. */
  readonly validFrom: Micros;
  /** Why it is never chosen by date; `undefined` for those that are. */
  readonly optional?: string | undefined;
  /** Commits it was read from. */
  readonly source: { readonly auditor: readonly string[]; readonly validator: readonly string[] };
  readonly note: string;
  /** What its sources leave open, and what was taken instead. */
  readonly undetermined: readonly string[];
  /** Where the published auditor computes otherwise. */
  readonly auditor: Partial<ScoringRules>;
}

/** A registered miner at the instant of an evaluation. */
export interface MinerAtInstant {
  readonly hotkey: string;
  readonly uid: number;
  readonly coldkey: string;
}

/** What a miner's requests came to at one instance. Sums of seconds and units, times in microseconds. */
export interface Usage {
  readonly hotkey: string;
  readonly chuteId: string;
  readonly instanceId: string;
  /** Rows that were looked at. */
  readonly rows: number;
  readonly computeUnits: number;
  /** Successes that are not private. */
  readonly successes: number;
  /** Rows with a bounty that are not private. */
  readonly bounties: number;
  /** Where the rules ask for it. */
  readonly firstSuccess: Micros | null;
  readonly lastSuccess: Micros | null;
  /** In the window of the utilisation gate: seconds at work, first and last instant. */
  readonly busySeconds: number;
  readonly busyFrom: Micros | null;
  readonly busyTo: Micros | null;
}

/** An instance as all counted reports up to the instant tell it: what lies behind the instant has not happened. */
export interface InstanceLife {
  readonly instanceId: string;
  readonly chuteId: string;
  readonly hotkey: string;
  /** Over all rows: earliest, earliest, latest, any. */
  readonly merged: {
    readonly activatedAt: Micros | null;
    readonly verifiedAt: Micros | null;
    readonly deletedAt: Micros | null;
    readonly billed: boolean;
  };
  /** Of the newest row. */
  readonly createdAt: Micros | null;
  readonly activatedAt: Micros | null;
  readonly deletedAt: Micros | null;
  readonly deletionReason: string | null;
  readonly billed: boolean;
  readonly stopBillingAt: Micros | null;
  readonly multiplier: number | null;
  readonly validTermination: boolean;
  readonly bounty: boolean;
  /** End of the newest report that has it. */
  readonly seenUntil: Micros;
}

/** A multiplier of an instance, as the newest report that has it tells it. */
export interface MultiplierStretch {
  readonly instanceId: string;
  readonly multiplier: number;
  readonly start: Micros;
  readonly end: Micros | null;
  readonly seenUntil: Micros;
}

/** A job as its newest row tells it. */
export interface Job {
  readonly jobId: string;
  readonly hotkey: string;
  readonly startedAt: Micros;
  /** `null` while it runs. */
  readonly finishedAt: Micros | null;
  readonly multiplier: number | null;
  readonly minerTerminated: boolean;
}

/** All that the reports of a window say, in as few rows as the rules need. */
export interface Evidence {
  readonly usage: readonly Usage[];
  readonly instances: readonly InstanceLife[];
  readonly multipliers: readonly MultiplierStretch[];
  readonly jobs: readonly Job[];
}

/** What is known beside the reports. */
export interface ScoringContext {
  readonly at: Micros;
  readonly miners: readonly MinerAtInstant[];
  readonly gpuCounts?: ReadonlyMap<string, number> | undefined;
  readonly blacklist?: ReadonlyMap<string, string> | undefined;
}

/** One miner's score, and what it is made of. */
export interface MinerScore {
  readonly hotkey: string;
  readonly uid: number;
  /** Share of all, 0 to 1. */
  readonly score: number;
  /** Each feature as it was counted. */
  readonly raw: ByFeature;
  /** Each feature after its normalisation: its share among all miners. */
  readonly normalised: ByFeature;
  /** What each feature brings to `score`: they sum up to it. */
  readonly contribution: ByFeature;
  readonly notes: readonly string[];
}

/**
 * Why a hotkey with figures is not paid: it is not registered; the publisher's list says so; another hotkey of its coldkey is better;
 * its instances were not busy enough.
 */
export type ExclusionReason = 'unregistered' | 'blacklisted' | 'coldkey' | 'utilisation';

export interface Exclusion {
  readonly hotkey: string;
  readonly why: ExclusionReason;
  readonly detail: string;
}

/** What a profile makes of the evidence. */
export interface Scored {
  /** Registered miners with any figure: best first, equal ones by hotkey. Sums to 1, unless `empty`. */
  readonly scores: readonly MinerScore[];
  readonly excluded: readonly Exclusion[];
  /** Why nobody is paid. */
  readonly empty?: string | undefined;
  readonly totals: {
    /** Of each feature over the miners that take part. */
    readonly raw: ByFeature;
    /** What the scores summed to before they were divided by it. */
    readonly beforeFinal: number;
    readonly miners: number;
  };
}
