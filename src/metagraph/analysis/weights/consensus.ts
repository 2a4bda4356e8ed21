import { normaliseDense } from './normalise.ts';
import type { WeightEpoch } from './types.ts';

/**
 * The consensus of an epoch, by uid, as fractions that sum to 1 (all zeros when nobody weighs anybody): the chain's own
 * where the epoch has it, else {@link medianConsensus}. On the chain the vector is not normalised; rows are, so only its
 * shape is comparable with theirs.
 */
export function consensusOf(epoch: WeightEpoch, kappa = 0.5): Float64Array {
  const { consensus, n } = epoch;
  if (consensus === undefined || !consensus.some((value) => value > 0)) return medianConsensus(epoch, kappa);
  return toSum1(Float64Array.from({ length: n }, (_, uid) => Math.max(0, consensus[uid] ?? 0)));
}

/**
 * The stake-weighted median of each column over the rows of validators with permit and stake, as Yuma takes it, then
 * divided by its sum. A row that says nothing of a target weighs it 0; a validator without a row does too.
 *
 * @param kappa share of the stake that must give a neuron at least its consensus, 0 to 1 (`SubtensorModule.Kappa` / 65535)
 */
export function medianConsensus(epoch: WeightEpoch, kappa = 0.5): Float64Array {
  const { n, stakes, permits } = epoch;
  const voters = epoch.rows.filter(({ uid }) => (stakes[uid] ?? 0) > 0 && permits?.[uid] !== false);
  const rows = voters.map((row) => normaliseDense(row, n));
  const votes = voters.map(({ uid }) => stakes[uid] ?? 0);
  return toSum1(
    Float64Array.from({ length: n }, (_, j) =>
      weightedMedian(
        rows.map((row) => row[j]!),
        votes,
        kappa,
      ),
    ),
  );
}

/**
 * The median of `scores` when each counts as much as its stake: the score at which the stake below it first exceeds the
 * minority, 1 - kappa of all. On the boundary the upper side is taken. 0 without scores or stake.
 *
 * Source: `weighted_median`, pallets/subtensor/src/epoch/math.rs.
 */
export function weightedMedian(scores: readonly number[], stakes: readonly number[], kappa = 0.5): number {
  const order = scores.map((_, index) => index).sort((a, b) => scores[a]! - scores[b]!);
  const total = stakes.reduce((sum, stake) => sum + stake, 0);
  if (!(total > 0)) return 0;
  const minority = total * (1 - kappa);
  let below = 0;
  for (const index of order) {
    below += stakes[index]!;
    // Sums of fractions miss a boundary by a rounding error, on either side.
    if (below > minority + total * 1e-12) return scores[index]!;
  }
  return scores[order.at(-1) ?? 0] ?? 0;
}

function toSum1(vector: Float64Array): Float64Array {
  const sum = vector.reduce((total, value) => total + value, 0);
  return sum > 0 ? vector.map((value) => value / sum) : vector;
}
