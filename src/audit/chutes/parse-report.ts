import { isRecord, TaoscopeError } from '../../shared/index.ts';
import type {
  ExportRef,
  InstanceRecord,
  MultiplierRecord,
  ReportContent,
  ReporterRole,
  SelfCount,
  SelfDeployment,
} from '../types.ts';
import { readJson } from './read-json.ts';
import {
  createFaults,
  createRowReader,
  type Faults,
  MAX_ROWS,
  quoted,
  type RowReader,
  readRows,
} from './row-reader.ts';

/** Largest report that is taken: twenty times a real one of 3000 instances. */
export const MAX_REPORT_BYTES = 64 * 1_048_576;

/** Largest multiplier that is believed. Real ones, all factors together, stay below a few thousand. */
export const MAX_MULTIPLIER = 1_000_000;
export const MAX_UID = 65_535;

const JSON_BOUNDS = { maxContainers: 2 * MAX_ROWS, maxDepth: 16 };

const EXPORT_KINDS = new Set(['invocations', 'reports', 'jobs']);
const VALIDATOR_KEYS = new Set(['instance_audit', 'csv_exports', 'compute_history']);
const INSTANCE_KEYS = new Set([
  'instance_id',
  'chute_id',
  'version',
  'created_at',
  'verified_at',
  'deleted_at',
  'deletion_reason',
  'miner_uid',
  'miner_hotkey',
  'region',
  'activated_at',
  'billed_to',
  'stop_billing_at',
  'compute_multiplier',
  'hourly_rate',
  'valid_termination',
  'bounty',
]);
const HISTORY_KEYS = new Set(['instance_id', 'compute_multiplier', 'started_at', 'ended_at']);

const MINER_KEYS = new Set([
  'miner_hotkey',
  'start_time',
  'end_time',
  'prometheus_message',
  'prometheus_metrics',
  'deployment_audit',
]);
const COUNT_KEYS = new Set(['chute_id', 'deployment_id', 'function', 'total_seconds', 'total_count']);
const DEPLOYMENT_KEYS = new Set([
  'deployment_id',
  'validator',
  'instance_id',
  'chute_id',
  'version',
  'created_at',
  'verified_at',
  'deleted_at',
]);

/**
 * A report of any generation, in the room's words. What one row or value has wrong is told and left out; the others count. Throws `undecodable`
 * when it is no JSON object, is made to fill memory, or has nothing of what a report of its role says.
 */
export function parseReport(role: ReporterRole, bytes: Uint8Array): ReportContent {
  const { value, faults: textFaults } = readJson(bytes, JSON_BOUNDS);
  if (!isRecord(value)) throw unusable(role, 'no JSON object');
  const keys = role === 'validator' ? VALIDATOR_KEYS : MINER_KEYS;
  if (!Object.keys(value).some((name) => keys.has(name))) throw unusable(role, 'nothing that a report says');

  const faults = createFaults();
  for (const fault of textFaults) faults.bad('file', fault);
  for (const name of Object.keys(value).slice(0, 1_000))
    if (!keys.has(name)) faults.drift(`the report has the new key ${quoted(name)}`);
  return role === 'validator' ? validatorReport(value, faults) : minerReport(value, faults);
}

function validatorReport(report: Readonly<Record<string, unknown>>, faults: Faults): ReportContent {
  if (report.instance_audit === undefined) faults.drift('the report lacks instance_audit');
  const exports = readExports(report.csv_exports, faults);
  const instances = readRows(report.instance_audit, 'instance_audit', INSTANCE_KEYS, faults, readInstance);
  const multipliers = readRows(report.compute_history, 'compute_history', HISTORY_KEYS, faults, (row) =>
    readMultiplier(row, faults),
  );
  return { exports, instances, multipliers, ...faults.result };
}

function minerReport(report: Readonly<Record<string, unknown>>, faults: Faults): ReportContent {
  const head = createRowReader(report, 'report', faults);
  const self = {
    hotkey: head.text('miner_hotkey'),
    start: head.instant('start_time'),
    end: head.instant('end_time'),
    message: head.text('prometheus_message') ?? '',
    counts: readRows(report.prometheus_metrics, 'prometheus_metrics', COUNT_KEYS, faults, readCount),
    deployments: readRows(
      report.deployment_audit,
      'deployment_audit',
      DEPLOYMENT_KEYS,
      faults,
      readDeployment,
    ),
  };
  return { exports: [], instances: [], multipliers: [], self, ...faults.result };
}

