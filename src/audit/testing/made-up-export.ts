import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../store/index.ts';
import type { TableReader } from '../adapter.ts';
import { idOf } from '../collect/ingest/id-of.ts';
import type { ExportFile } from '../collect/ingest/load-export.ts';
import { HOUR, sqlInstant } from '../instants.ts';
import type { Micros, VerdictKind } from '../types.ts';

/** The first hour of what is made up: 2025-11-05 00:00 UTC. */
export const FIRST_HOUR: Micros = Date.UTC(2025, 10, 5) * 1000;

/** An instant column as the made-up subnet writes it: seconds after {@link FIRST_HOUR}. */
function instant(column: string): string {
  return `fromUnixTimestamp64Micro(${FIRST_HOUR} + toInt64(round(toFloat64OrNull(${column}) * 1000000)), 'UTC')`;
}

/**
 * How the tables of a made-up subnet are read: no words of any real one. `work` is a number, or Roman numerals, which only `exact` can read;
 * a row whose `uid` is no number is bad, one with a negative `uid` is not kept.
 */
export const madeUpRequests: TableReader = {
  table: 'audit_invocations',
  format: 'CSVWithNames',
  columns: [
    { name: 'request', required: true },
    { name: 'attempt', required: true },
    { name: 'uid', required: true },
    { name: 'who', required: true },
    { name: 'began', required: true },
    { name: 'ended', required: false },
    { name: 'fault', required: false },
    { name: 'work', required: false },
  ],
  values: {
    parent_id: idOf('request'),
    invocation_id: idOf('attempt'),
    chute_id: "'a chute'",
    instance_id: "'an instance'",
    miner_uid: 'toInt32OrNull(uid)',
    miner_hotkey: 'who',
    started_at: instant('began'),
    completed_at: instant('ended'),
    failed: "fault != ''",
    error: 'fault',
    compute_multiplier: '1',
    metrics_state: "multiIf(work = '', 'none', toFloat64OrNull(work) IS NULL, 'unreadable', 'read')",
    nc: 'toFloat64OrNull(work)',
  },
  keep: 'toInt32OrNull(uid) >= 0',
  bad: 'toInt32OrNull(uid) IS NULL',
  exact: {
    column: 'work',
    when: "work != '' AND toFloat64OrNull(work) IS NULL",
    read: (text) => {
      const value = ['', 'I', 'II', 'III', 'IV', 'V'].indexOf(text);
      return value < 1 ? undefined : { metrics_state: 'read', nc: value };
    },
    fills: ['metrics_state', 'nc'],
  },
};

export const madeUpComplaints: TableReader = {
  table: 'audit_complaints',
  format: 'CSVWithNames',
  columns: [
    { name: 'request', required: true },
    { name: 'confirmed', required: false },
  ],
  values: { parent_id: idOf('request'), confirmed_at: instant('confirmed') },
  keep: '1',
  bad: "request = ''",
};

export const madeUpJobs: TableReader = {
  table: 'audit_jobs',
  format: 'CSVWithNames',
  columns: [
    { name: 'job', required: true },
    { name: 'ended', required: false },
    { name: 'state', required: false },
  ],
  values: { job_id: 'job', finished_at: instant('ended'), status: 'state' },
  keep: '1',
  bad: "job = ''",
};

/** A folder of files that a publisher might have written, and reports that name them. */
export interface MadeUpPublisher {
  /** Writes a file and gives it as the fetcher would. `end` counts hours from {@link FIRST_HOUR}. */
  file(
    file: { source: string; report: string; end: number; kind?: string; reader?: TableReader },
    content: string | Uint8Array,
  ): ExportFile;
  /** Reports as the ledger has them when their commitment came out like this. */
  reports(
    source: string,
    reports: Readonly<Record<string, { end: number; commitment?: VerdictKind; verdict?: VerdictKind }>>,
  ): Promise<void>;
  close(): void;
}

export function createMadeUpPublisher(store: Store): MadeUpPublisher {
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-exports-'));
  let files = 0;
  let version = 0;
  return {
    file({ source, report, end, kind = 'requests', reader = madeUpRequests }, content) {
      const file = join(folder, `${files++}.csv`);
      writeFileSync(file, content);
      return {
        source,
        reportId: report,
        kind,
        end: FIRST_HOUR + end * HOUR,
        path: `${kind}/${end}.csv`,
        file,
        sha256: createHash('sha256').update(content).digest('hex'),
        bytes: Buffer.byteLength(content),
        reader,
      };
    },
    reports: (source, reports) =>
      store.insert(
        'audit_reports',
        [
          'source',
          'report_id',
          'role',
          'hotkey',
          'start',
          'end',
          'state',
          'verdict',
          'commitment',
          'version',
        ],
        Object.entries(reports).map(([id, { end, commitment = 'verified', verdict = 'verified' }]) => [
          source,
          id,
          'validator',
          'the validator',
          sqlInstant(FIRST_HOUR + (end - 1) * HOUR),
          sqlInstant(FIRST_HOUR + end * HOUR),
          'loaded',
          verdict,
          commitment,
          ++version,
        ]),
      ),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A table as Python's csv module writes it: CRLF, quotes where they are needed. */
export function csvText(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
