import { throwIfAborted } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { readInstant } from '../../instants.ts';
import { type Load, saveLoads } from './load-state.ts';

/** Ids that are looked at together: about 64 bytes of the engine's memory for each. */
const IDS_AT_ONCE = 4_000_000;

/** What decides between rows of the same request that are equal in rank: what they say. Columns that may be NULL are texts in a tuple. */
const CONTENT = `sipHash64(toString(tuple(parent_id, chute_id, instance_id, miner_uid, miner_hotkey, started_at, completed_at,
    failed, error, compute_multiplier, bounty, private, nc, steps, masps, it, ot, maspt, tokens)))`;

/**
 * Compares the requests of loads that are new with those of all others and with each other, and notes the rows of each request that is told
 * more than once; until then a load counts for nothing. Which of the rows counts is decided where they are read ({@link liveRows}), since
 * it depends on whose reports count. Loads that were compared before are not compared again, so the cost is one look through the ids.
 * May be repeated, and broken off, at any point.
 */
export async function settleDuplicates(
  store: Store,
  source: string,
  signal?: AbortSignal,
): Promise<{ loads: number; repeats: number }> {
  const known = await store.query<{ id: string; hour: string; rows: string; sha256: string; fresh: number }>(
    `SELECT toString(f.load_id) AS id, toString(f.hour) AS hour, toString(f.row_count) AS rows, f.sha256 AS sha256,
  toUInt8(l.state != 'settled') AS fresh
FROM (SELECT load_id, state FROM audit_loads FINAL WHERE source = {source:String} AND rows_in = 'audit_invocations') AS l
GLOBAL INNER JOIN (SELECT load_id, hour, row_count, sha256 FROM audit_files FINAL WHERE source = {source:String} AND state = 'loaded') AS f
  ON f.load_id = l.load_id
ORDER BY f.load_id`,
    { params: { source }, signal, label: 'list loads to compare' },
  );
  const fresh = known.filter((load) => load.fresh === 1);
  if (fresh.length === 0) return { loads: 0, repeats: 0 };

  // Files that are the same byte for byte count once as they are: their requests are no repeats for that.
  const different = [
    ...new Map(known.map((load) => [load.sha256 === '' ? load.id : load.sha256, load])).values(),
  ];
  const rowsOf = (loads: typeof known) => loads.reduce((sum, { rows }) => sum + Number(rows), 0);
  const freshRows = rowsOf(fresh);
  // Where most of it is new, looking only for what is in the new loads would cost more than it saves.
  const only = freshRows * 2 < rowsOf(different) ? idsOf(fresh) : undefined;
  const parts = Math.max(1, Math.ceil((only === undefined ? rowsOf(different) : freshRows) / IDS_AT_ONCE));
  for (let part = 0; part < parts; part++) {
    throwIfAborted(signal);
    const inPart = `source = {source:String} AND bitAnd(cityHash64(invocation_id), 0xffffffff) % ${parts} = ${part}`;
    const inFresh =
      only === undefined
        ? ''
        : `AND invocation_id GLOBAL IN (SELECT invocation_id FROM audit_invocations WHERE ${inPart} AND load_id IN (${only}))`;
    await store.command(
      `INSERT INTO audit_repeats (source, load_id, row, invocation_id, hour, completed, content)
SELECT source, load_id, row, invocation_id, hour, completed_at IS NOT NULL, ${CONTENT}
FROM audit_invocations
WHERE ${inPart} AND load_id IN (${idsOf(known)}) AND invocation_id GLOBAL IN (
  SELECT invocation_id FROM audit_invocations
  WHERE ${inPart} AND load_id IN (${idsOf(different)}) ${inFresh}
  GROUP BY invocation_id HAVING count() > 1
)`,
      { params: { source }, signal, label: 'note the requests that are told twice' },
    );
  }
  const settled = fresh.map(
    ({ id, hour }): Load => ({ id: BigInt(id), table: 'audit_invocations', hour: readInstant(hour) ?? 0 }),
  );
  const [noted] = await store.query<{ rows: string }>(
    `SELECT toString(count()) AS rows FROM audit_repeats FINAL WHERE source = {source:String} AND load_id IN (${idsOf(fresh)})`,
    { params: { source }, signal, label: 'count the requests that are told twice' },
  );
  await saveLoads(store, source, settled, 'settled', { signal });
  return { loads: fresh.length, repeats: Number(noted?.rows ?? 0) };
}

/** Numbers of loads as SQL; ours, never anybody's text. */
function idsOf(loads: readonly { readonly id: string }[]): string {
  return loads.map(({ id }) => BigInt(id)).join(', ');
}
