import { cpus, totalmem } from 'node:os';

/** Times of repeated runs of the same work, ms. */
export interface Timing {
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Times contenders in turns within one run, so that what the machine does beside it strikes all of them alike. Each run goes
 * through all of them once; the first `warmUp` rounds do not count.
 */
export function measure(
  contenders: Readonly<Record<string, () => unknown>>,
  { rounds = 40, warmUp = 10 } = {},
): Record<string, Timing> {
  const times: Record<string, number[]> = Object.fromEntries(
    Object.keys(contenders).map((name) => [name, []]),
  );
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) {
      const started = performance.now();
      keep = work();
      const took = performance.now() - started;
      if (round >= warmUp) times[name]?.push(took);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, timing(list)]));
}

/** Median, min and max of times that were taken elsewhere. */
export function timing(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { runs: sorted.length, median, min: at(0), max: at(sorted.length - 1) };
}

/** What the numbers were taken on. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

/** One line per contender. */
export function showTimings(timings: Readonly<Record<string, Timing>>): string {
  return Object.entries(timings)
    .map(
      ([name, t]) =>
        `  ${name.padEnd(34)} median ${ms(t.median)}   min ${ms(t.min)}   max ${ms(t.max)}   (${t.runs} runs)`,
    )
    .join('\n');
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(3) : value.toFixed(1)} ms`.padStart(11);
}

// The result of the last run: without a use the engine may leave the work out.
let keep: unknown;
export function lastResult(): unknown {
  return keep;
}
