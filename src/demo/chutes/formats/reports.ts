import { isoNaive, isoZoned, type Micros, SECOND } from '../clock.ts';
import { Dice } from '../dice.ts';
import type { Generation } from '../options.ts';
import { VALIDATOR } from '../roster.ts';
import type { Call } from '../world/calls.ts';
import type { Instance } from '../world/instances.ts';
import { type Py, PyFloat, pythonJson } from './python.ts';

/** An instance as a report tells it, and the pieces of its history that touch the hour. */
export interface ToldInstance {
  readonly instance: Instance;
  readonly createdAt: Micros;
  readonly multiplier: number;
}

/** A file that the report names. */
export interface NamedExport {
  readonly path: string;
  readonly sha256: string;
}

/** What a validator's report is made of. */
export interface ReportParts {
  readonly generation: Generation;
  readonly start: Micros;
  readonly end: Micros;
  /** When it is written, a minute or so after its end. */
  readonly writtenAt: Micros;
  readonly instances: readonly ToldInstance[];
  readonly exports: Readonly<Record<string, NamedExport>> | undefined;
  /** Rows that are in `instance_audit` beside the true ones. */
  readonly more: readonly Py[];
}

/** The bytes of a validator's report, as Python's `json.dumps` writes them. */
export function validatorReport(parts: ReportParts): string {
  const { generation, instances, exports } = parts;
  const report: Record<string, Py> = {
    instance_audit: [...instances.map((one) => instanceRow(one, parts)), ...parts.more],
  };
  if (exports !== undefined) {
    report.csv_exports = Object.fromEntries(
      Object.entries(exports).map(([kind, { path, sha256 }]) => [kind, { path, sha256 }]),
    );
  }
  if (generation === 'instance') report.compute_history = instances.flatMap((one) => historyRows(one, parts));
  return pythonJson(report);
}

/** Which instances a report tells: those not deleted when it is written, and those deleted in its hour, both ends included. */
export function isTold(
  { createdAt, deletedAt }: Instance,
  parts: Pick<ReportParts, 'start' | 'end' | 'writtenAt'>,
): boolean {
  if (createdAt > parts.writtenAt) return false;
  return deletedAt > parts.writtenAt || (deletedAt >= parts.start && deletedAt <= parts.end);
}

function instanceRow({ instance, createdAt, multiplier }: ToldInstance, parts: ReportParts): Py {
  const known = (at: Micros | undefined) => (at === undefined || at > parts.writtenAt ? null : isoNaive(at));
  const gone = instance.deletedAt <= parts.writtenAt;
  const row: Record<string, Py> = {
    instance_id: instance.id,
    chute_id: instance.chute.id,
    version: instance.chute.version,
    created_at: isoNaive(createdAt),
    verified_at: known(instance.verifiedAt),
    deleted_at: known(instance.deletedAt),
    deletion_reason: gone ? instance.deletionReason : null,
    miner_uid: String(instance.miner.uid),
    miner_hotkey: instance.miner.hotkey,
    region: instance.region,
    activated_at: known(instance.activatedAt),
    billed_to: instance.billedTo ?? null,
    stop_billing_at: stopBilling(instance, parts.writtenAt),
    compute_multiplier: new PyFloat(multiplier),
    hourly_rate: new PyFloat(instance.hourlyRate),
  };
  if (parts.generation !== 'invocation') {
    row.valid_termination = gone && instance.validTermination;
    row.bounty = instance.bounty;
  }
  return row;
}

/** The plan while it lives, the deletion afterwards. */
function stopBilling(instance: Instance, writtenAt: Micros): string | null {
  const at = stopBillingAt(instance, writtenAt);
  return at === null ? null : isoNaive(at);
}

/** When billing ends, as it is known at an instant. */
export function stopBillingAt(instance: Instance, writtenAt: Micros): Micros | null {
  if (instance.billedTo === undefined || instance.activatedAt === undefined) return null;
  if (instance.activatedAt > writtenAt) return null;
  return instance.deletedAt <= writtenAt ? instance.deletedAt : (instance.stopBillingAt ?? null);
}

function historyRows({ instance, multiplier }: ToldInstance, { start, end, writtenAt }: ReportParts): Py[] {
  const factor = multiplier / instance.multiplier;
  return instance.history
    .filter((piece) => piece.start < end && piece.end > start)
    .map((piece) => ({
      instance_id: instance.id,
      compute_multiplier: new PyFloat(piece.multiplier * factor),
      started_at: isoNaive(piece.start),
      ended_at: piece.end > writtenAt ? null : isoNaive(piece.end),
    }));
}

/** What a miner's report about itself is made of. */
export interface SelfReportParts {
  readonly seed: string;
  readonly hotkey: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly writtenAt: Micros;
  /** Its instances of the hour. */
  readonly instances: readonly Instance[];
  /** Its successful requests that ended in the hour. */
  readonly calls: readonly Call[];
}

/** How far a miner's own counters are from the truth. */
const COUNTER_ERROR = 0.02;

/** The bytes of a miner's report: its counters as Prometheus tells them, and its deployments. */
export function minerReport(parts: SelfReportParts): string {
  const byPlace = Map.groupBy(parts.calls, (call) => `${call.instanceId}/${call.function}`);
  const deployments = new Map(parts.instances.map((one) => [one.id, one.deploymentId]));
  const metrics: Py[] = [];
  for (const calls of byPlace.values()) {
    const [first] = calls;
    const deployment = first && deployments.get(first.instanceId);
    if (first === undefined || deployment === undefined) continue;
    const dice = new Dice(parts.seed, 'counter', first.instanceId, first.function, parts.end);
    // Extrapolated and cut off, as `increase` over an hour is.
    const count = Math.trunc(calls.length * (1 + dice.between(-COUNTER_ERROR, COUNTER_ERROR)) + dice.next());
    const seconds = calls.reduce((sum, call) => sum + (call.completedAt - call.startedAt) / SECOND, 0);
    metrics.push({
      chute_id: first.chute.id,
      deployment_id: deployment,
      function: first.function,
      total_seconds: new PyFloat(seconds),
      total_count: count,
    });
  }
  return pythonJson({
    miner_hotkey: parts.hotkey,
    start_time: isoZoned(parts.start),
    end_time: isoZoned(parts.end),
    prometheus_message: 'Prometheus has been up for more than 3600 seconds.',
    prometheus_metrics: metrics,
    deployment_audit: parts.instances.map((one) => deploymentRow(one, parts.writtenAt)),
  });
}

/** A miner sees its deployments somewhat sooner begin, and later end, than the validator does. */
function deploymentRow(instance: Instance, writtenAt: Micros): Py {
  const known = (at: Micros | undefined) => (at === undefined || at > writtenAt ? null : isoNaive(at));
  const verified = known(instance.verifiedAt);
  return {
    deployment_id: instance.deploymentId,
    validator: VALIDATOR.address,
    instance_id: verified === null ? null : instance.id,
    chute_id: instance.chute.id,
    version: instance.chute.version,
    created_at: isoNaive(instance.createdAt - 2 * SECOND),
    verified_at: verified,
    deleted_at: known(instance.deletedAt + SECOND),
  };
}
