import type { TableReader } from '../adapter.ts';
import { METRIC_COLUMNS, METRIC_VALUES, METRICS_NEED_EXACT, readMetrics } from './metrics.ts';
import { MAX_MULTIPLIER, MAX_UID } from './parse-report.ts';
import { idSql, instantSql, numberSql, shortTextSql, textSql, wholeSql } from './table-sql.ts';

const MAX_BOUNTY = 1e9;

/** Answers from a cache, of the spring of 2025, were written under uid -1: nobody served them. */
const SERVED = `NOT match(${textSql('miner_uid')}, '^-[0-9]{1,9}$')`;

/** How the rows of an export of that kind are read; `undefined` for kinds that we do not know. */
export function tableOf(kind: string): TableReader | undefined {
  return Object.hasOwn(TABLES, kind) ? TABLES[kind] : undefined;
}

const invocations: TableReader = {
  table: 'audit_invocations',
  format: 'CSVWithNames',
  columns: columns({
    required: [
      'invocation_id',
      'chute_id',
      'function_name',
      'instance_id',
      'miner_uid',
      'miner_hotkey',
      'started_at',
      'completed_at',
      'error_message',
      'compute_multiplier',
    ],
    optional: ['parent_invocation_id', 'bounty', 'metrics', 'chute_user_id', 'image_id', 'image_user_id'],
  }),
  values: {
    // Very old rows have no parent: then each is a request of its own.
    parent_id: `if(${textSql('parent_invocation_id')} = '', ${idSql('invocation_id')}, ${idSql('parent_invocation_id')})`,
    invocation_id: idSql('invocation_id'),
    chute_id: shortTextSql('chute_id'),
    function_name: shortTextSql('function_name'),
    instance_id: shortTextSql('instance_id'),
    miner_uid: `ifNull(${wholeSql('miner_uid', 0, MAX_UID)}, -1)`,
    miner_hotkey: shortTextSql('miner_hotkey'),
    started_at: `ifNull(${instantSql('started_at')}, toDateTime64(0, 6, 'UTC'))`,
    completed_at: instantSql('completed_at'),
    failed: `${textSql('error_message')} != ''`,
    error: shortTextSql('error_message', 1_024),
    compute_multiplier: `ifNull(${numberSql('compute_multiplier', 0, MAX_MULTIPLIER)}, 0)`,
    bounty: `ifNull(${numberSql('bounty', 0, MAX_BOUNTY)}, 0)`,
    ...METRIC_VALUES,
  },
  keep: SERVED,
  bad: `${SERVED} AND (${anyOf(
    `${textSql('invocation_id')} = ''`,
    `${textSql('miner_hotkey')} = ''`,
    `isNull(${wholeSql('miner_uid', 0, MAX_UID)})`,
    `isNull(${instantSql('started_at')})`,
    `${textSql('completed_at')} != '' AND isNull(${instantSql('completed_at')})`,
    `isNull(${numberSql('compute_multiplier', 0, MAX_MULTIPLIER)})`,
    `${textSql('bounty')} != '' AND isNull(${numberSql('bounty', 0, MAX_BOUNTY)})`,
  )})`,
  exact: { column: 'metrics', when: METRICS_NEED_EXACT, read: readExactly, fills: METRIC_COLUMNS },
};

/** The publisher's "reports": complaints of users about a request, by its parent id. */
const reports: TableReader = {
  table: 'audit_complaints',
  format: 'CSVWithNames',
  columns: columns({
    required: ['invocation_id', 'timestamp', 'confirmed_at'],
    optional: ['user_id', 'confirmed_by', 'reason'],
  }),
  values: {
    parent_id: idSql('invocation_id'),
    user_id: shortTextSql('user_id'),
    reported_at: instantSql('timestamp'),
    confirmed_at: instantSql('confirmed_at'),
    confirmed_by: `nullIf(${shortTextSql('confirmed_by')}, '')`,
    reason: shortTextSql('reason', 4_096),
  },
  keep: '1',
  bad: anyOf(
    `${textSql('invocation_id')} = ''`,
    `${textSql('timestamp')} != '' AND isNull(${instantSql('timestamp')})`,
    `${textSql('confirmed_at')} != '' AND isNull(${instantSql('confirmed_at')})`,
  ),
};

const jobs: TableReader = {
  table: 'audit_jobs',
  format: 'CSVWithNames',
  columns: columns({
    required: [
      'job_id',
      'chute_id',
      'miner_hotkey',
      'started_at',
      'finished_at',
      'status',
      'compute_multiplier',
    ],
    optional: [
      'miner_uid',
      'instance_id',
      'created_at',
      'miner_terminated',
      'version',
      'chutes_version',
      'method',
      'miner_coldkey',
      'updated_at',
    ],
  }),
  values: {
    job_id: shortTextSql('job_id'),
    chute_id: shortTextSql('chute_id'),
    miner_uid: wholeSql('miner_uid', 0, MAX_UID),
    miner_hotkey: shortTextSql('miner_hotkey'),
    instance_id: `nullIf(${shortTextSql('instance_id')}, '')`,
    created_at: instantSql('created_at'),
    started_at: instantSql('started_at'),
    finished_at: instantSql('finished_at'),
    status: shortTextSql('status'),
    compute_multiplier: numberSql('compute_multiplier', 0, MAX_MULTIPLIER),
    miner_terminated: `${textSql('miner_terminated')} IN ('True', 'true')`,
  },
  keep: '1',
  bad: anyOf(
    `${textSql('job_id')} = ''`,
    ...['created_at', 'started_at', 'finished_at'].map(
      (column) => `${textSql(column)} != '' AND isNull(${instantSql(column)})`,
    ),
    `${textSql('miner_uid')} != '' AND isNull(${wholeSql('miner_uid', 0, MAX_UID)})`,
    `${textSql('compute_multiplier')} != '' AND isNull(${numberSql('compute_multiplier', 0, MAX_MULTIPLIER)})`,
    `${textSql('miner_terminated')} NOT IN ('', 'True', 'False', 'true', 'false')`,
  ),
};

const TABLES: Readonly<Record<string, TableReader>> = { invocations, reports, jobs };

function readExactly(text: string): Readonly<Record<string, unknown>> | undefined {
  const metrics = readMetrics(text);
  return metrics === undefined ? undefined : { ...metrics };
}

function columns({ required, optional }: { required: readonly string[]; optional: readonly string[] }) {
  return [
    ...required.map((name) => ({ name, required: true })),
    ...optional.map((name) => ({ name, required: false })),
  ];
}

function anyOf(...conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(' OR ');
}
