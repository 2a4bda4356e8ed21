import { isTaoscopeError, TaoscopeError, throwIfAborted, toTaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { AuditAdapter, AuditSource, Fetcher } from '../adapter.ts';
import { PROVEN, type ReportContent, type Verdict, worstVerdict } from '../types.ts';
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
import { isProven, newsOf, standing } from './standing.ts';

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
  /** Outcomes to be recorded. */
  readonly verdicts: readonly Verdict[];
}

/** What is known of a report before it is looked at. */
export interface KnownOfReport {
  /** The last outcomes of its checks. Default none. */
  readonly before?: readonly Verdict[] | undefined;
  /** Its line contradicts another of the list: the verdict `again`, recorded already. */
  readonly relisted?: boolean | undefined;
}

const UNREAD = {
  outcome: 'failed',
  reason: 'rpc',
  detail: 'the account is none, so nothing was asked of the chain',
} as const;

/** Waits between tries of what could not be had or not be proven, ms: doubled each time, up to six hours. */
const FIRST_WAIT_MS = 60_000;
const OPEN_WAIT_MS = 6 * 3_600_000;

/** How often the bytes of a report that is known are compared with what is served now, ms. Of miners there are hundreds. */
const AGAIN_MS = { validator: 6 * 3_600_000, miner: 24 * 3_600_000 } as const;

/** Nothing waits longer for another look, ms. */
export const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Largest report of a miner, bytes: it tells of its own deployments alone, and whoever can list many must not fill the disk with few. */
const MAX_MINER_BYTES = 8 * 2 ** 20;

/** Longest download of one report, ms: one that trickles must not keep the others waiting. */
const PATIENCE_MS = 10 * 60_000;

const MOST_ATTEMPTS = 65_535;

export function waitMs(attempts: number): number {
  return Math.min(OPEN_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20));
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
  { before = [], relisted = false }: KnownOfReport,
  signal: AbortSignal,
): Promise<AuditedReport> {
  const { adapter, source, evidence, now } = parts;
  const identity = checkIdentity(adapter, source, row);
  // What is named by no rule of its account is not even asked for: the answer could prove nothing.
  const forged = identity.find(({ verdict }) => verdict === 'mismatch');
  const { download, body } =
    forged === undefined
      ? await fetchReport(parts, row, signal)
      : { download: notAskedFor(forged), body: undefined };
  const known = row.sha256 !== '';
  const served = 'sha256' in download ? download.sha256 : undefined;
  const again = known ? checkAgain(row, row.sha256, download) : checkDownload(row, download);

  const chain: ChainEvidence = identity.some(
    ({ check, verdict }) => check === 'hotkey' && verdict === 'mismatch',
  )
    ? { commitment: UNREAD, blockTime: UNREAD }
    : await parts.chain.read(row, source.netuid, signal);
  const blockMs = chain.blockTime.outcome === 'read' ? chain.blockTime.ms : undefined;
  const commits = adapter.commits(row.role, row.end);
  const judgeBytes = (digest: string | undefined) =>
    checkCommitment(row, digest, chain.commitment, { commits, blockMs });
  // What was said first is what was said, and bytes that came later are judged by `again` alone. Unless the chain itself says that the
  // later ones are the report: then what came first was an error page, or a lie that has been taken back.
  const adopted =
    known &&
    served !== row.sha256 &&
    PROVEN.includes(judgeBytes(served).verdict) &&
    !isProven(newsOrBefore(before, judgeBytes(row.sha256)));
  const sha256 = known && !adopted ? row.sha256 : served;
  // Of a publisher that serves something else each time the first other thing is evidence enough.
  const told = before.some(({ check, verdict }) => check === 'again' && verdict === 'mismatch');
  if (body !== undefined && (served === sha256 || !told)) await evidence.write('report', body);
  const bytes = served === sha256 ? body : await keptBytes(evidence, sha256);
  const content = bytes === undefined ? undefined : parsed(adapter, row, bytes);
  const verdicts = newsOf(
    before,
    [
      ...identity,
      relisted && known ? undefined : again,
      judgeBytes(sha256),
      checkBlockTime(row, chain.blockTime, adapter.lateAfterMicros),
      ...(content === undefined ? [] : checkContent(adapter, row, content, { blockMs })),
    ].filter((verdict) => verdict !== undefined),
  );

  const usable = content !== undefined && !(content instanceof TaoscopeError) && forged === undefined;
  if (usable) {
    await saveRecords(parts.store, row, content, signal);
    if (row.state !== 'loaded' || adopted) await nameFiles(parts, row, content, signal);
  }
  // What was loaded stays so when its bytes are lost to us: it was read, and judged, when they were here.
  const loaded = usable || (forged === undefined && row.state === 'loaded' && bytes === undefined);
  // Whether it is still served, and what later reports make of it, decides nothing about what the chain has proven: the first bytes count.
  const own = standing(before, verdicts).filter(({ check }) => check !== 'again' && check !== 'snapshot');
  const open = own.some(({ verdict }) => verdict === 'unverifiable');
  const isFinal = chain.final !== false;
  return {
    verdicts,
    row: {
      ...row,
      state: loaded ? 'loaded' : 'failed',
      sha256: sha256 ?? '',
      bytes: bytes?.length ?? row.bytes,
      verdict: worstVerdict(own.map(({ verdict }) => verdict)),
      commitment: own.find(({ check }) => check === 'commitment')?.verdict ?? 'unverifiable',
      // Looks at a block that may still be undone are none: they decide nothing for later ones.
      attempts: isFinal ? Math.min(row.attempts + 1, MOST_ATTEMPTS) : row.attempts,
      nextAttemptMs:
        now() +
        (forged !== undefined
          ? OPEN_WAIT_MS
          : !isFinal
            ? FIRST_WAIT_MS
            : open
              ? waitMs(row.attempts)
              : AGAIN_MS[row.role]),
      ...(usable ? { instances: content.instances.length, multipliers: content.multipliers.length } : {}),
      ...(usable ? { drift: content.drift, badCount: content.badCount } : {}),
      // Of two lines that contradict one another the one that counted before counts on, and a new one does not.
      counts:
        loaded &&
        own.every(({ check, verdict }) => verdict !== 'mismatch' || check === 'format') &&
        (!relisted || row.counts),
      ...(usable ? { selfMessage: content.self?.message ?? '' } : {}),
    },
  };
}

