import { TaoscopeError } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { runApart } from '../../apart/run-apart.ts';
import { chooseFrames } from '../../figures/frames.ts';
import { alike, meanOfPairs } from './alike.ts';
import { matrixAt } from './matrix-at.ts';
import type { Range } from './readings.ts';
import { cell, fraction } from './rounding.ts';
import { type Holder, stakeSeries } from './stake-series.ts';
import { epochOf } from './weight-history.ts';
import { DEFAULT_SIMILARITY } from './weights-figure.ts';

export interface ClustersQuery extends Range {
  readonly netuid: number;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  /** `weights`: validators by the matrix at `to`. `stake`: hotkeys by their stakes from `from` to `to`. Default weights. */
  readonly kind?: 'weights' | 'stake' | undefined;
  /** Similarity or correlation from which they are of one group, 0 to 1. Default 0.95 for weights, 0.9 for stake. */
  readonly threshold?: number | undefined;
}

/** Groups, largest first; in the shape of the API's `ClustersBody`. */
export interface ClustersFigure {
  netuid: number;
  mechanism: number;
  kind: 'weights' | 'stake';
  from?: number;
  to?: number;
  threshold: number;
  clusters: {
    id: number;
    similarity: number | null;
    members: { hotkey: string; coldkey: string | null; uid: number; stake: number | null }[];
  }[];
}

const DEFAULT_CORRELATION = 0.9;
// A point an hour over a week; changes over less than that are mostly none.
const POINTS = 168;

/** Who belongs together. Throws `not-found` when nothing is stored that could tell. */
export async function clustersOf(
  store: Store,
  query: ClustersQuery,
  signal?: AbortSignal,
): Promise<ClustersFigure> {
  return query.kind === 'stake' ? byStake(store, query, signal) : byWeights(store, query, signal);
}

async function byWeights(
  store: Store,
  { netuid, mechanism = 0, to, threshold = DEFAULT_SIMILARITY }: ClustersQuery,
  signal: AbortSignal | undefined,
): Promise<ClustersFigure> {
  const matrix = await matrixAt(store, { netuid, mechanism, block: to }, signal);
  const { clusters } = alike(epochOf(matrix, matrix.neurons, matrix.rows, false), threshold);
  const heads = new Map(matrix.neurons.map((neuron) => [neuron.uid, neuron]));
  return {
    netuid,
    mechanism,
    kind: 'weights',
    from: matrix.block,
    to: matrix.block,
    threshold,
    clusters: clusters.map(({ uids, similarity }, id) => ({
      id,
      similarity: similarity === undefined ? null : fraction(similarity),
      members: uids
        .map((uid) => {
          const head = heads.get(uid);
          return {
            hotkey: head?.hotkey ?? '',
            coldkey: head?.coldkey ?? null,
            uid,
            stake: cell(head?.stake),
          };
        })
        .sort((one, other) => (other.stake ?? 0) - (one.stake ?? 0)),
    })),
  };
}

async function byStake(
  store: Store,
  { netuid, mechanism = 0, from, to, threshold = DEFAULT_CORRELATION }: ClustersQuery,
  signal: AbortSignal | undefined,
): Promise<ClustersFigure> {
  const frames = await chooseFrames(store, { netuid, mechanism, from, to, points: POINTS }, signal);
  const { series, holders } = await stakeSeries(store, frames, signal);
  const [first, last] = [series.block[0], series.block.at(-1)];
  if (first === undefined || last === undefined) throw noStakes(netuid, mechanism);
  const { hotkey, cluster, correlation } = await runApart(
    'stakeCorrelationClusters',
    [series, { threshold: 1 - threshold }],
    signal,
  );
  const placeOf = new Map(hotkey.map((one, place) => [one, place]));
  const clusterOf = (one: Holder) => cluster[placeOf.get(one.hotkey) ?? -1] ?? -1;
  const correlated = (one: Holder, other: Holder) =>
    correlation[placeOf.get(one.hotkey) ?? -1]?.[placeOf.get(other.hotkey) ?? -1] ?? 0;
  // Holders come with the most stake first, and so do those of a group.
  const groups = [...Map.groupBy(holders, clusterOf)].sort(([a], [b]) => a - b);
  return {
    netuid,
    mechanism,
    kind: 'stake',
    from: first,
    to: last,
    threshold,
    clusters: groups.map(([, members], id) => {
      const similarity = meanOfPairs(members, correlated);
      return {
        id,
        similarity: similarity === undefined ? null : fraction(similarity),
        members: [...members],
      };
    }),
  };
}

function noStakes(netuid: number, mechanism: number): TaoscopeError {
  const which = mechanism === 0 ? `netuid ${netuid}` : `mechanism ${mechanism} of netuid ${netuid}`;
  return new TaoscopeError('not-found', {
    failed: `no stakes of ${which} are stored in that range`,
    todo: 'choose other blocks, or backfill them',
  });
}
