/** A numbered, append-only change of the schema. Rooms bring theirs; numbers are unique over all rooms. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Statements for one node. The cluster form is derived from them. */
  readonly statements: readonly string[];
}

export interface QueryOptions {
  /** Bound on the server side: `{netuid:UInt16}` in the text, `{ netuid: 64 }` here. */
  params?: Readonly<Record<string, unknown>> | undefined;
  signal?: AbortSignal | undefined;
  /** Names the statement in logs, metrics and errors. */
  label?: string | undefined;
}

/** A file of this machine whose rows go into the store without passing through this program's heap. */
export interface StoreLoad {
  readonly file: string;
  /** Read by the names in its header; unknown columns are passed over, missing ones are empty, text is never taken for NULL. */
  readonly format: 'CSVWithNames';
  /** The columns that the statement may use, all as text: `parent_id String, started_at String`. */
  readonly structure: string;
  /** Gives the INSERT … SELECT whose FROM is `source`. The source may stand in it once. */
  readonly insert: (source: string) => string;
}

/** Limits on a statement that a user wrote. */
export interface SandboxLimits {
  /** Rows answered at most. Default 10 000. */
  maxRows?: number | undefined;
  /** Default 10 s. */
  maxSeconds?: number | undefined;
  /** Default 1 GiB. */
  maxMemoryBytes?: number | undefined;
}

export interface SandboxResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as the engine's JSON writes them: 64-bit integers and larger are strings. */
  readonly rows: readonly (readonly unknown[])[];
  readonly elapsedMs: number;
  /** More rows exist than were answered. */
  readonly truncated: boolean;
}

export interface StoreStats {
  readonly kind: 'embedded' | 'server' | 'cluster';
  readonly version: string;
  readonly bytesOnDisk: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly inserts: number;
  readonly insertErrors: number;
  readonly queries: number;
  readonly queryErrors: number;
}

export interface Store {
  /** Rows of a SELECT, as objects. 64-bit integers arrive as strings. */
  query<Row>(sql: string, options?: QueryOptions): Promise<Row[]>;
  /** A statement without an answer. */
  command(sql: string, options?: QueryOptions): Promise<void>;
  /** One batch. Bigints are written as they are; `undefined` and `null` as NULL. */
  insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    options?: QueryOptions,
  ): Promise<void>;
  /**
   * Rows of a file by the engine's own reader: the engine opens it where it runs in this process, else it is streamed to the server.
   * Not all or nothing: what failed or was aborted half-way may have left rows. Settles when the file is no longer read.
   */
  load(load: StoreLoad, options?: QueryOptions): Promise<void>;
  /** A statement from a user: one SELECT, read-only, bounded, away from files, URLs and other hosts; `refused` otherwise. */
  sandbox(sql: string, limits?: SandboxLimits, signal?: AbortSignal): Promise<SandboxResult>;
  /** A SELECT of ours as a stream of bytes in one of the engine's formats. */
  exportStream(
    sql: string,
    format: 'Parquet' | 'CSVWithNames' | 'JSONEachRow',
    options?: QueryOptions,
  ): Promise<AsyncIterable<Uint8Array>>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}
