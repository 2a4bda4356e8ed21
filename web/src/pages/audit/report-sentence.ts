import type { AuditReportBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { checkName } from './check-names.ts';
import { VERDICT_LOOKS } from './verdicts.ts';

/** How a report stands, in words: what its worst verdict means and which checks came out so, or that each is as claimed. */
export function reportSentence({
  report,
  checks,
}: {
  readonly report: Pick<AuditReportBody['report'], 'verdict' | 'state' | 'commitment'>;
  /** The worst first. */
  readonly checks: readonly Pick<AuditReportBody['checks'][number], 'check' | 'verdict'>[];
}): string {
  const { verdict, state, commitment } = report;
  if (verdict === null)
    return state === 'listed' ? 'It is listed, and not looked at yet.' : 'It is not judged yet.';
  const proven = commitment === 'verified' ? '; the chain holds its digest' : '';
  if (verdict === 'verified')
    return checks.length === 1
      ? `Its one check came out as claimed${proven}.`
      : `Each of its ${integer(checks.length)} checks came out as claimed${proven}.`;
  const worst = checks.filter((check) => check.verdict === verdict).map(({ check }) => checkName(check));
  const { name, meaning } = VERDICT_LOOKS[verdict];
  const which = worst.length === 0 ? '' : ` Which: ${worst.slice(0, 4).join(', ').slice(0, 160)}.`;
  const chain =
    commitment === null || commitment === verdict
      ? ''
      : ` Its digest against the chain: ${VERDICT_LOOKS[commitment].name}.`;
  return `${capital(name)}: ${meaning}.${which}${chain}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
