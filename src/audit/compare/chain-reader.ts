import {
  type BlockView,
  type Chain,
  readHotkeys,
  readMetagraph,
  readSubnet,
  readWeightRows,
  readWeightState,
} from '../../chain/index.ts';
import { isTaoscopeError, toSs58 } from '../../shared/index.ts';
import type { MinerAtInstant } from '../scoring/types.ts';
import type { Micros } from '../types.ts';

/** A subnet at one block, as far as payments need it. Accounts are ss58. */
export interface PaymentState {
  readonly block: number;
  readonly time?: Micros | undefined;
  /** By uid. */
  readonly miners: readonly MinerAtInstant[];
  /** By uid: block in which the holder was registered; `undefined` where the runtime has no such thing. */
  readonly registeredAt?: readonly number[] | undefined;
  /** By uid: u16, consensus of all. */
  readonly incentive?: readonly number[] | undefined;
  /** By uid: block of the last weights action. */
  readonly lastUpdate: readonly (number | undefined)[];
  /** Weights are hidden until they are revealed. */
  readonly hidden: boolean;
  /** Last epoch at or before the block, and the first after it. */
  readonly lastEpochBlock?: number | undefined;
  readonly nextEpochBlock?: number | undefined;
}

/** One row of weights as the chain stores it. */
export interface StoredRow {
  readonly uid: number;
  readonly targets: readonly number[];
  readonly values: readonly number[];
}

/** What reading payments asks of a chain. Errors are those of the chain: `state-pruned` where no node has the state any more. */
export interface PaymentReader {
  head(signal?: AbortSignal): Promise<number>;
  state(block: number, signal?: AbortSignal): Promise<PaymentState>;
  rows(block: number, uids: readonly number[], signal?: AbortSignal): Promise<readonly StoredRow[]>;
  /** Holders of some uids at a block; `undefined` for a uid that nobody held. */
  holders(
    block: number,
    uids: readonly number[],
    signal?: AbortSignal,
  ): Promise<readonly (string | undefined)[]>;
  /** When a block was made; `undefined` where the chain does not say. */
  time(block: number, signal?: AbortSignal): Promise<Micros | undefined>;
}

/** Reads payments of one subnet (its first mechanism) from finalized blocks. */
export function createPaymentReader(chain: Chain, netuid: number): PaymentReader {
  const viewAt = async (block: number, signal?: AbortSignal): Promise<BlockView> =>
    chain.view(await chain.blockAt(block, signal), signal);
  return {
    head: async (signal) => (await chain.head('finalized', signal)).number,
    async state(block, signal) {
      const view = await viewAt(block, signal);
      const metagraph = await readMetagraph(view, netuid, { signal });
      const { hotkey, coldkey, incentive, registeredAt } = metagraph.neurons;
      const { lastUpdate, commitReveal } = await readWeightState(view, netuid, 0, { n: metagraph.n, signal });
      const facts = await readSubnet(view, netuid, signal);
      return {
        block,
        time: metagraph.timestampMs === undefined ? undefined : metagraph.timestampMs * 1000,
        miners: hotkey.map((account, uid) => {
          const owner = coldkey?.[uid];
          return { uid, hotkey: toSs58(account), coldkey: owner === undefined ? '' : toSs58(owner) };
        }),
        registeredAt,
        incentive,
        lastUpdate,
        hidden: commitReveal === true,
        lastEpochBlock: facts.lastEpochBlock,
        nextEpochBlock: facts.nextEpochBlock,
      };
    },
    rows: async (block, uids, signal) => readWeightRows(await viewAt(block, signal), netuid, 0, uids, signal),
    async holders(block, uids, signal) {
      const accounts = await readHotkeys(await viewAt(block, signal), netuid, uids, { signal });
      return accounts.map((account) => (account === undefined ? undefined : toSs58(account)));
    },
    async time(block, signal) {
      const ms = await (await viewAt(block, signal)).timestamp(signal);
      return ms === undefined ? undefined : ms * 1000;
    },
  };
}

/** How the failure of a chain is told as the reason that a side is missing; rethrows what is no failure of a chain. */
export function missingBy(error: unknown): 'pruned' | 'rpc' {
  if (isTaoscopeError(error, 'state-pruned')) return 'pruned';
  if (isTaoscopeError(error) && error.code !== 'aborted' && error.code !== 'internal') return 'rpc';
  throw error;
}
