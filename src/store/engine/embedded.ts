import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { drainPending } from 'chdb';
import { type ChdbConnection, createChdbConnection } from 'chdb/connection';
import { sleep, TaoscopeError, throwIfAborted, withAbort } from '../../shared/index.ts';
import { CSV_SETTINGS } from './csv-settings.ts';
import { literal } from './literal.ts';
import type { Engine, Settings, Statement } from './types.ts';

interface Line {
  readonly connection: ChdbConnection;
  readonly client: ClickHouseClient;
  busy: number;
  /** Settles when the last statement in turn has ended; never rejects. */
  last: Promise<unknown>;
}

// Failures are thrown; what the client would print beside them goes past our log.
const QUIET = { level: ClickHouseLogLevel.OFF };

// A chDB connection runs one statement at a time. Long reads must not hold up inserts, nor each other.
const READERS = 2;

/** How soon a user's statement that did not end is told again to. */
const KILL_AGAIN_MS = 50;

/** ClickHouse in this process (chDB), its files under `path`. Only one such folder can be open per process at a time. */
export async function openEmbedded(path: string, database: string, settings: Settings): Promise<Engine> {
  const lines: Line[] = [];
  const open = async (own: Settings = {}): Promise<Line> => {
    const connection = createChdbConnection({ path });
    const line = {
      connection,
      client: createClient({ connection: asHook(connection), log: QUIET }),
      busy: 0,
      last: Promise.resolve(),
    };
    lines.push(line);
    await connection.chdb.queryAsync(`USE ${database}`);
    // On this connection SET outlives its statement, so settings are given once and never per statement.
    await connection.chdb.queryAsync(`SET ${assignments({ ...settings, ...own })}`);
    return line;
  };

  const first = createChdbConnection({ path });
  try {
    // The default database of chDB also resolves file names to tables; ours must not.
    await first.chdb.queryAsync(`CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic`);
    const writer = await open();
    const readers = await Promise.all(Array.from({ length: READERS }, () => open()));
    const engineLines = { writer, readers, exporter: await open(), openLoader: () => open(CSV_SETTINGS) };
    await first.close();
    return createEngine(path, database, lines, engineLines);
  } catch (error) {
    await first.close();
    for (const line of lines) await line.client.close();
    await drainPending();
    throw error;
  }
}

function createEngine(
  path: string,
  database: string,
  lines: Line[],
  {
    writer,
    readers,
    exporter,
    openLoader,
  }: { writer: Line; readers: Line[]; exporter: Line; openLoader: () => Promise<Line> },
): Engine {
  let closing = false;
  /** Opened by the first file: most stores never load one. */
  let loader: Promise<Line> | undefined;
  /** Users' statements under way. */
  const confined = new Set<Promise<unknown>>();
  const using = async <T>(line: Line, work: (line: Line) => Promise<T>): Promise<T> => {
    line.busy++;
    try {
      return await work(line);
    } finally {
      line.busy--;
    }
  };
  /** After what the line does now, in order: what is aborted before its turn never begins. */
  const inTurn = <T>(line: Line, work: () => Promise<T>): Promise<T> => {
    const mine = line.last.then(work);
    line.last = mine.catch(() => {});
    return mine;
  };
  /**
   * An aborted statement goes on in the engine, and its line is taken until it has ended: so that this is soon, it is killed. One that
   * is only just beginning is not there to be killed yet, so it is tried until it has ended.
   */
  const killOnAbort = (
    kind: 'Select' | 'Insert',
    name: string,
    answer: Promise<unknown>,
    signal: AbortSignal,
  ): void => {
    let ended = false;
    const settled = answer.then(end, end);
    function end() {
      ended = true;
      signal.removeEventListener('abort', kill);
    }
    async function kill() {
      while (!ended) {
        await exporter.connection.chdb
          .queryAsync(`KILL QUERY WHERE query_kind = '${kind}' AND query LIKE '%${name}%' ASYNC`)
          .catch(() => {});
        await Promise.race([settled, sleep(KILL_AGAIN_MS)]);
      }
    }
    if (signal.aborted) void kill();
    else signal.addEventListener('abort', kill, { once: true });
  };
  const reader = (): Line => readers.reduce((best, line) => (line.busy < best.busy ? line : best));

  return {
    text({ sql, params, signal }, format) {
      const name = `taoscope-${randomUUID()}`;
      const answer = using(reader(), (line) =>
        inTurn(line, async () => {
          throwIfAborted(signal);
          const { stream } = await line.client.exec(asExec({ sql: `${sql} /* ${name} */`, params }, format));
          return readText(stream);
        }),
      );
      if (signal === undefined) return answer;
      killOnAbort('Select', name, answer, signal);
      return withAbort(answer, signal);
    },
    async run(statement) {
      await using(writer, ({ client }) => client.command(asExec(statement)));
    },
    async insertTsv(table, columns, body, signal) {
      await using(writer, ({ connection }) =>
        // The client would turn the body into UTF-8 text; this path hands the bytes over.
        connection.chdb.rawInsert({
          table,
          columns,
          values: body,
          format: 'TabSeparated',
          ...(signal === undefined ? {} : { signal }),
        }),
      );
    },
    async load({ file, format, structure, insert, params, signal }) {
      throwIfAborted(signal);
      loader ??= openLoader();
      const line = await loader;
      await using source = await plainlyNamed(file);
      const from = `file(${literal(source.path)}, ${format}, ${literal(structure)}, 'none')`;
      const name = `taoscope-${randomUUID()}`;
      const loaded = using(line, () =>
        inTurn(line, async () => {
          throwIfAborted(signal);
          await line.client.command(asExec({ sql: `${insert(from)} /* ${name} */`, params }));
        }),
      );
      if (signal !== undefined) killOnAbort('Insert', name, loaded, signal);
      await loaded;
    },
    async stream(statement, format) {
      if (format === 'Parquet') {
        // One file has one footer: the engine makes it whole, so memory holds the (compressed) file.
        // It may take long, so it does not hold up the readers.
        return using(exporter, async ({ client }) => (await client.exec(asExec(statement, format))).stream);
      }
      return streamPieces(path, database, statement, format);
    },
    confined(sql, format, confinement) {
      const answer = (async () => {
        const connection = createChdbConnection({ path });
        try {
          await connection.chdb.queryAsync(`USE ${database}`);
          await connection.chdb.queryAsync(`SET ${assignments(confinement)}`);
          if (closing) throw new TaoscopeError('aborted', { failed: 'the store was closed' });
          return (await connection.chdb.queryAsync(sql, { format })).text();
        } finally {
          await connection.close();
        }
      })();
      confined.add(answer);
      const ended = () => confined.delete(answer);
      answer.then(ended, ended);
      return answer;
    },
    async close() {
      closing = true;
      // Nobody waits for a user's statement any more, and it would hold us to its limit. One that is only just beginning
      // is not there to be killed yet, so it is tried until none is left.
      while (confined.size > 0) {
        await writer.connection.chdb
          .queryAsync("KILL QUERY WHERE query_kind = 'Select' AND query NOT LIKE '%system.processes%' ASYNC")
          .catch(() => {});
        await Promise.race([Promise.allSettled(confined), sleep(KILL_AGAIN_MS)]);
      }
      for (const line of lines) await line.client.close();
      // An aborted statement goes on in the engine; the folder is free only when it has ended.
      await drainPending();
    },
  };
}

