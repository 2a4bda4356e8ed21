import { DAY, HOUR, hourAt, type Micros, SECOND } from './clock.ts';

/** An instance as the newest published report tells it. */
export interface PaidInstance {
  readonly instanceId: string;
  readonly chuteId: string;
  readonly hotkey: string;
  readonly createdAt: Micros;
  readonly activatedAt: Micros | null;
  readonly deletedAt: Micros | null;
  readonly deletionReason: string | null;
  readonly billedTo: string | null;
  readonly stopBillingAt: Micros | null;
  readonly multiplier: number | null;
  readonly validTermination: boolean;
  readonly bounty: boolean;
}

/** A request as it was published, its best row only. */
export interface PaidInvocation {
  readonly parentId: string;
  readonly chuteId: string;
  readonly uid: number;
  readonly hotkey: string;
  readonly startedAt: Micros;
  readonly completedAt: Micros | null;
  readonly failed: boolean;
  readonly multiplier: number;
  readonly bounty: number;
  readonly metrics: PaidMetrics | undefined;
}

export interface PaidMetrics {
  readonly p?: boolean | undefined;
  readonly nc?: number | undefined;
  readonly steps?: number | undefined;
  readonly masps?: number | undefined;
  readonly it?: number | undefined;
  readonly ot?: number | undefined;
  readonly maspt?: number | undefined;
}

export interface PaidMultiplier {
  readonly instanceId: string;
  readonly multiplier: number;
  readonly start: Micros;
  readonly end: Micros | null;
}

/** All that a score is reckoned from. */
export interface PayInput {
  /** The instant of the reckoning: the time of the block that is to carry the weights. */
  readonly at: Micros;
  readonly instances: readonly PaidInstance[];
  readonly invocations: readonly PaidInvocation[];
  readonly multipliers: readonly PaidMultiplier[];
  /** Parents of requests about which a complaint was confirmed. */
  readonly confirmed: ReadonlySet<string>;
  readonly gpuCounts: ReadonlyMap<string, number>;
  /** Coldkey of each registered hotkey. */
  readonly coldkeys: ReadonlyMap<string, string>;
  readonly blacklist: ReadonlySet<string>;
}

/** What came out: by hotkey, in the words of `/miner/scores`. */
export interface Pay {
  readonly raw: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Shares of 1; who gets nothing is left out. */
  readonly shares: ReadonlyMap<string, number>;
}

export type ProfileName = 'P18' | 'B4' | 'I1' | 'I4';

/** The rules of a profile, straight from the reference, section 6; nothing here is shared with the auditor. */
export function payBy(profile: ProfileName, input: PayInput): Pay {
  switch (profile) {
    case 'P18':
      return invocationEra(input);
    case 'B4':
      return bonusEra(input);
    case 'I1':
      return instanceEra(input, 7 * DAY, true);
    case 'I4':
      return instanceEra(input, DAY, false);
  }
}

const WEEK = 7 * DAY;
/** Accounted as public although its rows say that they are private. */
const LEGACY_CHUTE = '561e4875-254d-588f-a36f-57c9cdef8961';

/** The four features of the invocation era. */
export interface Features {
  readonly units: number;
  readonly calls: number;
  readonly unique: number;
  readonly bounties: number;
}

/** Section 6.2, the validator's own side of it: failed and unfinished requests do not count at all, U is rounded half away from zero. */
function invocationEra(input: PayInput): Pay {
  const { at } = input;
  const sums = new Map<string, { units: number; calls: number; bounties: number }>();
  for (const row of input.invocations) {
    if (row.uid < 0 || row.completedAt === null || row.failed || row.startedAt <= at - WEEK) continue;
    if (input.confirmed.has(row.parentId)) continue;
    const sum = sums.get(row.hotkey) ?? { units: 0, calls: 0, bounties: 0 };
    const isPrivate = row.metrics?.p === true && row.chuteId !== LEGACY_CHUTE;
    sum.units += row.bounty + row.multiplier * (isPrivate ? 0 : secondsOf(row));
    if (!isPrivate) {
      sum.calls++;
      if (row.bounty > 0) sum.bounties++;
    }
    sums.set(row.hotkey, sum);
  }
  const unique = uniqueChutes(input, false);
  for (const [hotkey, { seconds, units, count }] of privateTime(input)) {
    const sum = sums.get(hotkey);
    if (sum === undefined) continue;
    sum.units += units;
    sum.bounties += count;
    sum.calls += Math.trunc(seconds);
  }
  const features = new Map<string, Features>();
  for (const [hotkey, sum] of sums) features.set(hotkey, { ...sum, unique: unique.get(hotkey) ?? 0 });
  const shares = sharesOfFeatures(features, input.coldkeys);
  const raw = new Map(
    [...features].map(([hotkey, one]) => [
      hotkey,
      {
        compute_units: one.units,
        invocation_count: one.calls,
        unique_chute_count: one.unique,
        bounty_count: one.bounties,
      },
    ]),
  );
  return { raw, shares };
}

