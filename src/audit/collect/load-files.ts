import { rm } from 'node:fs/promises';
import { throwIfAborted, toTaoscopeError } from '../../shared/index.ts';
import { isoInstant } from '../instants.ts';
import { FINDING_KINDS, type Finding, type Verdict } from '../types.ts';
import { checkFile, type DownloadOutcome, failedDownload } from '../verify/check-file.ts';
import { fileSubject } from '../verify/subjects.ts';
import { counted } from '../verify/verdict.ts';
import { type SourceParts, waitMs } from './audit-report.ts';
import type { FileRow } from './file-rows.ts';
import { saveFile } from './ingest/files.ts';
import { type LoadOutcome, loadExport } from './ingest/load-export.ts';
import type { ReportRow } from './report-rows.ts';

/** What became of one file that a report names. */
export interface LoadedFile {
  readonly verdict: Verdict;
  /** Rows of it that a person should look at. */
  readonly findings: readonly Finding[];
  readonly load: LoadOutcome | undefined;
  readonly bytes: number;
}

/**
 * Fetches one file that a report names, and loads its rows when it has the digest that the report names. Whatever is wrong with it is a
 * verdict; it throws only for what is our own. May be repeated.
 */
export async function loadFile(
  parts: SourceParts,
  report: ReportRow,
  file: FileRow,
  signal: AbortSignal,
): Promise<LoadedFile> {
  const { store, source, adapter, fetcher, evidence, keepExports, now } = parts;
  const path = evidence.exportFile(file.sha256);
  const bound = { maxBytes: Math.min(parts.maxExportBytes, adapter.maxExportBytes) };
  let outcome: DownloadOutcome;
  let bytes = 0;
  let load: LoadOutcome | undefined;
  try {
    const url = adapter.exportUrl(source, file.path);
    const got = await fetcher.file(url, { path, sha256: file.sha256 }, bound, signal);
    bytes = got.bytes;
    outcome = { outcome: 'fetched', ...got };
    const reader = adapter.tableOf(file.kind);
    if (reader !== undefined) {
      load = await loadExport(
        store,
        {
          source: source.name,
          reportId: report.reportId,
          kind: file.kind,
          end: report.end,
          path: file.path,
          file: path,
          ...got,
          reader,
        },
        signal,
      );
      if (load.state === 'malformed')
        outcome = { outcome: 'malformed', ...got, detail: `the file ${load.reason}` };
    }
  } catch (caught) {
    throwIfAborted(signal);
    const error = toTaoscopeError(caught);
    const engineCode = error.code === 'store-failed' ? error.fields.clickhouseCode : undefined;
    // A file that the engine chokes on is not to keep us from the others. If it is the engine that is ill, the next statement throws.
    if (bytes > 0 && typeof engineCode === 'number') {
      const detail = `the engine cannot load it (its error ${engineCode})`;
      outcome = { outcome: 'transport', code: error.code, detail };
    } else if (error.fault !== 'peer' && error.code !== 'refused' && error.code !== 'not-found') throw error;
    else outcome = failedDownload(error);
  }
  if (!keepExports) await rm(path, { force: true });
  if (load?.state !== 'loaded') {
    const done = load === undefined && outcome.outcome === 'fetched' && outcome.sha256 === file.sha256;
    await saveFile(
      store,
      {
        source: source.name,
        reportId: report.reportId,
        kind: file.kind,
        path: file.path,
        claimedSha256: file.sha256,
        sha256: 'sha256' in outcome ? outcome.sha256 : undefined,
        bytes,
        hour: report.end,
        // A kind that is only digested has no rows to load.
        state: done ? 'loaded' : 'failed',
        attempts: file.attempts + 1,
        nextAttemptMs: now() + waitMs(file.attempts),
      },
      { signal },
    );
  }
  const findings = load?.state === 'loaded' ? rowFindings(report, file, load) : [];
  return { verdict: checkFile(report, file, outcome), findings, load, bytes };
}

/** Kinds of findings that {@link loadFile} makes. */
export const ROW_KINDS = ['impossible-number', 'unreadable-metrics'] as const;

function rowFindings(
  report: ReportRow,
  file: FileRow,
  load: Extract<LoadOutcome, { state: 'loaded' }>,
): Finding[] {
  const finding = (kind: (typeof ROW_KINDS)[number], title: string, detail: string): Finding => ({
    source: report.source,
    kind,
    subject: fileSubject(report.reportId, file.kind),
    severity: FINDING_KINDS[kind],
    hotkey: report.hotkey,
    hour: report.end,
    title,
    detail,
    evidence: { rows: load.rows, bad: load.bad, unreadable: load.unreadable, samples: [...load.samples] },
  });
  const of = `of the ${file.kind} to ${isoInstant(report.end).slice(0, 16)}`;
  return [
    ...(load.bad === 0
      ? []
      : [
          finding(
            'impossible-number',
            `${counted(load.bad, 'row')} ${of} cannot be read`,
            'A number or an instant in them is none, or none that can be: they are not counted.',
          ),
        ]),
    ...(load.unreadable === 0
      ? []
      : [
          finding(
            'unreadable-metrics',
            `The metrics of ${counted(load.unreadable, 'row')} ${of} cannot be read`,
            'They are no plain literal. Nothing of them is carried out; the rows count by the time that they took.',
          ),
        ]),
  ];
}
