import { type AccountId, raoToNumber, TaoscopeError, toSs58 } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { EventKind } from '../collect/events/index.ts';
import { NO_SUBNET, RETRACTED } from '../event-rows.ts';
import { isoTime } from '../present.ts';

export interface FeedQuery {
  /** Only of this subnet; without it of all, and what concerns no single subnet. */
  readonly netuid?: number | undefined;
  readonly kinds?: readonly EventKind[] | undefined;
  readonly uid?: number | undefined;
  /** As the one it happened to, or as the other side of a swap or move. */
  readonly hotkey?: AccountId | undefined;
  /** As owner, as the other side, as the one who did it, or as the one who signed. */
  readonly coldkey?: AccountId | undefined;
  /** Blocks, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `next` of an earlier answer: what is older than its last event. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One thing that happened in a block; what is not known is absent. Coins are TAO and alpha, as doubles. */
export interface FeedEvent {
  netuid: number | null;
  block: number;
  /** Where in the block: ascending with time, stable. */
  index: number;
  timestamp: string | null;
  kind: EventKind;
  name: string;
  mechanism?: number;
  uid?: number;
  hotkey?: string;
  coldkey?: string;
  otherHotkey?: string;
  otherColdkey?: string;
  otherNetuid?: number;
  tao?: number;
  alpha?: number;
  oldValue?: string;
  newValue?: string;
  actor?: string;
  signer?: string;
  via?: string[];
  extrinsic?: number;
}

export interface FeedAnswer {
  events: FeedEvent[];
  /** Given as `before`, it continues; absent at the end. */
  next?: string;
  /** Blocks whose events were recorded; absent when none were. */
  recorded?: { from: number; to: number; blocks: number };
}

/** What happened, newest first. */
export async function feed(store: Store, query: FeedQuery, signal?: AbortSignal): Promise<FeedAnswer> {
  const [keys, recorded] = await Promise.all([
    // One more tells whether there are others behind.
    newestKeys(store, query, query.limit + 1, signal),
    recordedRange(store, query.netuid, signal),
  ]);
  const shown = keys.slice(0, query.limit);
  const last = keys.length > query.limit ? shown.at(-1) : undefined;
  const rows = await rowsOf(store, shown, signal);
  return {
    events: rows.map(presentEvent),
    ...(last === undefined ? {} : { next: `${last.block}:${last.place}:${last.netuid}` }),
    ...(recorded === undefined ? {} : { recorded }),
  };
}

// A day of 12-second blocks holds a page of most feeds; years are reached in five steps more.
const FIRST_SPAN = 7_200;
const SPAN_GROWTH = 8;

/** Where an event stands, in the order of the feed. */
interface Key {
  readonly block: number;
  readonly place: number;
  readonly netuid: number;
}

/** The newest events that fit, looked for in spans of blocks back from the newest: years are not sorted for one page. */
async function newestKeys(
  store: Store,
  query: FeedQuery,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Key[]> {
  const { conditions, params } = conditionsOf(query);
  const [stored] = await store.query<{ first: number; last: number }>(
    'SELECT min(block) AS first, max(block) AS last FROM events',
    { label: 'read how far the feed reaches', signal },
  );
  const first = Math.max(query.from ?? 0, stored?.first ?? 0);
  let to = Math.min(query.to ?? MAX_BLOCK, params.last ?? MAX_BLOCK, stored?.last ?? 0);
  const keys: Key[] = [];
  for (let span = FIRST_SPAN; keys.length < count && to >= first; span *= SPAN_GROWTH) {
    const from = Math.max(first, to - span + 1);
    keys.push(
      ...(await store.query<Key>(
        `SELECT block, place, netuid FROM events FINAL
         WHERE block BETWEEN {from:UInt32} AND {to:UInt32} AND ${conditions.join(' AND ')}
         ORDER BY block DESC, place DESC, netuid DESC LIMIT {limit:UInt32}`,
        { params: { ...params, from, to, limit: count - keys.length }, label: 'look for events', signal },
      )),
    );
    to = from - 1;
  }
  return keys;
}

/** All columns of a few events: most are wide, so they are read of these alone. */
async function rowsOf(store: Store, keys: readonly Key[], signal: AbortSignal | undefined): Promise<Row[]> {
  const [newest, oldest] = [keys[0], keys.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const wanted = keys.map(({ netuid, block, place }) => `(${netuid},${block},${place})`);
  return store.query<Row>(
    `SELECT ${COLUMNS} FROM events FINAL
     WHERE block BETWEEN {from:UInt32} AND {to:UInt32} AND (netuid, block, place) IN (${wanted.join(',')})
     ORDER BY block DESC, place DESC, netuid DESC`,
    { params: { from: oldest.block, to: newest.block }, label: 'read the feed', signal },
  );
}

const MAX_BLOCK = 2 ** 32 - 1;

const ACCOUNTS = ['hotkey', 'coldkey', 'other_hotkey', 'other_coldkey', 'actor', 'signer'] as const;

const COLUMNS = `netuid, block, place, toUnixTimestamp64Milli(timestamp) AS millis, kind, name, mechanism, uid,
  other_netuid, tao, alpha, old_value, new_value, actor_kind, via, extrinsic,
  ${ACCOUNTS.map((name) => `hex(${name}) AS ${name}_hex`).join(', ')}`;

type Row = Readonly<Record<`${(typeof ACCOUNTS)[number]}_hex`, string | null>> & {
  readonly netuid: number;
  readonly block: number;
  readonly place: number;
  readonly millis: string | null;
  readonly kind: EventKind;
  readonly name: string;
  readonly mechanism: number;
  readonly uid: number | null;
  readonly other_netuid: number | null;
  readonly tao: string | null;
  readonly alpha: string | null;
  readonly old_value: string | null;
  readonly new_value: string | null;
  readonly actor_kind: 'account' | 'root' | 'chain' | '';
  readonly via: string;
  readonly extrinsic: number | null;
};

interface Conditions {
  readonly conditions: readonly string[];
  readonly params: Readonly<Record<string, unknown>> & { readonly last?: number };
}

function conditionsOf({ netuid, kinds, uid, hotkey, coldkey, before }: FeedQuery): Conditions {
  const conditions = [`kind != '${RETRACTED}'`];
  if (netuid !== undefined) conditions.push('netuid = {netuid:Int32}');
  if (kinds !== undefined) conditions.push('kind IN {kinds:Array(String)}');
  if (uid !== undefined) conditions.push('uid = {uid:UInt16}');
  if (hotkey !== undefined) conditions.push(isOneOf('hotkey', 'hotkey', 'other_hotkey'));
  if (coldkey !== undefined)
    conditions.push(isOneOf('coldkey', 'coldkey', 'other_coldkey', 'actor', 'signer'));
  if (before !== undefined)
    conditions.push('(block, place, netuid) < ({last:UInt32}, {lastPlace:UInt32}, {lastNetuid:Int32})');
  return {
    conditions,
    params: {
      ...(netuid === undefined ? {} : { netuid }),
      ...(kinds === undefined ? {} : { kinds }),
      ...(uid === undefined ? {} : { uid }),
      ...(hotkey === undefined ? {} : { hotkey: hexOf(hotkey) }),
      ...(coldkey === undefined ? {} : { coldkey: hexOf(coldkey) }),
      ...(before === undefined ? {} : parseCursor(before)),
    },
  };
}

function isOneOf(param: string, ...columns: readonly string[]): string {
  const account = `toFixedString(unhex({${param}:String}), 32)`;
  return `(${columns.map((column) => `ifNull(${column} = ${account}, false)`).join(' OR ')})`;
}

function hexOf(account: AccountId): string {
  return Buffer.from(account).toString('hex');
}

function parseCursor(text: string): { last: number; lastPlace: number; lastNetuid: number } {
  const [, block, place, netuid] = /^(\d{1,10}):(\d{1,10}):(-1|\d{1,5})$/.exec(text) ?? [];
  const cursor = { last: Number(block), lastPlace: Number(place), lastNetuid: Number(netuid) };
  if (netuid !== undefined && cursor.last <= MAX_BLOCK && cursor.lastPlace <= MAX_BLOCK) return cursor;
  throw new TaoscopeError('usage', {
    failed: 'this is no place in the feed',
    got: JSON.stringify(text.slice(0, 60)),
    expected: 'the `next` of an earlier answer',
    todo: 'begin without `before`',
  });
}

/** The blocks whose events are stored: those that were followed, and those of a backfill that held this subnet. */
async function recordedRange(
  store: Store,
  netuid: number | undefined,
  signal: AbortSignal | undefined,
): Promise<FeedAnswer['recorded']> {
  const rows = await store.query<{ first: number; last: number; blocks: number }>(
    `SELECT min(block) AS first, max(block) AS last, groupBitmap(block) AS blocks FROM (
       SELECT block FROM blocks WHERE events_read
       UNION ALL
       SELECT block FROM backfilled
       WHERE startsWith(scope, 'events:') AND expires > now()
         AND hasAny(splitByChar(',', splitByChar(':', scope)[-1]), {subnets:Array(String)})
     )`,
    {
      params: { subnets: netuid === undefined ? ['all'] : ['all', String(netuid)] },
      label: 'read which events are recorded',
      signal,
    },
  );
  const found = rows[0];
  return found === undefined || found.blocks === 0
    ? undefined
    : { from: found.first, to: found.last, blocks: found.blocks };
}

function presentEvent(row: Row): FeedEvent {
  const account = (name: (typeof ACCOUNTS)[number]) => {
    const hex = row[`${name}_hex`];
    return hex === null || hex === '' ? undefined : toSs58(Buffer.from(hex, 'hex'));
  };
  const coins = (rao: string | null) => (rao === null ? undefined : raoToNumber(BigInt(rao)));
  const isAccount = row.actor_kind === 'account';
  const event: { [K in keyof FeedEvent]: FeedEvent[K] | undefined } = {
    netuid: row.netuid === NO_SUBNET ? null : row.netuid,
    block: row.block,
    index: row.place,
    timestamp: row.millis === null ? null : isoTime(Number(row.millis)),
    kind: row.kind,
    name: row.name,
    mechanism: row.mechanism === 0 ? undefined : row.mechanism,
    uid: row.uid ?? undefined,
    hotkey: account('hotkey'),
    coldkey: account('coldkey'),
    otherHotkey: account('other_hotkey'),
    otherColdkey: account('other_coldkey'),
    otherNetuid: row.other_netuid ?? undefined,
    tao: coins(row.tao),
    alpha: coins(row.alpha),
    oldValue: row.old_value ?? undefined,
    newValue: row.new_value ?? undefined,
    actor: isAccount ? account('actor') : row.actor_kind || undefined,
    signer: account('signer'),
    via: row.via === '' ? undefined : row.via.split(','),
    extrinsic: row.extrinsic ?? undefined,
  };
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as never;
}
