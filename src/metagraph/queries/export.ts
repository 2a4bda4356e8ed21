import type { Store } from '../../store/index.ts';
import { RETRACTED } from '../event-rows.ts';
import { joinAddress, rememberAddresses } from './addresses.ts';
import { NEURON_TABLES } from './metagraph-at.ts';
import type { Resolution } from './snapshots.ts';

export const EXPORT_TABLES = ['metagraph', 'weights', 'events'] as const;
export type ExportTable = (typeof EXPORT_TABLES)[number];

export interface ExportQuery {
  /** Default `metagraph`. */
  readonly table?: ExportTable | undefined;
  readonly netuid?: number | undefined;
  /** Blocks, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Of the metagraph. Default `raw`; roll-ups reach further back. */
  readonly resolution?: Resolution | undefined;
  readonly format: 'parquet' | 'csv';
}

/**
 * Stored rows as one tidy table (`docs/export.md` tells its columns). Integers are the chain's own; accounts are ss58;
 * instants are UTC; what a runtime does not have is NULL, in CSV empty.
 *
 * `metagraph`: a row per neuron and snapshot, by netuid, mechanism, block and uid. `weights`: a row per weight. `events`: a
 * row per event.
 */
export async function exportMetagraph(
  store: Store,
  { table = 'metagraph', netuid, from = 0, to = 2 ** 32 - 1, resolution = 'raw', format }: ExportQuery,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const where = `block BETWEEN {from:UInt32} AND {to:UInt32}${netuid === undefined ? '' : ' AND netuid = {netuid:UInt16}'}`;
  const params = { from, to, ...(netuid === undefined ? {} : { netuid }) };
  const { sql, accounts } = STATEMENTS[table](where, resolution, format === 'csv' ? csvText : plainText);
  await rememberAddresses(store, accounts, params, signal);
  return store.exportStream(
    format === 'csv' ? `${sql}\nSETTINGS format_csv_null_representation = ''` : sql,
    format === 'csv' ? 'CSVWithNames' : 'Parquet',
    { params, label: `export ${table}`, signal },
  );
}

/** A SELECT of the table, and one of the accounts that it shows. */
interface Statement {
  readonly sql: string;
  readonly accounts: string;
}

type TextColumn = (column: string) => string;

const plainText: TextColumn = (column) => column;

/** Names are what their owners like; a spreadsheet would take some for formulas. A leading apostrophe shows them as text. */
const csvText: TextColumn = (column) =>
  `if(match(ifNull(${column}, ''), '^[\\\\s=+\\\\-@]'), concat('\\'', ${column}), ${column})`;

const STATEMENTS: Readonly<
  Record<ExportTable, (where: string, resolution: Resolution, text: TextColumn) => Statement>
> = { metagraph: metagraphStatement, weights: weightsStatement, events: eventsStatement };

/** The facts of the subnet that each row repeats: enough to turn alpha into TAO and to tell epochs. */
const FACT_TABLES: Readonly<Record<Resolution, string>> = {
  raw: 'subnets',
  hourly: 'subnets_hourly',
  epoch: 'subnets_epoch',
};

function metagraphStatement(where: string, resolution: Resolution, text: TextColumn): Statement {
  const neurons = NEURON_TABLES[resolution];
  const served = (kind: 'axon' | 'prometheus', columns: readonly string[]) =>
    columns.map((column) => `if(${kind}_block IS NULL, NULL, ${kind}_${column}) AS ${kind}_${column}`);
  return {
    accounts: `SELECT hotkey AS account FROM ${neurons} WHERE ${where}
      UNION DISTINCT SELECT assumeNotNull(coldkey) FROM ${neurons} WHERE ${where} AND coldkey IS NOT NULL
      UNION DISTINCT SELECT assumeNotNull(owner_coldkey) FROM ${FACT_TABLES[resolution]} WHERE ${where} AND owner_coldkey IS NOT NULL
      UNION DISTINCT SELECT assumeNotNull(owner_hotkey) FROM ${FACT_TABLES[resolution]} WHERE ${where} AND owner_hotkey IS NOT NULL`,
    sql: `SELECT n.netuid AS netuid, n.mechanism AS mechanism, n.block AS block, s.timestamp AS timestamp,
  (SELECT concat('0x', lower(hex(any(genesis_hash)))) FROM chain HAVING count() > 0) AS genesis_hash,
  concat('0x', lower(hex(s.block_hash))) AS block_hash, s.epoch AS epoch, toString(s.spec_name) AS spec_name,
  s.spec_version AS spec_version, concat('0x', lower(hex(s.metadata_hash))) AS metadata_hash,
  toString(s.source) AS source, toString(n.unit) AS unit, n.uid AS uid,
  h.ss58 AS hotkey, nullIf(c.ss58, '') AS coldkey, ${text('n.identity_name')} AS identity_name,
  active, validator_permit, rank, trust, consensus, incentive, dividends, validator_trust, pruning_score, stake_weight,
  n.emission AS emission, last_update, n.registered_at AS registered_at, stake, alpha_stake, tao_stake, total_stake,
  axon_block, ${served('axon', ['version', 'ip', 'port', 'ip_type', 'protocol', 'placeholder1', 'placeholder2']).join(', ')},
  prometheus_block, ${served('prometheus', ['version', 'ip', 'port', 'ip_type']).join(', ')},
  ${text('f.name')} AS subnet_name, ${text('f.symbol')} AS subnet_symbol,
  nullIf(oc.ss58, '') AS subnet_owner_coldkey, nullIf(oh.ss58, '') AS subnet_owner_hotkey,
  ${SUBNET_FACTS.map((column) => `f.${column} AS subnet_${column}`).join(', ')}
FROM (SELECT * FROM ${neurons} FINAL WHERE ${where}) AS n
GLOBAL INNER JOIN (SELECT * FROM snapshots FINAL WHERE ${where}) AS s
  ON n.netuid = s.netuid AND n.mechanism = s.mechanism AND n.block = s.block
GLOBAL ANY LEFT JOIN (
  SELECT netuid, block, name, symbol, owner_coldkey, owner_hotkey, ${SUBNET_FACTS.map(factColumn).join(', ')}
  FROM ${FACT_TABLES[resolution]} FINAL WHERE ${where}
) AS f ON n.netuid = f.netuid AND n.block = f.block
${joinAddress('n.hotkey', 'h')}
${joinAddress('n.coldkey', 'c')}
${joinAddress('f.owner_coldkey', 'oc')}
${joinAddress('f.owner_hotkey', 'oh')}
WHERE n.uid < s.n
ORDER BY netuid, mechanism, block, uid`,
  };
}

