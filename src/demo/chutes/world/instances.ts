import { HOUR, hourAt, MINUTE, type Micros, SECOND } from '../clock.ts';
import { Dice } from '../dice.ts';
import { MINERS, type Miner } from '../roster.ts';
import type { Chute } from './chutes.ts';

/** One run of a chute at a miner, as it will have been when it is over. */
export interface Instance {
  readonly id: string;
  readonly deploymentId: string;
  readonly chute: Chute;
  readonly miner: Miner;
  readonly region: string;
  readonly createdAt: Micros;
  /** `undefined`: it never got so far. */
  readonly verifiedAt: Micros | undefined;
  readonly activatedAt: Micros | undefined;
  readonly deletedAt: Micros;
  readonly deletionReason: string;
  /** User who pays for it; `undefined` for a public one. */
  readonly billedTo: string | undefined;
  /** When billing was planned to end, told as long as it lives. */
  readonly stopBillingAt: Micros | undefined;
  readonly multiplier: number;
  readonly hourlyRate: number;
  readonly validTermination: boolean;
  readonly bounty: boolean;
  readonly history: readonly Multiplier[];
}

/** The multiplier between two instants; the last piece ends with the instance. */
export interface Multiplier {
  readonly multiplier: number;
  readonly start: Micros;
  readonly end: Micros;
}

const REGIONS = ['us-east', 'eu-north', 'ap-south', 'sa-east'] as const;
const REASONS_PUBLIC = [
  'miner initialized',
  'max consecutive failures reached',
  'scaled down: no demand',
] as const;
const REASONS_PRIVATE = [
  'user has zero/negative balance (private chute)',
  'user-defined/private chute instance has not been used since shutdown_after_seconds',
  'job has been terminated due to insufficient user balance',
] as const;
const USERS = 6;
/** In the first minutes of an hour nothing is deleted: what is gone when the export runs would be in no report of that hour. */
const QUIET = 3 * MINUTE;

/** The instances of all miners, one after the other in each of their slots, from the birth of the world on. */
export class Instances {
  readonly #seed: string;
  readonly #chutes: readonly Chute[];
  readonly #slots: { readonly miner: Miner; readonly slot: number; next: Micros; count: number }[];
  readonly #all: Instance[] = [];

  constructor(seed: string, chutes: readonly Chute[], birth: Micros) {
    this.#seed = seed;
    this.#chutes = chutes;
    this.#slots = MINERS.flatMap((miner) =>
      Array.from({ length: miner.habit.slots }, (_, slot) => ({ miner, slot, next: birth, count: 0 })),
    );
  }

  /** Those that exist at some time of [start, end), in order of creation. */
  during(start: Micros, end: Micros): Instance[] {
    this.#growTo(end);
    return this.#all
      .filter((one) => one.createdAt < end && one.deletedAt >= start)
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  #growTo(end: Micros): void {
    for (const slot of this.#slots) {
      while (slot.next < end) {
        const instance = this.#make(slot.miner, slot.slot, slot.count++, slot.next);
        this.#all.push(instance);
        const dice = new Dice(this.#seed, 'gap', slot.miner.number, slot.slot, slot.count);
        slot.next = instance.deletedAt + Math.round(dice.between(2 * MINUTE, 2 * HOUR));
      }
    }
  }

  #make(miner: Miner, slot: number, count: number, notBefore: Micros): Instance {
    const dice = new Dice(this.#seed, 'instance', miner.number, slot, count);
    const { habit } = miner;
    const isPrivate = dice.chance(habit.privatePart);
    const choice = this.#chutes.filter((one) => one.isPublic !== isPrivate);
    const chute = dice.weighted(choice, (one) => 1 + one.demand) ?? this.#chutes[0]!;
    const createdAt = notBefore + micros(dice, MINUTE, 40 * MINUTE);
    const verifiedAt = createdAt + micros(dice, 90 * SECOND, 6 * MINUTE);
    const activatedAt = verifiedAt + micros(dice, 5 * SECOND, 3 * MINUTE);
    const stillborn = dice.chance(0.03);
    const life = micros(dice, 0.4 * habit.lifeHours * HOUR, 1.6 * habit.lifeHours * HOUR);
    const hasty = dice.chance(0.04);
    const died =
      (stillborn ? createdAt : activatedAt) +
      (hasty || stillborn ? micros(dice, 8 * MINUTE, 50 * MINUTE) : life);
    const deletedAt = died - hourAt(died) < QUIET ? hourAt(died) + QUIET + (died % MINUTE) : died;
    const billed = isPrivate ? new Dice(this.#seed, 'user', dice.int(1, USERS)).uuid() : undefined;
    const multiplier = chute.multiplier * dice.pick([1, 1, 1, 1.25, 1.5]);
    const reason = reasonOf(dice, chute, isPrivate, stillborn);
    return {
      id: dice.uuid(),
      deploymentId: dice.uuid(),
      chute,
      miner,
      region: dice.pick(REGIONS),
      createdAt,
      verifiedAt: stillborn ? undefined : verifiedAt,
      activatedAt: stillborn ? undefined : activatedAt,
      deletedAt,
      deletionReason: reason,
      billedTo: billed,
      stopBillingAt: isPrivate && dice.chance(0.5) ? deletedAt + micros(dice, MINUTE, HOUR) : undefined,
      multiplier,
      hourlyRate: Math.round(chute.gpus * dice.between(0.4, 2.2) * 100) / 100,
      validTermination: !stillborn && reason !== REASONS_PUBLIC[1] && dice.chance(0.6),
      bounty: !isPrivate && dice.chance(0.15),
      history: historyOf(dice, multiplier, createdAt, activatedAt, deletedAt, stillborn),
    };
  }
}

function reasonOf(dice: Dice, chute: Chute, isPrivate: boolean, stillborn: boolean): string {
  if (stillborn) return 'instance failed verification: timeout after 600s';
  if (dice.chance(0.2)) return `chute ${chute.id} has an old version`;
  return isPrivate ? dice.pick(REASONS_PRIVATE) : dice.pick(REASONS_PUBLIC);
}

/** A third while it starts, then all, then after two hours what the chute is worth by then. */
function historyOf(
  dice: Dice,
  multiplier: number,
  created: Micros,
  activated: Micros,
  deleted: Micros,
  stillborn: boolean,
): Multiplier[] {
  const starting = Math.round(multiplier * 300) / 1_000;
  if (stillborn) return [{ multiplier: starting, start: created, end: deleted }];
  const drift = activated + 2 * HOUR;
  const later = Math.round(multiplier * dice.between(0.8, 1.2) * 1_000) / 1_000;
  const pieces = [
    { multiplier: starting, start: created, end: activated },
    { multiplier, start: activated, end: Math.min(drift, deleted) },
  ];
  return deleted <= drift ? pieces : [...pieces, { multiplier: later, start: drift, end: deleted }];
}

function micros(dice: Dice, least: Micros, most: Micros): Micros {
  return Math.round(dice.between(least, most));
}
