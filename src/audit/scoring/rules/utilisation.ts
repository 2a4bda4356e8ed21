import { SECOND } from '../../instants.ts';
import type { Usage, UtilisationGate } from '../types.ts';
import { exactSum } from './exact-sum.ts';

/**
 * How busy a miner's busiest instances were, 0 to about 1, or `undefined` when it has too few of them that were at work for long
 * enough. The ratio of an instance has two decimals, so that 0.015 is 0.02.
 */
export function utilisationOf(usage: readonly Usage[], gate: UtilisationGate): number | undefined {
  const ratios = usage
    .flatMap(({ busySeconds, busyFrom, busyTo }) => {
      if (busyFrom === null || busyTo === null) return [];
      const span = (busyTo - busyFrom) / SECOND;
      return span > 0 && span >= gate.minSpanSeconds ? [Math.round((busySeconds / span) * 100) / 100] : [];
    })
    .sort((a, b) => b - a)
    .slice(0, gate.top);
  if (ratios.length === 0 || ratios.length < gate.minInstances) return undefined;
  return gate.of === 'min' ? Math.min(...ratios) : exactSum(ratios) / ratios.length;
}
