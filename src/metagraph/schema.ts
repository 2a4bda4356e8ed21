import type { Migration } from '../store/index.ts';

/*
 * How the tables are made.
 *
 * - Rows are keyed by what they describe (netuid, mechanism, uid, block), and the engine keeps one row per key: inserting
 *   twice changes nothing. Of two rows with one key the one that lives longer wins (`expires`), so a backfill of blocks
 *   that were followed before keeps them; at equal lives the later insert wins, so a replaced best block is stored over.
 * - Order (netuid, mechanism, uid, block) puts the history of one neuron together, where most values repeat.
 * - Roll-ups are filled by views on insert. They keep the last state of an hour and the states at epochs, both idempotent
 *   whatever the order or number of inserts.
 * - Every row carries the instant at which it may go, in whole hours, counted from its collection: a backfill of last
 *   year is not gone tomorrow. The engine removes it (TTL).
 * - A week of 12-second blocks is a partition: old rows go without rewriting new ones.
 * - Columns that an era may lack are Nullable. Accounts and hashes are their 32 bytes. What has no fixed fields (identity,
 *   hyperparameters) is JSON text.
 */

// 7 days of 7200 blocks.
const WEEK = 'PARTITION BY intDiv(block, 50400)';
const RUN = 'CODEC(ZSTD(1))';
const STEPS = 'CODEC(DoubleDelta, ZSTD(1))';
const DELTA = 'CODEC(Delta, ZSTD(1))';

const NEURON = `netuid UInt16 ${RUN},
  mechanism UInt8 ${RUN},
  uid UInt16 ${RUN},
  block UInt32 ${STEPS},
  timestamp DateTime('UTC') ${STEPS},
  unit Enum8('alpha' = 1, 'tao' = 2) ${RUN},
  hotkey FixedString(32) ${RUN},
  coldkey Nullable(FixedString(32)) ${RUN},
  active Nullable(Bool) ${RUN},
  validator_permit Nullable(Bool) ${RUN},
  rank Nullable(UInt16) ${RUN},
  trust Nullable(UInt16) ${RUN},
  consensus Nullable(UInt16) ${RUN},
  incentive Nullable(UInt16) ${RUN},
  dividends Nullable(UInt16) ${RUN},
  validator_trust Nullable(UInt16) ${RUN},
  pruning_score Nullable(UInt16) ${RUN},
  stake_weight Nullable(UInt16) ${RUN},
  emission Nullable(UInt64) ${DELTA},
  last_update Nullable(UInt64) ${DELTA},
  registered_at Nullable(UInt64) ${RUN},
  stake Nullable(UInt64) ${DELTA},
  alpha_stake Nullable(UInt64) ${DELTA},
  tao_stake Nullable(UInt64) ${DELTA},
  total_stake Nullable(UInt64) ${DELTA},
  axon_block Nullable(UInt64) ${RUN},
  axon_version UInt32 ${RUN},
  axon_ip String ${RUN},
  axon_port UInt16 ${RUN},
  axon_ip_type UInt8 ${RUN},
  axon_protocol UInt8 ${RUN},
  axon_placeholder1 UInt8 ${RUN},
  axon_placeholder2 UInt8 ${RUN},
  prometheus_block Nullable(UInt64) ${RUN},
  prometheus_version UInt32 ${RUN},
  prometheus_ip String ${RUN},
  prometheus_port UInt16 ${RUN},
  prometheus_ip_type UInt8 ${RUN},
  identity_name Nullable(String) ${RUN},
  rollup_expires DateTime('UTC') ${RUN}`;

const NEURON_NAMES = NEURON.split('\n').map((line) => line.trim().split(' ', 1)[0]);

