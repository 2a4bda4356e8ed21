import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import { countedShare, isEnough, LEAST_COVERAGE } from '../compare/pay-findings.ts';
import type { IncentivesAnswer } from '../queries/incentives.ts';
import type { WeightScores } from './scores.ts';

/** The part of a judgement that weights are made from. */
export type Judged = Pick<
  IncentivesAnswer,
  'netuid' | 'source' | 'profile' | 'at' | 'basis' | 'hours' | 'miners'
>;

/**
 * What every miner is owed by a judgement of the audit. Errors: `refused` when it rests on what nobody committed to, or when too little of its
 * window was proven: whoever is missing from it would be paid nothing.
 */
export function scoresOf({ netuid, source, profile, at, basis, hours, miners }: Judged): WeightScores {
  if (basis !== 'committed' || !isEnough(hours))
    throw new TaoscopeError('refused', {
      failed: `the newest judgement of ${source.slice(0, 60)} rests on too little to set weights by`,
      got: `${(countedShare(hours) * 100).toFixed(1)} % of its window, from ${basis} reports`,
      expected: `at least ${LEAST_COVERAGE * 100} %, from committed ones`,
      todo: 'look at `taoscope audit` for what is missing, or give scores of your own in a file',
    });
  return {
    netuid,
    origin: `the audit of ${source} by ${profile.name} at ${at.slice(0, 19)}Z`,
    scores: new Map(miners.map(({ hotkey, expected }) => [hotkey, expected])),
  };
}

/** The newest judgement of a source that rests on what is proven alone. Errors: `not-found` when there is none, those of {@link scoresOf}. */
export async function latestScores(
  store: Pick<Store, 'query'>,
  source: string,
  signal?: AbortSignal,
): Promise<WeightScores> {
  const [row] = await store.query<{ body: string }>(
    `SELECT body FROM audit_evaluations FINAL WHERE source = {source:String} AND basis = 'committed'
     ORDER BY instant DESC, version DESC LIMIT 1`,
    { params: { source }, label: 'read the newest judgement', signal },
  );
  if (row !== undefined) return scoresOf(JSON.parse(row.body) as Judged);
  throw new TaoscopeError('not-found', {
    failed: `nothing of ${source.slice(0, 60)} has been judged yet`,
    expected: 'a judgement of the audit',
    todo: 'run `taoscope audit --once` first',
  });
}
