import { TaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { IncentivesAnswer } from '../queries/incentives.ts';
import type { WeightScores } from './scores.ts';

/** The part of a judgement that weights are made from. */
export type Judged = Pick<IncentivesAnswer, 'netuid' | 'source' | 'profile' | 'at' | 'miners'>;

/** What every miner is owed by a judgement of the audit. */
export function scoresOf({ netuid, source, profile, at, miners }: Judged): WeightScores {
  return {
    netuid,
    origin: `the audit of ${source} by ${profile.name} at ${at.slice(0, 19)}Z`,
    scores: new Map(miners.map(({ hotkey, expected }) => [hotkey, expected])),
  };
}

/** The newest judgement of a source that rests on what is proven alone; `not-found` when there is none. */
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
