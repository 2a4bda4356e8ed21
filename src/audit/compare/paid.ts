import type { Micros } from '../types.ts';
import type { Rounding } from './resolution.ts';
import type { Shares } from './shares.ts';

/**
 * Why there is nothing to compare with. `pruned` and `rpc` as of verdicts; `unregistered`: the validator is no neuron there; `none`: it has
 * set no weights, or nobody is paid; `not-yet`: the epoch that uses the weights lies ahead; `hidden`: weights wait to be revealed;
 * `unread`: it was not looked at.
 */
export type MissingReason = 'pruned' | 'rpc' | 'unregistered' | 'none' | 'not-yet' | 'hidden' | 'unread';

/** Nothing to compare with, and why, in a sentence. */
export interface MissingSide {
  readonly missing: MissingReason;
  readonly detail: string;
}

/** What somebody pays, as shares by hotkey. */
export interface PaidSide {
  readonly missing?: undefined;
  /** Block of the state it was read from; absent for what a publisher says live. */
  readonly block?: number | undefined;
  readonly at?: Micros | undefined;
  readonly shares: Shares;
  /** What was rounded on the way, given how many miners are owed anything. */
  readonly roundings: (owed: number) => readonly Rounding[];
}

/** A validator's own row of weights. */
export interface WeightSide extends PaidSide {
  /** Block in which it was set, and the time of that block: the instant to score for. */
  readonly setAt: number;
  readonly setAtTime?: Micros | undefined;
  /** Hotkeys that have taken over a uid since the row was set: its weight was not meant for them. */
  readonly movedUids: ReadonlyMap<string, number>;
  /** Share of the row that goes to uids whose holder then is not known. */
  readonly unknownShare: number;
}

/** What all validators together pay, and their rows: what a difference from one of them may come from. */
export interface IncentiveSide extends PaidSide {
  readonly others: readonly OtherRow[];
  /** The validator's row before the one that is compared. */
  readonly previous?: Shares | undefined;
}

/** The row of another validator in force at the epoch. */
export interface OtherRow {
  readonly hotkey: string;
  readonly uid: number;
  readonly shares: Shares;
}

/** The three that a score is compared with. */
export interface Paid {
  readonly weight: WeightSide | MissingSide;
  /** Consensus. */
  readonly incentive: IncentiveSide | MissingSide;
  /** What the publisher says it computed itself; live, nobody committed to it. */
  readonly published: PaidSide | MissingSide;
}

export function isPaid<Side extends PaidSide>(side: Side | MissingSide): side is Side {
  return side.missing === undefined;
}
