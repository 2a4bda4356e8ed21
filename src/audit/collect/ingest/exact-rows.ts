import type { Store } from '../../../store/index.ts';
import type { TableReader } from '../../adapter.ts';
import { MAX_EXACT_BYTES } from './load-sql.ts';

// A page of the longest texts is 8 MiB.
const PAGE = (8 << 20) / MAX_EXACT_BYTES;
const PAGE_OF_SHORT = 2_000;

/**
 * The rows of a load that stand aside because of a text which only the adapter's own reader can read: read, and written among the others
 * under the number of the load. What that reader cannot read either keeps the values that the engine gave it.
 */
export async function readExactly(
  store: Store,
  { table, exact }: TableReader,
  params: { readonly source: string; readonly hour: string; readonly load: bigint },
  signal?: AbortSignal,
): Promise<void> {
  if (exact === undefined) return;
  let after = -1;
  for (;;) {
    // As many as there are short ones, but never more than a page of memory.
    const rows = await store.query<Record<string, unknown> & { row: number; aside_text: string }>(
      `SELECT * FROM (
  SELECT *, sum(length(aside_text)) OVER (ORDER BY row) AS read_bytes FROM (
    SELECT * FROM ${table}
    WHERE source = {source:String} AND hour = {hour:DateTime64(6, 'UTC')} AND load_id = {load:UInt64} + 1 AND aside = 'exact'
      AND row > {after:Int64}
    ORDER BY row LIMIT ${PAGE_OF_SHORT}
  )
) WHERE read_bytes <= ${PAGE * MAX_EXACT_BYTES} ORDER BY row`,
      { params: { ...params, after }, signal, label: 'read texts exactly' },
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    const columns = Object.keys(last).filter((column) => column !== 'read_bytes');
    await store.insert(
      table,
      columns,
      rows.map((row) => {
        const own: Record<string, unknown> = {
          ...row,
          ...pick(exact.read(row.aside_text), exact.fills),
          load_id: params.load,
          aside: 'no',
          aside_text: '',
        };
        return columns.map((column) => own[column]);
      }),
      { signal, label: 'write what was read exactly' },
    );
    after = last.row;
  }
}

function pick(
  values: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Record<string, unknown> {
  return values === undefined ? {} : Object.fromEntries(names.map((name) => [name, values[name]]));
}
