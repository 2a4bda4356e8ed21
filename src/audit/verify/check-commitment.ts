import { shortInstant } from '../instants.ts';
import type { Commitment, ListedReport, Verdict } from '../types.ts';
import { beyondHead } from './beyond-head.ts';
import type { CommitmentReading } from './readings.ts';
import { type Outcome, onReport, quoted } from './verdict.ts';

export interface CommitmentContext {
  /** Whether the publisher still committed to its reports then (`AuditAdapter.commits`). Default `true`. It excuses nothing: it is told. */
  readonly commits?: boolean | undefined;
  /** Time of the block that the report names, ms since the epoch. */
  readonly blockMs?: number | undefined;
  /** Shortest time between two blocks, ms: 12 s on Bittensor. */
  readonly slotMs?: number | undefined;
}

/**
 * Whether the account had committed to these very bytes at the block that the entry names: the verdict `commitment`.
 *
 * | the chain at that block | verdict |
 * | --- | --- |
 * | this digest, set in that block | `verified` |
 * | this digest, set before that block, not before the report's end | `matches-but-older` |
 * | this digest, set before the report's end | `mismatch` `block-time`: it was written before its hour was over |
 * | another digest, set in that block, or after the report's end, or nobody can tell when | `mismatch` `digest` |
 * | another digest, set before the report's end | `stale`: this report was never committed to |
 * | a commitment without a SHA-256 | `uncommitted` `no-digest` |
 * | no commitment | `uncommitted` `no-commitment` |
 * | no such block, and not for another hour | `mismatch` `block-time` |
 * | state discarded; no answer, or one that cannot be true, or of a node that is behind | `unverifiable` `pruned`; `rpc` |
 *
 * The same for validators and miners, whatever the publisher is known to do. Of several fields any SHA-256 may be the one.
 * `sha256` (lower-case hex) is of the bytes as they were served, `undefined` when they could not be had.
 */
export function checkCommitment(
  report: ListedReport,
  sha256: string | undefined,
  reading: CommitmentReading,
  context: CommitmentContext = {},
): Verdict {
  const outcome = judge(report, sha256, reading, context);
  return onReport(report, 'commitment', {
    ...outcome,
    evidence: {
      sha256,
      block: report.block,
      host: reading.host,
      ...(context.commits === false ? { publisherCommits: false } : {}),
      ...outcome.evidence,
    },
  });
}

function judge(
  report: ListedReport,
  sha256: string | undefined,
  reading: CommitmentReading,
  context: CommitmentContext,
): Outcome {
  if (reading.outcome === 'failed') {
    const why = reading.reason === 'pruned' ? 'No node has the state of' : 'No node could be believed about';
    const detail = `${why} block ${report.block}: ${quoted(reading.detail)}.`;
    return { verdict: 'unverifiable', reason: reading.reason, detail };
  }
  if (reading.outcome === 'no-block') return beyondHead(report, reading.head);
  const { commitment } = reading;
  const at = commitment?.at ?? reading.at;
  const evidence = { blockHash: at?.hash, key: reading.key };
  if (at !== undefined && at.number !== report.block) {
    const detail = `The chain was read at block ${at.number}, but the entry names ${report.block}.`;
    return { verdict: 'unverifiable', reason: 'rpc', detail, evidence };
  }
  if (commitment === undefined) {
    const detail = `The account had committed to nothing at block ${report.block}.${silence(context)}`;
    return { verdict: 'uncommitted', reason: 'no-commitment', detail, evidence };
  }
  const outcome = judgeCommitment(report, sha256, { ...reading, commitment }, context);
  return {
    ...outcome,
    evidence: {
      ...evidence,
      setAt: commitment.setAt,
      setAtTime: reading.setAtMs === undefined ? undefined : shortInstant(reading.setAtMs * 1_000),
      committed: digestsOf(commitment),
      value: reading.value === undefined || reading.value.length > LONGEST_VALUE ? undefined : reading.value,
    },
  };
}

