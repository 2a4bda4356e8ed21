import type { Fields, TypeDefinition } from './registry.ts';
import type { ApiSpec } from './spec.ts';

const RPC_INFO = 'pallet_subtensor::rpc_info';

/**
 * `SubnetInfoRuntimeApi_get_metagraph`'s struct: 72 fields in their order of encoding at spec 343
 * (`pallets/subtensor/src/rpc_info/metagraph.rs`).
 */
export const METAGRAPH_FIELDS: Readonly<Record<string, string>> = {
  netuid: 'Compact<u16>',
  name: 'Vec<Compact<u8>>',
  symbol: 'Vec<Compact<u8>>',
  identity: 'Option<SubnetIdentityV3>',
  network_registered_at: 'Compact<u64>',
  owner_hotkey: 'AccountId',
  owner_coldkey: 'AccountId',
  block: 'Compact<u64>',
  tempo: 'Compact<u16>',
  last_step: 'Compact<u64>',
  blocks_since_last_step: 'Compact<u64>',
  subnet_emission: 'Compact<u64>',
  alpha_in: 'Compact<u64>',
  alpha_out: 'Compact<u64>',
  tao_in: 'Compact<u64>',
  alpha_out_emission: 'Compact<u64>',
  alpha_in_emission: 'Compact<u64>',
  tao_in_emission: 'Compact<u64>',
  pending_alpha_emission: 'Compact<u64>',
  pending_root_emission: 'Compact<u64>',
  subnet_volume: 'Compact<u128>',
  moving_price: 'I96F32',
  rho: 'Compact<u16>',
  kappa: 'Compact<u16>',
  min_allowed_weights: 'Compact<u16>',
  max_weights_limit: 'Compact<u16>',
  weights_version: 'Compact<u64>',
  weights_rate_limit: 'Compact<u64>',
  activity_cutoff: 'Compact<u16>',
  max_validators: 'Compact<u16>',
  num_uids: 'Compact<u16>',
  max_uids: 'Compact<u16>',
  burn: 'Compact<u64>',
  difficulty: 'Compact<u64>',
  registration_allowed: 'bool',
  pow_registration_allowed: 'bool',
  immunity_period: 'Compact<u16>',
  min_difficulty: 'Compact<u64>',
  max_difficulty: 'Compact<u64>',
  min_burn: 'Compact<u64>',
  max_burn: 'Compact<u64>',
  adjustment_alpha: 'Compact<u64>',
  adjustment_interval: 'Compact<u16>',
  target_regs_per_interval: 'Compact<u16>',
  max_regs_per_block: 'Compact<u16>',
  serving_rate_limit: 'Compact<u64>',
  commit_reveal_weights_enabled: 'bool',
  commit_reveal_period: 'Compact<u64>',
  liquid_alpha_enabled: 'bool',
  alpha_high: 'Compact<u16>',
  alpha_low: 'Compact<u16>',
  bonds_moving_avg: 'Compact<u64>',
  hotkeys: 'Vec<AccountId>',
  coldkeys: 'Vec<AccountId>',
  identities: 'Vec<Option<ChainIdentityV2>>',
  axons: 'Vec<AxonInfo>',
  active: 'Vec<bool>',
  validator_permit: 'Vec<bool>',
  pruning_score: 'Vec<Compact<u16>>',
  last_update: 'Vec<Compact<u64>>',
  emission: 'Vec<Compact<u64>>',
  dividends: 'Vec<Compact<u16>>',
  incentives: 'Vec<Compact<u16>>',
  consensus: 'Vec<Compact<u16>>',
  trust: 'Vec<Compact<u16>>',
  rank: 'Vec<Compact<u16>>',
  block_at_registration: 'Vec<Compact<u64>>',
  alpha_stake: 'Vec<Compact<u64>>',
  tao_stake: 'Vec<Compact<u64>>',
  total_stake: 'Vec<Compact<u64>>',
  tao_dividends_per_hotkey: 'Vec<(AccountId,Compact<u64>)>',
  alpha_dividends_per_hotkey: 'Vec<(AccountId,Compact<u64>)>',
};

const NEURON_HEAD: Readonly<Record<string, string>> = {
  hotkey: 'AccountId',
  coldkey: 'AccountId',
  uid: 'Compact<u16>',
  netuid: 'Compact<u16>',
  active: 'bool',
  axon_info: 'AxonInfo',
  prometheus_info: 'PrometheusInfo',
  stake: 'Vec<(AccountId,Compact<u64>)>',
  rank: 'Compact<u16>',
  emission: 'Compact<u64>',
  incentive: 'Compact<u16>',
  consensus: 'Compact<u16>',
  trust: 'Compact<u16>',
  validator_trust: 'Compact<u16>',
  dividends: 'Compact<u16>',
  last_update: 'Compact<u64>',
  validator_permit: 'bool',
};

