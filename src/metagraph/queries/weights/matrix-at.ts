import type { Store } from '../../../store/index.ts';
import { NEURON_TABLES } from '../metagraph-at.ts';
import { findSnapshot, type SubnetKey } from '../snapshots.ts';
import { countedRows } from './counted-rows.ts';
import { type MatrixNeuron, neuronsAt } from './neurons.ts';
import { changedReadings, LAST_BLOCK, newestReading, noWeights } from './readings.ts';
import { type StoredRow, storedRows } from './rows.ts';

export interface MatrixQuery {
  readonly netuid: number;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  /** The newest matrix at or before it. Default: the newest of all. */
  readonly block?: number | undefined;
  /** Default weights. Bonds are those of the last epoch. */
  readonly of?: 'weights' | 'bonds' | undefined;
}

/** Who gives weight to whom at one block. */
export interface StoredMatrix extends SubnetKey {
  /** Block up to which it holds: that of the whole reading, or of the last row that changed since. */
  readonly block: number;
  /** Block of the whole reading. */
  readonly readAt: number;
  /** ms since the epoch, at `block`. */
  readonly timestampMs?: number | undefined;
  readonly unit: 'alpha' | 'tao';
  readonly commitReveal?: boolean | undefined;
  /** Uids 0 to n - 1, in order. */
  readonly neurons: readonly MatrixNeuron[];
  /** Rows that are not empty, ascending by uid. */
  readonly rows: readonly StoredRow[];
}

/**
 * The newest whole matrix at or before a block, with the rows that changed since put over it, and the neurons of the
 * newest snapshot up to there. Throws `not-found` when nothing is stored.
 */
export async function matrixAt(
  store: Store,
  query: MatrixQuery,
  signal?: AbortSignal,
): Promise<StoredMatrix> {
  const { netuid, mechanism = 0, block, of: table = 'weights' } = query;
  const key = { netuid, mechanism };
  const whole = await newestReading(store, key, block, signal);
  if (whole === undefined) throw noWeights(key, { to: block });
  const span = { after: whole.block, to: block ?? LAST_BLOCK };
  const changed = table === 'bonds' ? [] : await changedReadings(store, key, span, signal);
  const { block: at, millis } = changed.at(-1) ?? whole;

  const snapshot = await findSnapshot(store, key, at, signal);
  if (snapshot === undefined) throw noWeights(key, { to: block });
  const heads = await neuronsAt(store, NEURON_TABLES[snapshot.resolution], key, [snapshot.block], signal);
  const rows = newestByUid(
    await storedRows(
      store,
      table,
      key,
      [whole, ...changed].map((one) => one.block),
      signal,
    ),
  );
  const neurons = withNewcomers(heads.get(snapshot.block) ?? [], rows, snapshot.block);
  return {
    ...key,
    block: at,
    readAt: whole.block,
    timestampMs: millis === null ? undefined : Number(millis),
    unit: snapshot.unit_name,
    commitReveal: whole.commit_reveal ?? undefined,
    neurons,
    rows: countedRows(rows, new Map(neurons.map((neuron) => [neuron.uid, neuron]))).filter(
      ({ targets }) => targets.length > 0,
    ),
  };
}

/** Of rows in ascending order of block the last of each uid, by uid. */
function newestByUid(rows: readonly StoredRow[]): StoredRow[] {
  return [...new Map(rows.map((row) => [row.uid, row])).values()].sort((a, b) => a.uid - b.uid);
}

/** A row read behind the snapshot knows better who holds its uid; of a newcomer nothing else is known. */
function withNewcomers(
  neurons: readonly MatrixNeuron[],
  rows: readonly StoredRow[],
  snapshotBlock: number,
): MatrixNeuron[] {
  const later = new Map(
    rows.filter(({ block }) => block > snapshotBlock).map((row) => [row.uid, row.hotkey]),
  );
  return neurons.map((neuron) => {
    const hotkey = later.get(neuron.uid) ?? neuron.hotkey;
    return hotkey === neuron.hotkey ? neuron : { uid: neuron.uid, hotkey };
  });
}