const SUBNET = `netuid UInt16 ${RUN},
  block UInt32 ${STEPS},
  block_hash FixedString(32) ${RUN},
  timestamp Nullable(DateTime64(3, 'UTC')) ${STEPS},
  name Nullable(String) ${RUN},
  symbol Nullable(String) ${RUN},
  identity Nullable(String) ${RUN},
  owner_coldkey Nullable(FixedString(32)) ${RUN},
  owner_hotkey Nullable(FixedString(32)) ${RUN},
  registered_at Nullable(UInt64) ${RUN},
  n UInt16 ${RUN},
  max_uids Nullable(UInt32) ${RUN},
  max_validators Nullable(UInt32) ${RUN},
  mechanisms UInt8 ${RUN},
  tempo UInt32 ${RUN},
  last_epoch_block Nullable(UInt64) ${DELTA},
  blocks_since_epoch Nullable(UInt64) ${DELTA},
  next_epoch_block Nullable(UInt64) ${DELTA},
  burn Nullable(UInt64) ${DELTA},
  difficulty Nullable(UInt128) ${RUN},
  registration_allowed Nullable(Bool) ${RUN},
  immunity_period Nullable(UInt64) ${RUN},
  hyperparameters String ${RUN},
  tao_in Nullable(UInt64) ${DELTA},
  alpha_in Nullable(UInt64) ${DELTA},
  alpha_out Nullable(UInt64) ${DELTA},
  volume Nullable(UInt128) ${RUN},
  price_rao Nullable(UInt64) ${DELTA},
  moving_price Nullable(Float64) ${RUN},
  emission Nullable(UInt64) ${DELTA},
  rollup_expires DateTime('UTC') ${RUN}`;

const SUBNET_NAMES = SUBNET.split('\n').map((line) => line.trim().split(' ', 1)[0]);

