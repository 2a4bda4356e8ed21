import { shortInstant } from '../instants.ts';
import type { ListedReport, Micros, Verdict } from '../types.ts';
import { beyondHead } from './beyond-head.ts';
import type { BlockTimeReading } from './readings.ts';
import { type Outcome, onReport, quoted, spanText } from './verdict.ts';

/**
 * Whether the block that the entry names was made shortly after the report's end: the verdict `block-time`.
 *
 * Before the end is a `mismatch`: nobody can commit to an hour that is not over. Later than `lateAfter` (microseconds) is
 * `verified` with the reason `late`: it is true and it is told, as the finding `report-late`; that an exporter stood still
 * does not make its report false.
 */
export function checkBlockTime(report: ListedReport, reading: BlockTimeReading, lateAfter: Micros): Verdict {
  const outcome = judge(report, reading, lateAfter);
  return onReport(report, 'block-time', {
    ...outcome,
    evidence: { block: report.block, host: reading.host, ...outcome.evidence },
  });
}

function judge(report: ListedReport, reading: BlockTimeReading, lateAfter: Micros): Outcome {
  if (reading.outcome === 'failed') {
    const detail = `The time of block ${report.block} could not be read: ${quoted(reading.detail)}.`;
    return { verdict: 'unverifiable', reason: reading.reason, detail };
  }
  if (reading.outcome === 'no-block') return beyondHead(report, reading.head);
  if (!Number.isFinite(reading.ms) || reading.ms <= 0) {
    const detail = `The node says that block ${report.block} has no time.`;
    return { verdict: 'unverifiable', reason: 'rpc', detail };
  }
  const time = reading.ms * 1_000;
  const after = time - report.end;
  const evidence = {
    blockHash: reading.hash,
    blockTime: shortInstant(time),
    end: shortInstant(report.end),
    secondsAfterEnd: after / 1_000_000,
  };
  const said = `Block ${report.block} was made ${spanText(after)} ${after < 0 ? 'before' : 'after'} the report's end`;
  if (after < 0) return { verdict: 'mismatch', reason: 'block-time', detail: `${said}.`, evidence };
  if (after > lateAfter) {
    const detail = `${said}; ${spanText(lateAfter)} are usual at most.`;
    return { verdict: 'verified', reason: 'late', detail, evidence };
  }
  return { verdict: 'verified', reason: 'ok', detail: `${said}.`, evidence };
}