// Three of the largest fields (512 bytes) and what is around them, in hex.
const LONGEST_VALUE = 4_096;

function judgeCommitment(
  report: ListedReport,
  sha256: string | undefined,
  reading: Extract<CommitmentReading, { outcome: 'read' }> & { readonly commitment: Commitment },
  context: CommitmentContext,
): Outcome {
  const { commitment } = reading;
  const { setAt } = commitment;
  if (setAt > report.block || !Number.isSafeInteger(setAt) || setAt < 0) {
    const detail = `The node says at block ${report.block} that the commitment was set in block ${setAt}: that cannot be.`;
    return { verdict: 'unverifiable', reason: 'rpc', detail };
  }
  const digests = digestsOf(commitment);
  if (digests.some((digest) => !/^[0-9a-f]{64}$/.test(digest))) {
    const detail = 'The node gave a SHA-256 that does not have 32 bytes.';
    return { verdict: 'unverifiable', reason: 'rpc', detail };
  }
  if (digests.length === 0) {
    const kinds = commitment.fields.map(({ kind }) => kind).slice(0, 8);
    const held =
      kinds.length === 0
        ? 'is empty'
        : `holds ${kinds.map((kind) => quoted(kind)).join(', ')} and no SHA-256`;
    const detail = `The account's commitment, set in block ${setAt}, ${held}.${silence(context)}`;
    return { verdict: 'uncommitted', reason: 'no-digest', detail };
  }
  if (sha256 === undefined) {
    const detail = 'The chain holds a digest, but the report could not be had to compare it with.';
    return { verdict: 'unverifiable', reason: 'unread', detail };
  }

  const before = setBeforeEnd(report, setAt, reading.setAtMs, context);
  if (digests.includes(sha256)) {
    if (setAt === report.block) {
      const detail = `Block ${setAt} holds the digest of this report, set in it.`;
      return { verdict: 'verified', reason: 'ok', detail };
    }
    if (before === 'yes') {
      const detail = `The digest of this report was set in block ${setAt}, before the report's end ${shortInstant(report.end)}: it was written before its time was over.`;
      return { verdict: 'mismatch', reason: 'block-time', detail };
    }
    const detail = `The digest of this report was set in block ${setAt}, ${report.block - setAt} blocks before the one that the entry names.`;
    return { verdict: 'matches-but-older', reason: 'older-commitment', detail };
  }
  if (setAt !== report.block && before === 'yes') {
    const detail = `The chain holds the digest of something else, set in block ${setAt}, before this report's end: the account did not commit to this report.${silence(context)}`;
    return { verdict: 'stale', reason: 'older-commitment', detail };
  }
  const when = setAt === report.block ? 'the very block that the entry names' : `block ${setAt}`;
  const doubt = before === 'unknown' ? ' When that was is not known.' : '';
  const detail = `The account committed to other bytes in ${when}.${doubt}`;
  return { verdict: 'mismatch', reason: 'digest', detail };
}

/**
 * Whether the commitment was set before the report's end. Where the time of its block is not known, it is at the latest as
 * many slots before the named block as there are blocks between: slots may be empty, but never shared.
 */
function setBeforeEnd(
  report: ListedReport,
  setAt: number,
  setAtMs: number | undefined,
  { blockMs, slotMs = 12_000 }: CommitmentContext,
): 'yes' | 'no' | 'unknown' {
  const endMs = report.end / 1_000;
  if (setAtMs !== undefined) return setAtMs < endMs ? 'yes' : 'no';
  if (blockMs === undefined) return 'unknown';
  if (blockMs - (report.block - setAt) * slotMs < endMs) return 'yes';
  return setAt === report.block ? 'no' : 'unknown';
}

function digestsOf(commitment: Commitment): string[] {
  return commitment.fields
    .filter(({ kind }) => kind === 'Sha256')
    .map(({ hex }) => hex.slice(0, 128).toLowerCase())
    .slice(0, 16);
}

function silence({ commits = true }: CommitmentContext): string {
  return commits ? '' : ' The publisher no longer commits to its reports.';
}
