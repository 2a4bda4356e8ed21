import type { NeuronClass } from './classes.ts';
import type { LongTable } from './long-table.ts';

/** Distinct hotkeys at each block. */
export interface Occupancy {
  readonly miners: number[];
  readonly validators: number[];
  readonly neurons: number[];
}

/**
 * How many distinct hotkeys of each class there are (`plot_occupancy`, dashboards.md 3.3; the classes: `classOf`). A
 * hotkey that holds two uids of different classes is counted in both classes and once in all.
 */
export function occupancy(
  { blocks, frame }: LongTable,
  hotkey: readonly string[],
  kind: readonly NeuronClass[],
): Occupancy {
  const sets = blocks.map(() => ({
    miner: new Set<string>(),
    validator: new Set<string>(),
    all: new Set<string>(),
  }));
  for (let row = 0; row < frame.length; row++) {
    const set = sets[frame[row] as number];
    set?.[kind[row] as NeuronClass].add(hotkey[row] as string);
    set?.all.add(hotkey[row] as string);
  }
  return {
    miners: sets.map(({ miner }) => miner.size),
    validators: sets.map(({ validator }) => validator.size),
    neurons: sets.map(({ all }) => all.size),
  };
}
