import type { BlockRef, SubnetFacts } from '../chain/index.ts';
import { stringifyJson } from '../shared/index.ts';

/** Columns of `subnets` in the order of {@link subnetRow}. */
export const SUBNET_COLUMNS = [
  'netuid',
  'block',
  'block_hash',
  'timestamp',
  'name',
  'symbol',
  'identity',
  'owner_coldkey',
  'owner_hotkey',
  'registered_at',
  'n',
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
  'hyperparameters',
  'tao_in',
  'alpha_in',
  'alpha_out',
  'volume',
  'price_rao',
  'moving_price',
  'emission',
  'expires',
  'rollup_expires',
  'epoch_expires',
] as const;

/** What the row says beside the facts; instants as ClickHouse writes them. */
export interface SubnetCells {
  readonly blockHash: Uint8Array;
  readonly timestamp: string | undefined;
  readonly expires: string;
  readonly rollupExpires: string;
  readonly epochExpires: string;
}

/** The row of a subnet at a block. */
export function subnetRow(facts: SubnetFacts, block: BlockRef, cells: SubnetCells): unknown[] {
  return [
    facts.netuid,
    block.number,
    cells.blockHash,
    cells.timestamp,
    facts.name,
    facts.symbol,
    facts.identity === undefined ? undefined : stringifyJson(facts.identity),
    facts.ownerColdkey,
    facts.ownerHotkey,
    facts.registeredAt,
    facts.n,
    facts.maxUids,
    facts.maxValidators,
    facts.mechanisms,
    facts.tempo,
    facts.lastEpochBlock,
    facts.blocksSinceEpoch,
    facts.nextEpochBlock,
    facts.burn,
    facts.difficulty,
    facts.registrationAllowed,
    facts.immunityPeriod,
    stringifyJson(facts.hyperparameters),
    facts.taoIn,
    facts.alphaIn,
    facts.alphaOut,
    facts.volume,
    facts.priceRao,
    facts.movingPrice,
    facts.emission,
    cells.expires,
    cells.rollupExpires,
    cells.epochExpires,
  ];
}

/** The SELECT list that {@link parseSubnetRow} reads. */
export const SUBNET_SELECT = `netuid, block, hex(block_hash) AS hash_hex, toUnixTimestamp64Milli(timestamp) AS millis, name, symbol, identity, hex(owner_coldkey) AS owner_coldkey_hex, hex(owner_hotkey) AS owner_hotkey_hex, registered_at, n,
  max_uids, max_validators, mechanisms, tempo, last_epoch_block, blocks_since_epoch, next_epoch_block, burn,
  toString(difficulty) AS difficulty_text, registration_allowed, immunity_period, hyperparameters, tao_in, alpha_in, alpha_out, toString(volume) AS volume_text, price_rao,
  moving_price, emission`;

/** A row of {@link SUBNET_SELECT}. */
export interface SubnetRow {
  readonly netuid: number;
  readonly block: number;
  readonly hash_hex: string;
  readonly millis: string | null;
  readonly name: string | null;
  readonly symbol: string | null;
  /** JSON. */
  readonly identity: string | null;
  readonly owner_coldkey_hex: string | null;
  readonly owner_hotkey_hex: string | null;
  readonly registered_at: string | null;
  readonly n: number;
  readonly max_uids: number | null;
  readonly max_validators: number | null;
  readonly mechanisms: number;
  readonly tempo: number;
  readonly last_epoch_block: string | null;
  readonly blocks_since_epoch: string | null;
  readonly next_epoch_block: string | null;
  readonly burn: string | null;
  readonly difficulty_text: string | null;
  readonly registration_allowed: boolean | null;
  readonly immunity_period: string | null;
  /** JSON; integers beyond 2^53 are decimal strings. */
  readonly hyperparameters: string;
  readonly tao_in: string | null;
  readonly alpha_in: string | null;
  readonly alpha_out: string | null;
  readonly volume_text: string | null;
  readonly price_rao: string | null;
  readonly moving_price: number | null;
  readonly emission: string | null;
}

/** The facts of a stored row, equal to those that were stored (hyperparameters: equal as JSON). */
export function parseSubnetRow(row: SubnetRow): SubnetFacts {
  return {
    netuid: row.netuid,
    name: row.name ?? undefined,
    symbol: row.symbol ?? undefined,
    identity: row.identity === null ? undefined : (JSON.parse(row.identity) as Record<string, string>),
    ownerColdkey: bytesOf(row.owner_coldkey_hex),
    ownerHotkey: bytesOf(row.owner_hotkey_hex),
    registeredAt: numberOf(row.registered_at),
    n: row.n,
    maxUids: row.max_uids ?? undefined,
    maxValidators: row.max_validators ?? undefined,
    mechanisms: row.mechanisms,
    tempo: row.tempo,
    lastEpochBlock: numberOf(row.last_epoch_block),
    blocksSinceEpoch: numberOf(row.blocks_since_epoch),
    nextEpochBlock: numberOf(row.next_epoch_block),
    burn: bigintOf(row.burn),
    difficulty: bigintOf(row.difficulty_text),
    registrationAllowed: row.registration_allowed ?? undefined,
    immunityPeriod: numberOf(row.immunity_period),
    hyperparameters: parseHyperparameters(row.hyperparameters),
    taoIn: bigintOf(row.tao_in),
    alphaIn: bigintOf(row.alpha_in),
    alphaOut: bigintOf(row.alpha_out),
    volume: bigintOf(row.volume_text),
    priceRao: bigintOf(row.price_rao),
    movingPrice: row.moving_price ?? undefined,
    emission: bigintOf(row.emission),
  };
}

function parseHyperparameters(text: string): Record<string, number | bigint | boolean> {
  const values = JSON.parse(text) as Record<string, number | string | boolean>;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? BigInt(value) : value]),
  );
}

function bytesOf(hex: string | null): Uint8Array | undefined {
  return hex === null ? undefined : Buffer.from(hex, 'hex');
}

function bigintOf(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}