/** Features to shares: each normalised, weighted, the best hotkey of each coldkey kept, normalised again. */
export function sharesOfFeatures(
  features: ReadonlyMap<string, Features>,
  coldkeys: ReadonlyMap<string, string>,
): Map<string, number> {
  const all = [...features.values()];
  const total = (pick: (one: Features) => number) => all.reduce((sum, one) => sum + pick(one), 0) || 1;
  const [units, calls, bounties] = [
    total((one) => one.units),
    total((one) => one.calls),
    total((one) => one.bounties),
  ];
  const known = all.map((one) => one.unique).filter((unique) => unique > 0);
  const [middle, most] = [medianOf(known), Math.max(0, ...known)];
  const bent = ({ unique }: Features) => (most === 0 ? 0 : (unique / most) ** (unique >= middle ? 1.3 : 2.2));
  const bentTotal = total(bent);
  const before = new Map<string, number>();
  for (const [hotkey, one] of features) {
    const share =
      0.52 * (one.units / units) +
      0.2 * (one.calls / calls) +
      0.2 * (bent(one) / bentTotal) +
      0.08 * (one.bounties / bounties);
    before.set(hotkey, share);
  }
  return normalised(bestOfColdkey(before, coldkeys));
}

/** Section 6.3. */
function bonusEra(input: PayInput): Pay {
  const { at } = input;
  const base = new Map<string, number>();
  const bounties = new Map<string, Map<string, number>>();
  for (const instance of input.instances) {
    if (!isEligible(instance, at - WEEK)) continue;
    const { low, high } = spanOf(instance, instance.activatedAt ?? at, at, WEEK);
    if (high <= low) continue;
    add(base, instance.hotkey, ((high - low) / SECOND) * (instance.multiplier ?? 1));
    if (!instance.bounty) continue;
    const ofChute = bounties.get(instance.chuteId) ?? new Map<string, number>();
    add(ofChute, instance.hotkey, 1);
    bounties.set(instance.chuteId, ofChute);
  }
  const demand = new Map<string, number>();
  for (const row of input.invocations) {
    if (row.uid < 0 || row.completedAt === null || row.startedAt <= at - WEEK) continue;
    if (input.confirmed.has(row.parentId)) continue;
    add(demand, row.hotkey, 0.75 * (row.bounty + row.multiplier * secondsOf(row)));
    if (!row.failed) add(demand, row.hotkey, 0.25);
  }
  const kept = bestOfColdkey(base, input.coldkeys);
  const breadth = uniqueChutes(input, true);
  const features = new Map<string, BonusFeatures>();
  for (const [hotkey, units] of kept) {
    let bounty = 0;
    for (const ofChute of bounties.values()) {
      const everyone = [...ofChute.values()].reduce((sum, count) => sum + count, 0);
      bounty += bountyTerm(ofChute.get(hotkey) ?? 0, everyone);
    }
    const one = { breadth: breadth.get(hotkey) ?? 0, demand: demand.get(hotkey) ?? 0, bounty };
    features.set(hotkey, { base: units, ...one });
  }
  return {
    raw: new Map([...features].map(([hotkey, one]) => [hotkey, { ...one }])),
    shares: sharesOfBonuses(features),
  };
}

export interface BonusFeatures {
  readonly base: number;
  readonly breadth: number;
  readonly demand: number;
  readonly bounty: number;
}

