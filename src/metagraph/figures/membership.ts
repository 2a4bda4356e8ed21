import { BLOCKS_PER_DAY } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { Frames } from './frames.ts';

/** Who holds a uid. Accounts are 64 upper-case hex digits: only those that are shown get their checksum. */
export interface Holder {
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string | null;
  /** Of the served axon. */
  readonly ip: string | null;
}

/** Who is on a subnet at each frame: one row per neuron. */
export interface Membership {
  readonly holders: readonly Holder[];
  /** For each row the index of its frame, ascending, and of its holder. */
  readonly frame: Int32Array;
  readonly holder: Int32Array;
}

/** How much of a holder is asked; less is faster. Coldkey and IP are `null` where they are not asked. */
export type HolderDetail = 'hotkey' | 'full';

/**
 * The neurons of each frame, from `tenures`: a few rows per uid and day instead of one per snapshot. A store that is older
 * than that table knows its early days only row by row.
 */
export async function membershipAt(
  store: Store,
  frames: Frames,
  detail: HolderDetail,
  signal?: AbortSignal,
): Promise<Membership> {
  if (frames.blocks.length === 0) return { holders: [], frame: new Int32Array(), holder: new Int32Array() };
  const membership = membersOf(await readTenures(store, frames, detail, signal), frames.blocks);
  return isEveryFrameKnown(membership, frames.blocks.length)
    ? membership
    : readMembership(store, frames, detail, signal);
}

/** A holder and the stretches, at most one a day, in which it was seen: `spans` holds first and last block in turn. */
export interface Tenure extends Holder {
  readonly spans: readonly number[];
}

/**
 * The members at each block (ascending): of the tenures of a uid that contain the block, the one that began last. So a uid
 * that went to another hotkey and back within a day is told right while either holds it.
 */
export function membersOf(tenures: readonly Tenure[], blocks: readonly number[]): Membership {
  const days = new Map<number, { holder: number; first: number; last: number }[]>();
  for (const [holder, { spans }] of tenures.entries()) {
    for (let at = 0; at < spans.length; at += 2) {
      const [first, last] = [spans[at] as number, spans[at + 1] as number];
      const day = Math.floor(first / BLOCKS_PER_DAY);
      const of = days.get(day);
      if (of === undefined) days.set(day, [{ holder, first, last }]);
      else of.push({ holder, first, last });
    }
  }
  const frame: number[] = [];
  const holder: number[] = [];
  const places = tenures.reduce((most, { uid }) => Math.max(most, uid + 1), 0);
  const [latest, began] = [new Int32Array(places), new Float64Array(places)];
  for (const [at, block] of blocks.entries()) {
    latest.fill(-1);
    for (const span of days.get(Math.floor(block / BLOCKS_PER_DAY)) ?? []) {
      if (block < span.first || block > span.last) continue;
      const { uid } = tenures[span.holder] as Tenure;
      if (latest[uid] !== -1 && (began[uid] as number) >= span.first) continue;
      latest[uid] = span.holder;
      began[uid] = span.first;
    }
    for (const one of latest) {
      if (one === -1) continue;
      frame.push(at);
      holder.push(one);
    }
  }
  return { holders: tenures, frame: Int32Array.from(frame), holder: Int32Array.from(holder) };
}

interface TenureRow {
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string;
  readonly ip: string;
  readonly spans: readonly number[];
}

async function readTenures(
  store: Store,
  { netuid, blocks }: Frames,
  detail: HolderDetail,
  signal: AbortSignal | undefined,
): Promise<Tenure[]> {
  const days = [...new Set(blocks.map((block) => Math.floor(block / BLOCKS_PER_DAY)))];
  const key =
    detail === 'full' ? 'uid, hotkey, registered_at, coldkey, axon_ip' : 'uid, hotkey, registered_at';
  const rows = await store.query<TenureRow>(
    `SELECT uid, hex(hotkey) AS hotkey, ${detail === 'full' ? 'hex(coldkey)' : "''"} AS coldkey,
       ${detail === 'full' ? 'axon_ip' : "''"} AS ip, arrayFlatten(groupArray([first_block, last_block])) AS spans
     FROM tenures FINAL WHERE netuid = {netuid:UInt16} AND day IN {days:Array(UInt32)}
     GROUP BY ${key}`,
    { params: { netuid, days }, label: 'read who held which uid', signal },
  );
  return rows.map((row) => ({ ...holderOf(row), spans: row.spans }));
}

async function readMembership(
  store: Store,
  { netuid, mechanism, table, blocks }: Frames,
  detail: HolderDetail,
  signal: AbortSignal | undefined,
): Promise<Membership> {
  const [coldkey, ip] = detail === 'full' ? ['hex(coldkey)', 'axon_ip'] : ['NULL', "''"];
  const rows = await store.query<Omit<TenureRow, 'spans'> & { at: readonly number[] }>(
    `SELECT uid, hex(hotkey) AS hotkey, ifNull(${coldkey}, '') AS coldkey, ${ip} AS ip, groupArray(block) AS at
     FROM ${table} FINAL
     PREWHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND block IN {blocks:Array(UInt32)}
     GROUP BY uid, hotkey, coldkey, ip`,
    { params: { netuid, mechanism, blocks }, label: 'read the neurons of a figure', signal },
  );
  const places = new Map(blocks.map((block, place) => [block, place]));
  const pairs = rows
    .flatMap(({ at }, holder) => at.map((block) => ({ frame: places.get(block) as number, holder })))
    .sort((a, b) => a.frame - b.frame);
  return {
    holders: rows.map(holderOf),
    frame: Int32Array.from(pairs, ({ frame }) => frame),
    holder: Int32Array.from(pairs, ({ holder }) => holder),
  };
}

function isEveryFrameKnown({ frame }: Membership, frames: number): boolean {
  const known = new Uint8Array(frames);
  for (const at of frame) known[at] = 1;
  return !known.includes(0);
}

function holderOf({ uid, hotkey, coldkey, ip }: Omit<TenureRow, 'spans'>): Holder {
  return {
    uid,
    hotkey,
    // As text the engine may have cut the zero bytes at its end.
    coldkey: coldkey === '' ? null : coldkey.padEnd(64, '0'),
    ip: ip === '' ? null : ip,
  };
}
