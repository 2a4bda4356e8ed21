import { liveJobs } from '../../collect/ingest/live-rows.ts';
import { SECOND } from '../../instants.ts';
import type { Job, ScoringRules } from '../types.ts';
import { finiteOrNull, instantParam, microsOf } from './instant-sql.ts';
import type { Reader } from './reader.ts';

interface JobRow {
  job_id: string;
  hotkey: string;
  started: string;
  finished: string | null;
  compute_multiplier: number | null;
  miner_terminated: boolean;
}

/** Jobs begun in the window, each as it was told last: first it runs, later it has ended. */
export async function readJobs(reader: Reader, { windowSeconds }: ScoringRules): Promise<Job[]> {
  const { at } = reader;
  const rows = await reader.rows<JobRow>(
    `SELECT job_id, toString(miner_hotkey) AS hotkey, toUnixTimestamp64Micro(assumeNotNull(started_at)) AS started,
  toUnixTimestamp64Micro(finished_at) AS finished, compute_multiplier, miner_terminated
FROM (${liveJobs('job_id, miner_hotkey, started_at, finished_at, compute_multiplier, miner_terminated')})
WHERE started_at > ${instantParam('from')} AND started_at <= ${instantParam('at')} AND miner_hotkey != ''`,
    { from: at - windowSeconds * SECOND, at },
    'read jobs',
  );
  return rows.map((row) => ({
    jobId: row.job_id,
    hotkey: row.hotkey,
    startedAt: microsOf(row.started),
    finishedAt: microsOf(row.finished),
    multiplier: finiteOrNull(row.compute_multiplier),
    minerTerminated: row.miner_terminated,
  }));
}
