import type { Migration } from '../store/index.ts';

/*
 * The tables of the audit.
 *
 * - Accounts are ss58 text, as they were published: what is stored is the claim. Ids that are UUIDs are kept as UUIDs; any other id
 *   becomes the SipHash-128 of its text in the same column (`idOf` in `collect/ingest`), so that no text is refused and none collides by accident.
 * - Verdicts are appended, never changed: a row is written when an outcome differs from the last one of the same check.
 * - Rows of exports carry the number of their load. A load counts when `audit_files` says `loaded`, which is written last;
 *   what a killed load left behind is counted by nothing, and removed.
 * - Rows that could not be read, or not by the engine alone, stand aside under the next (odd) number, which no file names.
 * - Times of reports have microseconds and are UTC.
 */

const RUN = 'CODEC(ZSTD(1))';
const STEPS = 'CODEC(Delta, ZSTD(1))';

export const auditMigrations: readonly Migration[] = [
  {
    number: 11,
    name: 'audit: reports, files, verdicts, findings',
    statements: [
      // One row per line of a publisher's list; the newest state wins.
      `CREATE TABLE IF NOT EXISTS audit_reports (
  source LowCardinality(String),
  report_id String,
  role Enum8('validator' = 1, 'miner' = 2),
  hotkey LowCardinality(String),
  entry_id String,
  block UInt64,
  path String,
  created_at Nullable(DateTime64(6, 'UTC')),
  start DateTime64(6, 'UTC'),
  end DateTime64(6, 'UTC'),
  state Enum8('listed' = 1, 'fetched' = 2, 'loaded' = 3, 'failed' = 4),
  sha256 String,
  bytes UInt64,
  verdict LowCardinality(String),
  commitment LowCardinality(String),
  attempts UInt16,
  next_attempt DateTime64(3, 'UTC'),
  instances UInt32,
  multipliers UInt32,
  drift Array(String),
  bad_count UInt32,
  counts Bool DEFAULT verdict != 'mismatch',
  self_message String DEFAULT '',
  first_seen DateTime64(3, 'UTC'),
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, report_id)`,

      // One row per file that a report names; \`load_id\` of the load whose rows count.
      `CREATE TABLE IF NOT EXISTS audit_files (
  source LowCardinality(String),
  report_id String,
  kind LowCardinality(String),
  path String,
  claimed_sha256 String,
  sha256 String,
  bytes UInt64,
  state Enum8('named' = 1, 'loaded' = 2, 'failed' = 3, 'purged' = 4),
  load_id UInt64,
  hour DateTime64(6, 'UTC'),
  row_count UInt64,
  bad_count UInt64,
  unreadable_metrics UInt64,
  drift Array(String),
  attempts UInt16,
  next_attempt DateTime64(3, 'UTC'),
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, report_id, kind)`,

      `CREATE TABLE IF NOT EXISTS audit_verdicts (
  source LowCardinality(String),
  subject_type Enum8('report' = 1, 'file' = 2, 'hour' = 3),
  subject String,
  hotkey LowCardinality(String),
  hour DateTime64(6, 'UTC'),
  check LowCardinality(String),
  verdict LowCardinality(String),
  reason LowCardinality(String),
  detail String ${RUN},
  evidence String ${RUN},
  fingerprint UInt64,
  at DateTime64(3, 'UTC'),
  sequence UInt64
) ENGINE = ReplacingMergeTree ORDER BY (source, subject_type, subject, check, sequence)`,

      `CREATE TABLE IF NOT EXISTS audit_findings (
  source LowCardinality(String),
  finding_id String,
  kind LowCardinality(String),
  subject String,
  severity Enum8('info' = 1, 'warning' = 2, 'critical' = 3),
  hotkey LowCardinality(String),
  hour DateTime64(6, 'UTC'),
  title String,
  detail String ${RUN},
  evidence String ${RUN},
  first_seen DateTime64(3, 'UTC'),
  last_seen DateTime64(3, 'UTC'),
  resolved_at Nullable(DateTime64(3, 'UTC')),
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, finding_id)`,
    ],
  },
  {
    number: 12,
    name: 'audit: records',
    statements: [
      `CREATE TABLE IF NOT EXISTS audit_instances (
  source LowCardinality(String),
  report_id String,
  end DateTime64(6, 'UTC') ${STEPS},
  row UInt32,
  instance_id String,
  chute_id LowCardinality(String),
  version Nullable(String),
  miner_uid Nullable(Int32),
  miner_hotkey LowCardinality(String),
  region Nullable(String),
  created_at Nullable(DateTime64(6, 'UTC')),
  verified_at Nullable(DateTime64(6, 'UTC')),
  activated_at Nullable(DateTime64(6, 'UTC')),
  deleted_at Nullable(DateTime64(6, 'UTC')),
  deletion_reason Nullable(String),
  billed_to Nullable(String),
  stop_billing_at Nullable(DateTime64(6, 'UTC')),
  compute_multiplier Nullable(Float64),
  hourly_rate Nullable(Float64),
  valid_termination Bool,
  bounty Bool
) ENGINE = ReplacingMergeTree ORDER BY (source, report_id, instance_id, row)`,

      `CREATE TABLE IF NOT EXISTS audit_multipliers (
  source LowCardinality(String),
  report_id String,
  end DateTime64(6, 'UTC') ${STEPS},
  row UInt32,
  instance_id String,
  multiplier Float64,
  started_at DateTime64(6, 'UTC'),
  ended_at Nullable(DateTime64(6, 'UTC'))
) ENGINE = ReplacingMergeTree ORDER BY (source, report_id, instance_id, row)`,

      `CREATE TABLE IF NOT EXISTS audit_self_counts (
  source LowCardinality(String),
  report_id String,
  hotkey LowCardinality(String),
  start DateTime64(6, 'UTC'),
  end DateTime64(6, 'UTC'),
  row UInt32,
  chute_id LowCardinality(String),
  deployment_id String,
  function LowCardinality(String),
  seconds Float64,
  count UInt64
) ENGINE = ReplacingMergeTree ORDER BY (source, report_id, row)`,

      `CREATE TABLE IF NOT EXISTS audit_self_deployments (
  source LowCardinality(String),
  report_id String,
  hotkey LowCardinality(String),
  end DateTime64(6, 'UTC'),
  row UInt32,
  deployment_id String,
  validator LowCardinality(String),
  instance_id Nullable(String),
  chute_id LowCardinality(String),
  version Nullable(String),
  created_at Nullable(DateTime64(6, 'UTC')),
  verified_at Nullable(DateTime64(6, 'UTC')),
  deleted_at Nullable(DateTime64(6, 'UTC'))
) ENGINE = ReplacingMergeTree ORDER BY (source, report_id, row)`,

      // Requests that a validator says it routed. \`row\` is unique in a load. What \`metrics\` did not say is NULL. An hour is a partition:
      // it goes at once when it is purged, and is not merged with its neighbours while they arrive.
      `CREATE TABLE IF NOT EXISTS audit_invocations (
  source LowCardinality(String),
  hour DateTime64(6, 'UTC') ${STEPS},
  load_id UInt64 ${STEPS},
  row UInt32 ${STEPS},
  parent_id UUID CODEC(NONE),
  invocation_id UUID CODEC(NONE),
  chute_id LowCardinality(String),
  function_name LowCardinality(String),
  instance_id LowCardinality(String),
  miner_uid Int32 ${RUN},
  miner_hotkey LowCardinality(String),
  started_at DateTime64(6, 'UTC') ${STEPS},
  completed_at Nullable(DateTime64(6, 'UTC')) ${STEPS},
  failed Bool ${RUN},
  error String ${RUN},
  compute_multiplier Float64 ${RUN},
  bounty Float64 ${RUN},
  metrics_state Enum8('none' = 0, 'read' = 1, 'unreadable' = 2) ${RUN},
  private Bool ${RUN},
  nc Nullable(Float64) ${RUN},
  steps Nullable(Float64) ${RUN},
  masps Nullable(Float64) ${RUN},
  it Nullable(Float64) ${RUN},
  ot Nullable(Float64) ${RUN},
  maspt Nullable(Float64) ${RUN},
  tokens Nullable(Float64) ${RUN},
  aside Enum8('no' = 0, 'bad' = 1, 'exact' = 2) ${RUN},
  aside_text String ${RUN}
) ENGINE = MergeTree PARTITION BY toStartOfHour(hour) ORDER BY (source, load_id, miner_hotkey, chute_id, instance_id)`,

      // Every load that ever began. What is \`begun\` may be half of a file, or not yet compared with the others.
      `CREATE TABLE IF NOT EXISTS audit_loads (
  source LowCardinality(String),
  load_id UInt64,
  rows_in LowCardinality(String),
  hour DateTime64(6, 'UTC'),
  state Enum8('begun' = 1, 'settled' = 2, 'swept' = 3),
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, load_id)`,

      // Rows of requests that more than one row tells, with what decides which of them counts (\`liveRows\`).
      `CREATE TABLE IF NOT EXISTS audit_repeats (
  source LowCardinality(String),
  load_id UInt64,
  row UInt32,
  invocation_id UUID,
  hour DateTime64(6, 'UTC'),
  completed Bool,
  content UInt64
) ENGINE = ReplacingMergeTree ORDER BY (source, load_id, row)`,

      // "Reports" of the publisher: complaints about requests. A later row of the same parent is an update.
      `CREATE TABLE IF NOT EXISTS audit_complaints (
  source LowCardinality(String),
  hour DateTime64(6, 'UTC'),
  load_id UInt64,
  row UInt32,
  parent_id UUID,
  user_id String,
  reported_at Nullable(DateTime64(6, 'UTC')),
  confirmed_at Nullable(DateTime64(6, 'UTC')),
  confirmed_by Nullable(String),
  reason String ${RUN},
  aside Enum8('no' = 0, 'bad' = 1, 'exact' = 2) ${RUN},
  aside_text String ${RUN}
) ENGINE = MergeTree PARTITION BY toYYYYMMDD(hour) ORDER BY (source, parent_id, load_id, row)`,

      `CREATE TABLE IF NOT EXISTS audit_jobs (
  source LowCardinality(String),
  hour DateTime64(6, 'UTC'),
  load_id UInt64,
  row UInt32,
  job_id String,
  chute_id LowCardinality(String),
  miner_uid Nullable(Int32),
  miner_hotkey LowCardinality(String),
  instance_id Nullable(String),
  created_at Nullable(DateTime64(6, 'UTC')),
  started_at Nullable(DateTime64(6, 'UTC')),
  finished_at Nullable(DateTime64(6, 'UTC')),
  status LowCardinality(String),
  compute_multiplier Nullable(Float64),
  miner_terminated Bool,
  aside Enum8('no' = 0, 'bad' = 1, 'exact' = 2) ${RUN},
  aside_text String ${RUN}
) ENGINE = MergeTree PARTITION BY toYYYYMMDD(hour) ORDER BY (source, job_id, load_id, row)`,
    ],
  },
  {
    number: 13,
    name: 'audit: feeds, scores, probes',
    statements: [
      // The newest live answers of a publisher, whole, as JSON: nobody committed to them.
      `CREATE TABLE IF NOT EXISTS audit_feeds (
  source LowCardinality(String),
  feed LowCardinality(String),
  at DateTime64(3, 'UTC'),
  body String ${RUN},
  missing String,
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, feed)`,

      // One row per evaluation: profile, instant, basis, and the comparison as JSON.
      `CREATE TABLE IF NOT EXISTS audit_evaluations (
  source LowCardinality(String),
  validator LowCardinality(String),
  instant DateTime64(6, 'UTC'),
  basis LowCardinality(String),
  profile LowCardinality(String),
  block UInt64,
  coverage Float64,
  body String ${RUN},
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, validator, instant, basis, profile)`,

      // Every attempt of our own requests, as the trace told it, and what became of it.
      `CREATE TABLE IF NOT EXISTS audit_probes (
  source LowCardinality(String),
  probe_id String,
  attempt UInt8,
  kind LowCardinality(String),
  at DateTime64(6, 'UTC'),
  parent_id String,
  child_id String,
  chute_id String,
  chute_name String,
  function String,
  instance_id String,
  miner_uid Nullable(Int32),
  miner_hotkey String,
  outcome Enum8('pending' = 0, 'succeeded' = 1, 'failed' = 2, 'unfinished' = 3),
  error String,
  prompt String ${RUN},
  media_type String,
  output String ${RUN},
  output_sha256 String,
  elapsed_ms UInt32,
  lookup LowCardinality(String),
  lookup_detail String,
  version UInt64
) ENGINE = ReplacingMergeTree(version) ORDER BY (source, probe_id, attempt)`,
    ],
  },
  {
    number: 14,
    name: 'audit: requests are read faster',
    statements: [
      // Every score reads these whole, and so takes a quarter less time. Instants and numbers of rows stay as small as they were (docs/audit-scale.md).
      ...['started_at', 'completed_at', 'row'].map(
        (column) => `ALTER TABLE audit_invocations MODIFY COLUMN ${column} CODEC(T64, LZ4)`,
      ),
      ...['nc', 'it', 'ot'].map(
        (column) => `ALTER TABLE audit_invocations MODIFY COLUMN ${column} CODEC(LZ4)`,
      ),
    ],
  },
];
