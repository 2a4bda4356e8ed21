import { join } from 'node:path';
import { type Logger, silentLogger, TaoscopeError, throwIfAborted } from '../shared/index.ts';
import { openEmbedded } from './engine/embedded.ts';
import { ensureDatabase, openServer, type ServerAddress, serverVersion } from './engine/server.ts';
import type { Engine } from './engine/types.ts';
import { clickhouseCode, storeFailure } from './failure.ts';
import { labelFolder, prepareFolder } from './folder.ts';
import { inOrder, LEDGER, LEDGER_COLUMNS, migrate } from './migrate.ts';
import { type Ownership, takeOwnership } from './owner.ts';
import { createStore } from './statements.ts';
import type { Migration, Store } from './types.ts';

/** Where the rows are: a data folder of this machine, or a ClickHouse server or cluster. */
export type StoreLocation =
  | { readonly path: string }
  | {
      readonly url: string;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
      /** Default `taoscope`; created where it is missing. */
      readonly database?: string | undefined;
      /** Name of the cluster in the server's configuration: tables are then replicated and distributed over it. */
      readonly cluster?: string | undefined;
    };

export interface OpenOptions {
  readonly migrations: readonly Migration[];
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A store and the right to say, for an embedded one, where the process that owns it serves it. */
export interface OpenedStore extends Store {
  /** Tells other processes that find the data folder owned where they can ask instead. Nothing to do on a server. */
  announce(url: string): void;
}

/** The oldest server that holds the schema and judges users' statements: an LTS of August 2024. */
export const OLDEST_SERVER = '24.8';

const EMBEDDED_DATABASE = 'taoscope';
const ENGINE_FOLDER = 'clickhouse';

const SETTINGS = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 0,
  session_timezone: 'UTC',
  // A backfill touches more weeks in one insert than the default bound of 100.
  max_partitions_per_insert_block: 0,
  max_execution_time: 300,
  // Off by default in older servers; without it a hotkey is looked for in every row.
  use_skip_indexes_if_final: 1,
  // No key of our tables lies in two partitions, so each is merged by itself; newer engines find that out.
  do_not_merge_across_partitions_select_final: 1,
  // Conditions on keys hold before and after FINAL alike: rows that they leave out need not be read whole.
  optimize_move_to_prewhere_if_final: 1,
  // Every reader of Parquet knows Snappy; ZSTD, the default, many in browsers do not.
  output_format_parquet_compression_method: 'snappy',
} as const;

/**
 * Opens the store and brings its schema up to date.
 *
 * Errors: `store-owned` (fields `pid`, `url`), `store-foreign`, `store-too-old`, `usage` (a path that cannot be a data
 * folder), `unreachable`, `disk-full`, `store-failed`.
 */
export async function openStore(location: StoreLocation, options: OpenOptions): Promise<OpenedStore> {
  throwIfAborted(options.signal);
  inOrder(options.migrations);
  return 'path' in location ? openFolder(location.path, options) : openAddress(location, options);
}

async function openFolder(path: string, options: OpenOptions): Promise<OpenedStore> {
  const { migrations, logger = silentLogger, signal } = options;
  prepareFolder(path, migrations.length);
  const ownership = takeOwnership(path);
  let engine: Engine | undefined;
  try {
    engine = await openEmbedded(join(path, ENGINE_FOLDER), EMBEDDED_DATABASE, SETTINGS).catch(
      (error: unknown) => {
        throw storeFailure(error, { label: `open the data folder ${path}` });
      },
    );
    const store = await withSchema(
      engine,
      { kind: 'embedded', database: EMBEDDED_DATABASE, logger },
      migrations,
      signal,
    );
    labelFolder(path, migrations.length);
    return owned(store, ownership);
  } catch (error) {
    await engine?.close();
    ownership.release();
    throw error;
  }
}

function owned(store: Store, ownership: Ownership): OpenedStore {
  return {
    ...store,
    announce: (url) => ownership.announce(url),
    async close() {
      await store.close();
      ownership.release();
    },
  };
}

async function openAddress(
  location: Exclude<StoreLocation, { path: string }>,
  options: OpenOptions,
): Promise<OpenedStore> {
  const { migrations, logger = silentLogger, signal } = options;
  const { url, username, password, database = 'taoscope', cluster } = location;
  if (!/^[A-Za-z_]\w*$/.test(database)) {
    throw new TaoscopeError('usage', {
      failed: 'this is not a name for a database',
      got: JSON.stringify(database),
      expected: 'letters, digits and underscores',
    });
  }
  const address: ServerAddress = { url, username, password, database };
  const label = `open the ClickHouse server at ${hostOf(url)}`;
  const version = await serverVersion(address).catch((error: unknown) => {
    // Code 115: it does not even know a setting that the client sends.
    if (clickhouseCode(error) === 115) return 'a version before 20';
    throw storeFailure(error, { label });
  });
  if (!isAtLeast(version, OLDEST_SERVER)) throw tooOld(hostOf(url), version);
  const engine = openServer(
    address,
    cluster === undefined ? SETTINGS : { ...SETTINGS, distributed_foreground_insert: 1 },
  );
  try {
    await ensureDatabase(address, cluster).catch((error: unknown) => {
      throw storeFailure(error, { label: `create the database ${database}` });
    });
    const kind = cluster === undefined ? 'server' : 'cluster';
    const store = await withSchema(engine, { kind, database, cluster, logger }, migrations, signal);
    return { ...store, announce: () => {} };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function withSchema(
  engine: Engine,
  about: {
    kind: 'embedded' | 'server' | 'cluster';
    database: string;
    cluster?: string | undefined;
    logger: Logger;
  },
  migrations: readonly Migration[],
  signal: AbortSignal | undefined,
): Promise<Store> {
  const store = createStore(engine, about);
  await migrate(
    {
      query: (sql, label) => store.query(sql, { label, signal }),
      command: (sql, label) => store.command(sql, { label, signal }),
      record: (row) => store.insert(LEDGER, LEDGER_COLUMNS, [row], { label: 'record a migration', signal }),
    },
    migrations,
    about.cluster,
  );
  return store;
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldest.split('.').map(Number);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

function tooOld(host: string, version: string): TaoscopeError {
  return new TaoscopeError(
    'store-too-old',
    {
      failed: `the ClickHouse server at ${host} is too old for the schema`,
      got: version,
      expected: `${OLDEST_SERVER} or newer`,
      todo: 'update the server, or leave store.url out to use the embedded store',
    },
    { fields: { version, needed: OLDEST_SERVER } },
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'an address that is no URL';
  }
}
