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
 * `SubtensorModule.set_weights` and `set_mechanism_weights`, where weights are not committed first: the checks of
 * `pallets/subtensor/src/subnets/weights.rs`, then the row, `LastUpdate` and `WeightsSet`.
 */
export function setWeights(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  row: SetWeights,
  block: number,
): void {
  const { netuid, mechanism } = row;
  ensure(!state.sub<boolean>('CommitRevealWeightsEnabled', netuid), 'CommitRevealEnabled');
  const uid = applyWeights(state, log, who, row, block);
  const index = storageIndex(netuid, mechanism);
  const updates = state.sub<bigint[]>('LastUpdate', index);
  updates[uid] = BigInt(block);
  state.putSub('LastUpdate', index, updates);
}

/** Checks a row in the chain's order and stores it, max-scaled to 65535; answers the uid. Reveals leave `LastUpdate` alone. */
export function applyWeights(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  row: SetWeights,
  block: number,
): number {
  const { netuid, mechanism, dests, weights } = row;
  ensure(netuid !== 0, 'CanNotSetRootNetworkWeights');
  ensure(dests.length === weights.length, 'WeightVecNotEqualSize');
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensure(mechanism < state.sub<number>('MechanismCountCurrent', netuid), 'MechanismDoesNotExist');
  const n = state.sub<number>('SubnetworkN', netuid);
  ensure(dests.length <= n, 'UidsLengthExceedUidsInSubNet');
  const registered = state.sub<number | undefined>('Uids', netuid, who);
  ensure(registered !== undefined, 'HotKeyNotRegisteredInSubNet');
  const uid = registered ?? 0;
  const enough = stakeOf(state, netuid, who).total >= state.sub<bigint>('StakeThreshold');
  ensure(enough, 'NotEnoughStakeToSetWeights');
  ensure(row.versionKey >= state.sub<bigint>('WeightsVersionKey', netuid), 'IncorrectWeightVersionKey');
  const committed = state.sub<boolean>('CommitRevealWeightsEnabled', netuid);
  ensure(committed || !isTooFast(state, netuid, mechanism, uid, block), 'SettingWeightsTooFast');
  const isSelf = dests.length === 1 && dests[0] === uid;
  const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
  ensure(isSelf || permits[uid] === true, 'NeuronNoValidatorPermit');
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
  log.emit('SubtensorModule', 'WeightsSet', [index, uid]);
  return uid;
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
