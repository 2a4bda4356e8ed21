import { TaoscopeError } from '../../shared/index.ts';
import type { AuditAdapter } from '../adapter.ts';
import type { ListedReport, ReportContent, Verdict } from '../types.ts';
import { checkHour, type HourContext } from './check-hour.ts';
import { pathEscapes } from './path-escapes.ts';
import { counted, type Outcome, onReport, quoted, shortened } from './verdict.ts';

const SHOWN = 10;

// A publisher has three; whoever names more than this wants to keep us busy.
const MOST_EXPORTS = 100;

/**
 * Whether a report says what a report of its entry must say. The verdicts:
 *
 * - `format`: every row can be read. Unknown and missing keys are drift: told, not held against it.
 * - `author`: a miner's report is about the account that is said to have published it.
 * - `exports`: a validator's report names each export that its time demands, once, at the path of its hour.
 * - `hour`: see {@link checkHour}.
 *
 * `content` may be the error of a report of which nothing could be read: `format` is then a mismatch, and nothing else is judged but
 * what the entry alone tells.
 */
export function checkContent(
  adapter: Pick<AuditAdapter, 'reportMicros' | 'lateAfterMicros' | 'expectedExports' | 'exportPathOf'>,
  report: ListedReport,
  content: ReportContent | TaoscopeError,
  context: HourContext = {},
): Verdict[] {
  const format = onReport(report, 'format', judgeFormat(content));
  if (content instanceof TaoscopeError) {
    const hour = checkHour(adapter, report, undefined, context);
    return hour.verdict === 'mismatch' ? [format, hour] : [format];
  }
  return [
    format,
    ...(report.role === 'miner'
      ? [onReport(report, 'author', judgeAuthor(report, content))]
      : [onReport(report, 'exports', judgeExports(adapter, report, content))]),
    checkHour(adapter, report, content, context),
  ];
}

function judgeFormat(content: ReportContent | TaoscopeError): Outcome {
  if (content instanceof TaoscopeError) {
    const detail = `Nothing of it can be read: ${quoted(content.parts.got ?? content.parts.failed)}.`;
    return { verdict: 'mismatch', reason: 'malformed', detail };
  }
  const { badCount, bad, drift, instances, multipliers, self } = content;
  const evidence = {
    instances: instances.length,
    multipliers: multipliers.length,
    counts: self?.counts.length,
    deployments: self?.deployments.length,
    drift: drift.length === 0 ? undefined : drift.slice(0, 20).map(shortened),
  };
  if (badCount === 0)
    return { verdict: 'verified', reason: 'ok', detail: 'Every row can be read.', evidence };
  const first = bad[0];
  const sample =
    first === undefined ? '' : `; the first, ${quoted(first.where)}: ${quoted(first.reason)}`.slice(0, 400);
  return {
    verdict: 'mismatch',
    reason: 'malformed',
    detail: `${counted(badCount, 'row')} cannot be read${sample}.`,
    evidence: {
      ...evidence,
      badCount,
      bad: bad
        .slice(0, SHOWN)
        .map(({ where, reason }) => ({ where: shortened(where), reason: shortened(reason) })),
    },
  };
}

function judgeAuthor(report: ListedReport, { self }: ReportContent): Outcome {
  if (self === undefined || self.hotkey === null) {
    const detail = 'The report does not say whose it is.';
    return { verdict: 'mismatch', reason: 'malformed', detail };
  }
  const evidence = { claimed: shortened(self.hotkey) };
  if (self.hotkey === report.hotkey)
    return {
      verdict: 'verified',
      reason: 'ok',
      detail: 'It is about the account that published it.',
      evidence,
    };
  const detail = `The report says that it is by ${quoted(self.hotkey)}, but ${quoted(report.hotkey)} published it.`;
  return { verdict: 'mismatch', reason: 'hotkey', detail, evidence };
}

function judgeExports(
  adapter: Pick<AuditAdapter, 'expectedExports' | 'exportPathOf'>,
  report: ListedReport,
  content: ReportContent,
): Outcome {
  const expected = adapter.expectedExports(report.end);
  const named = content.exports.slice(0, MOST_EXPORTS);
  const evidence = {
    expected: [...expected],
    named: named.slice(0, SHOWN).map(({ kind, path, sha256 }) => ({
      kind: shortened(kind),
      path: shortened(path),
      sha256: shortened(sha256),
    })),
  };
  const refused = (reason: 'malformed' | 'path', detail: string, escapes?: string[]): Outcome => ({
    verdict: 'mismatch',
    reason,
    detail,
    evidence: { ...evidence, escapes },
  });

  if (content.exports.length > MOST_EXPORTS)
    return refused('malformed', `It names ${content.exports.length} exports.`);
  for (const { path } of named) {
    const escapes = pathEscapes(path);
    if (escapes.length > 0)
      return refused(
        'path',
        `It names an export at ${quoted(path)}, which leads out of its place (${escapes.join(', ')}).`,
        escapes,
      );
  }
  for (const { kind, path, sha256 } of named) {
    const wanted = adapter.exportPathOf(kind, report.end);
    if (wanted !== undefined && wanted !== path)
      return refused(
        'path',
        `Its export of ${quoted(kind)} is at ${quoted(path)}, but its hour demands ${quoted(wanted)}.`,
      );
    if (!/^[0-9a-f]{64}$/.test(sha256))
      return refused('malformed', `It names no SHA-256 for its export of ${quoted(kind)}.`);
  }
  const kinds = content.exports.map(({ kind }) => kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) return refused('malformed', `It names two exports of ${quoted(twice)}.`);
  const missing = expected.filter((kind) => !kinds.includes(kind));
  if (missing.length > 0) return refused('malformed', `It names no export of ${missing.join(', ')}.`);
  const detail =
    kinds.length === 0
      ? 'Reports of its time name no exports.'
      : `It names ${counted(kinds.length, 'export')}, each at the path of its hour.`;
  return { verdict: 'verified', reason: 'ok', detail, evidence };
}
