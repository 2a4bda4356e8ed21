import type { MapFrame } from './frame.ts';
import type { Steps } from './slices.ts';

/** Numbers from 0 to 1 by Park and Miller's generator, which the Python beside the tests has as well. */
export function parkMiller(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * A subnet of groups: each validator has a liking for each group, and values the miners of a group within 25 % of it.
 * The validators come first; they receive nothing. `umap-learn.py` makes the same numbers.
 */
export function blobs({ miners = 200, validators = 20, groups = 5, seed = 1, block = 1 } = {}): MapFrame {
  const random = parkMiller(seed);
  const likings = Array.from({ length: validators }, () => Array.from({ length: groups }, random));
  return {
    block,
    hotkeys: Array.from({ length: validators + miners }, (_, uid) => hotkey(uid)),
    rows: likings.map((liking, uid) => ({
      validator: hotkey(uid),
      targets: Array.from({ length: miners }, (_, miner) => validators + miner),
      values: Array.from({ length: miners }, (_, miner) =>
        Math.floor(65_535 * (liking[miner % groups] as number) * (0.75 + 0.25 * random())),
      ),
    })),
  };
}

/** A subnet without groups: each miner has a place on a bent band, and each validator values what is near its own. */
export function band({ miners = 200, validators = 20, seed = 1 } = {}): MapFrame {
  const random = parkMiller(seed);
  const places = Array.from({ length: miners }, () => [random(), 0.2 * random()] as const);
  return {
    block: 1,
    hotkeys: Array.from({ length: validators + miners }, (_, uid) => hotkey(uid)),
    rows: Array.from({ length: validators }, (_, uid) => ({
      validator: hotkey(uid),
      targets: places.map((_, miner) => validators + miner),
      values: places.map(([along, across]) => {
        const [offAlong, offAcross] = [along - uid / (validators - 1), across - (uid % 2) * 0.2];
        return Math.floor(65_535 / (1 + 20 * (offAlong * offAlong + offAcross * offAcross)));
      }),
    })),
  };
}

/** Stands for an address: sorts like its uid. */
export function hotkey(uid: number): string {
  return `hk${String(uid).padStart(4, '0')}`;
}

/** The frame a block later or more, with some of it changed. */
export function changed(frame: MapFrame, changes: Partial<MapFrame>): MapFrame {
  return { ...frame, block: frame.block + 1, ...changes };
}

/** Lets a miner receive from each validator what another one receives. */
export function valuedLike(frame: MapFrame, uid: number, model: number): MapFrame {
  return changed(frame, {
    rows: frame.rows.map((row) => ({
      ...row,
      values: row.targets.map((target, at) => {
        const source = target === uid ? row.targets.indexOf(model) : at;
        return row.values[source] as number;
      }),
    })),
  });
}

/** Does the work at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
