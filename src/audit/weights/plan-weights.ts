import { TaoscopeError } from '../../shared/index.ts';
import { isWithinLimit, MAX_WEIGHT, storedValues } from './stored-values.ts';

/** A row of weights as it is sent. */
export interface WeightRow {
  readonly netuid: number;
  readonly mechanism: number;
  readonly uids: readonly number[];
  /** u16 each. */
  readonly values: readonly number[];
  readonly versionKey: bigint;
}

/**
 * How shares become u16.
 *
 * - `max`    as the Bittensor SDK does it: the largest becomes 65535, the others are rounded (halves to even), zeros are left out
 * - `trunc`  as the Chutes validator does it: share x 65535 cut to an integer, all uids are sent, zeros too
 */
export type Rounding = 'max' | 'trunc';

export interface PlanOptions {
  /** Scores by ss58 hotkey. */
  readonly scores: ReadonlyMap<string, number>;
  /** The subnet's hotkeys by uid, ss58. */
  readonly hotkeys: readonly string[];
  readonly rounding?: Rounding | undefined;
  /** The most that one uid may have of the row, of 65535: what is above is given to the others. Default: no limit. */
  readonly maxWeightLimit?: number | undefined;
}

/** What one uid gets. */
export interface PlannedWeight {
  readonly uid: number;
  readonly hotkey: string;
  readonly score: number;
  /** Its part of all scores of registered hotkeys, after the limit; 0 to 1. */
  readonly share: number;
  /** What we send. */
  readonly sent: number;
  /** What the chain will keep. */
  readonly stored: number;
}

export interface WeightPlan {
  /** By uid, ascending: all that are sent, and those whose score rounds to nothing. */
  readonly weights: readonly PlannedWeight[];
  readonly uids: readonly number[];
  readonly values: readonly number[];
  /** Scored, but not registered now: they get nothing, and count for nothing. Highest score first. */
  readonly unregistered: readonly { readonly hotkey: string; readonly score: number }[];
  /** Some shares were cut to the limit. */
  readonly limited: boolean;
}

/**
 * What would be set: scores of registered hotkeys, normalised and rounded. Pure; the order of the scores does not matter.
 *
 * Throws `usage` for a score that is no finite number from 0, `refused` when no registered hotkey has one above 0: a row of
 * nothing would be worth nothing, and the SDK's way out (equal weights for all) is no audit's result.
 */
export function planWeights({
  scores,
  hotkeys,
  rounding = 'max',
  maxWeightLimit = MAX_WEIGHT,
}: PlanOptions): WeightPlan {
  for (const [hotkey, score] of scores)
    if (!(score >= 0 && Number.isFinite(score))) throw notAScore(hotkey, score);
  const own = hotkeys.map((hotkey) => scores.get(hotkey) ?? 0);
  const highest = Math.max(0, ...own);
  if (highest === 0) throw nothingToSet(scores.size, hotkeys.length);
  // Divided by the highest first, so that no sum of huge scores overflows.
  const { shares, limited } = limitShares(
    normalise(own.map((score) => score / highest)),
    maxWeightLimit / MAX_WEIGHT,
  );
  const sent =
    rounding === 'trunc'
      ? shares.map((share) => Math.trunc(share * MAX_WEIGHT))
      : raiseOthers(upscale(shares), maxWeightLimit);
  const isSent = (uid: number) => rounding === 'trunc' || sent[uid]! > 0;
  const uids = hotkeys.flatMap((_, uid) => (isSent(uid) ? [uid] : []));
  const values = uids.map((uid) => sent[uid]!);
  const kept = new Map(storedValues(values).map((stored, i) => [uids[i]!, stored]));
  const registered = new Set(hotkeys);
  return {
    weights: hotkeys.flatMap((hotkey, uid) =>
      isSent(uid) || own[uid]! > 0
        ? [
            {
              uid,
              hotkey,
              score: own[uid]!,
              share: shares[uid]!,
              sent: sent[uid]!,
              stored: kept.get(uid) ?? 0,
            },
          ]
        : [],
    ),
    uids,
    values,
    unregistered: [...scores]
      .flatMap(([hotkey, score]) => (score > 0 && !registered.has(hotkey) ? [{ hotkey, score }] : []))
      .sort((a, b) => b.score - a.score || (a.hotkey < b.hotkey ? -1 : 1)),
    limited,
  };
}

function normalise(scores: readonly number[]): number[] {
  const sum = scores.reduce((total, score) => total + score, 0);
  return scores.map((score) => score / sum);
}

/** The largest becomes 65535. */
function upscale(shares: readonly number[]): number[] {
  const largest = Math.max(...shares);
  return shares.map((share) => halfToEven((share / largest) * MAX_WEIGHT));
}

/** Rounding may have put the largest a hair above the limit; so the others are raised, by one step each, until it is not. */
function raiseOthers(values: readonly number[], limit: number): readonly number[] {
  let raised = values;
  for (let step = 0; step < MOST_STEPS && !isWithinLimit(raised, limit); step++)
    raised = raised.map((value) => (value > 0 && value < MAX_WEIGHT ? value + 1 : value));
  return raised;
}

/** Half a step is lost by rounding, and less by reckoning in floats. */
const MOST_STEPS = 3;

/** As Python rounds. */
function halfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Cuts shares at the limit and gives what was cut to the others in proportion, until none is above: the one cap for which the
 * capped shares are the limit of what remains (`normalize_max_weight` of the SDK). Too few to fill 1: all that have one get the same.
 */
function limitShares(shares: readonly number[], limit: number): { shares: number[]; limited: boolean } {
  const sorted = shares.filter((share) => share > 0).sort((a, b) => b - a);
  if ((sorted[0] ?? 0) <= limit) return { shares: [...shares], limited: false };
  if (sorted.length * limit <= 1) {
    return { shares: shares.map((share) => (share > 0 ? 1 / sorted.length : 0)), limited: true };
  }
  // With the k largest at a cap c: c = limit x (k x c + the rest).
  let cap = 1;
  for (let capped = 1; capped <= sorted.length; capped++) {
    // Summed anew each time: what is left of 1 after subtractions would be noise.
    const rest = sorted.slice(capped).reduce((sum, share) => sum + share, 0);
    cap = (limit * rest) / (1 - limit * capped);
    if ((sorted[capped] ?? 0) <= cap) break;
  }
  return { shares: normalise(shares.map((share) => Math.min(share, cap))), limited: true };
}

function notAScore(hotkey: string, score: number): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `the score of ${hotkey.slice(0, 64)} is none`,
    got: String(score),
    expected: 'a finite number from 0',
  });
}

function nothingToSet(scores: number, neurons: number): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: 'there are no weights to set',
    got: `${scores} scores, none above 0 of a registered hotkey (${neurons} neurons)`,
    expected: 'a score above 0 of at least one neuron',
    todo: 'check that the scores are of this subnet',
  });
}