const BONUS = { weight: 0.1, exponent: 1.4, breadth: 0.3, demand: 0.35, bounty: 0.35 };
const BOUNTY = { decay: 0.8, crowding: 0.5 };

/** n bounty instances of a miner on a chute where everyone has N of them. */
export function bountyTerm(n: number, everyone: number): number {
  const sum = (1 - BOUNTY.decay ** n) / (1 - BOUNTY.decay);
  return sum * Math.max(everyone, 1) ** (BOUNTY.crowding - 1);
}

export function sharesOfBonuses(features: ReadonlyMap<string, BonusFeatures>): Map<string, number> {
  const names = [...features.keys()];
  const column = (pick: (one: BonusFeatures) => number) => [...features.values()].map(pick);
  const base = normalisedList(column((one) => one.base));
  const breadth = spread(column((one) => one.breadth));
  const demand = spread(column((one) => one.demand));
  const bounty = spread(column((one) => one.bounty));
  return new Map(
    names.map((hotkey, at) => {
      const bonus =
        BONUS.breadth * (breadth[at] ?? 0) +
        BONUS.demand * (demand[at] ?? 0) +
        BONUS.bounty * (bounty[at] ?? 0);
      return [hotkey, (1 - BONUS.weight) * (base[at] ?? 0) + BONUS.weight * bonus];
    }),
  );
}

/** From the least to the most, bent, as shares; alike for all when there is nothing to tell them apart. */
function spread(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(Math.max(...values) - least, 1e-12);
  const bent = values.map((value) => ((value - least) / range) ** BONUS.exponent);
  return bent.some((value) => value > 0) ? normalisedList(bent) : values.map(() => 1 / values.length);
}

/** Section 6.4. */
function instanceEra(input: PayInput, window: Micros, onePerColdkey: boolean): Pay {
  const history = Map.groupBy(input.multipliers, (one) => one.instanceId);
  const units = new Map<string, number>();
  for (const instance of input.instances) {
    if (!isEligible(instance, input.at - window)) continue;
    if (!input.coldkeys.has(instance.hotkey) || input.blacklist.has(instance.hotkey)) continue;
    add(units, instance.hotkey, unitsOf(instance, history.get(instance.instanceId) ?? [], input.at, window));
  }
  const kept = onePerColdkey ? bestOfColdkey(units, input.coldkeys) : units;
  return {
    raw: new Map([...kept].map(([hotkey, value]) => [hotkey, { compute_units: value }])),
    shares: normalised(kept),
  };
}

/** Multiplier times seconds of an instance, over the pieces of its history; its own multiplier where there is no history. */
export function unitsOf(
  instance: PaidInstance,
  history: readonly PaidMultiplier[],
  at: Micros,
  window: Micros,
): number {
  const { low, high } = spanOf(instance, instance.createdAt, at, window);
  if (high <= low) return 0;
  const pieces = history.filter((piece) => piece.start < high && (piece.end === null || piece.end > low));
  if (pieces.length === 0) return ((high - low) / SECOND) * (instance.multiplier ?? 1);
  return pieces.reduce((sum, piece) => {
    const seconds = (Math.min(piece.end ?? at, high) - Math.max(piece.start, low)) / SECOND;
    return sum + piece.multiplier * seconds;
  }, 0);
}

/** Seconds that a request is credited with, by the first rule that fits. */
function secondsOf({ metrics, startedAt, completedAt }: PaidInvocation): number {
  const { nc = 0, steps = 0, masps, it = 0, ot = 0, maspt } = metrics ?? {};
  if (nc > 0) return nc;
  if (steps > 0 && masps !== undefined) return steps * masps;
  if (it > 0 && ot > 0 && maspt !== undefined) return (it + ot) * maspt;
  return ((completedAt ?? startedAt) - startedAt) / SECOND;
}

