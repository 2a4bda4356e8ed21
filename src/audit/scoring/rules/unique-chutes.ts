import { SECOND } from '../../instants.ts';
import type { Micros } from '../../types.ts';
import type { InstanceLife, UniqueRule, Usage } from '../types.ts';
import { exactSum } from './exact-sum.ts';

type GridRule = Extract<UniqueRule, { kind: 'grid' }>;

/** Time in which a miner has a chute, both ends included; open while `to` is `null`. */
interface Presence {
  readonly hotkey: string;
  readonly chuteId: string;
  readonly from: Micros;
  readonly to: Micros | null;
}

/** Points in time, `count` of them, from `first` on. */
interface Grid {
  readonly first: Micros;
  readonly step: Micros;
  readonly count: number;
}

/** Distinct chutes by hotkey, as the rule counts them: those with a success, or the mean over the points of a grid of what each chute is worth. */
export function uniqueChutes(
  rule: UniqueRule,
  { usage, instances }: { readonly usage: readonly Usage[]; readonly instances: readonly InstanceLife[] },
  when: { readonly at: Micros; readonly windowSeconds: number },
  gpuCounts: ReadonlyMap<string, number> | undefined,
): Map<string, number> {
  if (rule.kind === 'distinct') return distinctChutes(usage);
  const present = rule.start === 'first-success' ? successes(usage) : lives(rule, usage, instances);
  const worth = (chuteId: string) => (rule.gpuWeight === 'none' ? 1 : gpusOf(gpuCounts?.get(chuteId)));
  const grid = gridOf(when.at, when.windowSeconds, rule.stepSeconds);
  return new Map(
    [...Map.groupBy(present, ({ hotkey }) => hotkey)].map(([hotkey, group]) => {
      const mean = meanOf(pointsOf(group, grid, worth), rule.zeroPoints);
      return [hotkey, rule.rounding === 'trunc' ? Math.trunc(mean) : Math.round(mean)];
    }),
  );
}

/** From the full step before the window's start to that before the instant: 169 hours for 7 days. */
function gridOf(at: Micros, windowSeconds: number, stepSeconds: number): Grid {
  const step = stepSeconds * SECOND;
  const floor = (instant: Micros) => Math.floor(instant / step) * step;
  const first = floor(at - windowSeconds * SECOND);
  return { first, step, count: (floor(at) - first) / step + 1 };
}

/** What the chutes present at each point are worth; each chute once, however many instances it has. */
function pointsOf(present: readonly Presence[], grid: Grid, worth: (chuteId: string) => number): number[] {
  const points = new Array<number>(grid.count).fill(0);
  for (const [chuteId, group] of Map.groupBy(present, (one) => one.chuteId)) {
    const seen = new Uint8Array(grid.count);
    for (const { from, to } of group) {
      const begin = Math.max(0, Math.ceil((from - grid.first) / grid.step));
      const last = to === null ? grid.count - 1 : Math.floor((to - grid.first) / grid.step);
      if (last >= begin) seen.fill(1, begin, Math.min(grid.count, last + 1));
    }
    const each = worth(chuteId);
    for (let at = 0; at < grid.count; at++) if (seen[at] === 1) points[at] = (points[at] as number) + each;
  }
  return points;
}

function meanOf(points: readonly number[], zeroPoints: GridRule['zeroPoints']): number {
  const count = zeroPoints === 'count' ? points.length : points.filter((value) => value > 0).length;
  return count === 0 ? 0 : exactSum(points) / count;
}

function distinctChutes(usage: readonly Usage[]): Map<string, number> {
  const served = usage.filter(({ successes }) => successes > 0);
  return new Map(
    [...Map.groupBy(served, ({ hotkey }) => hotkey)].map(([hotkey, group]) => [
      hotkey,
      new Set(group.map(({ chuteId }) => chuteId)).size,
    ]),
  );
}

function successes(usage: readonly Usage[]): Presence[] {
  return usage.flatMap(({ hotkey, chuteId, firstSuccess, lastSuccess }) =>
    firstSuccess === null ? [] : [{ hotkey, chuteId, from: firstSuccess, to: lastSuccess ?? firstSuccess }],
  );
}

function lives(rule: GridRule, usage: readonly Usage[], instances: readonly InstanceLife[]): Presence[] {
  const served = new Set(usage.filter(({ successes }) => successes > 0).map(keyOf));
  const needed = rule.minLifetimeSeconds * SECOND;
  return instances.flatMap((life) => {
    const { activatedAt, verifiedAt, deletedAt, billed } = life.merged;
    const start = rule.start === 'activated' ? activatedAt : verifiedAt;
    if (start === null || (rule.needsSuccess && !served.has(keyOf(life)))) return [];
    const grown = billed ? 0 : needed;
    if (deletedAt !== null && deletedAt - start < grown) return [];
    // While it lives it counts once it is old enough; once it is known to have grown old, from its start.
    const from = deletedAt === null ? start + grown : start;
    return [{ hotkey: life.hotkey, chuteId: life.chuteId, from, to: deletedAt }];
  });
}

function keyOf({ hotkey, instanceId }: { readonly hotkey: string; readonly instanceId: string }): string {
  return `${hotkey} ${instanceId}`;
}

/** The count is a live answer: what is no count of anything is 1, as for a chute that is not listed. */
function gpusOf(count: number | undefined): number {
  return count !== undefined && Number.isSafeInteger(count) && count > 0 ? count : 1;
}
