import { percent } from './explain.ts';

/** What a miner's score is made of: parts of its final share that sum up to it, or to some of it. */
export interface ScoreParts {
  /** Its share of all, 0 to 1. */
  readonly expected: number;
  /** What each feature brings to it. */
  readonly features: Readonly<Record<string, number>>;
  /** What single instances bring to it. */
  readonly instances: readonly { readonly instanceId: string; readonly share: number }[];
}

/** One thing that would change a share as it was changed. */
export interface Candidate {
  readonly kind: 'feature' | 'instance';
  readonly name: string;
  /** Change of the miner's share if it had not been counted (or, where more was paid, counted twice); the others' shares give or take. */
  readonly effect: number;
  /** effect / delta: 1 explains all of it. */
  readonly explains: number;
  readonly text: string;
}

export interface Attribution {
  /** Nearest to explaining all of it first; at most 5. */
  readonly candidates: readonly Candidate[];
  /** The first one explains the delta within a tenth. */
  readonly explained: boolean;
  /** One sentence. */
  readonly summary: string;
}

const MOST = 5;
/** So near to the delta an effect must be to explain it. */
const TOLERANCE = 0.1;
/** What explains less, or more than three times the delta, is no candidate. */
const [LEAST, LARGEST] = [0.1, 3];

/**
 * Which feature or which instance, left out by the validator or counted twice, would give what was paid. A match of numbers:
 * it says where to look, not what happened.
 *
 * @param bound difference that rounding makes: a smaller one needs no explanation.
 */
export function attributeDelta(parts: ScoreParts, paid: number, bound = 0): Attribution {
  const { expected } = parts;
  const delta = paid - expected;
  if (Math.abs(delta) <= bound + 1e-12)
    return { candidates: [], explained: false, summary: 'Paid as owed: there is nothing to explain.' };
  const named = [
    ...Object.entries(parts.features).map(([name, share]) => ({ kind: 'feature' as const, name, share })),
    ...parts.instances.map(({ instanceId, share }) => ({
      kind: 'instance' as const,
      name: instanceId,
      share,
    })),
  ];
  const candidates = named
    .filter(({ share }) => Number.isFinite(share) && share > 0)
    .map(({ kind, name, share }): Candidate => {
      const effect = effectOf(expected, share, delta < 0 ? -1 : 1);
      const explains = effect / delta;
      const how = delta < 0 ? 'left out' : 'counted twice';
      const text = `${kind} ${name} ${how} changes the share by ${percent(effect)}, ${Math.round(explains * 100)} % of the difference`;
      return { kind, name, effect, explains, text };
    })
    .filter(({ explains }) => explains >= LEAST && explains <= LARGEST)
    .sort((a, b) => Math.abs(a.explains - 1) - Math.abs(b.explains - 1) || (a.name < b.name ? -1 : 1))
    .slice(0, MOST);
  const [best] = candidates;
  const explained = best !== undefined && Math.abs(best.explains - 1) <= TOLERANCE;
  return {
    candidates,
    explained,
    summary: explained
      ? `It looks as if ${best.text}.`
      : `Nothing explains it: no single feature or instance, left out or counted twice, gives ${percent(paid)}.`,
  };
}

/** Of all amounts together 1, this miner's `expected`: what becomes of its share when it has `part` less or more. */
function effectOf(expected: number, part: number, sign: 1 | -1): number {
  const all = 1 + sign * part;
  // Without it nobody has anything: then it has nothing either.
  return all <= 0 ? -expected : (expected + sign * part) / all - expected;
}
