import type { Store } from '../../../store/index.ts';
import { readInstant } from '../../instants.ts';
import { type Load, ROW_TABLES, type RowTable, saveLoads } from './load-state.ts';

/**
 * Removes what loads left behind that no file names: killed half-way, failed, or replaced by a newer load of the same file. Nothing of it
 * was ever counted; this is for the disk. Costs one small query when there is nothing to do. Not while a load of the source runs.
 */
export async function sweepLoads(
  store: Store,
  source: string,
  signal?: AbortSignal,
): Promise<{ loads: number }> {
  const rows = await store.query<{ id: string; table: RowTable; hour: string }>(
    `SELECT toString(load_id) AS id, rows_in AS table, toString(hour) AS hour FROM audit_loads FINAL
WHERE source = {source:String} AND state != 'swept' AND load_id GLOBAL NOT IN (
  SELECT load_id FROM audit_files FINAL WHERE source = {source:String} AND state = 'loaded'
) ORDER BY load_id`,
    { params: { source }, signal, label: 'look for loads without a file' },
  );
  const loads = rows.map(
    ({ id, table, hour }): Load => ({ id: BigInt(id), table, hour: readInstant(hour) ?? 0 }),
  );
  for (const table of ROW_TABLES) {
    const ids = loads.filter((load) => load.table === table).flatMap(({ id }) => [id, id + 1n]);
    await deleteLoads(store, table, source, ids, signal);
    if (table === 'audit_invocations') await deleteLoads(store, 'audit_repeats', source, ids, signal);
  }
  await saveLoads(store, source, loads, 'swept', { signal });
  return { loads: loads.length };
}

async function deleteLoads(
  store: Store,
  table: RowTable | 'audit_repeats',
  source: string,
  ids: readonly bigint[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (ids.length === 0) return;
  const which = `source = {source:String} AND load_id IN (${ids.join(', ')})`;
  const [found] = await store.query<{ any: number }>(
    `SELECT toUInt8(count() > 0) AS any FROM (SELECT 1 FROM ${table} WHERE ${which} LIMIT 1)`,
    { params: { source }, signal, label: `look for rows to remove from ${table}` },
  );
  if (found?.any !== 1) return;
  // On through an abort: a mutation that has begun goes on in the engine in any case.
  await store.command(`ALTER TABLE ${table} DELETE WHERE ${which} SETTINGS mutations_sync = 1`, {
    params: { source },
    label: `remove rows from ${table}`,
  });
}
