import type { TypeDefinition, Variant } from './registry.ts';
import { plainVariants, variant } from './spec.ts';

const RUNTIME = 'node_subtensor_runtime';

/**
 * Named types that every runtime of the demo has, with the paths and the encodings of Subtensor at spec 343.
 * Types that depend on the pallets (`RuntimeCall`, `RuntimeEvent`, …) are added by the assembler.
 */
export const baseTypes: Readonly<Record<string, TypeDefinition>> = {
  Runtime: { path: `${RUNTIME}::Runtime`, fields: [] },
  AccountId: { path: 'sp_core::crypto::AccountId32', fields: ['[u8;32]'] },
  H256: { path: 'primitive_types::H256', fields: ['[u8;32]'] },
  MultiAddress: {
    path: 'sp_runtime::multiaddress::MultiAddress',
    params: { AccountId: 'AccountId', AccountIndex: '()' },
    variants: [
      variant(0, 'Id', ['AccountId']),
      variant(1, 'Index', ['Compact<()>']),
      variant(2, 'Raw', ['Vec<u8>']),
      variant(3, 'Address32', ['[u8;32]']),
      variant(4, 'Address20', ['[u8;20]']),
    ],
  },
  MultiSignature: {
    path: 'sp_runtime::MultiSignature',
    variants: [
      variant(0, 'Ed25519', ['[u8;64]']),
      variant(1, 'Sr25519', ['[u8;64]']),
      variant(2, 'Ecdsa', ['[u8;65]']),
    ],
  },
  Era: { path: 'sp_runtime::generic::era::Era', variants: eraVariants() },

  // Accounts and balances.
  AccountInfo: {
    path: 'frame_system::AccountInfo',
    params: { Nonce: 'u32', AccountData: 'AccountData' },
    fields: { nonce: 'u32', consumers: 'u32', providers: 'u32', sufficients: 'u32', data: 'AccountData' },
  },
  AccountData: {
    path: 'pallet_balances::types::AccountData',
    params: { Balance: 'u64' },
    fields: { free: 'u64', reserved: 'u64', frozen: 'u64', flags: 'ExtraFlags' },
  },
  ExtraFlags: { path: 'pallet_balances::types::ExtraFlags', fields: ['u128'] },
  BalanceLock: {
    path: 'pallet_balances::types::BalanceLock',
    params: { Balance: 'u64' },
    fields: { id: '[u8;8]', amount: 'u64', reasons: 'Reasons' },
  },
  Reasons: { path: 'pallet_balances::types::Reasons', variants: plainVariants('Fee', 'Misc', 'All') },
  ReserveData: {
    path: 'pallet_balances::types::ReserveData',
    params: { ReserveIdentifier: '[u8;8]', Balance: 'u64' },
    fields: { id: '[u8;8]', amount: 'u64' },
  },

  // Blocks.
  Header: {
    path: 'sp_runtime::generic::header::Header',
    params: { Number: 'u32', Hash: undefined },
    fields: {
      parent_hash: 'H256',
      number: 'Compact<u32>',
      state_root: 'H256',
      extrinsics_root: 'H256',
      digest: 'Digest',
    },
  },
  Digest: { path: 'sp_runtime::generic::digest::Digest', fields: { logs: 'Vec<DigestItem>' } },
  DigestItem: {
    path: 'sp_runtime::generic::digest::DigestItem',
    variants: [
      variant(6, 'PreRuntime', ['[u8;4]', 'Vec<u8>']),
      variant(4, 'Consensus', ['[u8;4]', 'Vec<u8>']),
      variant(5, 'Seal', ['[u8;4]', 'Vec<u8>']),
      variant(0, 'Other', ['Vec<u8>']),
      variant(8, 'RuntimeEnvironmentUpdated'),
    ],
  },
  UncheckedExtrinsic: {
    path: 'sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic',
    params: {
      Address: 'MultiAddress',
      Call: 'RuntimeCall',
      Signature: 'MultiSignature',
      Extra: 'TxExtension',
    },
    fields: ['Vec<u8>'],
  },
  OpaqueMetadata: { path: 'sp_core::OpaqueMetadata', fields: ['Vec<u8>'] },
  RuntimeVersion: {
    path: 'sp_version::RuntimeVersion',
    fields: {
      spec_name: 'str',
      impl_name: 'str',
      authoring_version: 'u32',
      spec_version: 'u32',
      impl_version: 'u32',
      apis: 'Vec<([u8;8],u32)>',
      transaction_version: 'u32',
      system_version: 'u8',
    },
  },
  LastRuntimeUpgradeInfo: {
    path: 'frame_system::LastRuntimeUpgradeInfo',
    fields: { spec_version: 'Compact<u32>', spec_name: 'str' },
  },

  // Weights and limits.
  Weight: {
    path: 'sp_weights::weight_v2::Weight',
    fields: { ref_time: 'Compact<u64>', proof_size: 'Compact<u64>' },
  },
  PerDispatchClass: {
    path: 'frame_support::dispatch::PerDispatchClass',
    params: { T: 'Weight' },
    fields: { normal: 'Weight', operational: 'Weight', mandatory: 'Weight' },
  },
  PerDispatchClassU32: {
    path: 'frame_support::dispatch::PerDispatchClass',
    params: { T: 'u32' },
    fields: { normal: 'u32', operational: 'u32', mandatory: 'u32' },
  },
  PerDispatchClassLimits: {
    path: 'frame_support::dispatch::PerDispatchClass',
    params: { T: 'WeightsPerClass' },
    fields: { normal: 'WeightsPerClass', operational: 'WeightsPerClass', mandatory: 'WeightsPerClass' },
  },
  WeightsPerClass: {
    path: 'frame_system::limits::WeightsPerClass',
    fields: {
      base_extrinsic: 'Weight',
      max_extrinsic: 'Option<Weight>',
      max_total: 'Option<Weight>',
      reserved: 'Option<Weight>',
    },
  },
  BlockWeights: {
    path: 'frame_system::limits::BlockWeights',
    fields: { base_block: 'Weight', max_block: 'Weight', per_class: 'PerDispatchClassLimits' },
  },
  BlockLength: { path: 'frame_system::limits::BlockLength', fields: { max: 'PerDispatchClassU32' } },
  RuntimeDbWeight: { path: 'sp_weights::RuntimeDbWeight', fields: { read: 'u64', write: 'u64' } },

  // What became of an extrinsic.
  EventRecord: {
    path: 'frame_system::EventRecord',
    params: { E: 'RuntimeEvent', T: 'H256' },
    fields: { phase: 'Phase', event: 'RuntimeEvent', topics: 'Vec<H256>' },
  },
  Phase: {
    path: 'frame_system::Phase',
    variants: [
      variant(0, 'ApplyExtrinsic', ['u32']),
      variant(1, 'Finalization'),
      variant(2, 'Initialization'),
    ],
  },
  DispatchEventInfo: {
    path: 'frame_system::DispatchEventInfo',
    fields: { weight: 'Weight', class: 'DispatchClass', pays_fee: 'Pays' },
  },
  DispatchClass: {
    path: 'frame_support::dispatch::DispatchClass',
    variants: plainVariants('Normal', 'Operational', 'Mandatory'),
  },
  Pays: { path: 'frame_support::dispatch::Pays', variants: plainVariants('Yes', 'No') },
  DispatchError: {
    path: 'sp_runtime::DispatchError',
    variants: [
      variant(0, 'Other'),
      variant(1, 'CannotLookup'),
      variant(2, 'BadOrigin'),
      variant(3, 'Module', ['ModuleError']),
      variant(4, 'ConsumerRemaining'),
      variant(5, 'NoProviders'),
      variant(6, 'TooManyConsumers'),
      variant(7, 'Token', ['TokenError']),
      variant(8, 'Arithmetic', ['ArithmeticError']),
      variant(9, 'Transactional', ['TransactionalError']),
      variant(10, 'Exhausted'),
      variant(11, 'Corruption'),
      variant(12, 'Unavailable'),
      variant(13, 'RootNotAllowed'),
    ],
  },
  ModuleError: { path: 'sp_runtime::ModuleError', fields: { index: 'u8', error: '[u8;4]' } },
  TokenError: {
    path: 'sp_runtime::TokenError',
    variants: plainVariants(
      ...['FundsUnavailable', 'OnlyProvider', 'BelowMinimum', 'CannotCreate', 'UnknownAsset', 'Frozen'],
      ...['Unsupported', 'CannotCreateHold', 'NotExpendable', 'Blocked'],
    ),
  },
  ArithmeticError: {
    path: 'sp_arithmetic::ArithmeticError',
    variants: plainVariants('Underflow', 'Overflow', 'DivisionByZero'),
  },
  TransactionalError: {
    path: 'sp_runtime::TransactionalError',
    variants: plainVariants('LimitReached', 'NoLayer'),
  },

  // The transaction pool and fees.
  TransactionSource: {
    path: 'sp_runtime::transaction_validity::TransactionSource',
    variants: plainVariants('InBlock', 'Local', 'External'),
  },
  TransactionValidityError: {
    path: 'sp_runtime::transaction_validity::TransactionValidityError',
    variants: [variant(0, 'Invalid', ['InvalidTransaction']), variant(1, 'Unknown', ['UnknownTransaction'])],
  },
  InvalidTransaction: {
    path: 'sp_runtime::transaction_validity::InvalidTransaction',
    variants: [
      ...plainVariants(
        'Call',
        'Payment',
        'Future',
        'Stale',
        'BadProof',
        'AncientBirthBlock',
        'ExhaustsResources',
      ),
      variant(7, 'Custom', ['u8']),
      variant(8, 'BadMandatory'),
      variant(9, 'MandatoryValidation'),
      variant(10, 'BadSigner'),
      variant(11, 'IndeterminateImplicit'),
      variant(12, 'UnknownOrigin'),
    ],
  },
  UnknownTransaction: {
    path: 'sp_runtime::transaction_validity::UnknownTransaction',
    variants: [variant(0, 'CannotLookup'), variant(1, 'NoUnsignedValidator'), variant(2, 'Custom', ['u8'])],
  },
  ValidTransaction: {
    path: 'sp_runtime::transaction_validity::ValidTransaction',
    fields: {
      priority: 'u64',
      requires: 'Vec<Vec<u8>>',
      provides: 'Vec<Vec<u8>>',
      longevity: 'u64',
      propagate: 'bool',
    },
  },
  FixedU128: { path: 'sp_arithmetic::fixed_point::FixedU128', fields: ['u128'] },
  RuntimeDispatchInfo: {
    path: 'pallet_transaction_payment::types::RuntimeDispatchInfo',
    params: { Balance: 'u64', Weight: 'Weight' },
    fields: { weight: 'Weight', class: 'DispatchClass', partial_fee: 'u64' },
  },
  FeeDetails: {
    path: 'pallet_transaction_payment::types::FeeDetails',
    params: { Balance: 'u64' },
    fields: { inclusion_fee: 'Option<InclusionFee>', tip: 'u64' },
  },
  InclusionFee: {
    path: 'pallet_transaction_payment::types::InclusionFee',
    params: { Balance: 'u64' },
    fields: { base_fee: 'u64', len_fee: 'u64', adjusted_weight_fee: 'u64' },
  },

  // Fixed-point numbers of the substrate_fixed crate: one field, the raw bits.
  I96F32: { path: 'substrate_fixed::FixedI128', params: { Frac: undefined }, fields: { bits: 'i128' } },
  U64F64: { path: 'substrate_fixed::FixedU128', params: { Frac: undefined }, fields: { bits: 'u128' } },
  I32F32: { path: 'substrate_fixed::FixedI64', params: { Frac: undefined }, fields: { bits: 'i64' } },

  // Subtensor's own.
  AxonInfo: {
    path: 'pallet_subtensor::pallet::AxonInfo',
    fields: {
      block: 'u64',
      version: 'u32',
      ip: 'u128',
      port: 'u16',
      ip_type: 'u8',
      protocol: 'u8',
      placeholder1: 'u8',
      placeholder2: 'u8',
    },
  },
  PrometheusInfo: {
    path: 'pallet_subtensor::pallet::PrometheusInfo',
    fields: { block: 'u64', version: 'u32', ip: 'u128', port: 'u16', ip_type: 'u8' },
  },
  ChainIdentityV2: {
    path: 'pallet_subtensor::pallet::ChainIdentityV2',
    fields: textFields('name', 'url', 'github_repo', 'image', 'discord', 'description', 'additional'),
  },
  SubnetIdentityV3: {
    path: 'pallet_subtensor::pallet::SubnetIdentityV3',
    fields: textFields(
      ...['subnet_name', 'github_repo', 'subnet_contact', 'subnet_url'],
      ...['discord', 'description', 'logo_url', 'additional'],
    ),
  },
  ProxyDefinition: {
    path: 'pallet_subtensor_proxy::ProxyDefinition',
    params: { AccountId: 'AccountId', ProxyType: 'ProxyType', BlockNumber: 'u32' },
    fields: { delegate: 'AccountId', proxy_type: 'ProxyType', delay: 'u32' },
  },
  ProxyType: {
    path: 'subtensor_runtime_common::ProxyType',
    variants: plainVariants(
      ...['Any', 'Owner', 'NonCritical', 'NonTransfer', 'Senate', 'NonFungible', 'Triumvirate'],
      ...['Governance', 'Staking', 'Registration', 'Transfer', 'SmallTransfer', 'RootWeights', 'ChildKeys'],
      ...['SudoUncheckedSetCode', 'SwapHotkey', 'SubnetLeaseBeneficiary', 'RootClaim'],
    ),
  },
};

