import type { Store } from '../../store/index.ts';
import { countedShare, isEnough } from '../compare/counted-hours.ts';
import { readInstant, sqlInstant } from '../instants.ts';
import { PROFILES } from '../scoring/profiles/profiles.ts';
import type { Basis, Micros } from '../types.ts';
import { type IncentivesAnswer, presentProfile } from './incentives.ts';

/** Which of the stored judgements; what is left out may be any. */
export interface StoredQuery {
  readonly source: string;
  readonly validator: string;
  readonly basis: Basis;
  /** Name of a profile. Default: the one that was chosen by itself, if any was. */
  readonly profile?: string | undefined;
  readonly at?: Micros | undefined;
}

/** Stores a judgement in place of an older one of the same instant, basis and profile. */
export async function saveJudgement(store: Store, answer: IncentivesAnswer): Promise<void> {
  const { source, validator, at, basis, profile, hours, sides, computedAt } = answer;
  await store.insert(
    'audit_evaluations',
    ['source', 'validator', 'instant', 'basis', 'profile', 'block', 'coverage', 'body', 'version'],
    [
      [
        source,
        validator,
        sqlInstant(readInstant(at) ?? 0),
        basis,
        profile.name,
        sides.weight.block ?? sides.incentive.block ?? 0,
        countedShare(hours),
        JSON.stringify(toStored(answer)),
        readInstant(computedAt) ?? 0,
      ],
    ],
    { label: 'store a judgement' },
  );
}

/** The newest stored judgement that fits, with what it was made from; `undefined` where there is none. */
export async function storedJudgement(
  store: Store,
  query: StoredQuery,
  signal?: AbortSignal,
): Promise<IncentivesAnswer | undefined> {
  const { source, validator, basis, profile, at } = query;
  const rows = await store.query<{ body: string }>(
    `SELECT body FROM audit_evaluations FINAL
     WHERE source = {source:String} AND validator = {validator:String} AND basis = {basis:String}
       ${profile === undefined ? '' : 'AND profile = {profile:String}'}
       ${at === undefined ? '' : "AND instant = {at:DateTime64(6, 'UTC')}"}
     ORDER BY instant DESC, JSONExtractString(body, 'profile', 'chosen') = 'auto' DESC, version DESC LIMIT 1`,
    {
      params: {
        source,
        validator,
        basis,
        ...(profile === undefined ? {} : { profile }),
        ...(at === undefined ? {} : { at: sqlInstant(at) }),
      },
      label: 'read a judgement',
      signal,
    },
  );
  const [row] = rows;
  return row === undefined ? undefined : toTold(JSON.parse(row.body) as StoredAnswer);
}

/** What is kept of a judgement: not what is the same for all, nor what follows from the rest by rules that may change. */
type StoredAnswer = Omit<IncentivesAnswer, 'profiles' | 'hours'> & {
  readonly hours: Omit<IncentivesAnswer['hours'], 'enough'>;
};

function toStored({
  profiles: _,
  hours: { enough: __, ...hours },
  ...answer
}: IncentivesAnswer): StoredAnswer {
  return { ...answer, hours };
}

function toTold(stored: StoredAnswer): IncentivesAnswer {
  const { hours } = stored;
  return { ...stored, hours: { ...hours, enough: isEnough(hours) }, profiles: PROFILES.map(presentProfile) };
}
