import { recordsToCsv, renderCsv } from '../../../shared/index.ts';
import type { EarningsAnswer } from './earnings.ts';
import type { Holding } from './holdings.ts';
import type { SubnetPruning } from './pruning.ts';

/** Holdings, a row per neuron. */
export function holdingsToCsv(holdings: readonly Holding[]): string {
  return recordsToCsv(holdings);
}

/** A pruning order, a row per neuron. */
export function pruningToCsv({ netuid, block, rule, neurons }: SubnetPruning): string {
  return recordsToCsv(neurons.map((neuron) => ({ netuid, block, rule, ...neuron })));
}

/** Earnings as a tidy table, a row per day and subnet where an epoch was seen or expected. */
export function earningsToCsv({ day, subnets }: EarningsAnswer): string {
  return renderCsv(
    ['day', 'netuid', 'unit', 'amount', 'tao', 'epochs', 'expected'],
    day.flatMap((name, at) =>
      subnets.flatMap(({ netuid, unit, amount, tao, epochs, expected }) =>
        epochs[at] === 0 && expected[at] === null
          ? []
          : [[name, netuid, unit, amount[at], tao[at], epochs[at], expected[at]]],
      ),
    ),
  );
}