/** The extras of the signed extensions that carry some, beside those built from plain types. */
export const extensionTypes: Readonly<Record<string, TypeDefinition>> = {
  CheckNonZeroSender: generic('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender'),
  CheckSpecVersion: generic('frame_system::extensions::check_spec_version::CheckSpecVersion'),
  CheckTxVersion: generic('frame_system::extensions::check_tx_version::CheckTxVersion'),
  CheckGenesis: generic('frame_system::extensions::check_genesis::CheckGenesis'),
  CheckMortality: generic('frame_system::extensions::check_mortality::CheckMortality', ['Era']),
  CheckNonce: generic('node_subtensor_runtime::check_nonce::CheckNonce', ['Compact<u32>']),
  CheckWeight: generic('frame_system::extensions::check_weight::CheckWeight'),
  ChargeTransactionPayment: generic('pallet_transaction_payment::ChargeTransactionPayment', ['Compact<u64>']),
  SubtensorTransactionExtension: generic(
    'pallet_subtensor::transaction_extension::SubtensorTransactionExtension',
  ),
  DrandPriority: generic('pallet_drand::drand_priority::DrandPriority'),
  CheckMetadataHash: {
    path: 'frame_metadata_hash_extension::CheckMetadataHash',
    fields: { mode: 'MetadataHashMode' },
  },
  MetadataHashMode: {
    path: 'frame_metadata_hash_extension::Mode',
    variants: plainVariants('Disabled', 'Enabled'),
  },
};

function generic(path: string, fields: readonly string[] = []): TypeDefinition {
  return { path, params: { T: undefined }, fields };
}

function textFields(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'Vec<u8>']));
}

/** An era is one or two bytes; as an enum it is `Immortal` and 255 mortal forms that carry the second byte. */
function eraVariants(): Variant[] {
  const mortal = Array.from({ length: 255 }, (_, at) => variant(at + 1, `Mortal${at + 1}`, ['u8']));
  return [variant(0, 'Immortal'), ...mortal];
}
