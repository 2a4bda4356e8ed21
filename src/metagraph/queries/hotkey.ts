import { type AccountId, BLOCKS_PER_DAY, TaoscopeError, toSs58 } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { NeuronJson } from '../json.ts';
import { NEURON_SELECT, type NeuronRow, parseNeuronRow } from '../neuron-row.ts';
import { isoTime, presentNeuron } from '../present.ts';

export interface Registration {
  netuid: number;
  mechanism: number;
  subnetName?: string;
  block: number;
  timestamp?: string;
  unit: 'alpha' | 'tao';
  /** Still registered at the newest snapshot of that subnet. */
  current: boolean;
  neuron: NeuronJson;
}

export interface HotkeyAnswer {
  hotkey: string;
  /** Owner coldkeys seen, newest first. */
  coldkeys: string[];
  registrations: Registration[];
}

const IS_HOTKEY = 'hotkey = toFixedString(unhex({hotkey:String}), 32)';

/** A hotkey over all subnets: where it is and was registered, each as last seen. Throws `not-found` when it was never seen. */
export async function hotkeyRegistrations(
  store: Store,
  { hotkey }: { hotkey: AccountId },
  signal?: AbortSignal,
): Promise<HotkeyAnswer> {
  const params = { hotkey: Buffer.from(hotkey).toString('hex') };
  const [now, before, known] = await Promise.all([
    readLatest(store, params, signal),
    readTenures(store, params, signal),
    tenuresSince(store, signal),
  ]);
  const rows = new Map<string, NeuronRow>();
  const coldkeys = new Map<string, number>();
  const see = (row: NeuronRow) => {
    const key = `${row.netuid}/${row.mechanism}`;
    if ((rows.get(key)?.block ?? -1) < row.block) rows.set(key, row);
    if (row.coldkey_hex !== null) own(row.coldkey_hex, row.block);
  };
  const own = (coldkey: string, last: number) =>
    coldkeys.set(coldkey, Math.max(last, coldkeys.get(coldkey) ?? 0));
  for (const row of now) see(row);
  for (const { coldkey_hex, last } of before) if (coldkey_hex !== '') own(coldkey_hex, last);
  const left = before.filter(({ netuid }) => !rows.has(`${netuid}/0`));
  for (const row of await readLast(store, params, left, signal)) see(row);
  if (known.older) for (const row of await readOlder(store, params, known.since, signal)) see(row);
  if (rows.size === 0) {
    throw new TaoscopeError('not-found', {
      failed: `the hotkey ${toSs58(hotkey)} is in no stored snapshot`,
      todo: 'check the address; a hotkey registered a moment ago appears with the next snapshot',
    });
  }
  const sorted = [...rows.values()].sort((a, b) => a.netuid - b.netuid || a.mechanism - b.mechanism);
  const netuids = [...new Set(sorted.map(({ netuid }) => netuid))];
  const [newest, names] = await Promise.all([
    newestSnapshots(store, netuids, signal),
    subnetNames(store, netuids, signal),
  ]);
  return {
    hotkey: toSs58(hotkey),
    coldkeys: [...coldkeys].sort(([, a], [, b]) => b - a).map(([hex]) => toSs58(Buffer.from(hex, 'hex'))),
    registrations: sorted.map((row) => {
      const subnetName = names.get(row.netuid);
      return {
        netuid: row.netuid,
        mechanism: row.mechanism,
        ...(subnetName === undefined ? {} : { subnetName }),
        block: row.block,
        ...(row.seconds === 0 ? {} : { timestamp: isoTime(row.seconds * 1000) }),
        unit: row.unit_name,
        current: row.block >= (newest.get(`${row.netuid}/${row.mechanism}`) ?? 0),
        neuron: presentNeuron(parseNeuronRow(row), row.unit_name, row.block),
      };
    }),
  };
}

/** The hotkey where it holds a uid in the newest snapshot of a subnet. */
function readLatest(
  store: Store,
  params: { hotkey: string },
  signal: AbortSignal | undefined,
): Promise<NeuronRow[]> {
  return store.query<NeuronRow>(
    // With FINAL the engine would read every column of every row; of the few keys it reads their rows alone.
    `SELECT ${NEURON_SELECT} FROM neurons_latest FINAL
     PREWHERE (netuid, mechanism, uid) IN (SELECT netuid, mechanism, uid FROM neurons_latest WHERE ${IS_HOTKEY})
     WHERE ${IS_HOTKEY}
     ORDER BY netuid, mechanism, block DESC LIMIT 1 BY netuid, mechanism`,
    { params, label: 'find a hotkey', signal },
  );
}

interface LastTenure {
  readonly netuid: number;
  readonly uid: number;
  readonly coldkey_hex: string;
  readonly last: number;
}