const HYPERPARAMS: Readonly<Record<string, string>> = {
  rho: 'Compact<u16>',
  kappa: 'Compact<u16>',
  immunity_period: 'Compact<u16>',
  min_allowed_weights: 'Compact<u16>',
  max_weights_limit: 'Compact<u16>',
  tempo: 'Compact<u16>',
  min_difficulty: 'Compact<u64>',
  max_difficulty: 'Compact<u64>',
  weights_version: 'Compact<u64>',
  weights_rate_limit: 'Compact<u64>',
  adjustment_interval: 'Compact<u16>',
  activity_cutoff: 'Compact<u16>',
  registration_allowed: 'bool',
  target_regs_per_interval: 'Compact<u16>',
  min_burn: 'Compact<u64>',
  max_burn: 'Compact<u64>',
  bonds_moving_avg: 'Compact<u64>',
  max_regs_per_block: 'Compact<u16>',
  serving_rate_limit: 'Compact<u64>',
  max_validators: 'Compact<u16>',
  adjustment_alpha: 'Compact<u64>',
  difficulty: 'Compact<u64>',
  commit_reveal_period: 'Compact<u64>',
  commit_reveal_weights_enabled: 'bool',
  alpha_high: 'Compact<u16>',
  alpha_low: 'Compact<u16>',
  liquid_alpha_enabled: 'bool',
};

const OF_ACCOUNT = { AccountId: 'AccountId' };

/** The structs that Subtensor's runtime APIs answer, around the given metagraph fields. */
export function apiTypes(metagraphFields: Fields): Readonly<Record<string, TypeDefinition>> {
  return {
    Metagraph: { path: `${RPC_INFO}::metagraph::Metagraph`, params: OF_ACCOUNT, fields: metagraphFields },
    SelectiveMetagraph: {
      path: `${RPC_INFO}::metagraph::SelectiveMetagraph`,
      params: OF_ACCOUNT,
      fields: selectiveFields(),
    },
    NeuronInfoLite: {
      path: `${RPC_INFO}::neuron_info::NeuronInfoLite`,
      params: OF_ACCOUNT,
      fields: { ...NEURON_HEAD, pruning_score: 'Compact<u16>' },
    },
    NeuronInfo: {
      path: `${RPC_INFO}::neuron_info::NeuronInfo`,
      params: OF_ACCOUNT,
      fields: {
        ...NEURON_HEAD,
        weights: 'Vec<(Compact<u16>,Compact<u16>)>',
        bonds: 'Vec<(Compact<u16>,Compact<u16>)>',
        pruning_score: 'Compact<u16>',
      },
    },
    SubnetHyperparams: { path: `${RPC_INFO}::subnet_info::SubnetHyperparams`, fields: HYPERPARAMS },
    SubnetHyperparamsV2: {
      path: `${RPC_INFO}::subnet_info::SubnetHyperparamsV2`,
      fields: {
        ...HYPERPARAMS,
        alpha_sigmoid_steepness: 'I32F32',
        yuma_version: 'Compact<u16>',
        subnet_is_active: 'bool',
        transfers_enabled: 'bool',
        bonds_reset_enabled: 'bool',
        user_liquidity_enabled: 'bool',
      },
    },
    DynamicInfo: {
      path: `${RPC_INFO}::dynamic_info::DynamicInfo`,
      params: OF_ACCOUNT,
      fields: {
        netuid: 'Compact<u16>',
        owner_hotkey: 'AccountId',
        owner_coldkey: 'AccountId',
        subnet_name: 'Vec<Compact<u8>>',
        token_symbol: 'Vec<Compact<u8>>',
        tempo: 'Compact<u16>',
        last_step: 'Compact<u64>',
        blocks_since_last_step: 'Compact<u64>',
        emission: 'Compact<u64>',
        alpha_in: 'Compact<u64>',
        alpha_out: 'Compact<u64>',
        tao_in: 'Compact<u64>',
        alpha_out_emission: 'Compact<u64>',
        alpha_in_emission: 'Compact<u64>',
        tao_in_emission: 'Compact<u64>',
        pending_alpha_emission: 'Compact<u64>',
        pending_root_emission: 'Compact<u64>',
        subnet_volume: 'Compact<u128>',
        network_registered_at: 'Compact<u64>',
        subnet_identity: 'Option<SubnetIdentityV3>',
        moving_price: 'I96F32',
      },
    },
    StakeInfo: {
      path: `${RPC_INFO}::stake_info::StakeInfo`,
      params: OF_ACCOUNT,
      fields: {
        hotkey: 'AccountId',
        coldkey: 'AccountId',
        netuid: 'Compact<u16>',
        stake: 'Compact<u64>',
        locked: 'Compact<u64>',
        emission: 'Compact<u64>',
        tao_emission: 'Compact<u64>',
        drain: 'Compact<u64>',
        is_registered: 'bool',
      },
    },
  };
}

