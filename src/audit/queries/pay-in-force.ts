import type { JsonValue } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { DEFAULT_THRESHOLDS } from '../compare/compare-shares.ts';
import { isEnough } from '../compare/counted-hours.ts';
import { percent } from '../compare/explain.ts';
import type { Judgement } from '../compare/judge.ts';
import { isPaid } from '../compare/paid.ts';
import { payFindings } from '../compare/pay-findings.ts';
import { FINDING_KINDS, type Finding, type FindingKind } from '../types.ts';
import { evidenceOf } from './cells.ts';
import { FINDING_COLUMNS, type FindingRow } from './findings.ts';

/** Kinds of findings that a judgement gives. */
export const PAY_KINDS = ['owed-unpaid', 'paid-unowed', 'paid-otherwise', 'feeds-differ'] as const;

/** What a judgement finds; `undefined` when it rests on too little to say that anything is wrong, or that nothing is. */
export function findingsOfPay(judgement: Judgement): Finding[] | undefined {
  const { source, validator, at, profile, evaluation, paid, comparison } = judgement;
  const { hours, empty } = evaluation;
  if (!isEnough(hours) || !isPaid(paid.weight) || empty !== undefined) return undefined;
  const block = paid.weight.setAt;
  return [
    ...payFindings(comparison, { source, validator, profile: profile.name, at, block }),
    ...feedFindings(judgement),
  ];
}

/** One finding for all scores that the uncommitted feeds change by more than the noise of two clocks. */
function feedFindings({ source, validator, at, profile, feedsCompared }: Judgement): Finding[] {
  const changed = feedsCompared?.rows.filter(({ delta }) => Math.abs(delta) > DEFAULT_THRESHOLDS.least) ?? [];
  if (feedsCompared === undefined || changed.length === 0) return [];
  const kind = 'feeds-differ';
  return [
    {
      source,
      kind,
      subject: `${source}@${validator}`,
      severity: FINDING_KINDS[kind],
      hotkey: validator,
      hour: at,
      title: `The live feeds tell ${changed.length} scores otherwise than what was committed`,
      detail: `By ${profile.name}, scores with the live deletions and multipliers differ by ${percent(feedsCompared.l1)} in all from those of the committed reports. Nobody committed to the feeds.`,
      evidence: {
        profile: profile.name,
        l1: feedsCompared.l1,
        miners: changed
          .slice(0, 20)
          .map(({ hotkey, expected, paid }) => ({ hotkey, committed: expected, withFeeds: paid })),
      },
    },
  ];
}

/** The open findings about what one validator pays, as they were found. */
export async function openPayFindings(
  store: Store,
  source: string,
  validator: string,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const rows = await store.query<FindingRow>(
    `SELECT ${FINDING_COLUMNS} FROM audit_findings FINAL
     WHERE source = {source:String} AND kind IN {kinds:Array(String)} AND endsWith(subject, concat('@', {validator:String}))
       AND resolved_at IS NULL LIMIT 1000`,
    { params: { source, kinds: PAY_KINDS, validator }, label: 'read open findings about pay', signal },
  );
  return rows.map((row) => ({
    source: row.source,
    kind: row.kind as FindingKind,
    subject: row.subject,
    severity: row.severity_name,
    hotkey: row.hotkey,
    hour: Number(row.micros),
    title: row.title,
    detail: row.detail,
    evidence: evidenceOf(row.evidence) as Record<string, JsonValue>,
  }));
}
