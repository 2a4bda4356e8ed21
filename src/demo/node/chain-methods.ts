import { type Hex, toHex } from '../../shared/index.ts';
import { type Block, headerJson } from '../chain/block.ts';
import { type Handler, hashParam, type NodeContext, numberParam, type Subscription } from './context.ts';

/** `chain_*`: blocks and headers. */
export function chainMethods({ chain }: NodeContext): Record<string, Handler> {
  const blockOf = (at: unknown) => chain.block(hashParam(at) ?? chain.best.hash);
  const hashOf = (number: unknown): Hex | null => chain.blockHash(numberParam(number)) ?? null;
  const getBlockHash: Handler = ([number]) => {
    if (number === undefined || number === null) return chain.best.hash;
    return Array.isArray(number) ? number.map(hashOf) : hashOf(number);
  };
  const getFinalizedHead: Handler = () => chain.finalized.hash;
  return {
    chain_getBlockHash: getBlockHash,
    chain_getHead: getBlockHash,
    chain_getHeader: ([at]) => {
      const block = blockOf(at);
      return block === undefined ? null : headerJson(block);
    },
    chain_getBlock: ([at]) => {
      const block = blockOf(at);
      if (block === undefined) return null;
      return {
        block: { header: headerJson(block), extrinsics: block.extrinsics.map(toHex) },
        justifications: null,
      };
    },
    chain_getFinalizedHead: getFinalizedHead,
    chain_getFinalisedHead: getFinalizedHead,
  };
}

/** Subscriptions to heads. The newest head is sent at once, as nodes do. */
export function chainSubscriptions({ chain }: NodeContext): Record<string, Subscription> {
  const heads = (
    event: 'block' | 'finalized',
    notification: string,
    unsubscribe: string[],
  ): Subscription => ({
    notification,
    unsubscribe,
    start(_, send) {
      const listener = (block: Block) => send(headerJson(block));
      listener(event === 'block' ? chain.best : chain.finalized);
      chain.on(event, listener);
      return () => chain.off(event, listener);
    },
  });
  const newHeads = heads('block', 'chain_newHead', ['chain_unsubscribeNewHeads', 'chain_unsubscribeNewHead']);
  const finalized = heads('finalized', 'chain_finalizedHead', [
    'chain_unsubscribeFinalizedHeads',
    'chain_unsubscribeFinalisedHeads',
  ]);
  return {
    chain_subscribeNewHeads: newHeads,
    chain_subscribeNewHead: newHeads,
    chain_subscribeAllHeads: heads('block', 'chain_allHead', ['chain_unsubscribeAllHeads']),
    chain_subscribeFinalizedHeads: finalized,
    chain_subscribeFinalisedHeads: finalized,
  };
}
