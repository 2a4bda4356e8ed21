import { TaoscopeError } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import type { SubnetKey } from '../snapshots.ts';
import { addressBook } from './addresses.ts';

/** A stored row of weights or bonds. */
export interface StoredRow {
  readonly uid: number;
  /** Block of the reading. */
  readonly block: number;
  /** Who held the uid then, ss58. */
  readonly hotkey: string;
  readonly lastUpdate?: number | undefined;
  readonly targets: readonly number[];
  /** u16 as the chain stores them. */
  readonly values: readonly number[];
}

/** Pairs read for one answer: 400 matrices of 64 validators and 512 neurons, and a few hundred megabytes at the worst. */
const MOST_PAIRS = 16_000_000;

/** The rows of the matrices of some blocks, by block and uid. Throws `refused` when they are too many for one answer. */
export async function storedRows(
  store: Store,
  table: 'weights' | 'bonds',
  { netuid, mechanism }: SubnetKey,
  blocks: readonly number[],
  signal?: AbortSignal,
): Promise<StoredRow[]> {
  if (blocks.length === 0) return [];
  const where = `netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}`;
  const params = { netuid, mechanism, blocks };
  const [size] = await store.query<{ pairs: number }>(
    `SELECT toFloat64(sum(length(targets))) AS pairs FROM ${table} WHERE ${where}`,
    { params, label: `size the ${table}`, signal },
  );
  const pairs = size?.pairs ?? 0;
  if (pairs > MOST_PAIRS) {
    throw new TaoscopeError('refused', {
      failed: `too many ${table} of netuid ${netuid} for one answer`,
      got: `${pairs} pairs at ${blocks.length} blocks`,
      expected: `at most ${MOST_PAIRS}`,
      todo: 'ask for a shorter range, or for fewer epochs or frames',
    });
  }
  const rows = await store.query<{
    uid: number;
    block: number;
    hotkey_hex: string;
    updated: number | null;
    targets: number[];
    values: number[];
  }>(
    `SELECT uid, block, hex(hotkey) AS hotkey_hex, toFloat64(last_update) AS updated, targets, values
     FROM ${table} FINAL WHERE ${where} ORDER BY block, uid`,
    { params, label: `read ${table}`, signal },
  );
  const address = addressBook();
  return rows.map(({ uid, block, hotkey_hex, updated, targets, values }) => ({
    uid,
    block,
    hotkey: address(hotkey_hex),
    ...(updated === null ? {} : { lastUpdate: updated }),
    targets,
    values,
  }));
}
