import { csvNaive, csvZoned, type Micros } from '../clock.ts';
import type { Call } from '../world/calls.ts';
import type { Complaint } from '../world/complaints.ts';
import type { Job } from '../world/jobs.ts';
import { type Py, PyFloat, pythonCsv, pythonRepr } from './python.ts';

const INVOCATIONS = [
  ...['parent_invocation_id', 'invocation_id', 'chute_id', 'chute_user_id', 'function_name', 'image_id'],
  ...['image_user_id', 'instance_id', 'miner_uid', 'miner_hotkey', 'started_at', 'completed_at'],
  ...['error_message', 'compute_multiplier', 'bounty', 'metrics'],
];
const COMPLAINTS = ['invocation_id', 'user_id', 'timestamp', 'confirmed_at', 'confirmed_by', 'reason'];
const JOBS = [
  ...['job_id', 'chute_id', 'version', 'chutes_version', 'method', 'miner_uid', 'miner_hotkey'],
  ...['miner_coldkey', 'instance_id', 'created_at', 'updated_at', 'started_at', 'finished_at', 'status'],
  ...['compute_multiplier', 'miner_terminated'],
];

/** A line of any of the tables, in the order of its columns. */
export type Line = readonly Py[];

/** `invocations/…/HH.csv`: the lines of {@link invocationLine} below their header. */
export function invocationsCsv(lines: readonly Line[]): string {
  return pythonCsv([INVOCATIONS, ...lines]);
}

/** `…-reports.csv` */
export function complaintsCsv(lines: readonly Line[]): string {
  return pythonCsv([COMPLAINTS, ...lines]);
}

/** `…-jobs.csv` */
export function jobsCsv(lines: readonly Line[]): string {
  return pythonCsv([JOBS, ...lines]);
}

/** A request as it is known at an instant: what ends later has no end yet, no error and no metrics. */
export function invocationLine(call: Call, knownAt: Micros): Line {
  const { chute } = call;
  const done = call.completedAt <= knownAt;
  return [
    call.parentId,
    call.invocationId,
    chute.id,
    chute.ownerId,
    call.function,
    chute.imageId,
    chute.imageOwnerId,
    call.instanceId,
    call.uid,
    call.hotkey,
    csvNaive(call.startedAt),
    done ? csvNaive(call.completedAt) : null,
    done && call.error !== '' ? call.error : null,
    new PyFloat(call.multiplier),
    done ? call.bounty : 0,
    done ? metricsText(call) : null,
  ];
}

function metricsText({ metrics, metricsText: text }: Call): string | null {
  return text ?? (metrics === undefined ? null : pythonRepr(metrics));
}

export function complaintLine(complaint: Complaint, knownAt: Micros): Line {
  const { confirmedAt, confirmedBy } = complaint;
  const known = confirmedAt !== undefined && confirmedAt <= knownAt;
  return [
    complaint.parentId,
    complaint.userId,
    csvZoned(complaint.at),
    known ? csvZoned(confirmedAt) : null,
    known ? (confirmedBy ?? null) : null,
    complaint.reason,
  ];
}

export function jobLine(job: Job, knownAt: Micros): Line {
  const { chute, instance } = job;
  const done = job.finishedAt <= knownAt;
  return [
    job.id,
    chute.id,
    chute.version,
    '0.3.61',
    job.method,
    instance.miner.uid,
    instance.miner.hotkey,
    instance.miner.coldkey,
    instance.id,
    csvNaive(job.createdAt),
    csvNaive(done ? job.finishedAt : job.startedAt),
    csvNaive(job.startedAt),
    done ? csvNaive(job.finishedAt) : null,
    done ? job.status : 'running',
    new PyFloat(job.multiplier),
    done && job.minerTerminated,
  ];
}
