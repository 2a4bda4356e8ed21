import { SECOND } from '../../instants.ts';
import type { Evidence, Exclusion, Feature, Scored, ScoringContext, ScoringRules, Usage } from '../types.ts';
import { exactSum } from './exact-sum.ts';
import { beaten, type Figures, finish, unregistered } from './finish.ts';
import { paidJobs } from './jobs.ts';
import { privateLives } from './paid-lives.ts';
import { type ByHotkey, beatenOfColdkey, mapValues, shares, splitShares, sumByHotkey } from './shares.ts';
import { uniqueChutes } from './unique-chutes.ts';
import { utilisationOf } from './utilisation.ts';

/**
 * The score of the era in which requests were paid: four features, each as a share of all, weighed and added up; then one hotkey per
 * coldkey. Whoever served no request that was looked at has no part in it, whatever its instances did.
 */
export function scoreByRequests(rules: ScoringRules, evidence: Evidence, context: ScoringContext): Scored {
  const { usage, excluded } = admit(rules, evidence, context);
  const served = new Set(usage.map(({ hotkey }) => hotkey));
  const raw = features(rules, { ...evidence, usage }, context);

  const normalised = new Map<Feature, ByHotkey>();
  const parts = new Map<Feature, ByHotkey>();
  for (const [feature, figures] of raw) {
    const { split } = rules;
    const bent = feature === 'uniqueChutes' && split !== null ? splitShares(figures, split) : shares(figures);
    const weight = rules.featureWeights[feature] ?? 0;
    normalised.set(feature, bent);
    parts.set(
      feature,
      mapValues(bent, (share) => share * weight),
    );
  }

  const before = new Map(
    [...served].map((hotkey) => [hotkey, exactSum([...parts.values()].map((part) => part.get(hotkey) ?? 0))]),
  );
  const zeroed = rules.coldkey === 'none' ? [] : [...beatenOfColdkey(before, context.miners)].map(beaten);
  return finish({ raw, normalised, parts, excluded: [...excluded, ...zeroed] }, context);
}

/** Without whom the rules do not let take part. */
function admit(
  rules: ScoringRules,
  { usage }: Evidence,
  { miners }: ScoringContext,
): { usage: Evidence['usage']; excluded: Exclusion[] } {
  const registered = new Set(miners.map(({ hotkey }) => hotkey));
  const gate = rules.utilGate;
  const excluded: Exclusion[] = [];
  const admitted = [...Map.groupBy(usage, ({ hotkey }) => hotkey)].flatMap(([hotkey, group]) => {
    if (rules.registered === 'before' && !registered.has(hotkey)) {
      excluded.push(unregistered(hotkey));
      return [];
    }
    const busy = gate === null ? undefined : utilisationOf(group, gate);
    if (gate !== null && (busy === undefined || busy < gate.least)) {
      const seen =
        busy === undefined
          ? 'too few instances at work for long enough'
          : `busy ${busy.toFixed(3)} of the time`;
      excluded.push({ hotkey, why: 'utilisation', detail: `${seen}; at least ${gate.least} is asked for` });
      return [];
    }
    return group;
  });
  return { usage: admitted, excluded };
}

function features(
  rules: ScoringRules,
  { usage, instances, jobs }: Evidence,
  { at, gpuCounts }: ScoringContext,
): Figures {
  const served = new Set(usage.map(({ hotkey }) => hotkey));
  const hasServed = ({ hotkey }: { readonly hotkey: string }) => served.has(hotkey);
  const { windowSeconds, unique } = rules;
  const from = at - windowSeconds * SECOND;
  const hired = privateLives(rules, instances, at).filter(hasServed);
  const worked = (rules.jobs ? paidJobs(jobs, { from, at }) : []).filter(hasServed);
  const hiredMicros = sumByHotkey(hired, ({ span }) => span.hi - span.lo);
  const beside = [...hired, ...worked];
  const chutes =
    unique === null
      ? undefined
      : uniqueChutes(unique, { usage, instances }, { at, windowSeconds }, gpuCounts);

  const terms = (ofUsage: (one: Usage) => number, ofOther: (one: { readonly units: number }) => number) =>
    sumByHotkey(
      [
        ...usage.map((one) => ({ hotkey: one.hotkey, value: ofUsage(one) })),
        ...beside.map((one) => ({ hotkey: one.hotkey, value: ofOther(one) })),
      ],
      ({ value }) => value,
    );
  return new Map([
    [
      'computeUnits',
      mapValues(
        terms(
          (one) => one.computeUnits,
          ({ units }) => units,
        ),
        (value) => Math.max(0, value),
      ),
    ],
    [
      'invocations',
      mapValues(
        sumByHotkey(usage, ({ successes }) => successes),
        (count, hotkey) => count + Math.trunc((hiredMicros.get(hotkey) ?? 0) / SECOND),
      ),
    ],
    ['uniqueChutes', new Map([...served].map((hotkey) => [hotkey, chutes?.get(hotkey) ?? 0]))],
    [
      'bounties',
      terms(
        (one) => one.bounties,
        () => 1,
      ),
    ],
  ]);
}
