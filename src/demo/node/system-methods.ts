import type { Handler, NodeContext } from './context.ts';

/** What the demo chain calls itself. */
export const DEMO_CHAIN_NAME = 'Taoscope Demo';

/** `system_*`: who this node is. It has no peers and needs none. */
export function systemMethods({ chain }: NodeContext): Record<string, Handler> {
  return {
    system_chain: () => DEMO_CHAIN_NAME,
    system_chainType: () => 'Development',
    system_name: () => 'Taoscope Demo Node',
    system_version: () => '0.1.0',
    system_properties: () => ({ isEthereum: false, ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' }),
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_localPeerId: () => '12D3KooWDemoDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo',
    system_localListenAddresses: () => [],
    system_nodeRoles: () => ['Authority'],
    system_peers: () => [],
    system_syncState: () => ({
      startingBlock: 0,
      currentBlock: chain.best.number,
      highestBlock: chain.best.number,
    }),
  };
}
