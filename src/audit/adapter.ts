import type { ListedReport, Micros, MultiplierRecord, ReportContent, ReporterRole } from './types.ts';

/** A place where somebody publishes reports, as configured. */
export interface AuditSource {
  /** Our name for it. */
  readonly name: string;
  /** Name of the adapter that speaks its language. */
  readonly adapter: string;
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly netuid: number;
  /** ss58 of the validators whose reports it should have; anybody else's reports with role `validator` are not counted. */
  readonly validators: readonly string[];
  /** Whether miners' reports are fetched too. */
  readonly minerReports: boolean;
}

/** What one download may cost. Smaller of these and the fetcher's own limits hold. */
export interface FetchBounds {
  readonly maxBytes: number;
}

/** A body that was taken whole into memory. */
export interface FetchedBytes {
  readonly bytes: Uint8Array;
  readonly status: number;
  readonly contentType: string;
  /** Lower-case hex of the body's SHA-256. */
  readonly sha256: string;
}

/**
 * Downloads, bounded in size, time and pace, with public addresses only (unless configured), never a credential to another host.
 * Errors: `not-found` (HTTP 404 or 410), `response-too-big`, `timeout` (whole time or too slow a body), `refused` (an address, scheme or redirect that
 * is not allowed), `unreachable` (DNS, connection, cut body, HTTP 5xx and 429 after the retries), `rpc-refused` (other statuses).
 */
export interface Fetcher {
  bytes(url: string, bounds: FetchBounds, signal?: AbortSignal): Promise<FetchedBytes>;
  /** To a file that appears under `path` only when the body is whole and, where `sha256` is given, has that digest (else `falsified`, field `sha256`). */
  file(
    url: string,
    target: { readonly path: string; readonly sha256?: string | undefined },
    bounds: FetchBounds,
    signal?: AbortSignal,
  ): Promise<{ readonly sha256: string; readonly bytes: number }>;
}

/** What a list held: entries, and lines that are no entries with the reason. */
export interface Listing {
  readonly reports: readonly ListedReport[];
  /** Lines of validators that the source should not have, which are none of our business. Default none. */
  readonly strangers?: number | undefined;
  readonly bad: readonly { readonly where: string; readonly reason: string }[];
  readonly badCount: number;
}

/** Live answers of a publisher that nobody committed to: scored apart from what was committed, and compared with it. */
export interface LiveFeeds {
  readonly at: Micros;
  /** Newest known deletion of instances: id -> instant, or `null` for one that is alive. Absent: the publisher denies it. */
  readonly deletions?: ReadonlyMap<string, Micros | null> | undefined;
  readonly multipliers?: readonly MultiplierRecord[] | undefined;
  /** GPUs of each chute, newest. */
  readonly gpuCounts?: ReadonlyMap<string, number> | undefined;
  /** Hotkeys that the publisher says it will not pay, with the reason. */
  readonly blacklist?: ReadonlyMap<string, string> | undefined;
  /** The publisher's own final scores by hotkey. */
  readonly scores?: ReadonlyMap<string, number> | undefined;
  /** Feeds that could not be had, with the reason. */
  readonly missing: readonly { readonly feed: string; readonly reason: string }[];
}

/** How the columns of a published table become rows of ours, in the engine's own words. */
export interface TableReader {
  /** Table of ours that takes the rows. */
  readonly table: 'audit_invocations' | 'audit_complaints' | 'audit_jobs';
  /** The file's format as the engine calls it. */
  readonly format: 'CSVWithNames';
  /** Columns read by name, all as text (`String` or `Nullable(String)`); others are drift, missing ones are empty. */
  readonly columns: readonly { readonly name: string; readonly required: boolean }[];
  /**
   * Column of ours -> SQL expression over the text columns. It must not throw on any text: what does not fit becomes NULL or a default.
   * `load_id`, `source`, `hour` and `row` are filled by the loader.
   */
  readonly values: Readonly<Record<string, string>>;
  /** SQL condition over the text columns: rows that are kept. */
  readonly keep: string;
  /** SQL condition over the text columns: rows that cannot be read and are counted instead. */
  readonly bad: string;
  /**
   * Texts that the engine cannot read exactly, and our reader for them: `when` (SQL over the text columns) picks them out,
   * `read` gives the values of some columns of ours for one text, or `undefined` when it is no such text.
   */
  readonly exact?:
    | {
        readonly column: string;
        readonly when: string;
        readonly read: (text: string) => Readonly<Record<string, unknown>> | undefined;
        /** Columns of ours that `read` fills. */
        readonly fills: readonly string[];
      }
    | undefined;
}

/** One subnet's language: where things are, how they are written, what they must be called. Holds no state. */
export interface AuditAdapter {
  readonly name: string;
  /** How long one report covers, microseconds. */
  readonly reportMicros: number;
  /** Longest time after a report's end by which it ought to be published, microseconds. */
  readonly lateAfterMicros: number;
  list(source: AuditSource, fetcher: Fetcher, signal?: AbortSignal): Promise<Listing>;
  /** Where the bytes of a report are. */
  reportUrl(source: AuditSource, report: ListedReport): string;
  readonly maxReportBytes: number;
  /** What the entry id must be; `undefined` where the publisher has no rule. */
  entryIdOf(report: ListedReport): string | undefined;
  /** What the path must be; `undefined` where there is no rule. */
  pathOf(report: ListedReport): string | undefined;
  /** The report's bytes in our words. Throws `undecodable` only when nothing of it can be used. */
  parse(role: ReporterRole, bytes: Uint8Array): ReportContent;
  /** Where an export is; throws `refused` for a path that leads elsewhere. */
  exportUrl(source: AuditSource, path: string): string;
  readonly maxExportBytes: number;
  /** What the path of an export of a report must be; `undefined` where there is no rule. */
  exportPathOf(kind: string, end: Micros): string | undefined;
  /** How an export's rows are read; `undefined` for kinds that are only digested. */
  tableOf(kind: string): TableReader | undefined;
  /** Kinds of exports that a validator's report of that hour should name; empty after the publisher stopped. */
  expectedExports(end: Micros): readonly string[];
  /** Whether the publisher still committed to its reports then. */
  commits(role: ReporterRole, end: Micros): boolean;
  feeds?(source: AuditSource, fetcher: Fetcher, signal?: AbortSignal): Promise<LiveFeeds>;
}
