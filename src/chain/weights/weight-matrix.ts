import { TaoscopeError } from '../../shared/index.ts';
import { PALLET } from '../metagraph/index.ts';
import type { BlockRef, BlockView, StorageRequest } from '../types.ts';
import { requireStorageIndex } from './storage-index.ts';

/** Uids are u16, and so is their count. */
const MAX_NEURONS = 65_535;

/** What one neuron gives to others: raw u16 values as stored, of any scale, and not always all of its targets are neurons still. */
export interface WeightRow {
  readonly uid: number;
  /** Uids, each once; netuids in the rows of the root network of old eras. May be beyond the neurons there are. */
  readonly targets: readonly number[];
  /** One value for each target. A row's weights are shares of its own sum. */
  readonly values: readonly number[];
}

/** The weights and bonds of one mechanism of a subnet at one block, sparse: rows that are not empty, by ascending uid. */
export interface WeightMatrix {
  readonly netuid: number;
  readonly mechanism: number;
  readonly block: BlockRef;
  /** Neurons whose rows were read: uids 0 to n - 1. */
  readonly n: number;
  readonly weights: readonly WeightRow[];
  readonly bonds: readonly WeightRow[];
}

export interface WeightMatrixOptions {
  /** Default 0. */
  mechanism?: number | undefined;
  /** Neurons of the subnet at this block (`SubnetworkN`). */
  n: number;
  /** Whether bonds are read too. Default true. */
  bonds?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The whole matrix, from `SubtensorModule.Weights` and `Bonds` at computed keys, in few requests. A row that names a
 * target twice is `falsified`, inside the retry: the chain refuses such weights (`DuplicateUids`).
 *
 * Errors: `usage` (no such netuid, mechanism number or number of neurons), `unsupported` (the runtime has one mechanism only).
 */
export async function readWeightMatrix(
  view: BlockView,
  netuid: number,
  { mechanism = 0, n, bonds = true, signal }: WeightMatrixOptions,
): Promise<WeightMatrix> {
  const index = requireStorageIndex(view, netuid, mechanism);
  requireCount(n);
  const uids = Array.from({ length: n }, (_, uid) => uid);
  const items = bonds && view.hasStorage(PALLET, 'Bonds') ? ['Weights', 'Bonds'] : ['Weights'];
  const requests = items.flatMap((item) => uids.map((uid) => rowRequest(item, index, uid)));
  const values = n === 0 ? [] : await view.storageMany(requests, signal);
  const rowsOf = (item: number) =>
    uids.map((uid) => rowOf(uid, values[item * n + uid])).filter(({ targets }) => targets.length > 0);
  return { netuid, mechanism, block: view.block, n, weights: rowsOf(0), bonds: rowsOf(1) };
}

/** The weights of these uids only, in the order asked; a row that was cleared is there, and empty. Errors as of {@link readWeightMatrix}. */
export async function readWeightRows(
  view: BlockView,
  netuid: number,
  mechanism: number,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<WeightRow[]> {
  const index = requireStorageIndex(view, netuid, mechanism);
  if (uids.length === 0) return [];
  const values = await view.storageMany(
    uids.map((uid) => rowRequest('Weights', index, uid)),
    signal,
  );
  return uids.map((uid, i) => rowOf(uid, values[i]));
}

/** A stored row: pairs of u16, as its codec gives them. */
type StoredRow = readonly (readonly [target: number, value: number])[];

function rowRequest(item: string, index: number, uid: number): StorageRequest {
  const check = (value: unknown) =>
    requireDistinct((value ?? []) as StoredRow, `${item} of index ${index}, uid ${uid}`);
  return { pallet: PALLET, item, keys: [index, uid], check };
}

function rowOf(uid: number, value: unknown): WeightRow {
  const row = (value ?? []) as StoredRow;
  return { uid, targets: row.map(([target]) => target), values: row.map(([, weight]) => weight) };
}

function requireCount(n: number): void {
  if (Number.isInteger(n) && n >= 0 && n <= MAX_NEURONS) return;
  throw new TaoscopeError('usage', {
    failed: 'this is not a number of neurons',
    got: String(n),
    expected: `a whole number from 0 to ${MAX_NEURONS}`,
  });
}

/** Distinct u16 targets are at most 65 536, so this bounds the row as well. */
function requireDistinct(row: StoredRow, what: string): void {
  const seen = new Set<number>();
  for (const [target] of row) {
    if (seen.has(target)) {
      throw new TaoscopeError('falsified', {
        failed: `${what} name a target twice`,
        got: `target ${target} in ${row.length} pairs`,
        expected: 'each target once',
      });
    }
    seen.add(target);
  }
}
