import { hash, SAMPLE_RUNTIME } from '../../../../../test/support/sample-metagraph.ts';
import type { Metagraph, SubnetFacts } from '../../../../chain/index.ts';
import { accountOf } from '../../../figures/testing/history.ts';
import type { Snapshot, SubnetRecord } from '../../../rows.ts';

/** A neuron whose pay is known by hand; names in the place of accounts. */
export interface PaidSeat {
  readonly hotkey: string;
  readonly coldkey: string;
  readonly registeredAt: number;
  /** TAO or alpha, whole. */
  readonly stake?: number;
  readonly emission?: number;
  readonly incentive?: number;
  readonly validatorTrust?: number;
  readonly ip?: string;
}

export interface PaidMoment {
  readonly netuid: number;
  readonly block: number;
  readonly epoch?: boolean;
  readonly seats: readonly PaidSeat[];
  readonly facts?: Partial<SubnetFacts>;
  readonly unit?: 'alpha' | 'tao';
}

/** Block 0 of these tests: midnight UTC, 12 s a block, so that block 7,200 is the next midnight. */
export const MIDNIGHT_MS = Date.UTC(2025, 0, 1);

const COIN = 1_000_000_000n;

/** A moment as a chain read would give it: an epoch each 1,000 blocks, alpha at 0.5 TAO, immune for 500 blocks. */
export function paidMoment({ netuid, block, epoch = false, seats, facts, unit = 'alpha' }: PaidMoment): {
  snapshot: Snapshot;
  record: SubnetRecord;
} {
  const at = { number: block, hash: hash(`block ${block}`) };
  const timestampMs = MIDNIGHT_MS + block * 12_000;
  const coins = (value = 0) => BigInt(value) * COIN;
  const metagraph: Metagraph = {
    netuid,
    mechanism: 0,
    block: at,
    timestampMs,
    runtime: SAMPLE_RUNTIME,
    source: 'mechagraph',
    unit,
    n: seats.length,
    neurons: {
      hotkey: seats.map(({ hotkey }) => accountOf(hotkey)),
      coldkey: seats.map(({ coldkey }) => accountOf(coldkey)),
      registeredAt: seats.map(({ registeredAt }) => registeredAt),
      stake: seats.map(({ stake }) => coins(stake)),
      totalStake: seats.map(({ stake }) => coins(stake)),
      emission: seats.map(({ emission }) => coins(emission)),
      incentive: seats.map(({ incentive = 0 }) => incentive),
      dividends: seats.map(() => 0),
      validatorTrust: seats.map(({ validatorTrust = 0 }) => validatorTrust),
      axon: seats.map(({ ip }) =>
        ip === undefined
          ? undefined
          : { block: 1, version: 1, ip, port: 1, ipType: 4, protocol: 4, placeholder1: 0, placeholder2: 0 },
      ),
    },
  };
  const lastEpochBlock = Math.floor(block / 1_000) * 1_000;
  return {
    snapshot: { metagraph, epoch, origin: 'backfill' },
    record: {
      block: at,
      timestampMs,
      origin: 'backfill',
      facts: {
        netuid,
        name: `subnet ${netuid}`,
        symbol: 'α',
        n: seats.length,
        maxUids: 4,
        mechanisms: 1,
        tempo: 1_000,
        lastEpochBlock,
        nextEpochBlock: lastEpochBlock + 1_000,
        burn: 2n * COIN,
        immunityPeriod: 500,
        hyperparameters: { minNonImmuneUids: 1, immuneOwnerUidsLimit: 1 },
        priceRao: COIN / 2n,
        ...facts,
      },
    },
  };
}
