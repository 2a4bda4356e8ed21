import { TaoscopeError } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import type { SubnetKey } from '../snapshots.ts';

/** The row that announces a whole matrix. */
export interface WholeReading {
  readonly block: number;
  /** ms since the epoch, as text. */
  readonly millis: string | null;
  readonly n: number;
  readonly commit_reveal: boolean | null;
}

/** Blocks, both included. */
export interface Range {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

// 7 days of 12 s.
const WEEK_BLOCKS = 50_400;

/** The last block that the tables can name. */
export const LAST_BLOCK = 2 ** 32 - 1;

export interface ReadingsQuery extends Range {
  /** The newest so many. */
  readonly most: number;
  /** Only those at epochs of which the neurons were recorded; others are read at the start of a recording. */
  readonly atEpochs?: boolean | undefined;
}

/** The whole matrices stored in a range, ascending. Throws `usage` for a range that ends before it begins. */
export async function wholeReadings(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  { from = 0, to = LAST_BLOCK, most, atEpochs = false }: ReadingsQuery,
  signal?: AbortSignal,
): Promise<WholeReading[]> {
  if (from > to) throw emptyRange(from, to);
  const rows = await store.query<WholeReading>(
    `SELECT block, toUnixTimestamp64Milli(timestamp) AS millis, n, commit_reveal
     FROM weight_readings FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND whole
       AND block BETWEEN {from:UInt32} AND {to:UInt32} AND expires > now()${atEpochs ? AT_EPOCHS : ''}
     ORDER BY block DESC LIMIT {most:UInt32}`,
    { params: { netuid, mechanism, from, to, most }, label: 'list the stored weights', signal },
  );
  return rows.reverse();
}

/**
 * The newest whole matrix at or before a block (default: of all). The last week is looked at first: a year lies in 53
 * parts, and each costs a millisecond.
 */
export async function newestReading(
  store: Store,
  key: SubnetKey,
  atOrBefore: number | undefined,
  signal?: AbortSignal,
): Promise<WholeReading | undefined> {
  const end = atOrBefore ?? (await newestBlock(store, key, signal));
  const week = { from: Math.max(0, end - WEEK_BLOCKS), to: atOrBefore, most: 1 };
  const [recent] = await wholeReadings(store, key, week, signal);
  if (recent !== undefined) return recent;
  return (await wholeReadings(store, key, { to: atOrBefore, most: 1 }, signal))[0];
}

async function newestBlock(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  signal: AbortSignal | undefined,
): Promise<number> {
  const rows = await store.query<{ block: number }>(
    `SELECT max(block) AS block FROM neurons_latest
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8}`,
    { params: { netuid, mechanism }, label: 'find the newest block of a subnet', signal },
  );
  return rows[0]?.block ?? 0;
}

const AT_EPOCHS = ` AND block IN (SELECT block FROM snapshots
       WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND epoch
         AND block BETWEEN {from:UInt32} AND {to:UInt32})`;

/** Readings after a whole matrix, up to another block, of single rows that changed; ascending. */
export async function changedReadings(
  store: Store,
  { netuid, mechanism }: SubnetKey,
  { after, to }: { readonly after: number; readonly to: number },
  signal?: AbortSignal,
): Promise<Pick<WholeReading, 'block' | 'millis'>[]> {
  return store.query(
    `SELECT block, toUnixTimestamp64Milli(timestamp) AS millis FROM weight_readings FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = {mechanism:UInt8} AND NOT whole
       AND block > {after:UInt32} AND block <= {to:UInt32} AND expires > now()
     ORDER BY block`,
    { params: { netuid, mechanism, after, to }, label: 'list the changed weights', signal },
  );
}

/**
 * Whether the chain's `Consensus` is that of these weights. It is kept per subnet: where a subnet has several
 * mechanisms it is a blend of theirs, which no row of one of them can be compared with.
 */
export async function hasOneMechanism(
  store: Store,
  netuid: number,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<boolean> {
  const rows = await store.query<{ most: number }>(
    `SELECT max(mechanism) AS most FROM weight_readings
     WHERE netuid = {netuid:UInt16} AND block BETWEEN {from:UInt32} AND {to:UInt32}`,
    { params: { netuid, from, to }, label: 'count the mechanisms', signal },
  );
  return (rows[0]?.most ?? 0) === 0;
}

function emptyRange(from: number, to: number): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'the range of blocks is empty',
    got: `${from} to ${to}`,
    expected: 'a first block at or before the last',
  });
}

/** Nothing stored that could answer. */
export function noWeights({ netuid, mechanism }: SubnetKey, { from, to }: Range): TaoscopeError {
  const which = mechanism === 0 ? `netuid ${netuid}` : `mechanism ${mechanism} of netuid ${netuid}`;
  const since = from === undefined ? '' : ` from block ${from}`;
  const until = to === undefined ? '' : from === undefined ? ` at or before block ${to}` : ` to block ${to}`;
  return new TaoscopeError('not-found', {
    failed: `no weights of ${which} are stored${since}${until}`,
    todo: 'wait for an epoch of the subnet while `collect.weights` is on, or backfill the blocks you want to see',
  });
}

/** A range as asked, or without its beginning the week up to the newest whole matrix in it. */
export async function withinWeek(
  store: Store,
  key: SubnetKey,
  { from, to }: Range,
  signal?: AbortSignal,
): Promise<Range> {
  if (from !== undefined) return { from, to };
  const newest = await newestReading(store, key, to, signal);
  return { from: Math.max(0, (newest?.block ?? 0) - WEEK_BLOCKS), to };
}
