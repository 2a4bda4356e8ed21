import type { Store } from '../../../store/index.ts';
import { readInstant, sqlInstant } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import { saveFile } from './files.ts';
import { type Load, ROW_TABLES, type RowTable, saveLoads } from './load-state.ts';

/** What stays of a purged file: all but its rows. */
interface FileRow {
  report_id: string;
  kind: string;
  path: string;
  claimed: string;
  sha256: string;
  bytes: string;
  ended: string;
  rows: string;
  bad: string;
  unreadable: string;
  drift: string[];
}

/**
 * Removes the rows of exports of hours that ended before an instant. Reports, records, verdicts, findings and evidence stay; the files
 * say `purged`, so nothing is loaded again. Costs one small query when nothing is that old. Not while a load of the source runs.
 */
export async function purge(
  store: Store,
  { source, before }: { readonly source: string; readonly before: Micros },
  signal?: AbortSignal,
): Promise<{ files: number }> {
  const params = { source, before: sqlInstant(before) };
  const old = "source = {source:String} AND hour < {before:DateTime64(6, 'UTC')}";
  const files = await store.query<FileRow>(
    `SELECT report_id, kind, path, claimed_sha256 AS claimed, sha256, toString(bytes) AS bytes, toString(hour) AS ended,
  toString(row_count) AS rows, toString(bad_count) AS bad, toString(unreadable_metrics) AS unreadable, drift
FROM audit_files FINAL WHERE ${old} AND state = 'loaded' ORDER BY report_id, kind`,
    { params, signal, label: 'list files to purge' },
  );
  const loads = await store.query<{ id: string; table: RowTable; ended: string }>(
    `SELECT toString(load_id) AS id, rows_in AS table, toString(hour) AS ended FROM audit_loads FINAL WHERE ${old} AND state != 'swept'`,
    { params, signal, label: 'list loads to purge' },
  );
  // The files first: rows of a file that is purged count no more, so a purge that is broken off has removed nothing by halves.
  for (const file of files) {
    await saveFile(
      store,
      {
        source,
        reportId: file.report_id,
        kind: file.kind,
        path: file.path,
        claimedSha256: file.claimed,
        sha256: file.sha256,
        bytes: Number(file.bytes),
        hour: readInstant(file.ended) ?? 0,
        state: 'purged',
        rows: Number(file.rows),
        bad: Number(file.bad),
        unreadable: Number(file.unreadable),
        drift: file.drift,
      },
      { signal, label: 'mark a file as purged' },
    );
  }
  if (loads.length > 0) {
    for (const table of [...ROW_TABLES, 'audit_repeats']) {
      await store.command(`ALTER TABLE ${table} DELETE WHERE ${old} SETTINGS mutations_sync = 1`, {
        params,
        label: `purge ${table}`,
      });
    }
    await saveLoads(
      store,
      source,
      loads.map(({ id, table, ended }): Load => ({ id: BigInt(id), table, hour: readInstant(ended) ?? 0 })),
      'swept',
      { signal },
    );
  }
  return { files: files.length };
}
