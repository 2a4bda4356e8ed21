import { TaoscopeError } from '../../shared/index.ts';
import type { ExportRef, ListedReport, Verdict } from '../types.ts';
import { type Outcome, onFile, onReport, quoted } from './verdict.ts';

/** What became of a download. */
export type DownloadOutcome =
  | { readonly outcome: 'fetched'; readonly sha256: string; readonly bytes?: number | undefined }
  /** The bytes are whole, and cannot be read as what they should be. */
  | {
      readonly outcome: 'malformed';
      readonly sha256: string;
      readonly bytes?: number | undefined;
      readonly detail: string;
    }
  /** The publisher does not serve it. */
  | { readonly outcome: 'unpublished'; readonly detail: string }
  /** It could not be had within the bounds. */
  | { readonly outcome: 'transport'; readonly code: string; readonly detail: string };

/** The outcome of a download that threw. What is no fault of the publisher or the line (`aborted`, `disk-full`, a defect) is thrown on. */
export function failedDownload(error: unknown): DownloadOutcome {
  if (!(error instanceof TaoscopeError)) throw error;
  const detail = error.parts.got ?? error.parts.failed;
  switch (error.code) {
    case 'not-found':
      return { outcome: 'unpublished', detail };
    case 'falsified': {
      const { sha256 } = error.fields;
      if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return { outcome: 'fetched', sha256 };
      return { outcome: 'transport', code: error.code, detail };
    }
    case 'response-too-big':
    case 'timeout':
    case 'refused':
    case 'unreachable':
    case 'rpc-refused':
      return { outcome: 'transport', code: error.code, detail };
    default:
      throw error;
  }
}

/** Whether the report's bytes could be had: the verdict `download`. Whether they are the right ones, the commitment tells. */
export function checkDownload(report: ListedReport, outcome: DownloadOutcome): Verdict {
  return onReport(report, 'download', judgeDownload(outcome));
}

/** Whether a file is the one whose digest its report names: the verdict `digest` on the file. */
export function checkFile(report: ListedReport, ref: ExportRef, outcome: DownloadOutcome): Verdict {
  const claimed = ref.sha256;
  const got = judgeDownload(outcome);
  const evidence = { claimed, ...got.evidence };
  // A swapped file is first of all not the one that was named, whatever is in it.
  if ('sha256' in outcome && outcome.sha256 !== claimed) {
    const detail = `The file has the SHA-256 ${outcome.sha256}, but its report names ${quoted(claimed)}.`;
    return onFile(report, ref, 'digest', { verdict: 'mismatch', reason: 'digest', detail, evidence });
  }
  const detail = got.verdict === 'verified' ? 'The file is the one that its report names.' : got.detail;
  return onFile(report, ref, 'digest', { ...got, detail, evidence });
}

function judgeDownload(outcome: DownloadOutcome): Outcome {
  switch (outcome.outcome) {
    case 'fetched':
      return {
        verdict: 'verified',
        reason: 'ok',
        detail: 'The file was downloaded whole.',
        evidence: { sha256: outcome.sha256, bytes: outcome.bytes },
      };
    case 'malformed':
      return {
        verdict: 'mismatch',
        reason: 'malformed',
        detail: `The file cannot be read: ${quoted(outcome.detail)}.`,
        evidence: { sha256: outcome.sha256, bytes: outcome.bytes },
      };
    case 'unpublished':
      return {
        verdict: 'unverifiable',
        reason: 'unpublished',
        detail: `The publisher does not serve it: ${quoted(outcome.detail)}.`,
      };
    case 'transport':
      return {
        verdict: 'unverifiable',
        reason: 'transport',
        detail: `It could not be downloaded: ${quoted(outcome.detail)}.`,
        evidence: { code: outcome.code },
      };
  }
}
