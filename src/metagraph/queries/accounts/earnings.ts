import { type AccountId, BLOCKS_PER_DAY, TaoscopeError, toSs58 } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import {
  type EpochPay,
  earningsByDay,
  type Presence,
  type SubnetClock,
  type SubnetEarnings,
} from '../../analysis/earnings/earnings-by-day.ts';
import { periodOf } from './subnet-facts.ts';
import { type Tenure, type TenureFilter, tenuresOf } from './tenures.ts';

export interface EarningsAnswer {
  /** First and last day, UTC; absent when no epoch was seen. */
  from?: string;
  to?: string;
  day: string[];
  /** Of a validator: before its nominators get their part. */
  subnets: SubnetEarnings[];
}

/** Whose, and how many days back from the newest stored snapshot of any of its subnets. */
export type EarningsQuery = ({ readonly hotkey: AccountId } | { readonly coldkey: AccountId }) & {
  readonly days?: number | undefined;
};

export const DEFAULT_DAYS = 30;
export const MOST_DAYS = 3_650;

const DAY_MS = 86_400_000;
// A block of mainnet.
const BLOCK_MS = 12_000;

/** What epochs paid to a hotkey, or to all hotkeys of a coldkey, by UTC day. Throws `not-found` when it was never seen. */
export async function accountEarnings(
  store: Store,
  query: EarningsQuery,
  signal?: AbortSignal,
): Promise<EarningsAnswer> {
  const filter = filterOf(query);
  const tenures = await tenuresOf(store, filter, 0, signal);
  if (tenures.length === 0) throw neverSeen(query);
  const netuids = [...new Set(tenures.map(({ netuid }) => netuid))];
  const newest = await newestSnapshot(store, netuids, signal);
  if (newest === undefined) return { day: [], subnets: [] };
  const lastDay = Math.floor(newest.timeMs / DAY_MS) * DAY_MS;
  const since = lastDay - ((query.days ?? DEFAULT_DAYS) - 1) * DAY_MS;

  const epochs = await subnetEpochs(store, netuids, { since, newest }, signal);
  const clocks = new Map(
    [...epochs].flatMap(([netuid, of]) => {
      const clock = clockOf(of);
      return clock === undefined ? [] : [[netuid, clock] as const];
    }),
  );
  const range = { since, fromBlock: firstBlockOf(netuids, clocks, since) };
  const pays = await paysOf(store, filter, tenures, range, signal);
  const first = Math.min(lastDay, ...pays.map(({ timeMs }) => Math.floor(timeMs / DAY_MS) * DAY_MS));
  if (pays.length === 0) return { day: [], subnets: [] };
  const days = Array.from({ length: (lastDay - first) / DAY_MS + 1 }, (_, day) => first + day * DAY_MS);
  const names = days.map((ms) => new Date(ms).toISOString().slice(0, 10));
  return {
    from: names[0] as string,
    to: names.at(-1) as string,
    day: names,
    subnets: earningsByDay(days, withPrices(pays, epochs), tenures.map(presenceOf), clocks),
  };
}

function filterOf(query: EarningsQuery): TenureFilter {
  const hex = (account: AccountId) => Buffer.from(account).toString('hex').toUpperCase();
  return 'hotkey' in query ? { hotkey: hex(query.hotkey) } : { coldkey: hex(query.coldkey) };
}

/** A neuron is paid from its registration on, whether or not we were watching. */
function presenceOf({ netuid, registeredAt, firstBlock, lastBlock }: Tenure): Presence {
  return { netuid, first: registeredAt > 0 ? registeredAt : firstBlock, last: lastBlock };
}

interface Newest {
  readonly block: number;
  readonly timeMs: number;
}

