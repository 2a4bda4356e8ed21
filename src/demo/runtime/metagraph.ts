import type { AccountId } from '../../shared/index.ts';
import { METAGRAPH_FIELDS } from '../metadata/apis.ts';
import { hotkeysOf, stakeOf, storageIndex } from './stake.ts';
import type { StateReader } from './storage.ts';

/** Values by field name, as the dynamic codecs want them. */
export type FieldValues = Readonly<Record<string, unknown>>;

const NEVER_SERVED = {
  block: 0n,
  version: 0,
  ip: 0n,
  port: 0,
  ip_type: 0,
  protocol: 0,
  placeholder1: 0,
  placeholder2: 0,
};
const NO_PROMETHEUS = { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0 };

interface SubnetIdentity {
  readonly subnet_name: Uint8Array;
}

/**
 * `get_metagraph` and `get_mechagraph`, put together from storage; `undefined` for a subnet or mechanism that does not
 * exist. A mechagraph has the storage index as its netuid, and `last_update` and `incentives` of its own.
 */
export function metagraphOf(state: StateReader, netuid: number, mechanism?: number): FieldValues | undefined {
  if (!state.sub<boolean>('NetworksAdded', netuid)) return undefined;
  if (mechanism !== undefined && mechanism >= state.sub<number>('MechanismCountCurrent', netuid))
    return undefined;
  const index = storageIndex(netuid, mechanism ?? 0);
  return {
    ...dynamicPart(state, netuid),
    ...hyperparametersOf(state, netuid),
    ...neuronPart(state, netuid, index),
    netuid: mechanism === undefined ? netuid : index,
    block: BigInt(state.get<number>('System', 'Number')),
    num_uids: state.sub('SubnetworkN', netuid),
    max_uids: state.sub('MaxAllowedUids', netuid),
    burn: state.sub('Burn', netuid),
    pow_registration_allowed: state.sub('NetworkPowRegistrationAllowed', netuid),
  };
}

/** `get_selective_metagraph`: the fields asked for by number, in the order of the struct; unknown numbers are ignored. */
export function selectiveMetagraphOf(
  state: StateReader,
  netuid: number,
  wanted: readonly number[],
  mechanism?: number,
): FieldValues | undefined {
  const all = metagraphOf(state, netuid, mechanism);
  if (all === undefined) return undefined;
  const names = Object.keys(METAGRAPH_FIELDS);
  const selected: Record<string, unknown> = {
    netuid: mechanism === undefined && !wanted.includes(0) ? 0 : all.netuid,
  };
  for (const number of wanted) {
    const name = names[number];
    // An identity asked for and absent is Some(None) on the chain; the codec library cannot write that, so it is None here.
    if (name !== undefined && number > 0) selected[name] = all[name];
  }
  if (wanted.includes(72)) {
    const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
    const totals = all.total_stake as bigint[];
    selected.validators = [...permits.keys()]
      .filter((uid) => permits[uid] === true)
      .sort((a, b) => Number((totals[a] ?? 0n) - (totals[b] ?? 0n)));
  }
  if (wanted.includes(73)) selected.commitments = [];
  return selected;
}

/** `get_dynamic_info`; `undefined` for a subnet that does not exist. */
export function dynamicInfoOf(state: StateReader, netuid: number): FieldValues | undefined {
  if (!state.sub<boolean>('NetworksAdded', netuid)) return undefined;
  const { name, symbol, identity, subnet_emission: emission, ...rest } = dynamicPart(state, netuid);
  return { ...rest, subnet_name: name, token_symbol: symbol, subnet_identity: identity, emission };
}

