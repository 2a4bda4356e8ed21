import { COUNTED_REPORTS } from '../../collect/ingest/live-rows.ts';
import { SECOND } from '../../instants.ts';
import type { InstanceLife, MultiplierStretch, ScoringRules } from '../types.ts';
import { finiteOrNull, hourEnd, instantParam, microsOf } from './instant-sql.ts';
import type { Reader } from './reader.ts';

const HOURS = `source = {source:String} AND report_id GLOBAL IN (${COUNTED_REPORTS})
  AND end > ${instantParam('from')} AND end <= ${instantParam('until')}`;

/** An instant that had come by then, else NULL. */
const past = (column: string) => `if(${column} <= ${instantParam('at')}, ${column}, NULL)`;

const micros = (expression: string) => `toUnixTimestamp64Micro(${expression})`;

// A row is repeated in every hour of a life. Reports of one hour, and rows of one report, follow each other by name and place.
const NEWEST = {
  report: '(end, report_id, row)',
  // As the published auditor orders them: without a date first, as in descending order with NULLs last. Equal ones: the newest report.
  dates: `(ifNull(deleted_at, toDateTime64(0, 6, 'UTC')), ifNull(verified_at, toDateTime64(0, 6, 'UTC')),
    ifNull(created_at, toDateTime64(0, 6, 'UTC')), end, report_id, row)`,
} as const;

interface LifeRow {
  instance_id: string;
  chute_id: string;
  miner_hotkey: string;
  merged_activated: string | null;
  merged_verified: string | null;
  merged_deleted: string | null;
  merged_billed: boolean;
  seen: string;
  order: readonly (string | number)[];
  newest: readonly [
    created: string | null,
    activated: string | null,
    deleted: string | null,
    reason: string | null,
    billed: boolean,
    stopBilling: string | null,
    multiplier: number | null,
    validTermination: boolean,
    bounty: boolean,
  ];
}

/** Instances as the counted reports of the window tell them, one per instance, chute and hotkey. What came after the instant is left out. */
export async function readInstances(reader: Reader, rules: ScoringRules): Promise<InstanceLife[]> {
  const rows = await reader.rows<LifeRow>(
    `SELECT instance_id, toString(chute_id) AS chute_id, toString(miner_hotkey) AS miner_hotkey,
  ${micros(`min(${past('activated_at')})`)} AS merged_activated, ${micros(`min(${past('verified_at')})`)} AS merged_verified,
  ${micros(`max(${past('deleted_at')})`)} AS merged_deleted, max(billed_to IS NOT NULL) = 1 AS merged_billed,
  ${micros('max(end)')} AS seen,
  argMax(tuple(${micros('created_at')}, ${micros('activated_at')}, ${micros('deleted_at')}, deletion_reason, billed_to IS NOT NULL,
    ${micros('stop_billing_at')}, compute_multiplier, valid_termination, bounty), ${NEWEST[rules.newestRow]}) AS newest
FROM audit_instances WHERE ${HOURS}
GROUP BY instance_id, audit_instances.chute_id, audit_instances.miner_hotkey`,
    windowOf(reader, rules),
    'read the lives of instances',
  );
  return rows.map((row) => toLife(row, reader.at));
}

function toLife({ newest, ...row }: LifeRow, at: number): InstanceLife {
  const [created, activated, deleted, reason, billed, stopBilling, multiplier, validTermination, bounty] =
    newest;
  const pastOrNull = (text: string | null) => {
    const instant = microsOf(text);
    return instant !== null && instant <= at ? instant : null;
  };
  const deletedAt = pastOrNull(deleted);
  return {
    instanceId: row.instance_id,
    chuteId: row.chute_id,
    hotkey: row.miner_hotkey,
    merged: {
      activatedAt: microsOf(row.merged_activated),
      verifiedAt: microsOf(row.merged_verified),
      deletedAt: microsOf(row.merged_deleted),
      billed: row.merged_billed,
    },
    createdAt: pastOrNull(created),
    activatedAt: pastOrNull(activated),
    deletedAt,
    deletionReason: deletedAt === null ? null : reason,
    billed,
    stopBillingAt: microsOf(stopBilling),
    multiplier: finiteOrNull(multiplier),
    validTermination: deletedAt !== null && validTermination,
    bounty,
    seenUntil: Number(row.seen),
  };
}

interface StretchRow {
  instance_id: string;
  start: string;
  seen: string;
  newest: readonly [multiplier: number, end: string | null];
}

/** Multipliers of instances over time, each stretch as the newest counted report tells it. */
export async function readMultipliers(reader: Reader, rules: ScoringRules): Promise<MultiplierStretch[]> {
  const rows = await reader.rows<StretchRow>(
    `SELECT instance_id, ${micros('started_at')} AS start, ${micros('max(end)')} AS seen,
  argMax(tuple(multiplier, ${micros('ended_at')}), (end, report_id, row)) AS newest
FROM audit_multipliers WHERE ${HOURS} AND isFinite(multiplier)
GROUP BY instance_id, started_at`,
    windowOf(reader, rules),
    'read the multipliers of instances',
  );
  return rows.map(({ instance_id, start, seen, newest: [multiplier, end] }) => ({
    instanceId: instance_id,
    multiplier,
    start: microsOf(start),
    end: microsOf(end),
    seenUntil: microsOf(seen),
  }));
}

function windowOf({ at }: Reader, { windowSeconds, instanceIntegral }: ScoringRules) {
  const seconds = Math.max(windowSeconds, instanceIntegral?.legacy?.windowSeconds ?? 0);
  return { from: at - seconds * SECOND, at, until: hourEnd(at) };
}