function readExports(value: unknown, faults: Faults): ExportRef[] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) {
    faults.bad('csv_exports', 'is no object');
    return [];
  }
  const exports: ExportRef[] = [];
  for (const [kind, named] of Object.entries(value).slice(0, 16)) {
    const where = `csv_exports.${kind.slice(0, 32)}`;
    const { path, sha256 } = isRecord(named) ? named : {};
    if (!/^[a-z][a-z_]{0,31}$/.test(kind)) faults.bad('csv_exports', `has the kind ${quoted(kind)}`);
    else if (typeof path !== 'string' || path === '' || path.length > 512) faults.bad(where, 'has no path');
    else if (typeof sha256 !== 'string' || !/^[0-9a-fA-F]{64}$/.test(sha256))
      faults.bad(where, 'has no SHA-256');
    else {
      // Nobody knows where its files should be, so none of them is fetched: that is told.
      if (!EXPORT_KINDS.has(kind)) faults.drift(`csv_exports has the new kind ${quoted(kind)}`);
      exports.push({ kind, path: path.toWellFormed(), sha256: sha256.toLowerCase() });
    }
  }
  return exports;
}

function readInstance(row: RowReader): InstanceRecord | undefined {
  const instanceId = row.id('instance_id');
  const chuteId = row.id('chute_id');
  const minerHotkey = row.id('miner_hotkey');
  if (instanceId === undefined || chuteId === undefined || minerHotkey === undefined) return undefined;
  const billedTo = row.text('billed_to');
  return {
    instanceId,
    chuteId,
    version: row.text('version'),
    minerUid: row.integer('miner_uid', 0, MAX_UID),
    minerHotkey,
    region: row.text('region'),
    createdAt: row.instant('created_at'),
    verifiedAt: row.instant('verified_at'),
    activatedAt: row.instant('activated_at'),
    deletedAt: row.instant('deleted_at'),
    deletionReason: row.text('deletion_reason'),
    billedTo: billedTo === '' ? null : billedTo,
    stopBillingAt: row.instant('stop_billing_at'),
    computeMultiplier: row.number('compute_multiplier', 0, MAX_MULTIPLIER),
    hourlyRate: row.number('hourly_rate', 0, MAX_MULTIPLIER),
    validTermination: row.flag('valid_termination'),
    bounty: row.flag('bounty'),
  };
}

/** A span of a multiplier, from a report or from the live feed. */
export function readMultiplier(row: RowReader, faults: Faults): MultiplierRecord | undefined {
  const instanceId = row.id('instance_id');
  const multiplier = row.number('compute_multiplier', 0, MAX_MULTIPLIER);
  const start = row.instant('started_at');
  const end = row.instant('ended_at');
  if (instanceId === undefined) return undefined;
  if (multiplier === null || start === null || (end !== null && end < start)) {
    faults.bad(`multiplier of ${quoted(instanceId)}`, 'lacks a value or a start, or ends before it starts');
    return undefined;
  }
  return { instanceId, multiplier, start, end };
}

function readCount(row: RowReader): SelfCount | undefined {
  const chuteId = row.id('chute_id');
  const deploymentId = row.id('deployment_id');
  if (chuteId === undefined || deploymentId === undefined) return undefined;
  return {
    chuteId,
    deploymentId,
    function: row.text('function') ?? '',
    seconds: row.number('total_seconds', 0, 1e12) ?? 0,
    count: row.integer('total_count', 0, 1e12) ?? 0,
  };
}

function readDeployment(row: RowReader): SelfDeployment | undefined {
  const deploymentId = row.id('deployment_id');
  const chuteId = row.id('chute_id');
  if (deploymentId === undefined || chuteId === undefined) return undefined;
  return {
    deploymentId,
    validator: row.text('validator') ?? '',
    instanceId: row.text('instance_id'),
    chuteId,
    version: row.text('version'),
    createdAt: row.instant('created_at'),
    verifiedAt: row.instant('verified_at'),
    deletedAt: row.instant('deleted_at'),
  };
}

function unusable(role: ReporterRole, got: string): TaoscopeError {
  return new TaoscopeError('undecodable', {
    failed: `cannot read the report of a ${role}`,
    got,
    expected: `an object with ${[...(role === 'validator' ? VALIDATOR_KEYS : MINER_KEYS)].join(', ')}`,
  });
}