/** The tables of this room, oldest change first. Append only: what stands here is in people's stores. */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'chain, blocks, gaps, runtimes, backfilled',
    statements: [
      `CREATE TABLE IF NOT EXISTS chain (
  genesis_hash FixedString(32),
  name String,
  bound_at DateTime('UTC')
) ENGINE = ReplacingMergeTree(bound_at) ORDER BY genesis_hash`,

      `CREATE TABLE IF NOT EXISTS blocks (
  block UInt32 ${STEPS},
  hash FixedString(32) CODEC(NONE),
  parent_hash FixedString(32) CODEC(NONE),
  timestamp Nullable(DateTime64(3, 'UTC')) ${STEPS},
  spec_version UInt32 ${RUN},
  expires DateTime('UTC') ${RUN}
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY block TTL expires`,

      // Merged by rules that do not depend on order: seen first, filled for good.
      `CREATE TABLE IF NOT EXISTS gaps (
  first UInt32,
  last UInt32,
  reason SimpleAggregateFunction(min, String),
  seen_at SimpleAggregateFunction(min, DateTime('UTC')),
  filled SimpleAggregateFunction(max, UInt8)
) ENGINE = AggregatingMergeTree ORDER BY (first, last)`,

      `CREATE TABLE IF NOT EXISTS runtimes (
  spec_name String,
  spec_version UInt32,
  transaction_version UInt32,
  code_hash String,
  metadata_hash FixedString(32),
  metadata_version UInt8,
  first_block SimpleAggregateFunction(min, UInt32),
  last_block SimpleAggregateFunction(max, UInt32)
) ENGINE = AggregatingMergeTree ORDER BY (spec_name, spec_version, transaction_version, code_hash, metadata_hash, metadata_version)`,

      `CREATE TABLE IF NOT EXISTS backfilled (
  scope String,
  block UInt32,
  expires DateTime('UTC')
) ENGINE = ReplacingMergeTree(expires) ORDER BY (scope, block) TTL expires`,
    ],
  },
  {
    number: 2,
    name: 'subnets',
    statements: [
      `CREATE TABLE IF NOT EXISTS subnets (
  ${SUBNET},
  expires DateTime('UTC') ${RUN}
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, block) TTL expires`,

      `CREATE TABLE IF NOT EXISTS subnets_hourly (
  hour DateTime('UTC') ${STEPS},
  ${SUBNET}
) ENGINE = ReplacingMergeTree(block) PARTITION BY toYYYYMM(hour) ORDER BY (netuid, hour) TTL rollup_expires`,

      `CREATE MATERIALIZED VIEW IF NOT EXISTS subnets_to_hourly TO subnets_hourly AS
SELECT toDateTime(toStartOfHour(assumeNotNull(timestamp)), 'UTC') AS hour, ${SUBNET_NAMES.join(', ')}
FROM subnets
WHERE timestamp IS NOT NULL`,
    ],
  },
  {
    number: 3,
    name: 'snapshots and neurons',
    statements: [
      `CREATE TABLE IF NOT EXISTS snapshots (
  netuid UInt16 ${RUN},
  mechanism UInt8 ${RUN},
  block UInt32 ${STEPS},
  block_hash FixedString(32) ${RUN},
  timestamp Nullable(DateTime64(3, 'UTC')) ${STEPS},
  n UInt16 ${RUN},
  source LowCardinality(String),
  unit Enum8('alpha' = 1, 'tao' = 2) ${RUN},
  spec_name LowCardinality(String),
  spec_version UInt32 ${RUN},
  metadata_hash FixedString(32) ${RUN},
  epoch Bool ${RUN},
  validators Nullable(UInt16) ${RUN},
  miners Nullable(UInt16) ${RUN},
  origin LowCardinality(String),
  expires DateTime('UTC') ${RUN},
  rollup_expires DateTime('UTC') ${RUN}
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, mechanism, block) TTL greatest(expires, rollup_expires)`,

      `CREATE TABLE IF NOT EXISTS neurons (
  ${NEURON},
  epoch Bool ${RUN},
  expires DateTime('UTC') ${RUN},
  INDEX hotkey_bloom hotkey TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, mechanism, uid, block) TTL expires`,

      `CREATE TABLE IF NOT EXISTS neurons_epoch (
  ${NEURON},
  INDEX hotkey_bloom hotkey TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = ReplacingMergeTree(rollup_expires) ${WEEK} ORDER BY (netuid, mechanism, uid, block) TTL rollup_expires`,

      `CREATE TABLE IF NOT EXISTS neurons_hourly (
  hour DateTime('UTC') ${STEPS},
  ${NEURON},
  INDEX hotkey_bloom hotkey TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = ReplacingMergeTree(block) PARTITION BY toYYYYMM(hour) ORDER BY (netuid, mechanism, uid, hour) TTL rollup_expires`,

      `CREATE MATERIALIZED VIEW IF NOT EXISTS neurons_to_epoch TO neurons_epoch AS
SELECT ${NEURON_NAMES.join(', ')}
FROM neurons
WHERE epoch`,

      `CREATE MATERIALIZED VIEW IF NOT EXISTS neurons_to_hourly TO neurons_hourly AS
SELECT toStartOfHour(timestamp) AS hour, ${NEURON_NAMES.join(', ')}
FROM neurons
WHERE toUnixTimestamp(timestamp) > 0`,
    ],
  },
  {
    number: 4,
    name: 'epoch rows live on their own; subnets at epochs',
    statements: [
      `ALTER TABLE neurons ADD COLUMN IF NOT EXISTS epoch_expires DateTime('UTC') DEFAULT rollup_expires ${RUN}`,
      `ALTER TABLE subnets ADD COLUMN IF NOT EXISTS epoch_expires DateTime('UTC') DEFAULT rollup_expires ${RUN}`,
      `ALTER TABLE snapshots ADD COLUMN IF NOT EXISTS epoch_expires DateTime('UTC') DEFAULT rollup_expires ${RUN}`,
      'ALTER TABLE snapshots MODIFY TTL greatest(expires, rollup_expires, epoch_expires)',
      'DROP VIEW IF EXISTS neurons_to_epoch',
      `CREATE MATERIALIZED VIEW IF NOT EXISTS neurons_to_epoch TO neurons_epoch AS
SELECT ${withoutExpiry(NEURON_NAMES)}, epoch_expires AS rollup_expires
FROM neurons
WHERE epoch`,
      `CREATE TABLE IF NOT EXISTS subnets_epoch (
  ${SUBNET}
) ENGINE = ReplacingMergeTree(rollup_expires) ${WEEK} ORDER BY (netuid, block) TTL rollup_expires`,
      `CREATE MATERIALIZED VIEW IF NOT EXISTS subnets_to_epoch TO subnets_epoch AS
SELECT ${withoutExpiry(SUBNET_NAMES)}, epoch_expires AS rollup_expires
FROM subnets
WHERE ifNull(last_epoch_block, 0) = block AND block > 0`,
    ],
  },
  {
    number: 5,
    name: 'who is where, now and over time',
    statements: [
      // The newest row of each uid: a coldkey, an IP or a hotkey is found across all subnets in one small table.
      `CREATE TABLE IF NOT EXISTS neurons_latest (
  ${NEURON}
) ENGINE = ReplacingMergeTree(block) ORDER BY (netuid, mechanism, uid)`,
      `CREATE MATERIALIZED VIEW IF NOT EXISTS neurons_to_latest TO neurons_latest AS
SELECT ${NEURON_NAMES.join(', ')}
FROM neurons`,

      // Who held a uid, with which coldkey and IP, from which block to which; one row per day of 7,200 blocks and holder.
      `CREATE TABLE IF NOT EXISTS tenures (
  netuid UInt16 ${RUN},
  day UInt32 ${STEPS},
  uid UInt16 ${RUN},
  hotkey FixedString(32) ${RUN},
  registered_at UInt64 ${RUN},
  coldkey String ${RUN},
  axon_ip String ${RUN},
  first_block SimpleAggregateFunction(min, UInt32) ${DELTA},
  last_block SimpleAggregateFunction(max, UInt32) ${DELTA},
  expires SimpleAggregateFunction(max, DateTime('UTC')) ${RUN},
  INDEX hotkey_bloom hotkey TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = AggregatingMergeTree PARTITION BY intDiv(day, 28) ORDER BY (netuid, day, uid, hotkey, registered_at, coldkey, axon_ip) TTL expires`,
      `CREATE MATERIALIZED VIEW IF NOT EXISTS neurons_to_tenures TO tenures AS
SELECT netuid, intDiv(block, 7200) AS day, uid, hotkey, ifNull(registered_at, 0) AS registered_at,
  ifNull(toString(coldkey), '') AS coldkey, if(isNull(axon_block), '', axon_ip) AS axon_ip,
  min(block) AS first_block, max(block) AS last_block, max(greatest(expires, rollup_expires, epoch_expires)) AS expires
FROM neurons
WHERE mechanism = 0
GROUP BY netuid, day, uid, hotkey, registered_at, coldkey, axon_ip`,
    ],
  },
  {
    number: 6,
    name: 'weights, bonds, commits',
    statements: [
      // A reading announces its rows: whole matrices at epochs, single rows when they change.
      `CREATE TABLE IF NOT EXISTS weight_readings (
  netuid UInt16 ${RUN},
  mechanism UInt8 ${RUN},
  block UInt32 ${STEPS},
  block_hash FixedString(32) ${RUN},
  timestamp Nullable(DateTime64(3, 'UTC')) ${STEPS},
  n UInt16 ${RUN},
  whole Bool ${RUN},
  row_count UInt16 ${RUN},
  commit_reveal Nullable(Bool) ${RUN},
  expires DateTime('UTC') ${RUN}
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, mechanism, block, whole) TTL expires`,
      ...['weights', 'bonds'].map(
        (name) => `CREATE TABLE IF NOT EXISTS ${name} (
  netuid UInt16 ${RUN},
  mechanism UInt8 ${RUN},
  uid UInt16 ${RUN},
  block UInt32 ${STEPS},
  hotkey FixedString(32) ${RUN},
  last_update Nullable(UInt64) ${DELTA},
  targets Array(UInt16) CODEC(ZSTD(3)),
  values Array(UInt16) CODEC(ZSTD(3)),
  expires DateTime('UTC') ${RUN}
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, mechanism, uid, block) TTL expires SETTINGS index_granularity = 256`,
      ),
      // Entries disappear when they are revealed or expire; how long each was seen to wait is kept.
      `CREATE TABLE IF NOT EXISTS weight_commits (
  netuid UInt16 ${RUN},
  mechanism UInt8 ${RUN},
  hotkey FixedString(32) ${RUN},
  commit_block UInt64 ${DELTA},
  hash String ${RUN},
  kind LowCardinality(String),
  round UInt64 ${RUN},
  first_reveal UInt64 ${RUN},
  last_reveal UInt64 ${RUN},
  first_seen SimpleAggregateFunction(min, UInt32) ${DELTA},
  last_seen SimpleAggregateFunction(max, UInt32) ${DELTA},
  expires SimpleAggregateFunction(max, DateTime('UTC')) ${RUN}
) ENGINE = AggregatingMergeTree ORDER BY (netuid, mechanism, hotkey, commit_block, hash, kind, round, first_reveal, last_reveal) TTL expires`,
    ],
  },
  {
    number: 7,
    name: 'events',
    statements: [
      // netuid -1: what concerns no single subnet.
      `CREATE TABLE IF NOT EXISTS events (
  netuid Int32 ${RUN},
  block UInt32 ${STEPS},
  place UInt32 ${RUN},
  timestamp Nullable(DateTime64(3, 'UTC')) ${STEPS},
  kind LowCardinality(String),
  name LowCardinality(String),
  mechanism UInt8 ${RUN},
  uid Nullable(UInt16) ${RUN},
  hotkey Nullable(FixedString(32)) ${RUN},
  coldkey Nullable(FixedString(32)) ${RUN},
  other_hotkey Nullable(FixedString(32)) ${RUN},
  other_coldkey Nullable(FixedString(32)) ${RUN},
  other_netuid Nullable(UInt16) ${RUN},
  tao Nullable(UInt64) ${RUN},
  alpha Nullable(UInt64) ${RUN},
  old_value Nullable(String) ${RUN},
  new_value Nullable(String) ${RUN},
  actor Nullable(FixedString(32)) ${RUN},
  actor_kind LowCardinality(String),
  signer Nullable(FixedString(32)) ${RUN},
  via LowCardinality(String),
  extrinsic Nullable(UInt32) ${RUN},
  expires DateTime('UTC') ${RUN},
  INDEX hotkey_bloom hotkey TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX coldkey_bloom coldkey TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = ReplacingMergeTree(expires) ${WEEK} ORDER BY (netuid, block, place) TTL expires`,
      `ALTER TABLE blocks ADD COLUMN IF NOT EXISTS events_read Bool DEFAULT false ${RUN}`,
    ],
  },
  {
    number: 8,
    name: 'years stay small and fast',
    statements: [
      // Only epochs are shown for as long as epochs are; announcements between them would outnumber them by far.
      'ALTER TABLE snapshots MODIFY TTL if(epoch, greatest(expires, rollup_expires, epoch_expires), greatest(expires, rollup_expires))',
      // What is no longer written to becomes one part for each partition: a figure over a year opens 53 of them, not hundreds.
      ...[
        'blocks',
        'subnets',
        'subnets_hourly',
        'subnets_epoch',
        'snapshots',
        'neurons',
        'neurons_hourly',
        'neurons_epoch',
        'tenures',
        'weight_readings',
        'weights',
        'bonds',
        'events',
      ].map(
        (table) =>
          `ALTER TABLE ${table} MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1`,
      ),
    ],
  },
  {
    number: 9,
    name: 'addresses of accounts',
    statements: [
      // The engine knows no Blake2b, so it cannot make an address: those that an export shows are made here, once.
      `CREATE TABLE IF NOT EXISTS accounts (
  account FixedString(32),
  ss58 String
) ENGINE = ReplacingMergeTree ORDER BY account`,
    ],
  },
  {
    number: 10,
    name: 'where an account was',
    statements: [
      // A few rows for each registration, once under its hotkey and once under its coldkey: years of an account at a look.
      `CREATE TABLE IF NOT EXISTS account_tenures (
  account FixedString(32),
  netuid UInt16 ${RUN},
  uid UInt16 ${RUN},
  hotkey FixedString(32) ${RUN},
  registered_at UInt64 ${RUN},
  coldkey String ${RUN},
  first_block SimpleAggregateFunction(min, UInt32) ${DELTA},
  last_block SimpleAggregateFunction(max, UInt32) ${DELTA},
  expires SimpleAggregateFunction(max, DateTime('UTC')) ${RUN}
) ENGINE = AggregatingMergeTree ORDER BY (account, netuid, uid, hotkey, registered_at, coldkey) TTL expires SETTINGS index_granularity = 256`,
      // From what the view of tenures writes: a row per holder there, not one per snapshot.
      `CREATE MATERIALIZED VIEW IF NOT EXISTS tenures_to_accounts TO account_tenures AS
SELECT arrayJoin(if(coldkey = '', [hotkey], [hotkey, toFixedString(coldkey, 32)])) AS account, netuid, uid, hotkey, registered_at,
  coldkey, min(first_block) AS first_block, max(last_block) AS last_block, max(expires) AS expires
FROM tenures
GROUP BY account, netuid, uid, hotkey, registered_at, coldkey`,
    ],
  },
];

/** The columns of a roll-up whose rows live as long as another column says. */
function withoutExpiry(names: readonly (string | undefined)[]): string {
  return names.filter((name) => name !== 'rollup_expires').join(', ');
}
