import type { Evidence, Scored, ScoringContext, ScoringRules } from '../types.ts';
import { scoreByInstances } from './score-instances.ts';
import { scoreByRequests } from './score-requests.ts';

/** What the rules make of the evidence at an instant. Pure; the same bits in whatever order the evidence comes. */
export function score(rules: ScoringRules, evidence: Evidence, context: ScoringContext): Scored {
  return rules.instanceIntegral === null
    ? scoreByRequests(rules, evidence, context)
    : scoreByInstances(rules, evidence, context);
}
