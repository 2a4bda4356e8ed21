import { blake2b } from '@noble/hashes/blake2.js';
import { toHex } from '../../shared/index.ts';
import { APIS, apiTypes, METAGRAPH_FIELDS } from './apis.ts';
import { commitmentTypes } from './commitments.ts';
import { demoPallets } from './pallets.ts';
import type { ApiSpec, ExtensionSpec, PalletSpec, RuntimeSpec } from './spec.ts';
import { baseTypes, extensionTypes } from './types.ts';

const SPEC_NAME = 'node-subtensor';
const FIRST_SPEC_VERSION = 343;

/** In the order of spec 343; what is not listed carries nothing. */
const EXTENSIONS: readonly ExtensionSpec[] = [
  { identifier: 'CheckNonZeroSender', extra: 'CheckNonZeroSender', implicit: '()' },
  { identifier: 'CheckSpecVersion', extra: 'CheckSpecVersion', implicit: 'u32' },
  { identifier: 'CheckTxVersion', extra: 'CheckTxVersion', implicit: 'u32' },
  { identifier: 'CheckGenesis', extra: 'CheckGenesis', implicit: 'H256' },
  { identifier: 'CheckMortality', extra: 'CheckMortality', implicit: 'H256' },
  { identifier: 'CheckNonce', extra: 'CheckNonce', implicit: '()' },
  { identifier: 'CheckWeight', extra: 'CheckWeight', implicit: '()' },
  { identifier: 'ChargeTransactionPayment', extra: 'ChargeTransactionPayment', implicit: '()' },
  { identifier: 'SubtensorTransactionExtension', extra: 'SubtensorTransactionExtension', implicit: '()' },
  { identifier: 'DrandPriority', extra: 'DrandPriority', implicit: '()' },
  { identifier: 'CheckMetadataHash', extra: 'CheckMetadataHash', implicit: 'Option<[u8;32]>' },
];

/** `RuntimeVersion`'s list of APIs: Blake2-64 of each name, and its version. */
export function apiVersions(apis: readonly ApiSpec[]): [id: string, version: number][] {
  return apis.map(({ name, version }) => [
    toHex(blake2b(new TextEncoder().encode(name), { dkLen: 8 })),
    version,
  ]);
}

/**
 * The runtime after `upgrades` upgrades: the first speaks metadata 14 and 15 and looks like spec 343. Each upgrade counts
 * the spec version up; from the first on, the metagraph calls `pruning_score` `pruning_scores` and ends with
 * `collateral_locked`, there is a storage item `MinNonImmuneUids`, and metadata 16 is served as well.
 */
export function runtimeSpec(upgrades: number): RuntimeSpec {
  const upgraded = upgrades > 0;
  const specVersion = FIRST_SPEC_VERSION + upgrades;
  const pallets = demoPallets(versionValue(specVersion));
  return {
    specName: SPEC_NAME,
    specVersion,
    transactionVersion: 1,
    metadataVersions: upgraded ? [14, 15, 16] : [14, 15],
    types: {
      ...baseTypes,
      ...extensionTypes,
      ...commitmentTypes,
      ...apiTypes(upgraded ? upgradedMetagraph() : METAGRAPH_FIELDS),
    },
    pallets: upgraded ? pallets.map(withNewItem) : pallets,
    apis: APIS,
    extensions: EXTENSIONS,
  };
}

/** `System.Version` and the answer of `Core_version`, as the codecs want it. */
export function versionValue(specVersion: number) {
  return {
    spec_name: SPEC_NAME,
    impl_name: SPEC_NAME,
    authoring_version: 1,
    spec_version: specVersion,
    impl_version: 1,
    apis: apiVersions(APIS),
    transaction_version: 1,
    system_version: 1,
  };
}

function upgradedMetagraph(): Record<string, string> {
  const renamed = Object.entries(METAGRAPH_FIELDS).map(([name, type]) => [
    name === 'pruning_score' ? 'pruning_scores' : name,
    type,
  ]);
  return { ...Object.fromEntries(renamed), collateral_locked: 'Vec<Compact<u64>>' };
}

function withNewItem(pallet: PalletSpec): PalletSpec {
  if (pallet.name !== 'SubtensorModule') return pallet;
  return { ...pallet, storage: [...pallet.storage, ['MinNonImmuneUids', 'I u16', 'u16', '0x0a00']] };
}
