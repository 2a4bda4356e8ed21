import { shortInstant } from '../../instants.ts';
import type { InstanceRecord, Micros, MultiplierRecord } from '../../types.ts';
import { shortened } from '../verdict.ts';
import type { Change, Comparison, Snapshot } from './difference.ts';

// Publishers close one span and open the next in one step, but not always with one reading of the clock.
const TOUCHING: Micros = 1_000_000;

/**
 * What two reports say of the multipliers of the past, where they cannot both be right. A span is known by its instance and
 * start: its multiplier stays, and it ends at one time, which is not before anybody saw it running. A report holds the spans
 * that overlap its hour.
 */
export function compareMultipliers(comparison: Comparison): Change[] {
  const { earlier, later, consecutive, settled } = comparison;
  const ownerOf = owners(earlier, later);
  const changes: Change[] = [];
  const note = (
    row: MultiplierRecord,
    kind: Change['kind'],
    before: string,
    after: string,
    explanation?: string,
  ): void => {
    changes.push({
      kind,
      instanceId: shortened(row.instanceId),
      minerHotkey: shortened(ownerOf(row.instanceId)),
      field: `multiplier from ${shortInstant(row.start)}`,
      before,
      after,
      severity: explanation === undefined ? 'critical' : 'warning',
      ...(explanation === undefined ? {} : { explanation }),
    });
  };

  const before = byKey(earlier.multipliers);
  const after = byKey(later.multipliers);
  const penaltyOf = penalties(comparison);
  for (const [key, was] of before) {
    const now = after.get(key);
    if (now === undefined) {
      const due = was.end === null ? consecutive : was.end > later.report.start;
      if (due) note(was, 'removed', String(was.multiplier), 'not in the report');
      continue;
    }
    if (now.multiplier !== was.multiplier)
      note(was, 'changed', String(was.multiplier), String(now.multiplier), penaltyOf(was, now));
    if (was.end !== null && now.end !== was.end) note(was, 'changed', untilText(was), untilText(now));
    else if (was.end === null && now.end !== null && now.end < settled)
      note(was, 'shortened', untilText(was), untilText(now));
  }
  // A publisher that began to publish the history in this report has no earlier one to contradict.
  if (earlier.multipliers.length > 0) {
    for (const [key, now] of after) {
      const overlapped = now.start < settled && (now.end === null || now.end > earlier.report.start);
      if (overlapped && !before.has(key)) note(now, 'inserted', 'not in the report', String(now.multiplier));
    }
  }
  for (const [row, other] of overlaps(later.multipliers))
    note(row, 'overlapping', untilText(row), `another from ${shortInstant(other.start)}`);
  return changes;
}

/** Spans by instance and start. Of two with one start, which overlap, always the same one. */
function byKey(rows: readonly MultiplierRecord[]): Map<string, MultiplierRecord> {
  const spans = new Map<string, MultiplierRecord>();
  for (const row of rows) {
    const key = `${row.start} ${row.instanceId}`;
    const other = spans.get(key);
    if (other === undefined || order(row, other) < 0) spans.set(key, row);
  }
  return spans;
}

function order(a: MultiplierRecord, b: MultiplierRecord): number {
  return a.start - b.start || (a.end ?? Infinity) - (b.end ?? Infinity) || a.multiplier - b.multiplier || 0;
}

/** Spans of one instance that hold at the same time as the next one; also those that end before they start. */
function overlaps(rows: readonly MultiplierRecord[]): [MultiplierRecord, MultiplierRecord][] {
  const found: [MultiplierRecord, MultiplierRecord][] = [];
  for (const spans of Map.groupBy(rows, ({ instanceId }) => instanceId).values()) {
    spans.sort(order);
    for (const [index, span] of spans.entries()) {
      const following = spans[index + 1];
      // One line that was written twice says nothing else than once.
      if (following !== undefined && order(span, following) === 0) continue;
      if (span.end !== null && span.end < span.start) found.push([span, span]);
      else if (following !== undefined && (span.end ?? Infinity) > following.start + TOUCHING)
        found.push([span, following]);
    }
  }
  return found;
}

/** What explains that a multiplier was changed in place: the publisher's penalty for deleting the last instance that ran. */
function penalties({ earlier, later, penalties: factors }: Comparison) {
  const before = instancesOf(earlier);
  const after = instancesOf(later);
  return (was: MultiplierRecord, now: MultiplierRecord): string | undefined => {
    const instance = after.get(was.instanceId);
    // One that is gone was deleted after its hour's end and before the export.
    if (was.end !== null || instance?.deletedAt === null) return undefined;
    const isPrivate = (instance ?? before.get(was.instanceId))?.billedTo != null;
    const factor = isPrivate ? factors.private : factors.shared;
    if (Math.abs(now.multiplier - was.multiplier * factor) > 1e-6 * Math.abs(was.multiplier))
      return undefined;
    return `the publisher multiplies the running multiplier by ${factor}, in place, when a miner deletes the last ${isPrivate ? 'private ' : ''}instance that ran`;
  };
}

function owners(earlier: Snapshot, later: Snapshot): (instanceId: string) => string {
  const before = instancesOf(earlier);
  const after = instancesOf(later);
  return (id) => (after.get(id) ?? before.get(id))?.minerHotkey ?? '';
}

function instancesOf({ instances }: Snapshot): Map<string, InstanceRecord> {
  return new Map(instances.map((row) => [row.instanceId, row]));
}

function untilText({ end }: MultiplierRecord): string {
  return end === null ? 'lasting' : `until ${shortInstant(end)}`;
}
