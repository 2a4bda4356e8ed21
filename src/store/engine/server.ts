import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type DataFormat } from '@clickhouse/client';
import { CSV_SETTINGS } from './csv-settings.ts';
import { literal } from './literal.ts';
import type { Engine, Settings, Statement } from './types.ts';

export interface ServerAddress {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  database: string;
}

// Failures are thrown; what the client would print beside them goes past our log.
const QUIET = { level: ClickHouseLogLevel.OFF };

// Long enough for the longest statement we allow on the server side, so that its own limit speaks first.
const REQUEST_TIMEOUT_MS = 330_000;

const UPLOAD_BYTES = 1 << 20;

/** A ClickHouse server, or one node of a cluster, over HTTP. Nothing is sent before the first statement. */
export function openServer({ url, username, password, database }: ServerAddress, settings: Settings): Engine {
  const client = createClient({
    url,
    database,
    application: 'taoscope',
    log: QUIET,
    request_timeout: REQUEST_TIMEOUT_MS,
    // chDB cannot be asked to compress; one behaviour for both.
    compression: { request: false, response: false },
    clickhouse_settings: { ...settings },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  const text = async (query: Parameters<typeof client.exec>[0]): Promise<string> => {
    const { stream } = await client.exec(query);
    return readText(stream);
  };

  return {
    text: (statement, format) => text(asExec(statement, format)),
    async run(statement) {
      await client.command(asExec(statement));
    },
    async insertTsv(table, columns, body, signal) {
      await client.insert({
        table,
        columns: [...columns] as [string, ...string[]],
        values: Readable.from([body], { objectMode: false }),
        format: 'TabSeparated',
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
    },
    async load({ file, format, structure, insert, params, signal }) {
      await using handle = await open(file);
      const { stream } = await client.exec({
        ...asExec({ sql: insert(`input(${literal(structure)})`), params, signal }, format),
        values: handle.createReadStream({ highWaterMark: UPLOAD_BYTES, autoClose: false }),
        clickhouse_settings: { ...CSV_SETTINGS },
      });
      await readText(stream);
    },
    async stream(statement, format) {
      return (await client.exec(asExec(statement, format))).stream;
    },
    // The format goes beside the statement: in an EXPLAIN it would be taken for a part of what is explained.
    confined: (sql, format, confinement) =>
      text({
        query: sql,
        clickhouse_settings: { ...confinement, default_format: format as DataFormat },
      }),
    close: () => client.close(),
  };
}

async function readText(stream: AsyncIterable<unknown>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function asExec({ sql, params, signal }: Statement, format?: string) {
  return {
    query: format === undefined ? sql : `${sql}\nFORMAT ${format}`,
    ...(params === undefined ? {} : { query_params: { ...params } }),
    ...(signal === undefined ? {} : { abort_signal: signal }),
  };
}

/** The server's version, asked without any setting that an old server would not know. */
export async function serverVersion(address: ServerAddress): Promise<string> {
  return onDefaultDatabase(address, async (ask) =>
    (await ask('SELECT version() FORMAT TabSeparated')).trim(),
  );
}

/** Creates the database where it is missing. */
export async function ensureDatabase(address: ServerAddress, cluster: string | undefined): Promise<void> {
  const on = cluster === undefined ? '' : ` ON CLUSTER \`${cluster.replaceAll('`', '')}\``;
  await onDefaultDatabase(address, (ask) =>
    ask(`CREATE DATABASE IF NOT EXISTS \`${address.database}\`${on}`),
  );
}

async function onDefaultDatabase<T>(
  { url, username, password }: ServerAddress,
  work: (ask: (query: string) => Promise<string>) => Promise<T>,
): Promise<T> {
  const client = createClient({
    url,
    application: 'taoscope',
    log: QUIET,
    request_timeout: 30_000,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  try {
    return await work(async (query) => {
      const { stream } = await client.exec({ query });
      const pieces: Buffer[] = [];
      for await (const piece of stream) pieces.push(piece as Buffer);
      return Buffer.concat(pieces).toString('utf8');
    });
  } finally {
    await client.close();
  }
}