/** Mean over the full hours of the week of the GPUs of the distinct chutes that a miner ran; hours with none count only if asked. */
function uniqueChutes(input: PayInput, withZeros: boolean): Map<string, number> {
  const { at, gpuCounts } = input;
  const sums = new Map<string, { sum: number; points: number }>();
  let points = 0;
  for (let point = hourAt(at - WEEK); point <= hourAt(at); point += HOUR) {
    points++;
    const running = new Map<string, Set<string>>();
    for (const { activatedAt, deletedAt, billedTo, hotkey, chuteId } of input.instances) {
      if (activatedAt === null || activatedAt > point || (deletedAt !== null && deletedAt < point)) continue;
      if (billedTo === null && (deletedAt ?? point) - activatedAt < HOUR) continue;
      running.set(hotkey, (running.get(hotkey) ?? new Set<string>()).add(chuteId));
    }
    for (const [hotkey, chutes] of running) {
      const sum = sums.get(hotkey) ?? { sum: 0, points: 0 };
      for (const chute of chutes) sum.sum += gpuCounts.get(chute) ?? 1;
      sum.points++;
      sums.set(hotkey, sum);
    }
  }
  return new Map(
    [...sums].map(([hotkey, one]) => [hotkey, Math.round(one.sum / (withZeros ? points : one.points))]),
  );
}

const PRIVATE_REASONS = [
  'job has been terminated due to insufficient user balance',
  'user-defined/private chute instance has not been used since shutdown_after_seconds',
  'user has zero/negative balance (private chute)',
];

function isAllowedReason(reason: string | null): boolean {
  return reason !== null && (PRIVATE_REASONS.includes(reason) || reason.includes('has an old version'));
}

/** Private instances are paid by their time, not by their requests. */
function privateTime(input: PayInput): Map<string, { seconds: number; units: number; count: number }> {
  const { at } = input;
  const found = new Map<string, { seconds: number; units: number; count: number }>();
  for (const instance of input.instances) {
    const { activatedAt, deletedAt, billedTo, stopBillingAt } = instance;
    if (billedTo === null || activatedAt === null) continue;
    if (deletedAt !== null && !isAllowedReason(instance.deletionReason)) continue;
    if (stopBillingAt !== null && stopBillingAt < at - WEEK) continue;
    const { low, high } = spanOf(instance, activatedAt, at, WEEK);
    if (high <= low) continue;
    const seconds = (high - low) / SECOND;
    const sum = found.get(instance.hotkey) ?? { seconds: 0, units: 0, count: 0 };
    sum.seconds += seconds;
    sum.units += seconds * (instance.multiplier ?? 1);
    sum.count++;
    found.set(instance.hotkey, sum);
  }
  return found;
}

/** Whether an instance counts at all in the bonus and instance eras. */
function isEligible(instance: PaidInstance, since: Micros): boolean {
  const { activatedAt, deletedAt } = instance;
  if (activatedAt === null) return false;
  if (deletedAt === null) return true;
  if (deletedAt < since) return false;
  const servedAnHour = instance.billedTo === null && deletedAt - activatedAt >= HOUR;
  return servedAnHour || instance.validTermination || isAllowedReason(instance.deletionReason);
}

function spanOf(
  { stopBillingAt, deletedAt }: PaidInstance,
  begun: Micros,
  at: Micros,
  window: Micros,
): { low: Micros; high: Micros } {
  return { low: Math.max(begun, at - window), high: Math.min(stopBillingAt ?? at, deletedAt ?? at, at) };
}

/** Of each coldkey the hotkey with the most; unknown hotkeys are nobody's. Ties go to the first in order of address. */
function bestOfColdkey(
  scores: ReadonlyMap<string, number>,
  coldkeys: ReadonlyMap<string, string>,
): Map<string, number> {
  const seen = new Set<string>();
  const kept = new Map<string, number>();
  const order = [...scores].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  for (const [hotkey, score] of order) {
    const coldkey = coldkeys.get(hotkey);
    if (coldkey === undefined || seen.has(coldkey)) continue;
    seen.add(coldkey);
    kept.set(hotkey, score);
  }
  return kept;
}

function normalised(scores: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...scores.values()].reduce((sum, score) => sum + Math.max(0, score), 0);
  if (total === 0) return new Map([...scores].map(([hotkey]) => [hotkey, 1 / scores.size]));
  return new Map(
    [...scores].filter(([, score]) => score > 0).map(([hotkey, score]) => [hotkey, score / total]),
  );
}

function normalisedList(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (total === 0 ? 0 : value / total));
}

/** The middle one, or the mean of the two in the middle; 0 of none. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount);
}
