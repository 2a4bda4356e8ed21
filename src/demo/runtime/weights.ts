import type { AccountId } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import { stakeOf, storageIndex } from './stake.ts';
import type { StateReader, StateWriter } from './storage.ts';

export interface SetWeights {
  readonly netuid: number;
  readonly mechanism: number;
  readonly dests: readonly number[];
  readonly weights: readonly number[];
  readonly versionKey: bigint;
}

/**
 * `SubtensorModule.set_weights` and `set_mechanism_weights`: the checks of `pallets/subtensor/src/subnets/weights.rs` in
 * their order, then the row max-scaled to 65535, `LastUpdate` and `WeightsSet`.
 */
export function setWeights(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  row: SetWeights,
  block: number,
): void {
  const { netuid, mechanism, dests, weights } = row;
  ensure(!state.sub<boolean>('CommitRevealWeightsEnabled', netuid), 'CommitRevealEnabled');
  ensure(netuid !== 0, 'CanNotSetRootNetworkWeights');
  ensure(dests.length === weights.length, 'WeightVecNotEqualSize');
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensure(mechanism < state.sub<number>('MechanismCountCurrent', netuid), 'MechanismDoesNotExist');
  const n = state.sub<number>('SubnetworkN', netuid);
  ensure(dests.length <= n, 'UidsLengthExceedUidsInSubNet');
  const uid = state.sub<number | undefined>('Uids', netuid, who);
  ensure(uid !== undefined, 'HotKeyNotRegisteredInSubNet');
  const enough = stakeOf(state, netuid, who).total >= state.sub<bigint>('StakeThreshold');
  ensure(enough, 'NotEnoughStakeToSetWeights');
  ensure(row.versionKey >= state.sub<bigint>('WeightsVersionKey', netuid), 'IncorrectWeightVersionKey');
  ensure(!isTooFast(state, netuid, mechanism, uid ?? 0, block), 'SettingWeightsTooFast');
  const isSelf = dests.length === 1 && dests[0] === uid;
  const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
  ensure(isSelf || permits[uid ?? 0] === true, 'NeuronNoValidatorPermit');
  ensure(new Set(dests).size === dests.length, 'DuplicateUids');
  ensure(
    dests.every((dest) => dest < n),
    'UidVecContainInvalidOne',
  );
  const least = Math.min(state.sub<number>('MinAllowedWeights', netuid), n);
  ensure(isSelf || dests.length >= least, 'WeightVecLengthIsLow');

  const index = storageIndex(netuid, mechanism);
  const largest = Math.max(...weights, 1);
  const scaled = dests.map((dest, at) => [dest, Math.round(((weights[at] ?? 0) * 65_535) / largest)]);
  state.putSub('Weights', index, uid, scaled);
  const updates = state.sub<bigint[]>('LastUpdate', index);
  updates[uid ?? 0] = BigInt(block);
  state.putSub('LastUpdate', index, updates);
  log.emit('SubtensorModule', 'WeightsSet', [index, uid]);
}

/** Whether a neuron set weights less than `WeightsSetRateLimit` blocks ago. Also refused at the pool's door. */
export function isTooFast(
  state: StateReader,
  netuid: number,
  mechanism: number,
  uid: number,
  block: number,
): boolean {
  const last = state.sub<bigint[]>('LastUpdate', storageIndex(netuid, mechanism))[uid] ?? 0n;
  return last !== 0n && BigInt(block) - last < state.sub<bigint>('WeightsSetRateLimit', netuid);
}