function dynamicPart(state: StateReader, netuid: number) {
  const identity = state.sub<SubnetIdentity | undefined>('SubnetIdentitiesV3', netuid);
  const name = netuid === 0 ? new TextEncoder().encode('root') : (identity?.subnet_name ?? new Uint8Array());
  return {
    netuid,
    name: [...name],
    symbol: [...state.sub<Uint8Array>('TokenSymbol', netuid)],
    identity,
    network_registered_at: state.sub<bigint>('NetworkRegisteredAt', netuid),
    owner_hotkey: state.sub<AccountId>('SubnetOwnerHotkey', netuid),
    owner_coldkey: state.sub<AccountId>('SubnetOwner', netuid),
    tempo: state.sub<number>('Tempo', netuid),
    last_step: state.sub<bigint>('LastMechansimStepBlock', netuid),
    blocks_since_last_step: state.sub<bigint>('BlocksSinceLastStep', netuid),
    subnet_emission: 0n,
    alpha_in: state.sub<bigint>('SubnetAlphaIn', netuid),
    alpha_out: state.sub<bigint>('SubnetAlphaOut', netuid),
    tao_in: state.sub<bigint>('SubnetTAO', netuid),
    alpha_out_emission: state.sub<bigint>('SubnetAlphaOutEmission', netuid),
    alpha_in_emission: state.sub<bigint>('SubnetAlphaInEmission', netuid),
    tao_in_emission: state.sub<bigint>('SubnetTaoInEmission', netuid),
    pending_alpha_emission:
      state.sub<bigint>('PendingServerEmission', netuid) +
      state.sub<bigint>('PendingValidatorEmission', netuid),
    pending_root_emission: 0n,
    subnet_volume: state.sub<bigint>('SubnetVolume', netuid),
    moving_price: state.sub<unknown>('SubnetMovingPrice', netuid),
  };
}

/** The fields that the metagraph and `get_subnet_hyperparams` share, under both names where they differ. */
export function hyperparametersOf(state: StateReader, netuid: number): Record<string, unknown> {
  const [alpha_low, alpha_high] = state.sub<[number, number]>('AlphaValues', netuid);
  return {
    rho: state.sub('Rho', netuid),
    kappa: state.sub('Kappa', netuid),
    immunity_period: state.sub('ImmunityPeriod', netuid),
    min_allowed_weights: state.sub('MinAllowedWeights', netuid),
    // A constant since spec 334, whatever storage says.
    max_weights_limit: 65_535,
    tempo: state.sub('Tempo', netuid),
    min_difficulty: state.sub('MinDifficulty', netuid),
    max_difficulty: state.sub('MaxDifficulty', netuid),
    difficulty: state.sub('Difficulty', netuid),
    weights_version: state.sub('WeightsVersionKey', netuid),
    weights_rate_limit: state.sub('WeightsSetRateLimit', netuid),
    adjustment_interval: state.sub('AdjustmentInterval', netuid),
    adjustment_alpha: state.sub('AdjustmentAlpha', netuid),
    activity_cutoff: state.sub('ActivityCutoff', netuid),
    registration_allowed: state.sub('NetworkRegistrationAllowed', netuid),
    target_regs_per_interval: state.sub('TargetRegistrationsPerInterval', netuid),
    min_burn: state.sub('MinBurn', netuid),
    max_burn: state.sub('MaxBurn', netuid),
    bonds_moving_avg: state.sub('BondsMovingAverage', netuid),
    max_regs_per_block: state.sub('MaxRegistrationsPerBlock', netuid),
    serving_rate_limit: state.sub('ServingRateLimit', netuid),
    max_validators: state.sub('MaxAllowedValidators', netuid),
    commit_reveal_period: state.sub('RevealPeriodEpochs', netuid),
    commit_reveal_weights_enabled: state.sub('CommitRevealWeightsEnabled', netuid),
    alpha_high,
    alpha_low,
    liquid_alpha_enabled: state.sub('LiquidAlphaOn', netuid),
    alpha_sigmoid_steepness: BigInt(state.sub<number>('AlphaSigmoidSteepness', netuid)) << 32n,
    yuma_version: state.sub<boolean>('Yuma3On', netuid) ? 3 : 2,
    subnet_is_active: state.sub('SubtokenEnabled', netuid),
    transfers_enabled: state.sub('TransferToggle', netuid),
    bonds_reset_enabled: state.sub('BondsResetOn', netuid),
    user_liquidity_enabled: state.get('Swap', 'EnabledUserLiquidity', netuid),
  };
}

