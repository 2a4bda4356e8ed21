import { totalVariation } from '../distance.ts';
import type { Disagreement } from './disagreement.ts';
import type { SameHandEvidence } from './evidence.ts';
import type { Panel } from './panel.ts';

export interface SameHand {
  /** Place in the panel. */
  readonly other: number;
  readonly evidence: SameHandEvidence;
}

// Half of what two honest rows of the closest taste differ by on generated subnets.
const CLOSE = 0.002;
const RELATIVELY_CLOSE = 0.1;
const LEAST_EPOCHS = 3;
const MOST_EPOCHS = 16;

/**
 * For each validator those that set the same rows at the same time, or belong to the same coldkey: a child and its
 * parent, or two hotkeys of one operator. In a subnet where everybody's rows are the same it says nothing of anybody.
 */
export function sameHands(
  panel: Panel,
  { sums, voiceTotals }: Disagreement,
  coldkeys: ReadonlyMap<string, string> | undefined,
): SameHand[][] {
  const { validators } = panel;
  const hands: SameHand[][] = validators.map(() => []);
  const mean = sums.map((sum, t) =>
    voiceTotals[t]! > 0 ? sum.map((value) => value / voiceTotals[t]!) : sum,
  );
  const toMean = new Map<Float64Array, number>();
  const distanceToMean = (row: Float64Array, t: number): number => {
    let distance = toMean.get(row);
    if (distance === undefined) {
      distance = totalVariation(row, mean[t]!);
      toMean.set(row, distance);
    }
    return distance;
  };
  for (let a = 0; a < validators.length; a++) {
    for (let b = a + 1; b < validators.length; b++) {
      const [one, two] = [validators[a]!, validators[b]!];
      const [mine, theirs] = [coldkeys?.get(one.hotkey), coldkeys?.get(two.hotkey)];
      const sameColdkey = mine === undefined || theirs === undefined ? undefined : mine === theirs;
      const distances: number[] = [];
      const apart: number[] = [];
      for (let t = panel.epochs - 1; t >= 0 && distances.length < MOST_EPOCHS; t--) {
        const [row, other] = [one.rows[t], two.rows[t]];
        if (row === undefined || other === undefined || !(one.changed[t] || two.changed[t])) continue;
        distances.push(totalVariation(row, other));
        apart.push(distanceToMean(row, t));
        // Not alike from the start: no need to look at the rest.
        if (distances.length === 4 && Math.min(...distances) > 5 * CLOSE) break;
      }
      const distance = middle(distances);
      const same =
        distances.length >= LEAST_EPOCHS && distance < CLOSE && distance < RELATIVELY_CLOSE * middle(apart);
      if (!same && sameColdkey !== true) continue;
      const evidence = (hotkey: string): SameHandEvidence => ({
        kind: 'same-hand',
        hotkey,
        distance,
        sameColdkey,
      });
      hands[a]!.push({ other: b, evidence: evidence(two.hotkey) });
      hands[b]!.push({ other: a, evidence: evidence(one.hotkey) });
    }
  }
  return hands;
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 1;
}
