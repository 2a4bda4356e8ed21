import type { Store } from '../../store/index.ts';
import { readInstant } from '../instants.ts';
import type { InstanceRecord, MultiplierRecord, ReportId } from '../types.ts';

/** More rows than any report has had by a factor of a hundred: what lies beyond is not compared. */
const MOST_RECORDS = 200_000;

/** The instances and multipliers that a report told, in the order of its rows. */
export async function recordsOf(
  store: Store,
  source: string,
  report: ReportId,
  signal?: AbortSignal,
): Promise<{ readonly instances: InstanceRecord[]; readonly multipliers: MultiplierRecord[] }> {
  const params = { source, report };
  const [instances, multipliers] = await Promise.all([
    store.query<InstanceRow>(
      `SELECT instance_id, chute_id, version, miner_uid, miner_hotkey, region, created_at, verified_at, activated_at, deleted_at,
         deletion_reason, billed_to, stop_billing_at, compute_multiplier, hourly_rate, valid_termination, bounty
       FROM audit_instances FINAL WHERE source = {source:String} AND report_id = {report:String} ORDER BY row LIMIT ${MOST_RECORDS}`,
      { params, label: 'read the instances of a report', signal },
    ),
    store.query<{ instance_id: string; multiplier: number; started_at: string; ended_at: string | null }>(
      `SELECT instance_id, multiplier, started_at, ended_at
       FROM audit_multipliers FINAL WHERE source = {source:String} AND report_id = {report:String} ORDER BY row LIMIT ${MOST_RECORDS}`,
      { params, label: 'read the multipliers of a report', signal },
    ),
  ]);
  return {
    instances: instances.map(instanceOf),
    multipliers: multipliers.map(({ instance_id, multiplier, started_at, ended_at }) => ({
      instanceId: instance_id,
      multiplier,
      start: readInstant(started_at) ?? 0,
      end: readInstant(ended_at) ?? null,
    })),
  };
}

interface InstanceRow {
  readonly instance_id: string;
  readonly chute_id: string;
  readonly version: string | null;
  readonly miner_uid: number | null;
  readonly miner_hotkey: string;
  readonly region: string | null;
  readonly created_at: string | null;
  readonly verified_at: string | null;
  readonly activated_at: string | null;
  readonly deleted_at: string | null;
  readonly deletion_reason: string | null;
  readonly billed_to: string | null;
  readonly stop_billing_at: string | null;
  readonly compute_multiplier: number | null;
  readonly hourly_rate: number | null;
  readonly valid_termination: boolean;
  readonly bounty: boolean;
}

function instanceOf(row: InstanceRow): InstanceRecord {
  const at = (text: string | null) => readInstant(text) ?? null;
  return {
    instanceId: row.instance_id,
    chuteId: row.chute_id,
    version: row.version,
    minerUid: row.miner_uid,
    minerHotkey: row.miner_hotkey,
    region: row.region,
    createdAt: at(row.created_at),
    verifiedAt: at(row.verified_at),
    activatedAt: at(row.activated_at),
    deletedAt: at(row.deleted_at),
    deletionReason: row.deletion_reason,
    billedTo: row.billed_to,
    stopBillingAt: at(row.stop_billing_at),
    computeMultiplier: row.compute_multiplier,
    hourlyRate: row.hourly_rate,
    validTermination: row.valid_termination,
    bounty: row.bounty,
  };
}
