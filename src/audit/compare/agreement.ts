import type { Micros } from '../types.ts';
import { type Coverage, coverageOf, type Interval } from '../verify/coverage.ts';
import { type InstancesMatched, matchInstances, type ToldLife } from './match-instances.ts';
import { AGREEMENT_THRESHOLD, type AgreementState, judgeCounts, type Ratio } from './ratio.ts';

/** A miner's report about itself: the interval that it claims, and whether its counters had run for all of it. */
export interface SelfReport extends Interval {
  /** Its monitoring had run for less than the hour, or it does not know for how long. */
  readonly incomplete: boolean;
}

/** Requests of one chute and function over the hours that both sides cover. */
export interface ChuteCount {
  readonly chuteId: string;
  readonly function: string;
  readonly count: number;
  /** Counters that the count is the sum of: each may have been cut off to a whole number. */
  readonly counters: number;
}

export interface AgreementInput {
  readonly range: Interval;
  readonly reports: readonly SelfReport[];
  readonly hours: CommonHours;
  /** Both over the common hours alone. */
  readonly own: readonly ChuteCount[];
  readonly validator: readonly ChuteCount[];
  readonly ownInstances: readonly ToldLife[];
  readonly validatorInstances: readonly ToldLife[];
  /** Default 0.9. */
  readonly threshold?: number | undefined;
}

/** Ends of hours. */
export interface CommonHours {
  /** Both sides cover it, and the miner's counters had run for all of it. */
  readonly common: ReadonlySet<Micros>;
  /** The miner's counters had not. */
  readonly incomplete: ReadonlySet<Micros>;
}

export interface JudgedCounts {
  readonly own: number;
  readonly validator: number;
  readonly ratio: Ratio | undefined;
  readonly state: AgreementState;
}

/** What one miner says of itself, beside what the validator says of it. */
export interface Agreement {
  readonly reports: number;
  readonly coverage: Coverage;
  /** Hours that both sides cover, whole. */
  readonly commonHours: number;
  readonly incompleteHours: number;
  readonly counts: JudgedCounts;
  /** By chute and function, those that disagree first, then by the size of the difference; at most 20. */
  readonly chutes: readonly (JudgedCounts & { readonly chuteId: string; readonly function: string })[];
  readonly instances: InstancesMatched;
}

const MOST_CHUTES = 20;

/**
 * The hours that can be compared: those for which the miner has a whole and complete report, and the validator an export that counts,
 * so that an outage of one side is no disagreement.
 */
export function commonHours(
  reports: readonly SelfReport[],
  validatorHours: ReadonlySet<Micros>,
  reportMicros: Micros,
): CommonHours {
  const whole = reports.filter(({ start, end }) => end - start === reportMicros);
  const incomplete = new Set(whole.filter((report) => report.incomplete).map(({ end }) => end));
  const common = whole.map(({ end }) => end).filter((end) => validatorHours.has(end) && !incomplete.has(end));
  return { common: new Set(common), incomplete };
}

/** Sets both sides' words beside each other. */
export function agreementOf(input: AgreementInput): Agreement {
  const { range, reports, hours, threshold = AGREEMENT_THRESHOLD } = input;
  const [own, validator] = [byChute(input.own), byChute(input.validator)];
  const judged = [...new Set([...own.keys(), ...validator.keys()])].map((key) => {
    const [mine, theirs] = [own.get(key), validator.get(key)];
    const { chuteId, function: name } = (mine ?? theirs)!;
    const [a, b] = [mine?.count ?? 0, theirs?.count ?? 0];
    const slack = mine?.counters ?? 0;
    return { chuteId, function: name, own: a, validator: b, ...judgeCounts(a, b, { threshold, slack }) };
  });
  judged.sort(
    (a, b) =>
      Number(b.state === 'disagrees') - Number(a.state === 'disagrees') ||
      Math.abs(b.own - b.validator) - Math.abs(a.own - a.validator) ||
      (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const totals = [sum(judged.map((one) => one.own)), sum(judged.map((one) => one.validator))] as const;
  const slack = sum(input.own.map(({ counters }) => counters));
  return {
    reports: reports.length,
    coverage: coverageOf(reports, range.start, range.end),
    commonHours: hours.common.size,
    incompleteHours: hours.incomplete.size,
    counts: { own: totals[0], validator: totals[1], ...judgeCounts(...totals, { threshold, slack }) },
    chutes: judged.slice(0, MOST_CHUTES),
    instances: matchInstances(input.ownInstances, input.validatorInstances, range),
  };
}

/**
 * Seconds for which a miner's counters had run, as its message to people says (`… uptime: 5421.3 seconds …`): the first number before
 * a unit of time. `undefined` where it says none.
 */
export function uptimeSeconds(message: string): number | undefined {
  const match =
    /(\d{1,12}(?:\.\d{1,9})?)\s*(s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hour|hours|d|day|days)\b/i.exec(
      message.slice(0, 2_000),
    );
  if (match === null) return undefined;
  const unit = (match[2] ?? 's').toLowerCase()[0] as 's' | 'm' | 'h' | 'd';
  return Number(match[1]) * { s: 1, m: 60, h: 3_600, d: 86_400 }[unit];
}

function byChute(counts: readonly ChuteCount[]): ReadonlyMap<string, ChuteCount> {
  const totals = new Map<string, ChuteCount>();
  for (const one of counts) {
    const before = totals.get(keyOf(one));
    totals.set(
      keyOf(one),
      before === undefined
        ? one
        : { ...one, count: before.count + one.count, counters: before.counters + one.counters },
    );
  }
  return totals;
}

function keyOf({ chuteId, function: name }: { readonly chuteId: string; readonly function: string }): string {
  return JSON.stringify([chuteId, name]);
}