/** The selective metagraph: `netuid`, then an `Option` per field of the metagraph, then validators and commitments. */
function selectiveFields(): Record<string, string> {
  const { netuid = '', ...rest } = METAGRAPH_FIELDS;
  return {
    netuid,
    ...Object.fromEntries(Object.entries(rest).map(([name, type]) => [name, `Option<${type}>`])),
    validators: 'Option<Vec<Compact<u16>>>',
    commitments: 'Option<Vec<(AccountId,Vec<Compact<u8>>)>>',
  };
}

const method = (name: string, inputs: Readonly<Record<string, string>>, output: string) => ({
  name,
  inputs,
  output,
});
const NETUID = { netuid: 'u16' };

/** The runtime APIs of the demo: those that clients of a node need, and those that show a subnet. */
export const APIS: readonly ApiSpec[] = [
  { name: 'Core', version: 5, methods: [method('version', {}, 'RuntimeVersion')] },
  {
    name: 'Metadata',
    version: 2,
    methods: [
      method('metadata', {}, 'OpaqueMetadata'),
      method('metadata_at_version', { version: 'u32' }, 'Option<OpaqueMetadata>'),
      method('metadata_versions', {}, 'Vec<u32>'),
    ],
  },
  {
    name: 'TaggedTransactionQueue',
    version: 3,
    methods: [
      method(
        'validate_transaction',
        { source: 'TransactionSource', tx: 'UncheckedExtrinsic', block_hash: 'H256' },
        'Result<ValidTransaction,TransactionValidityError>',
      ),
    ],
  },
  {
    name: 'AccountNonceApi',
    version: 1,
    methods: [method('account_nonce', { account: 'AccountId' }, 'u32')],
  },
  {
    name: 'TransactionPaymentApi',
    version: 4,
    methods: [
      method('query_info', { uxt: 'UncheckedExtrinsic', len: 'u32' }, 'RuntimeDispatchInfo'),
      method('query_fee_details', { uxt: 'UncheckedExtrinsic', len: 'u32' }, 'FeeDetails'),
      method('query_weight_to_fee', { weight: 'Weight' }, 'u64'),
      method('query_length_to_fee', { length: 'u32' }, 'u64'),
    ],
  },
  {
    name: 'NeuronInfoRuntimeApi',
    version: 1,
    methods: [
      method('get_neurons', NETUID, 'Vec<NeuronInfo>'),
      method('get_neuron', { netuid: 'u16', uid: 'u16' }, 'Option<NeuronInfo>'),
      method('get_neurons_lite', NETUID, 'Vec<NeuronInfoLite>'),
      method('get_neuron_lite', { netuid: 'u16', uid: 'u16' }, 'Option<NeuronInfoLite>'),
    ],
  },
  {
    name: 'SubnetInfoRuntimeApi',
    version: 1,
    methods: [
      method('get_subnet_hyperparams', NETUID, 'Option<SubnetHyperparams>'),
      method('get_subnet_hyperparams_v2', NETUID, 'Option<SubnetHyperparamsV2>'),
      method('get_all_dynamic_info', {}, 'Vec<Option<DynamicInfo>>'),
      method('get_all_metagraphs', {}, 'Vec<Option<Metagraph>>'),
      method('get_metagraph', NETUID, 'Option<Metagraph>'),
      method('get_all_mechagraphs', {}, 'Vec<Option<Metagraph>>'),
      method('get_mechagraph', { netuid: 'u16', mecid: 'u8' }, 'Option<Metagraph>'),
      method('get_dynamic_info', NETUID, 'Option<DynamicInfo>'),
      method(
        'get_selective_metagraph',
        { netuid: 'u16', metagraph_indexes: 'Vec<u16>' },
        'Option<SelectiveMetagraph>',
      ),
      method(
        'get_selective_mechagraph',
        { netuid: 'u16', subid: 'u8', metagraph_indexes: 'Vec<u16>' },
        'Option<SelectiveMetagraph>',
      ),
      method('get_subnet_to_prune', {}, 'Option<u16>'),
    ],
  },
  {
    name: 'StakeInfoRuntimeApi',
    version: 1,
    methods: [
      method('get_stake_info_for_coldkey', { coldkey_account: 'AccountId' }, 'Vec<StakeInfo>'),
      method(
        'get_stake_info_for_hotkey_coldkey_netuid',
        { hotkey_account: 'AccountId', coldkey_account: 'AccountId', netuid: 'u16' },
        'Option<StakeInfo>',
      ),
    ],
  },
  {
    name: 'SubnetRegistrationRuntimeApi',
    version: 1,
    methods: [method('get_network_registration_cost', {}, 'u64')],
  },
  {
    name: 'SwapRuntimeApi',
    version: 1,
    methods: [method('current_alpha_price', NETUID, 'u64')],
  },
];
