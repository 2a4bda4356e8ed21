import type { CreditRule, ScoringRules } from '../types.ts';
import { instantParam } from './instant-sql.ts';

/** A request that had ended by the instant. */
export const ENDED = `(completed_at IS NOT NULL AND completed_at <= ${instantParam('at')})`;

/** One that had ended well. */
export const SUCCEEDED = `(NOT failed AND ${ENDED})`;

/** Seconds from begin to end of a request that has ended; of any other it means nothing. Without NULL it takes a tenth less time. */
export const ELAPSED_SECONDS =
  '((toUnixTimestamp64Micro(assumeNotNull(completed_at)) - toUnixTimestamp64Micro(started_at)) / 1e6)';

/** Whether a request is billed by the instance that served it, and so not counted. */
export function isPrivate({ privateRule }: Pick<ScoringRules, 'privateRule'>): string {
  if (privateRule === 'count') return 'false';
  if (privateRule.excludeAllBut.length === 0) return 'private';
  return '(private AND chute_id NOT IN {publicChutes:Array(String)})';
}

/** Seconds credited to a request that has ended: by the first rule that applies. NULL where none can tell. */
export function creditedSeconds(rules: readonly CreditRule[]): string {
  const cases = rules
    .filter((rule) => rule !== 'elapsed')
    .flatMap((rule) => {
      const { when, seconds } = CREDIT_RULES[rule];
      return [when, seconds];
    });
  const otherwise = rules.includes('elapsed') ? ELAPSED_SECONDS : 'NULL';
  return cases.length === 0 ? otherwise : `multiIf(${cases.join(', ')}, ${otherwise})`;
}

interface CreditSql {
  readonly when: string;
  readonly seconds: string;
}

// `step_median` and `token_median` are of the row's chute; below zero where it has none.
const CREDIT_RULES: Readonly<Record<Exclude<CreditRule, 'elapsed'>, CreditSql>> = {
  'normalised-compute': { when: 'nc > 0', seconds: 'nc' },
  'steps-at-moving-average': { when: 'steps > 0 AND masps IS NOT NULL', seconds: 'steps * masps' },
  'tokens-at-moving-average': {
    when: 'it > 0 AND ot > 0 AND maspt IS NOT NULL',
    seconds: '(it + ot) * maspt',
  },
  'steps-at-median': { when: 'steps > 0 AND step_median >= 0', seconds: 'steps * step_median' },
  'steps-at-median-if-less': {
    when: 'steps > 0 AND step_median >= 0',
    seconds: `least(steps * step_median, ${ELAPSED_SECONDS})`,
  },
  'tokens-at-median-if-less': {
    when: 'tokens > 0 AND token_median >= 0',
    seconds: `least(tokens * token_median, ${ELAPSED_SECONDS})`,
  },
  'prompt-and-output-at-median': {
    when: 'it > 0 AND ot > 0 AND token_median >= 0',
    seconds: '(it + ot) * token_median',
  },
};

/** The tokens whose seconds have a median, and of which rows; `undefined` for rules without medians. */
export function medianTokens(
  rules: readonly CreditRule[],
): { readonly count: string; readonly when: string } | undefined {
  if (rules.includes('tokens-at-median-if-less')) return { count: 'tokens', when: 'tokens > 0' };
  if (rules.includes('prompt-and-output-at-median')) return { count: '(it + ot)', when: 'it > 0 AND ot > 0' };
  return undefined;
}
