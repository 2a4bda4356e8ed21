import { raoToNumber, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { SubnetJson } from '../json.ts';
import { isoTime, presentHash, presentSubnet } from '../present.ts';
import { parseSubnetRow, SUBNET_SELECT, type SubnetRow } from '../subnet-row.ts';

export interface WithDelta {
  value?: number;
  delta24h?: number;
}

export interface SubnetAnswer {
  subnet: SubnetJson;
  blockHash: string;
  timestamp?: string;
  specVersion: number;
  header: { registerCost: WithDelta; validators: WithDelta; miners: WithDelta; comparedWithBlock?: number };
  mechanisms: number[];
}

const LAST_BLOCK = 2 ** 32 - 1;
const DAY_MS = 86_400_000;
// "A day ago" may lie this much further back: snapshots are not taken to the minute.
const TOLERANCE_MS = 2 * 3_600_000;
// Counts of validators and miners older than this are not shown beside today's facts. A week of 12 s blocks.
const ROLES_WITHIN_BLOCKS = 50_400;

/** Every subnet at its newest stored block at or before `block` (default: the newest), ascending by netuid. */
export async function subnetsAt(
  store: Store,
  { block = LAST_BLOCK }: { block?: number | undefined } = {},
  signal?: AbortSignal,
): Promise<{ block?: number; timestamp?: string; subnets: SubnetJson[] }> {
  const newest = await store.query<{ netuid: number; at: number }>(
    `SELECT netuid, max(block) AS at FROM (
       SELECT netuid, block FROM subnets WHERE block <= {block:UInt32}
       UNION ALL SELECT netuid, block FROM subnets_hourly WHERE block <= {block:UInt32}
     ) GROUP BY netuid ORDER BY netuid`,
    { params: { block }, label: 'find the newest facts', signal },
  );
  if (newest.length === 0) return { subnets: [] };
  const rows = await rowsAt(store, newest, signal);
  const last = Math.max(...newest.map(({ at }) => at));
  const roles = await rolesAt(store, last, signal);
  const head = rows.find((row) => row.block === last);
  return {
    block: last,
    ...(head === undefined || head.millis === null ? {} : { timestamp: isoTime(Number(head.millis)) }),
    subnets: rows.map((row) =>
      presentSubnet(parseSubnetRow(row), { number: row.block }, roles.get(row.netuid)),
    ),
  };
}

/**
 * A subnet at its newest stored block at or before `block`, with the figures of the page's header and their change over
 * 24 h. Throws `not-found` when nothing of it is stored.
 */
export async function subnetAt(
  store: Store,
  { netuid, block = LAST_BLOCK }: { netuid: number; block?: number | undefined },
  signal?: AbortSignal,
): Promise<SubnetAnswer> {
  const now = await factsOf(store, netuid, { block }, signal);
  if (now === undefined) {
    throw new TaoscopeError('not-found', {
      failed: `nothing of netuid ${netuid} is stored${block === LAST_BLOCK ? '' : ` at or before block ${block}`}`,
      todo: 'refresh the subnet, or choose a netuid that exists',
    });
  }
  const facts = parseSubnetRow(now);
  const roles = await rolesOf(store, netuid, { block: now.block }, signal);
  const dayBefore = now.millis === null ? undefined : { millis: Number(now.millis) - DAY_MS };
  const before = dayBefore && (await factsOf(store, netuid, dayBefore, signal));
  const rolesBefore = dayBefore && (await rolesOf(store, netuid, dayBefore, signal));
  const comparedWithBlock = before?.block ?? rolesBefore?.block;
  return {
    subnet: presentSubnet(facts, { number: now.block }, rolesJson(roles)),
    blockHash: presentHash(now.hash_hex),
    ...(now.millis === null ? {} : { timestamp: isoTime(Number(now.millis)) }),
    specVersion:
      roles?.block === now.block ? roles.spec_version : await specVersionAt(store, now.block, signal),
    header: {
      registerCost: withDelta(burnOf(now), burnOf(before)),
      validators: withDelta(roles?.validators, rolesBefore?.validators),
      miners: withDelta(roles?.miners, rolesBefore?.miners),
      ...(comparedWithBlock === undefined ? {} : { comparedWithBlock }),
    },
    mechanisms: Array.from({ length: Math.max(1, facts.mechanisms) }, (_, mechanism) => mechanism),
  };
}

/** At or before a block, or at or shortly before an instant. */
type Moment = { readonly block: number } | { readonly millis: number };

function condition(moment: Moment): { where: string; params: Record<string, unknown> } {
  if ('block' in moment) return { where: 'block <= {block:UInt32}', params: { block: moment.block } };
  return {
    where:
      'timestamp <= fromUnixTimestamp64Milli({until:Int64}) AND timestamp >= fromUnixTimestamp64Milli({from:Int64})',
    params: { until: moment.millis, from: moment.millis - TOLERANCE_MS },
  };
}

async function factsOf(
  store: Store,
  netuid: number,
  moment: Moment,
  signal: AbortSignal | undefined,
): Promise<SubnetRow | undefined> {
  const { where, params } = condition(moment);
  const rows: SubnetRow[] = [];
  for (const table of ['subnets', 'subnets_hourly']) {
    rows.push(
      ...(await store.query<SubnetRow>(
        `SELECT ${SUBNET_SELECT} FROM ${table} FINAL WHERE netuid = {netuid:UInt16} AND ${where}
         ORDER BY block DESC LIMIT 1`,
        { params: { netuid, ...params }, label: 'read the facts of a subnet', signal },
      )),
    );
  }
  return rows.reduce<SubnetRow | undefined>(
    (best, row) => (best === undefined || row.block > best.block ? row : best),
    undefined,
  );
}

async function rowsAt(
  store: Store,
  newest: readonly { netuid: number; at: number }[],
  signal: AbortSignal | undefined,
): Promise<SubnetRow[]> {
  const found = new Map<number, SubnetRow>();
  for (const table of ['subnets', 'subnets_hourly']) {
    const missing = newest.filter(({ netuid }) => !found.has(netuid));
    if (missing.length === 0) break;
    const rows = await store.query<SubnetRow>(
      `SELECT ${SUBNET_SELECT} FROM ${table} FINAL
       WHERE (netuid, block) IN (
         SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({netuids:Array(UInt16)}, {blocks:Array(UInt32)})) AS pair)
       )`,
      {
        params: { netuids: missing.map(({ netuid }) => netuid), blocks: missing.map(({ at }) => at) },
        label: 'read the facts of all subnets',
        signal,
      },
    );
    for (const row of rows) found.set(row.netuid, row);
  }
  return [...found.values()].sort((a, b) => a.netuid - b.netuid);
}

interface Roles {
  readonly block: number;
  readonly spec_version: number;
  readonly validators: number | null;
  readonly miners: number | null;
}

async function rolesOf(
  store: Store,
  netuid: number,
  moment: Moment,
  signal: AbortSignal | undefined,
): Promise<Roles | undefined> {
  const { where, params } = condition(moment);
  const rows = await store.query<Roles>(
    `SELECT block, spec_version, validators, miners FROM snapshots FINAL
     WHERE netuid = {netuid:UInt16} AND mechanism = 0 AND ${where} ORDER BY block DESC LIMIT 1`,
    { params: { netuid, ...params }, label: 'count validators and miners', signal },
  );
  return rows[0];
}

async function rolesAt(
  store: Store,
  block: number,
  signal: AbortSignal | undefined,
): Promise<Map<number, ReturnType<typeof rolesJson>>> {
  const rows = await store.query<Roles & { netuid: number }>(
    `SELECT netuid, block, spec_version, validators, miners FROM snapshots
     WHERE mechanism = 0 AND block <= {block:UInt32} AND block + {within:UInt32} > {block:UInt32}
     ORDER BY netuid, block DESC, expires DESC LIMIT 1 BY netuid`,
    {
      params: { block, within: ROLES_WITHIN_BLOCKS },
      label: 'count validators and miners of all subnets',
      signal,
    },
  );
  return new Map(rows.map((row) => [row.netuid, rolesJson(row)]));
}

async function specVersionAt(store: Store, block: number, signal: AbortSignal | undefined): Promise<number> {
  const rows = await store.query<{ spec_version: number }>(
    `SELECT spec_version FROM runtimes FINAL WHERE first_block <= {block:UInt32} ORDER BY first_block DESC LIMIT 1`,
    { params: { block }, label: 'find the runtime of a block', signal },
  );
  return rows[0]?.spec_version ?? 0;
}

function rolesJson(roles: Roles | undefined): {
  validators?: number | undefined;
  miners?: number | undefined;
} {
  return { validators: roles?.validators ?? undefined, miners: roles?.miners ?? undefined };
}

function burnOf(row: SubnetRow | undefined): number | undefined {
  return row === undefined || row.burn === null ? undefined : raoToNumber(BigInt(row.burn));
}

function withDelta(value: number | null | undefined, before: number | null | undefined): WithDelta {
  if (value === undefined || value === null) return {};
  return before === undefined || before === null ? { value } : { value, delta24h: value - before };
}