/** An outcome, or where it is no news the one before. */
function newsOrBefore(before: readonly Verdict[], now: Verdict): readonly Verdict[] {
  return standing(before, newsOf(before, [now]));
}

async function fetchReport(
  { adapter, source, fetcher, maxReportBytes }: SourceParts,
  row: ReportRow,
  signal: AbortSignal,
): Promise<{ download: DownloadOutcome; body?: Uint8Array | undefined }> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const maxBytes = Math.min(
    maxReportBytes,
    adapter.maxReportBytes,
    row.role === 'miner' ? MAX_MINER_BYTES : Infinity,
  );
  try {
    const url = adapter.reportUrl(source, row);
    const { bytes, sha256 } = await fetcher.bytes(url, { maxBytes }, AbortSignal.any([signal, patience]));
    return { download: { outcome: 'fetched', sha256, bytes: bytes.length }, body: bytes };
  } catch (error) {
    throwIfAborted(signal);
    if (patience.aborted) {
      const detail = `no whole body after ${PATIENCE_MS / 60_000} minutes`;
      return { download: { outcome: 'transport', code: 'timeout', detail } };
    }
    return { download: failedDownload(toTaoscopeError(error)) };
  }
}

/** The bytes that are held of a digest; `undefined` when the disk no longer has them as they were. */
async function keptBytes(
  evidence: EvidenceFolder,
  sha256: string | undefined,
): Promise<Uint8Array | undefined> {
  if (sha256 === undefined) return undefined;
  try {
    return await evidence.read('report', sha256);
  } catch (error) {
    if (isTaoscopeError(error, 'falsified') || isTaoscopeError(error, 'response-too-big')) return undefined;
    throw error;
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
    if (!/^[0-9a-f]{64}$/.test(sha256) || !isExportOfOurs(adapter, { kind, path }, row)) continue;
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

/** Whether a named file is one to be had: at the path of its hour, or, where there is no rule for paths, of a kind that means something to us. */
function isExportOfOurs(
  adapter: AuditAdapter,
  { kind, path }: { readonly kind: string; readonly path: string },
  { end }: ReportRow,
): boolean {
  const wanted = adapter.exportPathOf(kind, end);
  if (wanted !== undefined) return wanted === path;
  return adapter.tableOf(kind) !== undefined || adapter.expectedExports(end).includes(kind);
}
