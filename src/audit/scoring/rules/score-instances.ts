import type { Evidence, Exclusion, Feature, Scored, ScoringContext, ScoringRules, Usage } from '../types.ts';
import { bountyScores, spread, spreadShares } from './bonus.ts';
import { exactSum } from './exact-sum.ts';
import { beaten, finish, unregistered } from './finish.ts';
import { type PaidLife, paidLives } from './paid-lives.ts';
import { type ByHotkey, beatenOfColdkey, mapValues, sharesOrUniform, sumByHotkey } from './shares.ts';
import { uniqueChutes } from './unique-chutes.ts';

type Figures = Map<Feature, ByHotkey>;

/**
 * The score of the eras in which instances are paid: the integral of each one's multiplier over its life, as a share of all; under the
 * bonus rules with something for breadth, demand and bounties.
 */
export function scoreByInstances(rules: ScoringRules, evidence: Evidence, context: ScoringContext): Scored {
  const everyones = paidLives(rules, evidence, context.at);
  const { lives, excluded } = admit(rules, everyones, context);
  const base = mapValues(
    sumByHotkey(lives, ({ units }) => units),
    (units) => Math.max(0, units),
  );
  const purged = rules.coldkey === 'none' ? [] : [...beatenOfColdkey(base, context.miners)].map(beaten);
  // Those who are purged take no part in what is normalised, but it is shown what they have.
  const kept = new Map(base);
  for (const { hotkey } of purged) kept.delete(hotkey);

  const raw: Figures = new Map([['instanceSeconds', base]]);
  const normalised: Figures = new Map([['instanceSeconds', sharesOrUniform(kept)]]);
  const parts: Figures = new Map(normalised);
  if (rules.bonus !== null && kept.size > 0) {
    addBonus(rules, { kept, everyones, evidence, context }, { raw, normalised, parts });
  }
  return finish({ raw, normalised, parts, excluded: [...excluded, ...purged] }, context);
}

function admit(
  { blacklist: heedsBlacklist }: ScoringRules,
  lives: readonly PaidLife[],
  { miners, blacklist }: ScoringContext,
): { lives: PaidLife[]; excluded: Exclusion[] } {
  const registered = new Set(miners.map(({ hotkey }) => hotkey));
  const excluded = new Map<string, Exclusion>();
  const admitted = lives.filter(({ hotkey }) => {
    const reason = heedsBlacklist ? blacklist?.get(hotkey) : undefined;
    if (!registered.has(hotkey)) excluded.set(hotkey, unregistered(hotkey));
    else if (reason !== undefined)
      excluded.set(hotkey, { hotkey, why: 'blacklisted', detail: reason.slice(0, 200) });
    return !excluded.has(hotkey);
  });
  return { lives: admitted, excluded: [...excluded.values()] };
}

/** Adds the figures of the bonus and its parts, and takes its weight from the share of instance seconds. */
function addBonus(
  rules: ScoringRules,
  known: { kept: ByHotkey; everyones: readonly PaidLife[]; evidence: Evidence; context: ScoringContext },
  { raw, normalised, parts }: Record<'raw' | 'normalised' | 'parts', Figures>,
): void {
  const { bonus } = rules;
  if (bonus === null) return;
  const categories = bonusFigures(rules, known);
  const base = normalised.get('instanceSeconds') ?? new Map();
  if (bonus.kind === 'add')
    parts.set(
      'instanceSeconds',
      mapValues(base, (share) => (1 - bonus.weight) * share),
    );
  for (const [feature, figures] of categories) {
    const part = bonus.parts[feature];
    if (part === undefined) continue;
    const bent =
      bonus.kind === 'add' ? spreadShares(figures, bonus.exponent) : byMost(spread(figures, bonus.exponent));
    raw.set(feature, figures);
    normalised.set(feature, bent);
    parts.set(
      feature,
      mapValues(bent, (value, hotkey) =>
        bonus.kind === 'add' ? bonus.weight * part * value : (base.get(hotkey) ?? 0) * part * value,
      ),
    );
  }
}

/** What the bonus looks at, of each miner that is paid. */
function bonusFigures(
  rules: ScoringRules,
  {
    kept,
    everyones,
    evidence,
    context,
  }: { kept: ByHotkey; everyones: readonly PaidLife[]; evidence: Evidence; context: ScoringContext },
): Figures {
  const { bonus, unique, windowSeconds } = rules;
  const ofKept = (figures: ByHotkey) => mapValues(kept, (_, hotkey) => figures.get(hotkey) ?? 0);
  const usage = evidence.usage.filter(({ hotkey }) => kept.has(hotkey));
  const figures: Figures = new Map();
  if (bonus === null) return figures;

  if (unique !== null) {
    const { at, gpuCounts } = context;
    figures.set('breadth', ofKept(uniqueChutes(unique, evidence, { at, windowSeconds }, gpuCounts)));
  }
  const worked = sumByHotkey(usage, ({ computeUnits }) => computeUnits);
  const succeeded = sumByHotkey(usage, ({ successes }) => successes);
  figures.set(
    'demand',
    mapValues(kept, (_, hotkey) =>
      exactSum([
        bonus.demand.computeUnits * (worked.get(hotkey) ?? 0),
        bonus.demand.successes * (succeeded.get(hotkey) ?? 0),
      ]),
    ),
  );
  const withBounty = everyones.filter(({ life }) => life.bounty);
  figures.set('bountyInstances', ofKept(bountyScores(withBounty, bonus)));
  figures.set('success', ofKept(successRates(usage)));
  return figures;
}

function successRates(usage: readonly Usage[]): Map<string, number> {
  const rows = sumByHotkey(usage, (one) => one.rows);
  return mapValues(
    sumByHotkey(usage, ({ successes }) => successes),
    (successes, hotkey) => successes / Math.max(1, rows.get(hotkey) ?? 0),
  );
}

function byMost(values: ByHotkey): Map<string, number> {
  const most = Math.max(0, ...values.values());
  return mapValues(values, (value) => (most > 0 ? value / most : 0));
}
