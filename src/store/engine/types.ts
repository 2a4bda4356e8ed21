/** Settings of ClickHouse for one statement. */
export type Settings = Readonly<Record<string, string | number>>;

/** One statement with its bound parameters. */
export interface Statement {
  readonly sql: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file of this machine whose rows a statement inserts. */
export interface FileLoad {
  readonly file: string;
  readonly format: 'CSVWithNames';
  /** Columns of the file and their types, as ClickHouse writes a structure: `a String, b String`. */
  readonly structure: string;
  /** The INSERT … SELECT whose FROM is the given source. */
  readonly insert: (source: string) => string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the store needs of a ClickHouse, be it in this process or behind a URL. Errors are raw; the store maps them. */
export interface Engine {
  /** The answer as text in an output format of ClickHouse. */
  text(statement: Statement, format: string): Promise<string>;
  run(statement: Statement): Promise<void>;
  /** Rows in TabSeparated, byte for byte. */
  insertTsv(table: string, columns: readonly string[], body: Buffer, signal?: AbortSignal): Promise<void>;
  /** Rows of a file, read by the engine's own reader. Settles only when the engine has let go of the file, aborted or not. */
  load(load: FileLoad): Promise<void>;
  /** The answer in pieces. Formats with a header or footer arrive as one file. */
  stream(statement: Statement, format: string): Promise<AsyncIterable<Uint8Array>>;
  /** The answer of a statement that runs alone under these settings, which no other statement sees. */
  confined(sql: string, format: string, settings: Settings): Promise<string>;
  close(): Promise<void>;
}
