import { hash, SAMPLE_RUNTIME, timestampOf } from '../../../../../test/support/sample-metagraph.ts';
import type { Metagraph, WeightRow } from '../../../../chain/index.ts';
import { toSs58 } from '../../../../shared/index.ts';
import type { WeightReading } from '../../../collect/weights.ts';
import type { Snapshot } from '../../../rows.ts';

/** The hotkey of a name: its letter in all 32 bytes. Coldkeys are those of the capital letter. */
export function key(name: string): Uint8Array {
  return new Uint8Array(32).fill(name.charCodeAt(0));
}

/** The same as an address. */
export function address(name: string): string {
  return toSs58(key(name));
}

export interface SmallNeuron {
  readonly hotkey: string;
  /** Coins. */
  readonly stake?: number;
  readonly permit?: boolean;
  readonly consensus?: number;
  readonly incentive?: number;
  readonly registeredAt?: number;
}

/** A snapshot of a few neurons; uids are their places. Without any `consensus` the era has none. */
export function snapshot(
  neurons: readonly SmallNeuron[],
  {
    block,
    netuid = 7,
    mechanism = 0,
    epoch = true,
  }: { block: number; netuid?: number; mechanism?: number; epoch?: boolean },
): Snapshot {
  const column = <T>(pick: (neuron: SmallNeuron) => T | undefined, absent: T) =>
    neurons.some((neuron) => pick(neuron) !== undefined)
      ? neurons.map((neuron) => pick(neuron) ?? absent)
      : undefined;
  const metagraph: Metagraph = {
    netuid,
    mechanism,
    block: { number: block, hash: hash(`block ${block}`) },
    timestampMs: timestampOf(block),
    runtime: SAMPLE_RUNTIME,
    source: 'storage',
    unit: 'alpha',
    n: neurons.length,
    neurons: {
      hotkey: neurons.map(({ hotkey }) => key(hotkey)),
      coldkey: neurons.map(({ hotkey }) => key(hotkey.toUpperCase())),
      validatorPermit: column(({ permit }) => permit, false),
      consensus: column(({ consensus }) => consensus, 0),
      incentive: column(({ incentive }) => incentive, 0),
      registeredAt: neurons.map(({ registeredAt = 0 }) => registeredAt),
      totalStake: neurons.map(({ stake = 0 }) => BigInt(Math.round(stake * 1e9))),
    },
  };
  return { metagraph, epoch, origin: 'follow' };
}

/** Weights by the letter of who sets them: `{ uid: [[target, value], …] }`. */
export function reading(
  rows: Readonly<Record<number, readonly (readonly [target: number, value: number])[]>>,
  {
    block,
    holders,
    netuid = 7,
    mechanism = 0,
    whole = true,
    updated = {},
    commitReveal,
  }: {
    block: number;
    /** Hotkeys by uid. */
    holders: readonly string[];
    netuid?: number;
    mechanism?: number;
    whole?: boolean;
    /** `LastUpdate` by uid. */
    updated?: Readonly<Record<number, number>>;
    commitReveal?: boolean;
  },
): WeightReading {
  const held = (row: WeightRow) => ({
    ...row,
    hotkey: key(holders[row.uid] ?? '?'),
    lastUpdate: updated[row.uid],
  });
  return {
    netuid,
    mechanism,
    block: { number: block, hash: hash(`block ${block}`) },
    timestampMs: timestampOf(block),
    n: holders.length,
    whole,
    weights: Object.entries(rows).map(([uid, pairs]) =>
      held({
        uid: Number(uid),
        targets: pairs.map(([target]) => target),
        values: pairs.map(([, value]) => value),
      }),
    ),
    bonds: [],
    commits: [],
    commitReveal,
  };
}
