import type { Store } from '../../store/index.ts';
import { isoTime } from '../present.ts';

/** At which resolution a stored snapshot can still be shown. */
export type Resolution = 'raw' | 'hourly' | 'epoch';

/** One mechanism of a subnet. */
export interface SubnetKey {
  readonly netuid: number;
  readonly mechanism: number;
}

/** The row that announces a snapshot. */
export interface Announcement {
  readonly block: number;
  readonly hash_hex: string;
  /** ms since the epoch, as text. */
  readonly millis: string | null;
  readonly n: number;
  readonly source: 'mechagraph' | 'metagraph' | 'neurons_lite' | 'storage';
  readonly unit_name: 'alpha' | 'tao';
  readonly spec_name: string;
  readonly spec_version: number;
  readonly epoch: boolean;
  readonly resolution: Resolution;
}

/** A stored snapshot in a list. */
export interface StoredSnapshot {
  block: number;
  timestamp?: string;
  specVersion: number;
  epoch: boolean;
  resolution: Resolution;
}

// A list longer than this says nothing to a person and is heavy to send: 2 days of every block, and room.
const MOST_LISTED = 20_000;

// Of what is past its time at full resolution, the roll-ups keep the epochs and the last of each hour.
const visible = (
  range = '',
) => `SELECT block, hex(block_hash) AS hash_hex, toUnixTimestamp64Milli(timestamp) AS millis, n, source,
    toString(unit) AS unit_name, spec_name, spec_version, epoch,
    multiIf(expires > now(), 'raw', epoch AND epoch_expires > now(), 'epoch', 'hourly') AS resolution
  FROM (
    SELECT *, block = max(block) OVER (PARTITION BY toStartOfHour(timestamp)) AS last_of_hour
    FROM snapshots FINAL
    WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} ${range}
  )
  WHERE (expires > now() OR (epoch AND epoch_expires > now()) OR (rollup_expires > now() AND last_of_hour AND timestamp IS NOT NULL))`;

// Around the block that is looked for: two days back, and forward more than the hour whose last it may be.
const BACK_BLOCKS = 14_400;
const FORWARD_BLOCKS = 600;

/** The newest snapshot at or before a block that can still be shown. */
export async function findSnapshot(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  atOrBefore: number | undefined,
  signal?: AbortSignal,
): Promise<Announcement | undefined> {
  const until = atOrBefore ?? (await newestBlock(store, signal));
  const ask = async (block: number, range: string) => {
    const rows = await store.query<Announcement>(
      `${visible(range)} AND block <= {block:UInt32} ORDER BY block DESC LIMIT 1`,
      { params: { netuid, mechanism, block }, label: 'find a snapshot', signal },
    );
    return rows[0];
  };
  // Nearly always it is near; years of them need not be read for it.
  const near =
    until === undefined
      ? undefined
      : await ask(
          until,
          `AND block > ${Math.max(0, until - BACK_BLOCKS)} AND block <= ${until + FORWARD_BLOCKS}`,
        );
  return near ?? ask(atOrBefore ?? LAST_BLOCK, '');
}

const LAST_BLOCK = 2 ** 32 - 1;

/** The newest block of all snapshots, which the engine knows without reading rows; `undefined` when there are none. */
async function newestBlock(store: Store, signal: AbortSignal | undefined): Promise<number | undefined> {
  const rows = await store.query<{ newest: number }>('SELECT max(block) AS newest FROM snapshots', {
    label: 'find the newest snapshot',
    signal,
  });
  const newest = rows[0]?.newest ?? 0;
  return newest === 0 ? undefined : newest;
}

/** The snapshots of a subnet that can still be shown, ascending; of very many the newest. */
export async function storedSnapshots(
  store: Store,
  { netuid, mechanism = 0 }: { netuid: number; mechanism?: number | undefined },
  signal?: AbortSignal,
): Promise<{ blocks: StoredSnapshot[] }> {
  const rows = await store.query<Announcement>(
    `SELECT * FROM (${visible()} ORDER BY block DESC LIMIT ${MOST_LISTED}) ORDER BY block`,
    { params: { netuid, mechanism }, label: 'list snapshots', signal },
  );
  return {
    blocks: rows.map(({ block, millis, spec_version, epoch, resolution }) => ({
      block,
      ...(millis === null ? {} : { timestamp: isoTime(Number(millis)) }),
      specVersion: spec_version,
      epoch,
      resolution,
    })),
  };
}
