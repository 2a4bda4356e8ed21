import type { Logger } from '../shared/index.ts';
import { abortedError, throwIfAborted } from '../shared/index.ts';
import type { Engine } from './engine/types.ts';
import { storeFailure } from './failure.ts';
import { createSandbox } from './sandbox/run.ts';
import { encodeTsv } from './tsv.ts';
import type { QueryOptions, Store, StoreStats } from './types.ts';

export interface StoreAbout {
  readonly kind: StoreStats['kind'];
  readonly database: string;
  readonly cluster?: string | undefined;
  readonly logger: Logger;
}

// Slower than this is worth a line in the log.
const SLOW_MS = 1_000;

/** The one wrapper that every statement passes: label, time, counters, errors by their number, the caller's signal. */
export function createStore(engine: Engine, { kind, database, cluster, logger }: StoreAbout): Store {
  const counters = { inserts: 0, insertErrors: 0, queries: 0, queryErrors: 0 };
  const sandbox = createSandbox(engine, database);
  let closed: Promise<void> | undefined;

  const pass = async <T>(
    count: 'inserts' | 'queries',
    label: string,
    { signal, fromUser = false }: { signal?: AbortSignal | undefined; fromUser?: boolean },
    work: () => Promise<T>,
  ): Promise<T> => {
    throwIfAborted(signal);
    counters[count]++;
    const started = performance.now();
    try {
      return await work();
    } catch (error) {
      counters[count === 'inserts' ? 'insertErrors' : 'queryErrors']++;
      const failure = signal?.aborted ? abortedError(signal) : storeFailure(error, { label, fromUser });
      if (!fromUser && failure.code !== 'aborted') {
        logger.warn({ label, code: failure.code, got: failure.parts.got }, 'a statement failed');
      }
      throw failure;
    } finally {
      const elapsedMs = Math.round(performance.now() - started);
      if (elapsedMs >= SLOW_MS) logger.info({ label, elapsedMs }, 'a slow statement');
      else logger.debug({ label, elapsedMs }, 'statement');
    }
  };

  const query = <Row>(
    sql: string,
    { params, signal, label = 'run a query' }: QueryOptions = {},
  ): Promise<Row[]> =>
    pass('queries', label, { signal }, async () =>
      parseRows<Row>(await engine.text({ sql, params, signal }, 'JSONEachRow')),
    );

  return {
    query,
    command: (sql, { params, signal, label = 'run a statement' } = {}) =>
      pass('queries', label, { signal }, () => engine.run({ sql, params, signal })),
    async insert(table, columns, rows, { signal, label = `insert into ${table}` } = {}) {
      if (rows.length === 0) return;
      await pass('inserts', label, { signal }, () =>
        engine.insertTsv(table, columns, encodeTsv(rows), signal),
      );
    },
    load: (load, { params, signal, label = 'load a file' } = {}) =>
      pass('inserts', label, { signal }, () => engine.load({ ...load, params, signal })),
    sandbox: (sql, limits, signal) =>
      pass('queries', 'run this statement', { signal, fromUser: true }, () => sandbox(sql, limits, signal)),
    exportStream: (sql, format, { params, signal, label = 'export' } = {}) =>
      pass('queries', label, { signal }, () => engine.stream({ sql, params, signal }, format)),
    async stats() {
      const parts =
        cluster === undefined ? 'system.parts' : `cluster('${cluster.replaceAll("'", '')}', system.parts)`;
      const [engineFacts] = await query<{ version: string }>('SELECT version() AS version', {
        label: 'ask its version',
      });
      const rows = await query<{ name: string; rows: string; bytes: string }>(
        `SELECT replaceRegexpOne(table, '_local$', '') AS name, toString(sum(rows)) AS rows,
           toString(sum(bytes_on_disk)) AS bytes
         FROM ${parts} WHERE active AND database = {database:String} GROUP BY name ORDER BY name`,
        { params: { database }, label: 'measure the store' },
      );
      return {
        kind,
        version: engineFacts?.version ?? '',
        bytesOnDisk: rows.reduce((sum, row) => sum + Number(row.bytes), 0),
        rows: Object.fromEntries(rows.map((row) => [row.name, Number(row.rows)])),
        ...counters,
      };
    },
    close() {
      closed ??= engine.close();
      return closed;
    },
  };
}

function parseRows<Row>(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split('\n')) if (line !== '') rows.push(JSON.parse(line) as Row);
  return rows;
}