function neuronPart(state: StateReader, netuid: number, index: number): Record<string, unknown> {
  const hotkeys = hotkeysOf(state, netuid);
  const coldkeys = hotkeys.map((hotkey) => state.sub<AccountId>('Owner', hotkey));
  const stakes = hotkeys.map((hotkey) => stakeOf(state, netuid, hotkey));
  const pruning = state.sub('PruningScores', netuid);
  return {
    hotkeys,
    coldkeys,
    identities: coldkeys.map((coldkey) => state.sub('IdentitiesV2', coldkey)),
    axons: hotkeys.map((hotkey) => state.sub('Axons', netuid, hotkey) ?? NEVER_SERVED),
    active: state.sub('Active', netuid),
    validator_permit: state.sub('ValidatorPermit', netuid),
    // The field has another name since the first upgrade; a struct takes those that it knows.
    pruning_score: pruning,
    pruning_scores: pruning,
    last_update: state.sub('LastUpdate', index),
    emission: state.sub('Emission', netuid),
    dividends: state.sub('Dividends', netuid),
    incentives: state.sub('Incentive', index),
    consensus: state.sub('Consensus', netuid),
    trust: state.sub('Trust', netuid),
    rank: state.sub('Rank', netuid),
    block_at_registration: hotkeys.map((_, uid) => state.sub('BlockAtRegistration', netuid, uid)),
    alpha_stake: stakes.map((stake) => stake.alpha),
    tao_stake: stakes.map((stake) => stake.tao),
    total_stake: stakes.map((stake) => stake.total),
    tao_dividends_per_hotkey: hotkeys.map((hotkey) => [hotkey, 0n]),
    alpha_dividends_per_hotkey: hotkeys.map((hotkey) => [
      hotkey,
      state.sub('AlphaDividendsPerSubnet', netuid, hotkey),
    ]),
    collateral_locked: hotkeys.map(() => 0n),
  };
}

/** `NeuronInfo` of every uid; a lite one is the same without weights and bonds. */
export function neuronsOf(state: StateReader, netuid: number, full: boolean): FieldValues[] {
  if (!state.sub<boolean>('NetworksAdded', netuid)) return [];
  const vector = <T>(name: string) => state.sub<T[]>(name, netuid);
  const active = vector('Active');
  const rank = vector('Rank');
  const emission = vector('Emission');
  const incentive = vector('Incentive');
  const consensus = vector('Consensus');
  const trust = vector('Trust');
  const validatorTrust = vector('ValidatorTrust');
  const dividends = vector('Dividends');
  const lastUpdate = vector('LastUpdate');
  const permit = vector('ValidatorPermit');
  const pruning = vector('PruningScores');
  return hotkeysOf(state, netuid).map((hotkey, uid) => {
    const coldkey = state.sub<AccountId>('Owner', hotkey);
    const lite = {
      hotkey,
      coldkey,
      uid,
      netuid,
      active: active[uid],
      axon_info: state.sub('Axons', netuid, hotkey) ?? NEVER_SERVED,
      prometheus_info: state.sub('Prometheus', netuid, hotkey) ?? NO_PROMETHEUS,
      stake: [[coldkey, state.sub('TotalHotkeyAlpha', hotkey, netuid)]],
      rank: rank[uid],
      emission: emission[uid],
      incentive: incentive[uid],
      consensus: consensus[uid],
      trust: trust[uid],
      validator_trust: validatorTrust[uid],
      dividends: dividends[uid],
      last_update: lastUpdate[uid],
      validator_permit: permit[uid],
      pruning_score: pruning[uid],
    };
    if (!full) return lite;
    const row = (name: string) =>
      state.sub<[number, number][]>(name, netuid, uid).filter(([, value]) => value !== 0);
    return { ...lite, weights: row('Weights'), bonds: row('Bonds') };
  });
}