/** Where it was, with which coldkeys, and until when. */
async function readTenures(
  store: Store,
  params: { hotkey: string },
  signal: AbortSignal | undefined,
): Promise<LastTenure[]> {
  const rows = await store.query<LastTenure>(
    `SELECT netuid, uid, hex(coldkey) AS coldkey_hex, max(last_block) AS last FROM account_tenures
     WHERE account = toFixedString(unhex({hotkey:String}), 32) AND ${IS_HOTKEY} GROUP BY netuid, uid, coldkey_hex`,
    { params, label: 'find the tenures of a hotkey', signal },
  );
  // As text the engine may have cut the zero bytes at its end.
  return rows.map((row) =>
    row.coldkey_hex === '' ? row : { ...row, coldkey_hex: row.coldkey_hex.padEnd(64, '0') },
  );
}

/** The last row of each place that it no longer has. The roll-ups remember what full resolution has forgotten. */
async function readLast(
  store: Store,
  params: { hotkey: string },
  left: readonly LastTenure[],
  signal: AbortSignal | undefined,
): Promise<NeuronRow[]> {
  if (left.length === 0) return [];
  const newest = [...Map.groupBy(left, ({ netuid }) => netuid).values()].map((of) =>
    of.reduce((a, b) => (b.last > a.last ? b : a)),
  );
  const near = newest.map(
    ({ netuid, uid, last }) =>
      `netuid = ${netuid} AND uid = ${uid} AND block BETWEEN ${Math.max(0, last - BLOCKS_PER_DAY)} AND ${last}`,
  );
  const rows = await readTables(store, `(${near.join(' OR ')}) AND ${IS_HOTKEY}`, params, signal);
  const found = new Set(rows.map(({ netuid }) => netuid));
  const missing = newest.filter(({ netuid }) => !found.has(netuid));
  if (missing.length === 0) return rows;
  // Seen between epochs alone, longer ago than such rows are kept.
  const far = missing.map(({ netuid }) => `netuid = ${netuid}`);
  return [...rows, ...(await readTables(store, `(${far.join(' OR ')}) AND ${IS_HOTKEY}`, params, signal))];
}

/** A store that is older than the table of tenures knows its early days only row by row. */
function readOlder(
  store: Store,
  params: { hotkey: string },
  since: number,
  signal: AbortSignal | undefined,
): Promise<NeuronRow[]> {
  return readTables(store, `block < {since:UInt32} AND ${IS_HOTKEY}`, { ...params, since }, signal);
}

async function readTables(
  store: Store,
  where: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<NeuronRow[]> {
  const found = await Promise.all(
    ['neurons', 'neurons_hourly', 'neurons_epoch'].map((table) =>
      store.query<NeuronRow>(
        `SELECT ${NEURON_SELECT} FROM ${table} FINAL WHERE ${where}
         ORDER BY netuid, mechanism, block DESC LIMIT 1 BY netuid, mechanism, coldkey`,
        { params, label: 'find where a hotkey was', signal },
      ),
    ),
  );
  return found.flat();
}

/** The block since which tenures are kept, and whether there are neurons of before; few or no rows are read for it. */
async function tenuresSince(
  store: Store,
  signal: AbortSignal | undefined,
): Promise<{ since: number; older: boolean }> {
  const rows = await store.query<{ since: number; oldest: number }>(
    `SELECT (SELECT if(count() = 0, 4294967295, min(first_block)) FROM account_tenures) AS since,
       (SELECT if(count() = 0, 4294967295, min(block)) FROM neurons_epoch) AS oldest_epoch,
       (SELECT if(count() = 0, 4294967295, min(block)) FROM neurons) AS oldest_raw,
       least(oldest_epoch, oldest_raw) AS oldest`,
    { label: 'ask since when tenures are kept', signal },
  );
  const { since = 0, oldest = 0 } = rows[0] ?? {};
  return { since, older: oldest < since };
}

/** The newest snapshots are looked for in the last week first: a year has 53 parts. */
async function newestSnapshots(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const read = (of: readonly number[], bound: string) =>
    store.query<{ netuid: number; mechanism: number; newest: number }>(
      `SELECT netuid, mechanism, max(block) AS newest FROM snapshots
       WHERE netuid IN {netuids:Array(UInt16)} ${bound} GROUP BY netuid, mechanism`,
      { params: { netuids: of }, label: 'find the newest snapshots', signal },
    );
  const rows = await read(netuids, `AND block + ${WEEK_BLOCKS} >= (SELECT max(block) FROM snapshots)`);
  const missing = netuids.filter((netuid) => !rows.some((row) => row.netuid === netuid));
  if (missing.length > 0) rows.push(...(await read(missing, '')));
  return new Map(rows.map(({ netuid, mechanism, newest }) => [`${netuid}/${mechanism}`, newest]));
}

const WEEK_BLOCKS = 7 * BLOCKS_PER_DAY;

async function subnetNames(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, string>> {
  const rows = await store.query<{ netuid: number; latest: [string | null] }>(
    `SELECT netuid, argMax(tuple(name), block) AS latest FROM subnets_hourly WHERE netuid IN {netuids:Array(UInt16)}
     GROUP BY netuid`,
    { params: { netuids }, label: 'read subnet names', signal },
  );
  return new Map(
    rows.flatMap(({ netuid, latest }) => (latest[0] === null ? [] : [[netuid, latest[0]] as const])),
  );
}
