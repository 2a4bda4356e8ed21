import { shortInstant } from '../../instants.ts';
import type { InstanceRecord, Micros } from '../../types.ts';
import { shortened } from '../verdict.ts';
import type { Change, Comparison } from './difference.ts';

/**
 * What two reports say of the same instances, where they cannot both be right. An instance's life may go on (it is verified,
 * activated, deleted; its billing ends; its multiplier follows its history), but what was settled stays.
 */
export function compareInstances(comparison: Comparison): Change[] {
  const { earlier, later, next } = comparison;
  const changes: Change[] = [];
  const before = byId(earlier.instances);
  const after = byId(later.instances);
  const moves = lastMoves(comparison);
  for (const [id, rows] of after) {
    const now = rows[0];
    if (now === undefined) continue;
    if (rows.some((row) => JSON.stringify(row) !== JSON.stringify(now))) changes.push(toldTwice(now, rows));
    const was = before.get(id)?.[0];
    if (was === undefined) changes.push(...appeared(now, comparison));
    else changes.push(...continued(was, now, comparison, moves));
  }
  const following = next === undefined ? undefined : byId(next.instances);
  for (const [id, rows] of before) {
    const was = rows[0];
    if (was !== undefined && !after.has(id))
      changes.push(...disappeared(was, following?.get(id)?.[0], comparison));
  }
  return changes;
}

/** Rows by instance; those of one instance in an order that does not depend on the file's. */
function byId(instances: readonly InstanceRecord[]): Map<string, InstanceRecord[]> {
  const rows = Map.groupBy(instances, ({ instanceId }) => instanceId);
  for (const same of rows.values()) {
    if (same.length > 1)
      same.sort((a, b) => {
        const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
        return left < right ? -1 : left > right ? 1 : 0;
      });
  }
  return rows;
}

function continued(
  was: InstanceRecord,
  now: InstanceRecord,
  { settled }: Comparison,
  moves: ReadonlyMap<string, Micros>,
): Change[] {
  const changes: Change[] = [];
  const note = (
    kind: Change['kind'],
    field: keyof InstanceRecord,
    severity: Change['severity'] = 'critical',
    explanation?: string,
  ): void => {
    changes.push(changeOf(now, kind, field, shown(was[field]), shown(now[field]), severity, explanation));
  };
  const differ = (field: keyof InstanceRecord): boolean => was[field] !== now[field];

  for (const field of ['minerHotkey', 'chuteId'] as const) if (differ(field)) note('changed', field);
  if (was.version !== null && differ('version')) note('changed', 'version', 'warning');
  for (const field of ['createdAt', 'verifiedAt', 'activatedAt', 'deletedAt'] as const) {
    const [old, at] = [was[field], now[field]];
    if (old !== null && at === null) note('withdrawn', field);
    else if (old !== null && old !== at) note('changed', field);
    else if (old === null && at !== null && (field === 'createdAt' || at < settled)) note('backdated', field);
  }
  if (differ('billedTo')) note('changed', 'billedTo');

  if (was.deletedAt !== null) {
    for (const field of ['deletionReason', 'computeMultiplier', 'stopBillingAt', 'validTermination'] as const)
      if (differ(field)) note('changed', field);
    if (differ('hourlyRate')) note('changed', 'hourlyRate', 'warning');
  } else {
    if (was.deletionReason !== null && differ('deletionReason')) note('changed', 'deletionReason');
    if (was.validTermination && !now.validTermination) note('withdrawn', 'validTermination');
    // Billing may be prolonged while the instance lives, and it ends with it; what was billed stays billed.
    const billed = (until: Micros | null): Micros => Math.min(until ?? settled, settled);
    if (billed(now.stopBillingAt) < billed(was.stopBillingAt)) note('shortened', 'stopBillingAt');
    if (was.computeMultiplier !== null && differ('computeMultiplier') && now.deletedAt === null) {
      const moved = moves.get(now.instanceId);
      if (moved === undefined) note('changed', 'computeMultiplier', 'warning', NO_HISTORY);
      else if (moved < settled) note('changed', 'computeMultiplier');
    }
  }
  if (was.bounty && !now.bounty) note('withdrawn', 'bounty', 'warning', BOUNTY);
  else if (!was.bounty && now.bounty && was.activatedAt !== null) note('changed', 'bounty', 'warning');
  return changes;
}

const NO_HISTORY =
  'no history of its multipliers was published with it, so that the new one counts for the whole life of the instance';

const BOUNTY =
  'the publisher takes a bounty back when the miner deletes the last instance that ran for the chute';

/** An instance that the earlier report does not have. */
function appeared(now: InstanceRecord, { settled, earlierWrittenBy, earlier }: Comparison): Change[] {
  const began = Math.min(...[now.createdAt, now.verifiedAt, now.activatedAt].filter((at) => at !== null));
  if (!(began < settled)) return [];
  const { deletedAt } = now;
  // Deleted between the end of the hour and the export: neither alive then nor deleted in the hour, so it was in neither class.
  if (deletedAt !== null && deletedAt >= earlier.report.end && deletedAt <= earlierWrittenBy) return [];
  return [changeOf(now, 'inserted', 'createdAt', 'not in the report', shortInstant(began), 'critical')];
}

/**
 * An instance that the later report does not have. One that was deleted between the hour's end and the export is in the report
 * after it, with its deletion; only that one can tell.
 */
function disappeared(
  was: InstanceRecord,
  again: InstanceRecord | undefined,
  { consecutive, next, later, laterWrittenBy }: Comparison,
): Change[] {
  if (was.deletedAt !== null || !consecutive) return [];
  if (next === undefined || next.report.start !== later.report.end) return [];
  const gone = again?.deletedAt ?? null;
  if (again !== undefined && gone !== null && gone >= later.report.end && gone <= laterWrittenBy) return [];
  const after =
    again === undefined ? 'not in this report, nor in the next' : 'not in this report, but in the next';
  return [changeOf(was, 'vanished', 'instanceId', 'alive', after, 'warning')];
}

function toldTwice(row: InstanceRecord, rows: readonly InstanceRecord[]): Change {
  return changeOf(row, 'overlapping', 'instanceId', 'one row', `${rows.length} rows that differ`, 'critical');
}

/**
 * When the multiplier of each instance changed last, as the later report's history tells: a span began or ended. (One that began
 * between the hour's end and the export is not in it, but the one before has ended.)
 */
function lastMoves({ later }: Comparison): ReadonlyMap<string, Micros> {
  const moves = new Map<string, Micros>();
  for (const { instanceId, start, end } of later.multipliers)
    moves.set(instanceId, Math.max(start, end ?? start, moves.get(instanceId) ?? start));
  return moves;
}

function changeOf(
  { instanceId, minerHotkey }: InstanceRecord,
  kind: Change['kind'],
  field: string,
  before: string,
  after: string,
  severity: Change['severity'],
  explanation?: string,
): Change {
  return {
    kind,
    instanceId: shortened(instanceId),
    minerHotkey: shortened(minerHotkey),
    field,
    before: shortened(before),
    after: shortened(after),
    severity,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function shown(value: string | number | boolean | null): string {
  if (value === null) return 'nothing';
  return typeof value === 'number' && value > 1e14 ? shortInstant(value) : String(value);
}
