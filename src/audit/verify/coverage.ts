import type { Micros } from '../types.ts';

export interface Interval {
  readonly start: Micros;
  readonly end: Micros;
}

export interface Coverage {
  /** Seconds of the window that some report covers: overlaps count once. */
  readonly seconds: number;
  /** Seconds of the whole window. */
  readonly wanted: number;
  /** What no report covers, in order of time. */
  readonly gaps: readonly Interval[];
  /**
   * The sum of the reports' lengths, overlaps and all: what the published auditor compares with 601 200 s, which are 167 hours. It
   * has 168 in its window, 604 800 s, whenever the newest is out, and then calls the complete case incomplete.
   */
  readonly summed: number;
}

/** How much of a window some reports cover, by the union of their intervals. Those that end before they start cover nothing. */
export function coverageOf(reports: readonly Interval[], from: Micros, to: Micros): Coverage {
  const inside = reports
    .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const gaps: Interval[] = [];
  let reached = from;
  let covered = 0;
  for (const { start, end } of inside) {
    if (start > reached) gaps.push({ start: reached, end: start });
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  if (reached < to) gaps.push({ start: reached, end: to });
  return {
    seconds: covered / 1_000_000,
    wanted: Math.max(0, to - from) / 1_000_000,
    gaps,
    summed: inside.reduce((sum, { start, end }) => sum + (end - start), 0) / 1_000_000,
  };
}