async function newestSnapshot(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Newest | undefined> {
  const rows = await store.query<{ block: number; seconds: number }>(
    `SELECT max(block) AS block, toUnixTimestamp(max(timestamp)) AS seconds FROM neurons_latest WHERE netuid IN {netuids:Array(UInt16)}`,
    { params: { netuids }, label: 'find the newest snapshot of an account', signal },
  );
  const { block = 0, seconds = 0 } = rows[0] ?? {};
  return seconds === 0 ? undefined : { block, timeMs: seconds * 1_000 };
}

/**
 * Pay by epoch. A neuron registered in the block of an epoch comes after it (epochs run before extrinsics), so what it shows
 * there is its predecessor's.
 */
async function paysOf(
  store: Store,
  filter: TenureFilter,
  tenures: readonly Tenure[],
  { since, fromBlock }: { since: number; fromBlock: number },
  signal: AbortSignal | undefined,
): Promise<EpochPay[]> {
  // Of years of registrations, those that reach into the range.
  const present = tenures.filter(({ lastBlock }) => lastBlock >= fromBlock);
  if (present.length === 0) return [];
  const places = [...new Set(present.map(({ netuid, uid }) => `(${netuid},0,${uid})`))];
  const account = 'hotkey' in filter ? 'hotkey' : 'coldkey';
  const rows = await store.query<{
    netuid: number;
    unit_name: 'alpha' | 'tao';
    pays: [block: number, seconds: number, amount: string][];
  }>(
    // The places choose what is read of disk; to look each row up among them would cost more than to compare its account.
    `SELECT netuid, unit_name, groupArray((block, seconds, amount)) AS pays FROM (
       SELECT netuid, block, toUnixTimestamp(any(timestamp)) AS seconds, toString(any(unit)) AS unit_name,
         toString(sum(emission)) AS amount
       FROM neurons_epoch FINAL
       PREWHERE netuid IN {netuids:Array(UInt16)} AND mechanism = 0 AND block >= {fromBlock:UInt32}
         AND indexHint((netuid, mechanism, uid) IN (${places.join(',')}))
       WHERE ${account} = toFixedString(unhex({account:String}), 32) AND timestamp >= fromUnixTimestamp({since:UInt32})
         AND emission IS NOT NULL AND ifNull(registered_at, 0) < block
       GROUP BY netuid, block ORDER BY netuid, block
     ) GROUP BY netuid, unit_name ORDER BY netuid`,
    {
      params: {
        fromBlock,
        since: Math.max(0, Math.floor(since / 1_000)),
        netuids: [...new Set(present.map(({ netuid }) => netuid))],
        account: 'hotkey' in filter ? filter.hotkey : filter.coldkey,
      },
      label: 'sum the pay of an account',
      signal,
    },
  );
  return rows.flatMap(({ netuid, unit_name, pays }) =>
    pays.map(([block, seconds, amount]) => ({
      netuid,
      block,
      timeMs: seconds * 1_000,
      unit: unit_name,
      amount: BigInt(amount),
    })),
  );
}

interface SubnetEpoch {
  readonly block: number;
  readonly timeMs: number;
  readonly price: number | undefined;
  readonly periodBlocks: number | undefined;
}

/**
 * The epochs of subnets as their facts tell them, ascending, by netuid. Rows lie by blocks, so the blocks of the range are
 * read first, as many as there may be at 12 s; everything where they do not reach back to its beginning.
 */
async function subnetEpochs(
  store: Store,
  netuids: readonly number[],
  { since, newest }: { readonly since: number; readonly newest: Newest },
  signal: AbortSignal | undefined,
): Promise<Map<number, SubnetEpoch[]>> {
  const blocks = Math.ceil((newest.timeMs - since + DAY_MS) / BLOCK_MS);
  const near = Math.max(0, newest.block - blocks);
  const found = await readEpochs(store, netuids, { since, from: near }, signal);
  const reaches = [...found.values()].some(([first]) => first !== undefined && first.timeMs <= since);
  return near === 0 || reaches ? found : readEpochs(store, netuids, { since, from: 0 }, signal);
}

async function readEpochs(
  store: Store,
  netuids: readonly number[],
  { since, from }: { readonly since: number; readonly from: number },
  signal: AbortSignal | undefined,
): Promise<Map<number, SubnetEpoch[]>> {
  const rows = await store.query<{
    netuid: number;
    epochs: [block: number, millis: string, price: number, last: string, next: string][];
  }>(
    // -1 and 0 are "not told": groups do not keep NULL.
    `SELECT netuid, arraySort(epoch -> epoch.1, groupArray((block, toString(toUnixTimestamp64Milli(assumeNotNull(timestamp))),
         if(netuid = 0, 1., ifNull(price_rao / 1e9, -1.)), toString(ifNull(last_epoch_block, 0)),
         toString(ifNull(next_epoch_block, 0))))) AS epochs
     FROM subnets_epoch FINAL
     PREWHERE netuid IN {netuids:Array(UInt16)} AND block >= {from:UInt32}
     WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64})
     GROUP BY netuid`,
    // A day more: the price of the first epoch may be older than it.
    {
      params: { netuids, from, since: Math.max(0, since - DAY_MS) },
      label: 'read the epochs of subnets',
      signal,
    },
  );
  return new Map(
    rows.map(({ netuid, epochs }) => [
      netuid,
      epochs.map(([block, millis, price, last, next]) => ({
        block,
        timeMs: Number(millis),
        price: price < 0 ? undefined : price,
        periodBlocks: periodOf({ lastEpochBlock: Number(last), nextEpochBlock: Number(next) }),
      })),
    ]),
  );
}

/** Gives each pay the price at its epoch, or the newest before it. Both ascend by block. */
function withPrices(
  pays: readonly EpochPay[],
  epochs: ReadonlyMap<number, readonly SubnetEpoch[]>,
): EpochPay[] {
  const priced: EpochPay[] = [];
  for (const [netuid, paid] of Map.groupBy(pays, (pay) => pay.netuid)) {
    const of = epochs.get(netuid) ?? [];
    let next = 0;
    let price: number | undefined;
    for (const pay of paid.toSorted((a, b) => a.block - b.block)) {
      for (; next < of.length && (of[next] as SubnetEpoch).block <= pay.block; next++)
        price = of[next]?.price ?? price;
      priced.push({ ...pay, price: netuid === 0 ? 1 : price });
    }
  }
  return priced;
}

function clockOf(epochs: readonly SubnetEpoch[]): SubnetClock | undefined {
  const [first, last] = [epochs[0], epochs.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const blocks = last.block - first.block;
  const msPerBlock = blocks > 0 ? (last.timeMs - first.timeMs) / blocks : BLOCK_MS;
  return {
    block: last.block,
    timeMs: last.timeMs,
    msPerBlock: msPerBlock > 0 ? msPerBlock : BLOCK_MS,
    periodBlocks: last.periodBlocks,
  };
}

/**
 * A block that surely lies before an instant, or 0: rows are in order of blocks, so this spares reading all of history. The
 * clocks are those of the range itself; a day of blocks is left for their error.
 */
function firstBlockOf(
  netuids: readonly number[],
  clocks: ReadonlyMap<number, SubnetClock>,
  since: number,
): number {
  const blocks = netuids.map((netuid) => {
    const clock = clocks.get(netuid);
    if (clock === undefined) return 0;
    return clock.block - Math.ceil((clock.timeMs - since) / clock.msPerBlock) - BLOCKS_PER_DAY;
  });
  return Math.max(0, Math.min(...blocks));
}

function neverSeen(query: EarningsQuery): TaoscopeError {
  const [kind, account] =
    'hotkey' in query ? (['hotkey', query.hotkey] as const) : (['coldkey', query.coldkey] as const);
  return new TaoscopeError('not-found', {
    failed: `the ${kind} ${toSs58(account)} is in no stored snapshot`,
    todo: 'check the address; a neuron registered a moment ago appears with the next snapshot',
  });
}