// chDB types its connection by an older copy of the client's interface; the shapes agree (`conformance.test.ts`).
function asHook(connection: ChdbConnection): NonNullable<ClickHouseClientConfigOptions['connection']> {
  return connection as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>;
}

function asExec({ sql, params, signal }: Statement, format?: string) {
  return {
    query: format === undefined ? sql : `${sql}\nFORMAT ${format}`,
    ...(params === undefined ? {} : { query_params: { ...params } }),
    ...(signal === undefined ? {} : { abort_signal: signal }),
  };
}

/** Row formats piece by piece, on a connection of their own: it allows one stream at a time. */
async function streamPieces(
  path: string,
  database: string,
  statement: Statement,
  format: string,
): Promise<AsyncIterable<Uint8Array>> {
  const { sql, params = {}, signal } = statement;
  const connection = createChdbConnection({ path });
  try {
    await connection.chdb.queryAsync(`USE ${database}`);
    for (const [name, value] of Object.entries(params)) {
      await connection.chdb.queryAsync(`SET param_${name} = ${literal(parameterText(value))}`);
    }
    // Each piece of a stream is a file of its own: a header would come again with each, so it is made apart.
    const headed = format === 'CSVWithNames';
    const header = headed
      ? (await connection.chdb.queryAsync(`SELECT * FROM (${sql}) LIMIT 0`, { format })).bytes()
      : new Uint8Array(0);
    const options = signal === undefined ? {} : { signal };
    const pieces = connection.chdb.queryStream(sql, { format: headed ? 'CSV' : format, ...options });
    return (async function* () {
      try {
        if (header.length > 0) yield header;
        for await (const piece of pieces) yield piece.raw();
      } finally {
        await connection.close();
      }
    })();
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function parameterText(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => (typeof item === 'string' ? literal(item) : item)).join(',')}]`;
  return String(value).replace(/[\\\t\n]/g, (c) => (c === '\t' ? '\\t' : c === '\n' ? '\\n' : '\\\\'));
}

/** The engine reads patterns, archives and names of streams in a path; one that could be any of them gets another name for the while. */
async function plainlyNamed(file: string): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = resolve(file);
  if (/^[\w./ -]+$/.test(path)) return { path, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'taoscope-load-'));
  await symlink(path, join(folder, 'rows'));
  return {
    path: join(folder, 'rows'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function assignments(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : literal(value)}`)
    .join(', ');
}
