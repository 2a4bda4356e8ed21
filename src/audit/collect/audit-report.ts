import { isTaoscopeError, TaoscopeError, throwIfAborted, toTaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { AuditAdapter, AuditSource, Fetcher } from '../adapter.ts';
import { type ReportContent, type Verdict, type VerdictKind, worstVerdict } from '../types.ts';
import { checkAgain } from '../verify/check-again.ts';
import { checkBlockTime } from '../verify/check-block-time.ts';
import { checkCommitment } from '../verify/check-commitment.ts';
import { checkContent } from '../verify/check-content.ts';
import { checkDownload, type DownloadOutcome, failedDownload } from '../verify/check-file.ts';
import { checkIdentity } from '../verify/check-identity.ts';
import type { ChainEvidence, EvidenceReader } from './chain-evidence.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import { saveFile } from './ingest/files.ts';
import { saveRecords } from './ingest/save-records.ts';
import type { ReportRow } from './report-rows.ts';

/** What is needed to audit the reports of one source. */
export interface SourceParts {
  readonly store: Store;
  readonly source: AuditSource;
  readonly adapter: AuditAdapter;
  readonly fetcher: Fetcher;
  readonly evidence: EvidenceFolder;
  readonly chain: EvidenceReader;
  readonly maxReportBytes: number;
  readonly maxExportBytes: number;
  /** Keep the exported tables too. */
  readonly keepExports: boolean;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** A report after all that could be done for it now. */
export interface AuditedReport {
  readonly row: ReportRow;
  readonly verdicts: readonly Verdict[];
}

const UNREAD = {
  outcome: 'failed',
  reason: 'rpc',
  detail: 'the account is none, so nothing was asked of the chain',
} as const;

/** Waits between tries of what could not be had or not be proven, ms: doubled each time, up to six hours. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 6 * 3_600_000;

/** How often the bytes of a report that is known are compared with what is served now, ms. */
const AGAIN_MS = 6 * 3_600_000;

export function waitMs(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20));
}

/**
 * Fetches one report, keeps its bytes, reads what the chain says of it, judges it and stores what it tells. Whatever is wrong with the
 * report is a verdict; it throws only for what is our own: `aborted`, `disk-full`, `store-failed`, a defect.
 *
 * Everything may be repeated: the row of the report, which says that it is done, is written by the caller, last.
 */
export async function auditReport(
  parts: SourceParts,
  row: ReportRow,
  signal: AbortSignal,
): Promise<AuditedReport> {
  const { adapter, source, now } = parts;
  const identity = checkIdentity(adapter, source, row);
  // What is named by no rule of its account is not even asked for: the answer could prove nothing.
  const forged = identity.find(({ verdict }) => verdict === 'mismatch');
  const { download, body } =
    forged === undefined
      ? await fetchReport(parts, row, signal)
      : { download: notAskedFor(forged), body: undefined };
  const known = row.sha256 !== '';
  // What was said first is what was said: bytes that came later under the same entry are judged by `again` alone.
  const again = known ? checkAgain(row, row.sha256, download) : checkDownload(row, download);
  const bytes = known ? await parts.evidence.read('report', row.sha256) : body;
  const sha256 = known ? row.sha256 : 'sha256' in download ? download.sha256 : undefined;

  const chain: ChainEvidence = identity.some(
    ({ check, verdict }) => check === 'hotkey' && verdict === 'mismatch',
  )
    ? { commitment: UNREAD, blockTime: UNREAD }
    : await parts.chain.read(row, source.netuid, signal);
  const blockMs = chain.blockTime.outcome === 'read' ? chain.blockTime.ms : undefined;
  const commits = adapter.commits(row.role, row.end);
  const commitment = checkCommitment(row, sha256, chain.commitment, { commits, blockMs });
  const content = bytes === undefined ? undefined : parsed(adapter, row, bytes);
  const verdicts = [
    ...identity,
    again,
    commitment,
    checkBlockTime(row, chain.blockTime, adapter.lateAfterMicros),
    ...(content === undefined ? [] : checkContent(adapter, row, content, { blockMs })),
  ].filter((verdict) => verdict !== undefined);

  const usable = content !== undefined && !(content instanceof TaoscopeError) && forged === undefined;
  if (usable) {
    await saveRecords(parts.store, row, content, signal);
    if (row.state !== 'loaded') await nameFiles(parts, row, content, signal);
  }
  // Whether it is still served decides nothing about what the chain has proven: the first bytes count.
  const own = verdicts.filter(({ check }) => check !== 'again');
  const verdict = worstVerdict(own.map((one) => one.verdict));
  return {
    verdicts,
    row: {
      ...row,
      state: usable ? 'loaded' : 'failed',
      sha256: sha256 ?? '',
      bytes: bytes?.length ?? row.bytes,
      verdict,
      commitment: commitment.verdict,
      attempts: row.attempts + 1,
      nextAttemptMs: now() + nextLookMs(verdict, verdicts, row.attempts, forged !== undefined),
      ...(usable ? { instances: content.instances.length, multipliers: content.multipliers.length } : {}),
      ...(usable ? { drift: content.drift, badCount: content.badCount } : {}),
      ...(usable ? { selfMessage: content.self?.message ?? '' } : {}),
    },
  };
}

/** When it is worth another look: soon for what could not be checked, in hours for what was. */
function nextLookMs(
  verdict: VerdictKind,
  verdicts: readonly Verdict[],
  attempts: number,
  forged: boolean,
): number {
  if (forged) return LONGEST_WAIT_MS;
  const open = verdict === 'unverifiable' || verdicts.some((one) => one.verdict === 'unverifiable');
  return open ? waitMs(attempts) : AGAIN_MS;
}

async function fetchReport(
  { adapter, source, fetcher, evidence, maxReportBytes }: SourceParts,
  row: ReportRow,
  signal: AbortSignal,
): Promise<{ download: DownloadOutcome; body?: Uint8Array | undefined }> {
  try {
    const bound = { maxBytes: Math.min(maxReportBytes, adapter.maxReportBytes) };
    const { bytes, sha256 } = await fetcher.bytes(adapter.reportUrl(source, row), bound, signal);
    await evidence.write('report', bytes);
    return { download: { outcome: 'fetched', sha256, bytes: bytes.length }, body: bytes };
  } catch (error) {
    throwIfAborted(signal);
    return { download: failedDownload(toTaoscopeError(error)) };
  }
}

function notAskedFor({ check }: Verdict): DownloadOutcome {
  return { outcome: 'transport', code: 'refused', detail: `not asked for, because its ${check} is wrong` };
}

/** The content, or the error that says why there is none. */
function parsed(
  adapter: AuditAdapter,
  { role }: ReportRow,
  bytes: Uint8Array,
): ReportContent | TaoscopeError {
  try {
    return adapter.parse(role, bytes);
  } catch (error) {
    // Any other is a defect of ours, and none of its mistakes.
    if (isTaoscopeError(error, 'undecodable')) return error;
    throw error;
  }
}

async function nameFiles(
  { store, adapter }: SourceParts,
  row: ReportRow,
  content: ReportContent,
  signal: AbortSignal,
): Promise<void> {
  for (const { kind, path, sha256 } of content.exports) {
    if (!/^[0-9a-f]{64}$/.test(sha256) || adapter.exportPathOf(kind, row.end) !== path) continue;
    await saveFile(
      store,
      {
        source: row.source,
        reportId: row.reportId,
        kind,
        path,
        claimedSha256: sha256,
        hour: row.end,
        state: 'named',
      },
      { signal },
    );
  }
}
