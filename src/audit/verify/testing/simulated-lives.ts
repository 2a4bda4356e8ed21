import fc from 'fast-check';
import type { InstanceRecord, Micros, MultiplierRecord } from '../../types.ts';
import type { Snapshot } from '../snapshots/difference.ts';
import { HOUR, instance, listed, MINUTE, NOON } from './made-up.ts';

/*
 * An honest publisher in small: instances are created, verified, activated, billed, given other multipliers and deleted; at some
 * moment after each full hour everything that is known then is written down, by the rules of section 3.1 of the reference.
 */

/** One instance, as it really was. Instants are absolute. */
export interface Life {
  readonly id: string;
  readonly created: Micros;
  readonly verified: Micros | null;
  readonly activated: Micros | null;
  readonly deleted: Micros | null;
  readonly reason: string | null;
  readonly private: boolean;
  readonly bounty: boolean;
  /** Multipliers and when each began; the first with the instance. */
  readonly steps: readonly { readonly from: Micros; readonly multiplier: number }[];
}

/** First hour's start. */
const DAWN = NOON - 12 * HOUR;

/** What the publisher writes down at `written` about the hour that ends at `end`. */
export function writeSnapshot(lives: readonly Life[], end: Micros, written: Micros): Snapshot {
  const start = end - HOUR;
  const known = (at: Micros | null) => (at !== null && at <= written ? at : null);
  const instances = lives.flatMap((life): InstanceRecord[] => {
    const deleted = known(life.deleted);
    if (life.created > written) return [];
    if (deleted !== null && (deleted < start || deleted > end)) return [];
    const current = life.steps.findLast(({ from }) => from <= written);
    return [
      instance({
        instanceId: life.id,
        createdAt: life.created,
        verifiedAt: known(life.verified),
        activatedAt: known(life.activated),
        deletedAt: deleted,
        deletionReason: deleted === null ? null : life.reason,
        billedTo: life.private ? 'user' : null,
        // Billing goes on an hour at a time while it is used, and ends with the instance.
        stopBillingAt: life.private ? (deleted ?? Math.floor(written / HOUR) * HOUR + 2 * HOUR) : null,
        computeMultiplier: current?.multiplier ?? null,
        validTermination: deleted !== null && life.reason === 'idle',
        bounty: life.bounty && known(life.activated) !== null,
      }),
    ];
  });
  const multipliers = lives.flatMap((life): MultiplierRecord[] =>
    life.steps.flatMap(({ from, multiplier }, index) => {
      const ends = Math.min(life.steps[index + 1]?.from ?? Infinity, life.deleted ?? Infinity);
      const until = ends <= written ? ends : null;
      if (from > written || from >= end || (until !== null && until <= start) || ends <= from) return [];
      return [{ instanceId: life.id, multiplier, start: from, end: until }];
    }),
  );
  return { report: listed({ end, block: 5_000_000 + (end - NOON) / 12_000_000 }), instances, multipliers };
}

const life = (id: string): fc.Arbitrary<Life> =>
  fc
    .record({
      created: fc.integer({ min: -3 * HOUR, max: 6 * HOUR }),
      verify: fc.option(fc.integer({ min: 1, max: HOUR }), { freq: 8 }),
      activate: fc.option(fc.integer({ min: 1, max: HOUR }), { freq: 8 }),
      live: fc.option(fc.integer({ min: 1, max: 8 * HOUR })),
      // Often in the minute between the end of the hour and the export.
      atHour: fc.boolean(),
      reason: fc.constantFrom('idle', 'terminated', null),
      private: fc.boolean(),
      bounty: fc.boolean(),
      gaps: fc.array(fc.integer({ min: 1, max: 3 * HOUR }), { maxLength: 4 }),
      multipliers: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 5, maxLength: 5 }),
    })
    .map((draw) => {
      const created = DAWN + draw.created;
      const verified = draw.verify === null ? null : created + draw.verify;
      const activated = verified === null || draw.activate === null ? null : verified + draw.activate;
      const last = activated ?? verified ?? created;
      const free = draw.live === null ? null : last + draw.live;
      const deleted =
        free === null || !draw.atHour ? free : Math.ceil(free / HOUR) * HOUR + (free % (2 * MINUTE));
      let from = created;
      const steps = [{ from, multiplier: draw.multipliers[0]! / 4 }];
      for (const [index, gap] of draw.gaps.entries()) {
        from += gap;
        steps.push({ from, multiplier: draw.multipliers[index + 1]! / 4 });
      }
      const { reason, bounty } = draw;
      return { id, created, verified, activated, deleted, reason, private: draw.private, bounty, steps };
    });

/** A few lives that begin in the first nine hours after the dawn. */
export const LIVES: fc.Arbitrary<Life[]> = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => life(`i-${i}`))));

/** The reports about some lives, one for each delay, which is how long after its hour it was written. */
export function writeHistory(lives: readonly Life[], delays: readonly Micros[]): Snapshot[] {
  return delays.map((delay, hour) => {
    const end = DAWN + (hour + 1) * HOUR;
    return writeSnapshot(lives, end, end + delay);
  });
}

/** Lives of a few instances, and the reports of eight hours about them, each written 1 to 30 minutes after its hour. */
export const HONEST_HISTORY: fc.Arbitrary<Snapshot[]> = fc
  .tuple(LIVES, fc.array(fc.integer({ min: MINUTE, max: 30 * MINUTE }), { minLength: 8, maxLength: 8 }))
  .map(([lives, delays]) => writeHistory(lives, delays));
