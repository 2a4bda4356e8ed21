import type { Store } from '../../../store/index.ts';
import { consensusOf } from '../../analysis/weights/consensus.ts';
import { cosineDistance, totalVariation } from '../../analysis/weights/distance.ts';
import { normaliseDense } from '../../analysis/weights/normalise.ts';
import type { WeightEpoch } from '../../analysis/weights/types.ts';
import { isoTime } from '../../present.ts';
import { lastRevealDelays } from './actions.ts';
import { alike } from './alike.ts';
import { type MatrixQuery, matrixAt } from './matrix-at.ts';
import type { MatrixNeuron } from './neurons.ts';
import { hasOneMechanism, wholeReadings } from './readings.ts';
import { cell, fraction } from './rounding.ts';
import { epochOf } from './weight-history.ts';

export interface WeightsQuery extends MatrixQuery {
  /** Cosine similarity from which validators are of one cluster, 0 to 1. Default 0.95. */
  readonly threshold?: number | undefined;
}

/** Who weighs whom, in the shape of the API's `WeightsBody`. */
export interface WeightsFigure {
  netuid: number;
  mechanism: number;
  of: 'weights' | 'bonds';
  block: number;
  timestamp: string | null;
  unit: 'alpha' | 'tao';
  consensusSource: 'chain' | 'computed';
  commitReveal: boolean | null;
  neurons: NeuronHead[];
  rows: WeightsRow[];
  rowOrder: number[];
  columnOrder: number[];
  blocks: number[];
}

export interface NeuronHead {
  uid: number;
  hotkey: string;
  coldkey: string | null;
  identityName: string | null;
  stake: number | null;
  validatorPermit: boolean | null;
  /** Of 1; where it is computed a share of all. */
  consensus: number | null;
  incentive: number | null;
  emission: number | null;
}

export interface WeightsRow {
  uid: number;
  targets: number[];
  /** Of the row's own sum, what it gives itself included. */
  shares: number[];
  lastUpdate: number | null;
  age: number | null;
  revealDelay: number | null;
  distance: number | null;
  cosineDistance: number | null;
  /** 0 the largest; -1 for a row that gives nothing to others. */
  cluster: number;
}

/** Cosine similarity from which two rows are called alike. */
export const DEFAULT_SIMILARITY = 0.95;
const MOST_BLOCKS = 2_000;

/**
 * The matrix at or before a block with everything that is drawn beside it. Distances leave out what a validator gives
 * itself, as consensus does. Throws `not-found` when nothing is stored.
 */
export async function weightsFigure(
  store: Store,
  query: WeightsQuery,
  signal?: AbortSignal,
): Promise<WeightsFigure> {
  const { netuid, mechanism = 0, of = 'weights', threshold = DEFAULT_SIMILARITY } = query;
  const [matrix, listed] = await Promise.all([
    matrixAt(store, query, signal),
    wholeReadings(store, { netuid, mechanism }, { most: MOST_BLOCKS }, signal),
  ]);
  const range = { from: matrix.readAt, to: matrix.block };
  const own = mechanism === 0 && (await hasOneMechanism(store, netuid, range, signal));
  const epoch = epochOf(matrix, matrix.neurons, matrix.rows, own);
  const consensus = consensusOf(epoch);
  const fromChain = epoch.consensus?.some((value) => value > 0) === true;
  const groups = alike(epoch, threshold);
  const delays = await lastRevealDelays(store, matrix, matrix.block, signal);
  return {
    netuid,
    mechanism,
    of,
    block: matrix.block,
    timestamp: matrix.timestampMs === undefined ? null : isoTime(matrix.timestampMs),
    unit: matrix.unit,
    consensusSource: fromChain ? 'chain' : 'computed',
    commitReveal: matrix.commitReveal ?? null,
    neurons: matrix.neurons.map((neuron) =>
      headOf(neuron, fromChain ? undefined : fraction(consensus[neuron.uid] ?? 0)),
    ),
    rows: matrix.rows.map((row) => ({
      uid: row.uid,
      targets: [...row.targets],
      shares: sharesOf(row.values),
      lastUpdate: row.lastUpdate ?? null,
      age: row.lastUpdate === undefined ? null : Math.max(0, matrix.block - row.lastUpdate),
      revealDelay: delays.get(row.hotkey) ?? null,
      ...(of === 'weights' ? distancesOf(epoch, row, consensus) : { distance: null, cosineDistance: null }),
      cluster: groups.clusterOf.get(row.uid) ?? -1,
    })),
    rowOrder: groups.rowOrder,
    columnOrder: groups.columnOrder,
    blocks: listed.map(({ block }) => block),
  };
}

function headOf(neuron: MatrixNeuron, computedConsensus: number | undefined): NeuronHead {
  const ofOne = (value: number | undefined) => (value === undefined ? null : fraction(value / 65_535));
  return {
    uid: neuron.uid,
    hotkey: neuron.hotkey,
    coldkey: neuron.coldkey ?? null,
    identityName: neuron.identityName ?? null,
    stake: cell(neuron.stake),
    validatorPermit: neuron.validatorPermit ?? null,
    consensus: computedConsensus ?? ofOne(neuron.consensus),
    incentive: ofOne(neuron.incentive),
    emission: cell(neuron.emission),
  };
}

function sharesOf(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum === 0 ? 0 : fraction(value / sum)));
}

function distancesOf(
  epoch: WeightEpoch,
  row: WeightEpoch['rows'][number],
  consensus: Float64Array,
): Pick<WeightsRow, 'distance' | 'cosineDistance'> {
  const weights = normaliseDense(row, epoch.n);
  // Who gives to itself alone says nothing of others.
  if (!weights.some((weight) => weight > 0)) return { distance: null, cosineDistance: null };
  return {
    distance: fraction(totalVariation(weights, consensus)),
    cosineDistance: fraction(cosineDistance(weights, consensus)),
  };
}
