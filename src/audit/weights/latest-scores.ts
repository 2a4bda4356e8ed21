import { shortAddress, TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { countedShare, isEnough, LEAST_COVERAGE } from '../compare/counted-hours.ts';
import { HOUR, readInstant, shortInstant } from '../instants.ts';
import type { IncentivesAnswer } from '../queries/incentives.ts';
import { storedJudgement } from '../queries/stored-judgements.ts';
import type { WeightScores } from './scores.ts';

/** The part of a judgement that weights are made from. */
export type Judged = Pick<
  IncentivesAnswer,
  'netuid' | 'source' | 'validator' | 'profile' | 'at' | 'basis' | 'hours' | 'miners'
>;

/** What was owed longer ago is not what is owed, hours. */
const OLDEST = 24;

/**
 * What every miner is owed by a judgement of the audit. Errors: `refused` when it rests on what nobody committed to, when too little of its
 * window was proven (whoever is missing from it would be paid nothing), or when it is of more than a day ago.
 *
 * @param nowMs ms since the epoch
 */
export function scoresOf(judged: Judged, nowMs: number): WeightScores {
  const { netuid, source, validator, profile, at, basis, hours, miners } = judged;
  if (basis !== 'committed' || !isEnough(hours))
    throw notFit(source, {
      failed: 'rests on too little to set weights by',
      got: `${(countedShare(hours) * 100).toFixed(1)} % of its window, from ${basis} reports`,
      expected: `at least ${LEAST_COVERAGE * 100} %, from committed ones`,
    });
  const instant = readInstant(at) ?? 0;
  if (nowMs * 1_000 - instant > OLDEST * HOUR)
    throw notFit(source, {
      failed: 'is too old to set weights by',
      got: `what was owed at ${shortInstant(instant)}`,
      expected: `of the last ${OLDEST} hours`,
    });
  return {
    netuid,
    origin: `the audit of ${source}, validator ${shortAddress(validator)}, by ${profile.name} at ${at.slice(0, 19)}Z`,
    scores: new Map(miners.map(({ hotkey, expected }) => [hotkey, expected])),
  };
}

function notFit(source: string, { failed, ...parts }: { failed: string; got: string; expected: string }) {
  return new TaoscopeError('refused', {
    failed: `the newest judgement of ${source.slice(0, 60)} ${failed}`,
    ...parts,
    todo: 'look at `taoscope audit` for what is missing, or give scores of your own in a file',
  });
}

/** The newest judgement of a validator that rests on what is proven alone. Errors: `not-found` when there is none, those of {@link scoresOf}. */
export async function latestScores(
  store: Store,
  {
    source,
    validator,
    nowMs,
  }: { readonly source: string; readonly validator: string; readonly nowMs: number },
  signal?: AbortSignal,
): Promise<WeightScores> {
  const judged = await storedJudgement(store, { source, validator, basis: 'committed' }, signal);
  if (judged !== undefined) return scoresOf(judged, nowMs);
  throw new TaoscopeError('not-found', {
    failed: `nothing of ${source.slice(0, 60)} has been judged yet`,
    got: `no judgement of the validator ${validator.slice(0, 60)}`,
    expected: 'one by `taoscope audit`',
    todo: 'run `taoscope audit --once` first',
  });
}
