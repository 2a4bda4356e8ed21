import { createHash } from 'node:crypto';
import { hash, SAMPLE_RUNTIME, timestampOf } from '../../../../test/support/sample-metagraph.ts';
import type { Metagraph } from '../../../chain/index.ts';

/** A neuron of a made-up subnet, with names in the place of accounts. */
export interface Seat {
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string;
  readonly ip?: string | undefined;
  readonly registeredAt?: number | undefined;
  readonly validatorTrust?: number | undefined;
  readonly validatorPermit?: boolean | undefined;
  readonly incentive?: number | undefined;
  /** rao. */
  readonly totalStake?: bigint | undefined;
}

/** The neurons at one block. */
export interface Moment {
  readonly block: number;
  readonly seats: readonly Seat[];
}

/** 32 bytes that stand for a name. */
export function accountOf(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest());
}

/** A moment as a chain read would give it. A column that no seat has is one that the era lacks. */
export function metagraphOf(
  netuid: number,
  { block, seats }: Moment,
  { unit = 'alpha', mechanism = 0 }: { unit?: 'alpha' | 'tao'; mechanism?: number } = {},
): Metagraph {
  const column = <Key extends keyof Seat, To>(key: Key, to: (value: NonNullable<Seat[Key]>) => To) =>
    seats.some((seat) => seat[key] !== undefined)
      ? seats.map((seat) => to((seat[key] ?? 0) as NonNullable<Seat[Key]>))
      : undefined;
  return {
    netuid,
    mechanism,
    block: { number: block, hash: hash(`block ${block}`) },
    timestampMs: timestampOf(block),
    runtime: SAMPLE_RUNTIME,
    source: 'mechagraph',
    unit,
    n: seats.length,
    neurons: {
      hotkey: seats.map(({ hotkey }) => accountOf(hotkey)),
      coldkey: seats.map(({ coldkey }) => accountOf(coldkey)),
      registeredAt: column('registeredAt', Number),
      validatorTrust: column('validatorTrust', Number),
      validatorPermit: column('validatorPermit', Boolean),
      incentive: column('incentive', Number),
      totalStake: column('totalStake', BigInt),
      axon: seats.map(({ ip }) =>
        ip === undefined
          ? undefined
          : { block: 1, version: 1, ip, port: 1, ipType: 4, protocol: 4, placeholder1: 0, placeholder2: 0 },
      ),
    },
  };
}

/**
 * A history in which uids go from hotkey to hotkey, within a day and over days, and hotkeys come back: to their uid or to
 * another. `roll` answers a number from 0 to below its bound.
 */
export function randomHistory(
  blocks: readonly number[],
  n: number,
  roll: (bound: number) => number,
): Moment[] {
  // Enough that a free one is left when all go in one block.
  const names = Array.from({ length: 2 * n + 4 }, (_, i) => `h${i}`);
  const take = (block: number, uid: number, taken: readonly string[]): Seat => {
    const free = names.filter((name) => !taken.includes(name));
    const hotkey = free[roll(free.length)] as string;
    // A coldkey may own several hotkeys; a hotkey stays with its owner.
    const owner = Number(hotkey.slice(1)) % 3;
    const validator = roll(3) === 0;
    return {
      uid,
      hotkey,
      coldkey: `c${owner}`,
      ip: roll(4) === 0 ? undefined : `10.0.${roll(3)}.${roll(4)}`,
      registeredAt: block,
      validatorTrust: validator ? 1 + roll(65_535) : 0,
      validatorPermit: validator,
      incentive: roll(65_536),
      totalStake: BigInt(roll(2 ** 31)) * 1_000_003n,
    };
  };
  let seats: Seat[] = [];
  return blocks.map((block) => {
    if (seats.length === 0)
      for (let uid = 0; uid < n; uid++)
        seats.push(
          take(
            block,
            uid,
            seats.map(({ hotkey }) => hotkey),
          ),
        );
    const present = seats.map(({ hotkey }) => hotkey);
    seats = seats.map((seat) => {
      if (roll(5) > 0) return { ...seat, incentive: roll(65_536) };
      const next = take(block, seat.uid, present);
      present.push(next.hotkey);
      return next;
    });
    return { block, seats };
  });
}
