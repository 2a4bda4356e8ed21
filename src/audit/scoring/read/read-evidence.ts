import type { LiveFeeds } from '../../adapter.ts';
import type { Evidence, InstanceLife, MultiplierStretch, ScoringRules } from '../types.ts';
import { readInstances, readMultipliers } from './instances.ts';
import { readJobs } from './jobs.ts';
import type { Reader } from './reader.ts';
import { readUsage } from './usage.ts';

/** Whether requests are a part of the rules. */
export function needsRequests({
  instanceIntegral,
  bonus,
}: Pick<ScoringRules, 'instanceIntegral' | 'bonus'>): boolean {
  return instanceIntegral === null || bonus !== null;
}

/** What the rules need of the reports, and nothing else. */
export async function readEvidence(reader: Reader, rules: ScoringRules): Promise<Evidence> {
  const needsLives =
    rules.instanceIntegral !== null || rules.privateInstances || rules.unique?.kind === 'grid';
  return {
    usage: needsRequests(rules) ? await readUsage(reader, rules) : [],
    instances: needsLives ? await readInstances(reader, rules) : [],
    multipliers: rules.instanceIntegral?.multiplier === 'history' ? await readMultipliers(reader, rules) : [],
    jobs: rules.jobs ? await readJobs(reader, rules) : [],
  };
}

/**
 * The evidence as the published auditor bends it: instances that the live list of deletions does not name are gone, those without a
 * deletion get its, and the multipliers told by the live list take the place of all others. Nobody committed to these lists.
 */
export function withFeeds(
  evidence: Evidence,
  feeds: Pick<LiveFeeds, 'at' | 'deletions' | 'multipliers'>,
  at: number,
): Evidence {
  const { deletions, multipliers } = feeds;
  return {
    ...evidence,
    instances:
      deletions === undefined ? evidence.instances : evidence.instances.flatMap(reconciled(deletions, at)),
    multipliers:
      multipliers === undefined
        ? evidence.multipliers
        : multipliers.map((one): MultiplierStretch => ({ ...one, seenUntil: feeds.at })),
  };
}

function reconciled(deletions: ReadonlyMap<string, number | null>, at: number) {
  return (life: InstanceLife): InstanceLife[] => {
    const told = deletions.get(life.instanceId);
    if (told === undefined) return [];
    const deleted = told !== null && told <= at ? told : null;
    const deletedAt = life.deletedAt ?? deleted;
    return [{ ...life, deletedAt, merged: { ...life.merged, deletedAt: life.merged.deletedAt ?? deleted } }];
  };
}
