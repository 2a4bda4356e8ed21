import { type PalletSpec, plainVariants, variant } from './spec.ts';
import { proxyStorage } from './storage-items.ts';

/** Pallet `Utility` as at spec 343: several calls in one. */
export const utilityPallet: PalletSpec = {
  name: 'Utility',
  index: 11,
  path: 'pallet_subtensor_utility::pallet',
  storage: [],
  calls: [
    variant(0, 'batch', { calls: 'Vec<RuntimeCall>' }),
    variant(2, 'batch_all', { calls: 'Vec<RuntimeCall>' }),
    variant(4, 'force_batch', { calls: 'Vec<RuntimeCall>' }),
  ],
  events: [
    variant(0, 'BatchInterrupted', { index: 'u32', error: 'DispatchError' }),
    variant(1, 'BatchCompleted'),
    variant(2, 'BatchCompletedWithErrors'),
    variant(3, 'ItemCompleted'),
    variant(4, 'ItemFailed', { error: 'DispatchError' }),
  ],
  errors: plainVariants('TooManyCalls', 'InvalidDerivedAccount'),
  constants: [],
};

/** Pallet `Proxy` as at spec 343: accounts that act for others. */
export const proxyPallet: PalletSpec = {
  name: 'Proxy',
  index: 16,
  path: 'pallet_subtensor_proxy::pallet',
  storage: proxyStorage,
  calls: [
    variant(0, 'proxy', {
      real: 'MultiAddress',
      force_proxy_type: 'Option<ProxyType>',
      call: 'RuntimeCall',
    }),
  ],
  events: [variant(0, 'ProxyExecuted', { result: 'Result<(),DispatchError>' })],
  errors: plainVariants('TooMany', 'NotFound', 'NotProxy', 'Unproxyable'),
  constants: [],
};
