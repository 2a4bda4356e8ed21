import { SECOND } from '../instants.ts';
import type { Micros } from '../types.ts';
import type { Interval } from '../verify/coverage.ts';
import type { AgreementState } from './ratio.ts';

/** The life of an instance as one side tells it. */
export interface ToldLife {
  readonly instanceId: string;
  readonly createdAt: Micros | null;
  readonly verifiedAt: Micros | null;
  readonly deletedAt: Micros | null;
}

/** How a miner's own instances and those that the validator credits it with fit together. */
export interface InstancesMatched {
  readonly own: number;
  readonly validator: number;
  readonly matched: number;
  readonly ownOnly: number;
  readonly validatorOnly: number;
  /** Matched ones with a time that differs by more than five minutes, or that only one side has. */
  readonly differing: number;
  /** min / max of the seconds that the matched ones were alive in the range; `undefined` where none was. */
  readonly secondsRatio: number | undefined;
  readonly state: AgreementState;
  /** At most 20, the worst kind first. */
  readonly examples: readonly { readonly instanceId: string; readonly note: string }[];
}

/** Clocks of two machines, and the time between a thing and its record. */
const TOLERANCE = 300 * SECOND;
/** From which part of instances on that only one side has, and below which ratio of seconds, the sides disagree (chutes.md, section 7). */
const [MOST_ALONE, LEAST_SECONDS] = [0.1, 0.8];
/** One instance that is young on one side and not yet told on the other is no tenth of anything. */
const FEW = 2;
const MOST_EXAMPLES = 20;

/**
 * Joins both sides by instance id alone. A miner's report names no hotkey in its rows: they are those of the account that
 * published it. An instance whose life lies outside the range is left out on both sides, so that what one side has
 * purged is not held against the other.
 */
export function matchInstances(
  own: readonly ToldLife[],
  validator: readonly ToldLife[],
  range: Interval,
): InstancesMatched {
  const [mine, theirs] = [byId(own, range), byId(validator, range)];
  const examples: { instanceId: string; note: string }[] = [];
  const show = (instanceId: string, note: string) => void examples.push({ instanceId, note });
  let [matched, differing, ownSeconds, validatorSeconds] = [0, 0, 0, 0];
  for (const [id, life] of mine) {
    const other = theirs.get(id);
    if (other === undefined) continue;
    matched++;
    const off = differences(life, other);
    if (off.length > 0) {
      differing++;
      show(id, off.join('; '));
    }
    ownSeconds += aliveSeconds(life, range);
    validatorSeconds += aliveSeconds(other, range);
  }
  for (const id of theirs.keys()) if (!mine.has(id)) show(id, 'only the validator has it');
  for (const id of mine.keys()) if (!theirs.has(id)) show(id, 'only the miner has it');
  const [ownOnly, validatorOnly] = [mine.size - matched, theirs.size - matched];
  const longer = Math.max(ownSeconds, validatorSeconds);
  const secondsRatio = longer === 0 ? undefined : Math.min(ownSeconds, validatorSeconds) / longer;
  const alone = (count: number, of: number) => count >= FEW && count > MOST_ALONE * of;
  return {
    own: mine.size,
    validator: theirs.size,
    matched,
    ownOnly,
    validatorOnly,
    differing,
    secondsRatio,
    state:
      mine.size + theirs.size === 0
        ? 'nothing'
        : alone(ownOnly, mine.size) ||
            alone(validatorOnly, theirs.size) ||
            (secondsRatio !== undefined && secondsRatio < LEAST_SECONDS)
          ? 'disagrees'
          : ownOnly + validatorOnly > 0 && matched === 0
            ? 'too-few'
            : 'agrees',
    examples: examples.slice(0, MOST_EXAMPLES),
  };
}

function byId(lives: readonly ToldLife[], range: Interval): ReadonlyMap<string, ToldLife> {
  return new Map(
    lives
      .filter(({ createdAt }) => createdAt === null || createdAt < range.end)
      .filter(({ deletedAt }) => deletedAt === null || deletedAt > range.start)
      .map((life) => [life.instanceId, life]),
  );
}

const TIMES = [
  ['createdAt', 'created'],
  ['verifiedAt', 'verified'],
  ['deletedAt', 'deleted'],
] as const;

function differences(own: ToldLife, validator: ToldLife): string[] {
  return TIMES.flatMap(([field, word]) => {
    const [mine, theirs] = [own[field], validator[field]];
    if (mine === null && theirs === null) return [];
    if (mine === null) return [`${word}: only the validator says so`];
    if (theirs === null) return [`${word}: only the miner says so`];
    const off = mine - theirs;
    if (Math.abs(off) <= TOLERANCE) return [];
    return [`${word} ${Math.round(Math.abs(off) / SECOND)} s ${off < 0 ? 'earlier' : 'later'} by the miner`];
  });
}

function aliveSeconds({ createdAt, deletedAt }: ToldLife, range: Interval): number {
  const from = Math.max(createdAt ?? range.start, range.start);
  const to = Math.min(deletedAt ?? range.end, range.end);
  return Math.max(0, to - from) / SECOND;
}
