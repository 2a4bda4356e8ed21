import { isTaoscopeError } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import type { TableReader } from '../../adapter.ts';
import { sqlInstant } from '../../instants.ts';
import type { Micros, ReportId } from '../../types.ts';
import { readExactly } from './exact-rows.ts';
import { saveFile } from './files.ts';
import { readHeader } from './header.ts';
import { insertSql, structureOf } from './load-sql.ts';
import { saveLoads } from './load-state.ts';
import { endsInQuotes } from './open-quote.ts';
import { nextSequence } from './sequence.ts';

/** A downloaded export whose digest is the one that its report names. */
export interface ExportFile {
  readonly source: string;
  readonly reportId: ReportId;
  readonly kind: string;
  /** End of the hour that the report covers. */
  readonly end: Micros;
  /** Where the publisher has it; kept, never opened. */
  readonly path: string;
  /** Where we have it. */
  readonly file: string;
  /** Lower-case hex, as found and as claimed. */
  readonly sha256: string;
  readonly bytes: number;
  readonly reader: TableReader;
}

export type LoadOutcome =
  | {
      readonly state: 'loaded';
      readonly loadId: bigint;
      /** Rows that count. */
      readonly rows: number;
      /** Rows that could not be read, and the first of them. */
      readonly bad: number;
      readonly samples: readonly { readonly where: string; readonly reason: string }[];
      /** Rows whose `metrics` nobody could read. */
      readonly unreadable: number;
      readonly drift: readonly string[];
    }
  /** The file is no such table; nothing of it counts. `reason` ends the sentence "the file …". */
  | { readonly state: 'malformed'; readonly reason: string };

// ClickHouse's errors of a text that is no CSV: src/Common/ErrorCodes.cpp.
const NO_TABLE = new Set([25, 26, 27, 32, 33, 34, 117]);
const SAMPLES = 10;

/**
 * Rows of an export into the store. They count from the moment when `audit_files` says so, which is written last: whatever happens before
 * leaves rows that nobody counts and {@link sweepLoads} removes. A file may be loaded again; then the newest load counts.
 *
 * Errors: of the store (`disk-full`, `store-failed`, …), `aborted`. A file that is no such table is no error but an outcome.
 */
export async function loadExport(store: Store, file: ExportFile, signal?: AbortSignal): Promise<LoadOutcome> {
  const { source, reader } = file;
  const header = await readHeader(file.file, reader.columns);
  if ('malformed' in header) return { state: 'malformed', reason: header.malformed };

  const load = { id: nextSequence(), table: reader.table, hour: file.end };
  await saveLoads(store, source, [load], 'begun', { signal });
  const params = { source, hour: sqlInstant(file.end), load: load.id };
  try {
    const [open] = await settleBoth(
      endsInQuotes(file.file, signal),
      store.load(
        {
          file: file.file,
          format: reader.format,
          structure: structureOf(reader),
          insert: (from) => insertSql(reader, from),
        },
        { params, signal, label: `load an export of ${file.kind}` },
      ),
    );
    if (open) return { state: 'malformed', reason: 'ends inside a quoted field' };
  } catch (error) {
    const code = isTaoscopeError(error) ? error.fields.clickhouseCode : undefined;
    if (typeof code !== 'number' || !NO_TABLE.has(code)) throw error;
    return { state: 'malformed', reason: 'is not a table in CSV' };
  }

  const first = await countRows(store, reader, params, signal);
  if (first.exact > 0) await readExactly(store, reader, params, signal);
  const counts = first.exact > 0 ? await countRows(store, reader, params, signal) : first;
  const samples = counts.bad === 0 ? [] : await badSamples(store, reader, params, signal);
  const outcome = {
    state: 'loaded',
    loadId: load.id,
    rows: counts.rows,
    bad: counts.bad,
    samples,
    unreadable: counts.unreadable,
    drift: header.drift,
  } as const;
  await saveFile(
    store,
    {
      source,
      reportId: file.reportId,
      kind: file.kind,
      path: file.path,
      claimedSha256: file.sha256,
      sha256: file.sha256,
      bytes: file.bytes,
      hour: file.end,
      state: 'loaded',
      loadId: load.id,
      rows: outcome.rows,
      bad: outcome.bad,
      unreadable: outcome.unreadable,
      drift: outcome.drift,
    },
    { signal },
  );
  return outcome;
}

type Params = Readonly<{ source: string; hour: string; load: bigint }>;

const OF_HOUR = "source = {source:String} AND hour = {hour:DateTime64(6, 'UTC')}";

async function countRows(
  store: Store,
  { table }: TableReader,
  params: Params,
  signal: AbortSignal | undefined,
): Promise<{ rows: number; unreadable: number; bad: number; exact: number }> {
  const unreadable =
    table === 'audit_invocations' ? "countIf(load_id = {load:UInt64} AND metrics_state = 'unreadable')" : '0';
  const [counts] = await store.query<Record<'rows' | 'unreadable' | 'bad' | 'exact', string | number>>(
    `SELECT countIf(load_id = {load:UInt64}) AS rows, ${unreadable} AS unreadable, countIf(aside = 'bad') AS bad,
  countIf(aside = 'exact') AS exact
FROM ${table} WHERE ${OF_HOUR} AND load_id IN ({load:UInt64}, {load:UInt64} + 1)`,
    { params, signal, label: 'count the rows of a load' },
  );
  const { rows = 0, unreadable: texts = 0, bad = 0, exact = 0 } = counts ?? {};
  return { rows: Number(rows), unreadable: Number(texts), bad: Number(bad), exact: Number(exact) };
}

async function badSamples(
  store: Store,
  { table }: TableReader,
  params: Params,
  signal: AbortSignal | undefined,
): Promise<{ where: string; reason: string }[]> {
  const rows = await store.query<{ row: number; text: string }>(
    `SELECT row, aside_text AS text FROM ${table} WHERE ${OF_HOUR} AND load_id = {load:UInt64} + 1 AND aside = 'bad' ORDER BY row LIMIT ${SAMPLES}`,
    { params, signal, label: 'read samples of bad rows' },
  );
  return rows.map(({ row, text }) => ({ where: `row ${row + 1}`, reason: `cannot be read: ${text}` }));
}

/** Both results, once both have ended: a file may be removed only when nobody reads it any more. */
async function settleBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
