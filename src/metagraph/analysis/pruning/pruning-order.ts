import { U16_ONE } from '../../../shared/index.ts';
import type { PruningRule } from './pruning-rule.ts';

/** The neurons of a subnet; index = uid, columns of equal length. `null` is not known. */
export interface PruningColumns {
  /** `BlockAtRegistration`. A neuron whose registration is not known is not immune. */
  readonly registeredAt: readonly (number | null)[];
  /** `PruningScores`, u16; for the rules that go by score. */
  readonly pruningScore?: readonly (number | null)[] | undefined;
  /** `Emission`, rao; for the rule that goes by emission. */
  readonly emission?: readonly (bigint | null)[] | undefined;
}

export interface PruningTerms {
  readonly rule: PruningRule;
  readonly block: number;
  /** Blocks. */
  readonly immunityPeriod: number;
  /** Uids that never go ({@link immuneOwnerUids}). */
  readonly ownerImmune?: ReadonlySet<number> | undefined;
  /** `MinNonImmuneUids`, for the rule that goes by emission. */
  readonly minNonImmuneUids?: number | undefined;
}

export interface PruningOrder {
  /** 1 goes first; `null` is safe as things stand. */
  readonly place: (number | null)[];
  /** Whether a neuron is in its immunity period, and for how many blocks more. */
  readonly immune: boolean[];
  readonly immunityLeft: number[];
}

/** `MinNonImmuneUids` where the chain holds none (reference, section 3.5). */
export const DEFAULT_MIN_NON_IMMUNE_UIDS = 10;

/**
 * The order in which neurons would go if newcomers came now, one after the other. It is told whether or not the subnet is
 * full; nobody goes before it is. Newcomers are immune and have no place here.
 */
export function pruningOrder(columns: PruningColumns, terms: PruningTerms): PruningOrder {
  const { rule, block, immunityPeriod, ownerImmune } = terms;
  const immunityLeft = columns.registeredAt.map((at) =>
    at === null ? 0 : Math.max(0, at + immunityPeriod - block),
  );
  const immune = immunityLeft.map((left) => left > 0);
  const uids = immune.map((_, uid) => uid).filter((uid) => !ownerImmune?.has(uid));
  const sorted = uids.sort(comparison(columns, rule));
  const order = classes(sorted, immune, columns, terms);
  const place = immune.map((): number | null => null);
  for (const [index, uid] of order.entries()) place[uid] = index + 1;
  return { place, immune, immunityLeft };
}

function comparison(columns: PruningColumns, rule: PruningRule): (a: number, b: number) => number {
  const { registeredAt, pruningScore, emission } = columns;
  const score = (uid: number) => pruningScore?.[uid] ?? 0;
  const age = (a: number, b: number) => (registeredAt[a] ?? 0) - (registeredAt[b] ?? 0) || a - b;
  if (rule === 'emission') {
    const pay = (uid: number) => emission?.[uid] ?? 0n;
    return (a, b) => (pay(a) < pay(b) ? -1 : pay(a) > pay(b) ? 1 : age(a, b));
  }
  return (a, b) => score(a) - score(b) || (rule === 'score' ? 0 : age(a, b));
}

function classes(
  sorted: readonly number[],
  immune: readonly boolean[],
  { pruningScore }: PruningColumns,
  { rule, minNonImmuneUids = DEFAULT_MIN_NON_IMMUNE_UIDS }: PruningTerms,
): number[] {
  const others = sorted.filter((uid) => !immune[uid]);
  const protectedOnes = sorted.filter((uid) => immune[uid]);
  switch (rule) {
    case 'emission':
      // Each that goes leaves one fewer without immunity; at the least number the immune ones go, and then nobody.
      return [...others.slice(0, Math.max(0, others.length - minNonImmuneUids)), ...protectedOnes];
    case 'score-oldest':
    case 'score-owner-immune':
      return [...others, ...protectedOnes];
    case 'score': {
      // Of equals the last that is looked at stays in mind, but the first among the immune. A score of 65535, which a
      // neuron gets when it is chosen, counts as none.
      const hasScore = (uid: number) => (pruningScore?.[uid] ?? 0) < U16_ONE;
      const last = (a: number, b: number) => (pruningScore?.[a] ?? 0) - (pruningScore?.[b] ?? 0) || b - a;
      return [
        ...others.filter(hasScore).sort(last),
        ...protectedOnes.filter(hasScore),
        ...sorted.filter((uid) => !hasScore(uid)).sort((a, b) => a - b),
      ];
    }
  }
}
