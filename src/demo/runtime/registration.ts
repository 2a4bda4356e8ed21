import type { AccountId } from '../../shared/index.ts';
import { withdraw } from './balances.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import { storageIndex } from './stake.ts';
import type { StateReader, StateWriter } from './storage.ts';

/**
 * `SubtensorModule.burned_register`: pays `Burn`, takes a free uid or that of the neuron with the lowest pruning score
 * that is no longer immune (spec 343's rule, without owner immunity), and emits `NeuronRegistered`.
 */
export function burnedRegister(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  { netuid, hotkey }: { netuid: number; hotkey: AccountId },
  block: number,
): void {
  ensure(netuid !== 0, 'RegistrationNotPermittedOnRootSubnet');
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensure(state.sub<boolean>('NetworkRegistrationAllowed', netuid), 'SubNetRegistrationDisabled');
  const perBlock = state.sub<number>('MaxRegistrationsPerBlock', netuid);
  ensure(state.sub<number>('RegistrationsThisBlock', netuid) < perBlock, 'TooManyRegistrationsThisBlock');
  const target = state.sub<number>('TargetRegistrationsPerInterval', netuid);
  ensure(
    state.sub<number>('RegistrationsThisInterval', netuid) < target * 3,
    'TooManyRegistrationsThisInterval',
  );
  ensure(
    state.sub<number | undefined>('Uids', netuid, hotkey) === undefined,
    'HotKeyAlreadyRegisteredInSubNet',
  );
  const owner = state.has('SubtensorModule', 'Owner', hotkey)
    ? state.sub<AccountId>('Owner', hotkey)
    : undefined;
  ensure(owner === undefined || Buffer.compare(owner, coldkey) === 0, 'NonAssociatedColdKey');

  const burn = state.sub<bigint>('Burn', netuid);
  withdraw(state, coldkey, burn);
  const recycled = state.sub<bigint>('RAORecycledForRegistration', netuid);
  state.putSub('RAORecycledForRegistration', netuid, recycled + burn);
  if (owner === undefined) {
    state.putSub('Owner', hotkey, coldkey);
    state.putSub('OwnedHotkeys', coldkey, [...state.sub<AccountId[]>('OwnedHotkeys', coldkey), hotkey]);
  }
  const n = state.sub<number>('SubnetworkN', netuid);
  let uid = n;
  if (n < state.sub<number>('MaxAllowedUids', netuid)) append(state, netuid, n, block);
  else {
    const weakest = uidToPrune(state, netuid, block);
    ensure(weakest !== undefined, 'NoNeuronIdAvailable');
    uid = weakest ?? 0;
    replace(state, netuid, uid);
  }
  state.putSub('Keys', netuid, uid, hotkey);
  state.putSub('Uids', netuid, hotkey, uid);
  state.putSub('IsNetworkMember', hotkey, netuid, true);
  state.putSub('BlockAtRegistration', netuid, uid, BigInt(block));
  for (const counter of [
    'RegistrationsThisBlock',
    'RegistrationsThisInterval',
    'BurnRegistrationsThisInterval',
  ]) {
    state.putSub(counter, netuid, state.sub<number>(counter, netuid) + 1);
  }
  log.emit('SubtensorModule', 'NeuronRegistered', [netuid, uid, hotkey]);
}

/** The uid that a newcomer of a full subnet would take. */
function uidToPrune(state: StateReader, netuid: number, block: number): number | undefined {
  const immunity = BigInt(state.sub<number>('ImmunityPeriod', netuid));
  const scores = state.sub<number[]>('PruningScores', netuid);
  const permits = state.sub<boolean[]>('ValidatorPermit', netuid);
  let best: { uid: number; score: number; since: bigint } | undefined;
  scores.forEach((score, uid) => {
    const since = state.sub<bigint>('BlockAtRegistration', netuid, uid);
    const immune = BigInt(block) - since < immunity;
    // Validators of the demo are long-lived: their keys drive the whole play.
    if (immune || permits[uid] === true) return;
    if (best === undefined || score < best.score || (score === best.score && since < best.since)) {
      best = { uid, score, since };
    }
  });
  return best?.uid;
}

const SCORE_VECTORS = ['Rank', 'Trust', 'Consensus', 'Dividends', 'ValidatorTrust', 'StakeWeight'];

function append(state: StateWriter, netuid: number, n: number, block: number): void {
  state.putSub('SubnetworkN', netuid, n + 1);
  for (const name of SCORE_VECTORS) extend(state, name, netuid, 0);
  extend(state, 'PruningScores', netuid, 65_535);
  extend(state, 'Emission', netuid, 0n);
  extend(state, 'Active', netuid, true);
  extend(state, 'ValidatorPermit', netuid, false);
  for (const index of indices(state, netuid)) {
    extend(state, 'Incentive', index, 0);
    extend(state, 'LastUpdate', index, BigInt(block));
  }
}

/** Clears what the predecessor left, except `LastUpdate`: that is inherited before spec 397. */
function replace(state: StateWriter, netuid: number, uid: number): void {
  const old = state.sub<AccountId>('Keys', netuid, uid);
  state.putSub('Uids', netuid, old, undefined);
  state.putSub('IsNetworkMember', old, netuid, undefined);
  state.putSub('Axons', netuid, old, undefined);
  state.putSub('Prometheus', netuid, old, undefined);
  for (const name of ['Rank', 'Trust', 'Consensus', 'Dividends']) assign(state, name, netuid, uid, 0);
  assign(state, 'PruningScores', netuid, uid, 65_535);
  assign(state, 'Emission', netuid, uid, 0n);
  for (const index of indices(state, netuid)) {
    assign(state, 'Incentive', index, uid, 0);
    state.putSub('Weights', index, uid, undefined);
    state.putSub('Bonds', index, uid, undefined);
  }
}

function indices(state: StateReader, netuid: number): number[] {
  const mechanisms = state.sub<number>('MechanismCountCurrent', netuid);
  return Array.from({ length: mechanisms }, (_, mechanism) => storageIndex(netuid, mechanism));
}

function extend(state: StateWriter, name: string, index: number, value: unknown): void {
  state.putSub(name, index, [...state.sub<unknown[]>(name, index), value]);
}

function assign(state: StateWriter, name: string, index: number, uid: number, value: unknown): void {
  const vector = state.sub<unknown[]>(name, index);
  vector[uid] = value;
  state.putSub(name, index, vector);
}
