import type { Store } from '../../../store/index.ts';
import type { Frames } from '../../figures/frames.ts';
import { addressBook } from './addresses.ts';

/** Columns of equal length, ascending by block: who had how much when. */
export interface StakeSeries {
  readonly block: readonly number[];
  /** ss58. */
  readonly hotkey: readonly string[];
  /** Consensus stake in coins of the unit of the last snapshot. */
  readonly stake: readonly number[];
}

/** Who the hotkeys of a series are, as of the last snapshot that has them. */
export interface Holder {
  readonly hotkey: string;
  readonly coldkey: string | null;
  readonly uid: number;
  readonly stake: number;
}

// Every pair of them is compared.
const MOST_HOTKEYS = 512;

/** The stakes of the hotkeys that hold most, at the chosen snapshots. Snapshots in another unit than the last are left out. */
export async function stakeSeries(
  store: Store,
  { netuid, mechanism, table, blocks, units }: Frames,
  signal?: AbortSignal,
): Promise<{ readonly series: StakeSeries; readonly holders: readonly Holder[] }> {
  const unit = units.at(-1);
  const shown = blocks.filter((_, at) => units[at] === unit);
  if (shown.length === 0) return { series: { block: [], hotkey: [], stake: [] }, holders: [] };
  const rows = await store.query<{
    hotkey_hex: string;
    coldkey_hex: string | null;
    uid: number;
    points: [block: number, stake: number][];
  }>(
    `SELECT hex(hotkey) AS hotkey_hex, hex(argMax(tuple(coldkey), block).1) AS coldkey_hex, argMax(uid, block) AS uid,
       arraySort(groupArray((block, coins))) AS points
     FROM (
       SELECT block, uid, hotkey, coldkey, toFloat64(assumeNotNull(ifNull(total_stake, stake))) / 1e9 AS coins
       FROM ${table} FINAL
       WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}
         AND (total_stake IS NOT NULL OR stake IS NOT NULL)
     )
     GROUP BY hotkey HAVING max(coins) > 0
     ORDER BY argMax(coins, block) DESC, hotkey LIMIT ${MOST_HOTKEYS}`,
    { params: { netuid, mechanism, blocks: shown }, label: 'read stakes over time', signal },
  );
  const address = addressBook();
  const cells = rows
    .flatMap(({ hotkey_hex, points }) => points.map(([block, stake]) => ({ block, hotkey_hex, stake })))
    .sort((a, b) => a.block - b.block);
  return {
    series: {
      block: cells.map(({ block }) => block),
      hotkey: cells.map(({ hotkey_hex }) => address(hotkey_hex)),
      stake: cells.map(({ stake }) => stake),
    },
    holders: rows.map(({ hotkey_hex, coldkey_hex, uid, points }) => ({
      hotkey: address(hotkey_hex),
      coldkey: coldkey_hex === null ? null : address(coldkey_hex),
      uid,
      stake: points.at(-1)?.[1] ?? 0,
    })),
  };
}
