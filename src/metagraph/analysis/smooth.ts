import { type Aggregate, aggregated } from './aggregate.ts';

export interface Smoothing {
  /** Points, the newest included. 1 to 100; 1 changes nothing. */
  readonly window: number;
  readonly aggregate: Aggregate;
}

/**
 * A line in which each point stands for itself and those before it: pandas' `rolling(window, min_periods=1)` where the
 * line has a value. The first points use the short windows they have. What is absent stays absent, else a neuron that left
 * would linger for a window. It takes one line, so that no line runs into the next (dashboards.md 3.1).
 */
export function smooth(
  values: readonly (number | null)[],
  { window, aggregate }: Smoothing,
): (number | null)[] {
  if (window <= 1) return [...values];
  return values.map((value, at) =>
    value === null || Number.isNaN(value)
      ? null
      : aggregated(values.slice(Math.max(0, at - window + 1), at + 1), aggregate),
  );
}
