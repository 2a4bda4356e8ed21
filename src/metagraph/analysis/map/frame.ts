import { TaoscopeError } from '../../../shared/index.ts';
import type { Steps } from './slices.ts';

/** The weights of one mechanism of a subnet at one block. */
export interface MapFrame {
  block: number;
  /** SS58 addresses; the position is the uid. No address may come twice. */
  hotkeys: readonly string[];
  /** One row for each validator whose weights shall count (say, those with a permit); a validator may come once. */
  rows: readonly MapRow[];
  /**
   * By uid, in any unit, as long as it is the same for all: weighs each validator's opinion by its share of the stake of
   * those that have set weights. Without it, or where that stake is nothing, all opinions weigh the same.
   */
  stakes?: readonly number[];
}

export interface MapRow {
  /** Hotkey of the neuron that set the weights. */
  validator: string;
  /** uids, each with the value beside it. */
  targets: readonly number[];
  /** As stored by the chain (u16, or as they were before normalisation): finite and not negative. */
  values: readonly number[];
}

/** Registered at once; the exact search for neighbours takes the square of it. The chain allows 256, some subnets had 4,096. */
export const MAX_NEURONS = 4_096;

/** Weights of one frame: those of 256 validators for as many neurons as there may be. */
export const MAX_WEIGHTS = 1_048_576;

/** Positions over all frames: three numbers each, so this bounds an answer to a hundred megabytes. */
export const MAX_POSITIONS = 4_194_304;

/** Throws `refused` for what is too big (see the bounds above), `usage` for what is no series of frames in ascending order of block. Pauses after each. */
export function* checkFrames(frames: readonly MapFrame[]): Steps<void> {
  let positions = 0;
  let last: number | undefined;
  for (const frame of frames) {
    const failed = `cannot draw the map at block ${frame.block}`;
    if (
      !Number.isSafeInteger(frame.block) ||
      frame.block < 0 ||
      (last !== undefined && frame.block <= last)
    ) {
      throw new TaoscopeError('usage', {
        failed,
        got: last === undefined ? `block ${frame.block}` : `block ${frame.block} after block ${last}`,
        expected: 'frames in ascending order, one a block',
      });
    }
    last = frame.block;
    if (frame.hotkeys.length > MAX_NEURONS) {
      throw new TaoscopeError('refused', {
        failed,
        got: `${frame.hotkeys.length} neurons`,
        expected: `at most ${MAX_NEURONS}`,
      });
    }
    const weights = frame.rows.reduce((sum, { targets }) => sum + targets.length, 0);
    if (weights > MAX_WEIGHTS) {
      throw new TaoscopeError('refused', {
        failed,
        got: `${weights} weights`,
        expected: `at most ${MAX_WEIGHTS}`,
      });
    }
    positions += frame.hotkeys.length;
    const fault = faultOf(frame);
    if (fault !== undefined) throw new TaoscopeError('usage', { failed, ...fault });
    yield;
  }
  if (positions > MAX_POSITIONS) {
    throw new TaoscopeError('refused', {
      failed: `cannot draw a map of ${frames.length} frames`,
      got: `${positions} positions of neurons`,
      expected: `at most ${MAX_POSITIONS}`,
      todo: 'ask for a shorter range, or for every second frame',
    });
  }
}

function faultOf({ hotkeys, rows, stakes }: MapFrame): { got: string; expected: string } | undefined {
  if (new Set(hotkeys).size !== hotkeys.length)
    return { got: 'a hotkey with two uids', expected: 'each hotkey once' };
  if (new Set(rows.map(({ validator }) => validator)).size !== rows.length)
    return { got: 'two rows of one validator', expected: 'one row for each validator' };
  if (stakes !== undefined && (stakes.length !== hotkeys.length || !stakes.every(isAmount)))
    return { got: 'stakes that do not fit', expected: 'a finite amount for each uid' };
  for (const { validator, targets, values } of rows) {
    if (targets.length !== values.length)
      return {
        got: `${targets.length} targets with ${values.length} values set by ${validator}`,
        expected: 'a value for each target',
      };
    if (!targets.every((uid) => Number.isSafeInteger(uid) && uid >= 0))
      return { got: `a target set by ${validator} that is no uid`, expected: 'whole numbers from 0' };
    if (!values.every(isAmount))
      return { got: `a weight set by ${validator} that is no amount`, expected: 'finite and not negative' };
  }
  return undefined;
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