/** Columns of the facts, as they are. Counts that are always there are NULL where no facts are stored. */
const SUBNET_FACTS = [
  'registered_at',
  'max_uids',
  'max_validators',
  'mechanisms',
  'tempo',
  'last_epoch_block',
  'blocks_since_epoch',
  'next_epoch_block',
  'burn',
  'difficulty',
  'registration_allowed',
  'immunity_period',
  'tao_in',
  'alpha_in',
  'alpha_out',
  'volume',
  'price_rao',
  'moving_price',
  'emission',
] as const;

function factColumn(column: (typeof SUBNET_FACTS)[number]): string {
  if (column === 'tempo' || column === 'mechanisms') return `toNullable(${column}) AS ${column}`;
  // Readers of Parquet have no integers of 128 bits.
  if (column === 'difficulty' || column === 'volume') return `toString(${column}) AS ${column}`;
  return column;
}

function weightsStatement(where: string): Statement {
  return {
    accounts: `SELECT DISTINCT hotkey AS account FROM weights WHERE ${where}`,
    sql: `SELECT w.netuid AS netuid, w.mechanism AS mechanism, w.block AS block, r.timestamp AS timestamp, w.uid AS uid,
  h.ss58 AS hotkey, w.last_update AS last_update, pair.1 AS target, pair.2 AS weight, pair.2 / row_sum AS share
FROM (
  SELECT netuid, mechanism, block, uid, hotkey, last_update, arraySum(values) AS row_sum,
    arrayJoin(arrayZip(targets, values)) AS pair
  FROM weights FINAL WHERE ${where}
) AS w
GLOBAL ANY LEFT JOIN (SELECT netuid, mechanism, block, timestamp FROM weight_readings FINAL WHERE ${where}) AS r
  ON w.netuid = r.netuid AND w.mechanism = r.mechanism AND w.block = r.block
${joinAddress('w.hotkey', 'h')}
ORDER BY netuid, mechanism, block, uid, target`,
  };
}

const EVENT_ACCOUNTS = ['hotkey', 'coldkey', 'other_hotkey', 'other_coldkey', 'actor', 'signer'] as const;

function eventsStatement(where: string, _resolution: Resolution, text: TextColumn): Statement {
  const shown = `${where} AND kind != '${RETRACTED}'`;
  const address = (column: (typeof EVENT_ACCOUNTS)[number]) => `nullIf(of_${column}.ss58, '') AS ${column}`;
  return {
    accounts: EVENT_ACCOUNTS.map(
      (column) =>
        `SELECT assumeNotNull(${column}) AS account FROM events WHERE ${shown} AND ${column} IS NOT NULL`,
    ).join(' UNION DISTINCT '),
    // What concerns no single subnet has netuid -1 in the table.
    sql: `SELECT nullIf(e.netuid, -1) AS netuid, e.block AS block, e.place AS place, e.timestamp AS timestamp,
  toString(e.kind) AS kind, toString(e.name) AS name, e.mechanism AS mechanism, e.uid AS uid,
  ${EVENT_ACCOUNTS.slice(0, 4).map(address).join(', ')}, e.other_netuid AS other_netuid,
  e.tao AS tao, e.alpha AS alpha, ${text('e.old_value')} AS old_value, ${text('e.new_value')} AS new_value,
  ${address('actor')}, toString(e.actor_kind) AS actor_kind, ${address('signer')},
  toString(e.via) AS via, e.extrinsic AS extrinsic
FROM (SELECT * FROM events FINAL WHERE ${shown}) AS e
${EVENT_ACCOUNTS.map((column) => joinAddress(`e.${column}`, `of_${column}`)).join('\n')}
ORDER BY block, place`,
  };
}
