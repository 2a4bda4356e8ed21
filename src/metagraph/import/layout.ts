import { TaoscopeError } from '../../shared/index.ts';
import {
  blockNumber,
  bool,
  coinsToRao,
  createAccountParser,
  double,
  fractionToU16,
  hash,
  instant,
  ip,
  oneOf,
  type ParseCell,
  text,
  unsigned,
  whole,
} from './cells.ts';

/** How the columns of a file are read. */
export interface Layout {
  /** `taoscope`: what `taoscope export` writes. `dashboards`: the `df.parquet` of opentensor/dashboards (`meta2frame.py`). */
  readonly kind: 'taoscope' | 'dashboards';
  /** By the name in the file: our name for it, and how a cell is read. */
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly parse: ParseCell<unknown> }>;
  /** Columns of the file that are not taken. */
  readonly ignored: readonly string[];
}

const u8 = whole(255);
const u16 = whole(65_535);
const u32 = whole(4_294_967_295);
const u64 = unsigned(64);
const account = createAccountParser();
/** Names on the chain are bounded far below. */
const name = text(1_024);

/** What every row must say. */
const KEYS = ['block', 'uid', 'hotkey'];

/** Columns of an export (`docs/export.md`), under their own names. */
const TAOSCOPE: Readonly<Record<string, ParseCell<unknown>>> = {
  netuid: u16,
  mechanism: whole(15),
  block: u32,
  timestamp: instant,
  genesis_hash: hash,
  block_hash: hash,
  epoch: bool,
  spec_name: text(64),
  spec_version: u32,
  metadata_hash: hash,
  source: oneOf(['mechagraph', 'metagraph', 'neurons_lite', 'storage']),
  unit: oneOf(['alpha', 'tao']),
  uid: u16,
  hotkey: account,
  coldkey: account,
  identity_name: name,
  active: bool,
  validator_permit: bool,
  rank: u16,
  trust: u16,
  consensus: u16,
  incentive: u16,
  dividends: u16,
  validator_trust: u16,
  pruning_score: u16,
  stake_weight: u16,
  emission: u64,
  last_update: blockNumber,
  registered_at: blockNumber,
  stake: u64,
  alpha_stake: u64,
  tao_stake: u64,
  total_stake: u64,
  axon_block: blockNumber,
  axon_version: u32,
  axon_ip: ip,
  axon_port: u16,
  axon_ip_type: u8,
  axon_protocol: u8,
  axon_placeholder1: u8,
  axon_placeholder2: u8,
  prometheus_block: blockNumber,
  prometheus_version: u32,
  prometheus_ip: ip,
  prometheus_port: u16,
  prometheus_ip_type: u8,
  subnet_name: name,
  subnet_symbol: name,
  subnet_owner_coldkey: account,
  subnet_owner_hotkey: account,
  subnet_registered_at: blockNumber,
  subnet_max_uids: u16,
  subnet_max_validators: u16,
  subnet_mechanisms: u8,
  subnet_tempo: u32,
  subnet_last_epoch_block: blockNumber,
  subnet_blocks_since_epoch: blockNumber,
  subnet_next_epoch_block: blockNumber,
  subnet_burn: u64,
  subnet_difficulty: unsigned(128),
  subnet_registration_allowed: bool,
  subnet_immunity_period: blockNumber,
  subnet_tao_in: u64,
  subnet_alpha_in: u64,
  subnet_alpha_out: u64,
  subnet_volume: unsigned(128),
  subnet_price_rao: u64,
  subnet_moving_price: double,
  subnet_emission: u64,
};

/**
 * Columns of the old dashboards' table: fractions of 1 and TAO as (32-bit) floats, so that a stake is right to seven digits.
 * `R` is the metagraph's rank. (`meta2frame.py`; the figures also read `total_stake` and `ip`; dashboards.md 3.1)
 */
const DASHBOARDS: Readonly<Record<string, readonly [name: string, parse: ParseCell<unknown>]>> = {
  netuid: ['netuid', u16],
  block: ['block', u32],
  timestamp: ['timestamp', instant],
  uid: ['uid', u16],
  hotkey: ['hotkey', account],
  coldkey: ['coldkey', account],
  active: ['active', bool],
  validator_permit: ['validator_permit', bool],
  R: ['rank', fractionToU16],
  rank: ['rank', fractionToU16],
  trust: ['trust', fractionToU16],
  consensus: ['consensus', fractionToU16],
  incentive: ['incentive', fractionToU16],
  dividends: ['dividends', fractionToU16],
  validator_trust: ['validator_trust', fractionToU16],
  pruning_score: ['pruning_score', fractionToU16],
  emission: ['emission', coinsToRao],
  stake: ['stake', coinsToRao],
  total_stake: ['total_stake', coinsToRao],
  last_update: ['last_update', blockNumber],
  ip: ['axon_ip', ip],
  port: ['axon_port', u16],
};

/** The layout of a file, told by its columns. Throws `usage` for a table that is neither. */
export function layoutOf(file: string, columns: readonly string[]): Layout {
  const kind = columns.includes('unit') ? 'taoscope' : 'dashboards';
  const missing = (kind === 'taoscope' ? [...KEYS, 'netuid'] : KEYS).filter(
    (column) => !columns.includes(column),
  );
  const twice = columns.filter((column, at) => columns.indexOf(column) !== at);
  if (missing.length > 0 || twice.length > 0) {
    throw new TaoscopeError('usage', {
      failed: `${file} is no table of neurons`,
      got:
        twice.length > 0
          ? `the column ${twice[0]} twice`
          : `columns ${columns.slice(0, 20).join(', ') || 'none'}, but not ${missing.join(', ')}`,
      expected: 'a file of `taoscope export metagraph`, or the df.parquet of the old dashboards',
      todo: 'see docs/export.md for the columns',
    });
  }
  const taken = new Map(
    columns.flatMap((column) => {
      const parse = Object.hasOwn(TAOSCOPE, column) ? TAOSCOPE[column] : undefined;
      const old = Object.hasOwn(DASHBOARDS, column) ? DASHBOARDS[column] : undefined;
      if (kind === 'taoscope') return parse === undefined ? [] : [[column, { name: column, parse }] as const];
      return old === undefined ? [] : [[column, { name: old[0], parse: old[1] }] as const];
    }),
  );
  return { kind, columns: taken, ignored: columns.filter((column) => !taken.has(column)) };
}
