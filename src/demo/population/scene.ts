import type { DemoChain } from '../chain/demo-chain.ts';
import { type Pool, PoolRejection } from '../chain/pool.ts';
import { type Call, signExtrinsic } from '../runtime/extrinsic.ts';
import { StateReader } from '../runtime/storage.ts';
import type { Copiers } from './copiers.ts';
import type { DemoKey } from './keys.ts';

/** What an actor sees before a block is made, and how it acts. */
export interface Scene {
  /** The block that is about to be made. */
  readonly block: number;
  readonly seed: string;
  /** State before it. */
  readonly state: StateReader;
  /** State before another block, a recent one; `undefined` when it is no longer kept. */
  stateBefore(block: number): StateReader | undefined;
  readonly copiers: Copiers;
  /** Signs a call and hands it to the pool, like anybody's. */
  send(key: DemoKey, call: Call): void;
}

/** The scene before the next block of a chain. */
export function sceneOf(chain: DemoChain, pool: Pool, hurried: boolean, copiers: Copiers): Scene {
  const { runtime, genesisHash, best } = chain;
  const context = { runtime, genesisHash, blockHash: (number: number) => chain.blockHash(number) };
  return {
    block: best.number + 1,
    seed: chain.options.seed,
    state: chain.head,
    stateBefore(block) {
      const hash = chain.blockHash(block - 1);
      const found = hash === undefined ? 'unknown' : chain.stateOf(hash);
      return typeof found === 'string' ? undefined : new StateReader(found.runtime, found.state);
    },
    copiers,
    send(key, call) {
      const nonce = pool.nextNonce(key.publicKey);
      const bytes = signExtrinsic(key, call, { nonce, current: best.number }, context);
      try {
        pool.submit(bytes, hurried);
      } catch (error) {
        // Too fast, or replaced since: an actor shrugs and comes again at its next turn.
        if (!(error instanceof PoolRejection)) throw error;
      }
    },
  };
}

/** A call of a pallet, `SubtensorModule` unless said otherwise. */
export function callOf(name: string, args: Record<string, unknown>, pallet = 'SubtensorModule'): Call {
  return { type: pallet, value: { type: name, value: args } };
}
