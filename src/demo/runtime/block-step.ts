import { roll, sway } from '../population/roll.ts';
import { movePool } from './alpha-pool.ts';
import { applyPendingChildren } from './children.ts';
import { isEpochBlock, runEpoch } from './epoch.ts';
import type { EventLog } from './events.ts';
import { netuidsOf } from './stake.ts';
import type { StateWriter } from './storage.ts';

const RAO = 1_000_000_000n;
const OWNER_CUT_PERCENT = 18n;
const SERVER_PERCENT = 41n;

/**
 * What happens in every block before its extrinsics, as in the pallet's `on_initialize`: one TAO is emitted into the pools,
 * traders move the prices a little, pay is put aside, epochs that are due run, registration costs adjust.
 */
export function blockStep(state: StateWriter, log: EventLog, seed: string, block: number): void {
  const netuids = netuidsOf(state);
  const issuance = state.get<bigint>('Balances', 'TotalIssuance') + RAO;
  state.put('Balances', 'TotalIssuance', issuance);
  state.putSub('TotalIssuance', issuance);
  const prices = new Map(
    netuids.filter((netuid) => netuid !== 0).map((netuid) => [netuid, movingPrice(state, netuid)]),
  );
  const total = [...prices.values()].reduce((sum, price) => sum + price, 0n);
  for (const netuid of netuids) {
    if (state.sub<number>('RegistrationsThisBlock', netuid) > 0)
      state.putSub('RegistrationsThisBlock', netuid, 0);
    const price = prices.get(netuid);
    if (price !== undefined) {
      inject(state, netuid, total === 0n ? 0n : (RAO * price) / total);
      trade(state, netuid, seed, block);
      adjustBurn(state, log, netuid, block);
    }
    if (isEpochBlock(netuid, state.sub<number>('Tempo', netuid), block)) {
      if (netuid !== 0) {
        applyPendingChildren(state, log, netuid, block);
        runEpoch(state, log, netuid, block);
      }
      state.putSub('BlocksSinceLastStep', netuid, 0n);
      state.putSub('LastMechansimStepBlock', netuid, BigInt(block));
    } else {
      state.putSub('BlocksSinceLastStep', netuid, state.sub<bigint>('BlocksSinceLastStep', netuid) + 1n);
    }
  }
}

function movingPrice(state: StateWriter, netuid: number): bigint {
  return state.sub<bigint>('SubnetMovingPrice', netuid);
}

/** TAO and alpha into the pool, one alpha out to be paid at the epoch: 18 % owner, 41 % miners, 41 % validators. */
function inject(state: StateWriter, netuid: number, tao: bigint): void {
  const taoIn = state.sub<bigint>('SubnetTAO', netuid);
  const alphaIn = state.sub<bigint>('SubnetAlphaIn', netuid);
  const wanted = taoIn === 0n ? 0n : (tao * alphaIn) / taoIn;
  const alpha = wanted > RAO ? RAO : wanted;
  state.putSub('SubnetTAO', netuid, taoIn + tao);
  state.putSub('SubnetAlphaIn', netuid, alphaIn + alpha);
  state.putSub('SubnetAlphaOut', netuid, state.sub<bigint>('SubnetAlphaOut', netuid) + RAO);
  state.putSub('SubnetTaoInEmission', netuid, tao);
  state.putSub('SubnetAlphaInEmission', netuid, alpha);
  state.putSub('SubnetAlphaOutEmission', netuid, RAO);
  const owner = (RAO * OWNER_CUT_PERCENT) / 100n;
  const server = (RAO * SERVER_PERCENT) / 100n;
  add(state, 'PendingOwnerCut', netuid, owner);
  add(state, 'PendingServerEmission', netuid, server);
  add(state, 'PendingValidatorEmission', netuid, RAO - owner - server);
}

/** Somebody buys or sells alpha: the product of the pool stays, the price walks, with a slow tide below. */
function trade(state: StateWriter, netuid: number, seed: string, block: number): void {
  const tide = 0.0004 * Math.sin((block + 97 * netuid) / 180);
  const step =
    roll(seed, 'busy', netuid, block) < 0.6 ? 0.002 * sway(seed, 'trade', netuid, block) + tide : 0;
  if (step === 0) return;
  const taoIn = state.sub<bigint>('SubnetTAO', netuid);
  const alphaIn = state.sub<bigint>('SubnetAlphaIn', netuid);
  const tao = (taoIn * BigInt(Math.round((1 + step) * 1e9))) / RAO;
  const alpha = (taoIn * alphaIn) / tao;
  movePool(state, netuid, tao, alpha);
  const spot = (tao << 32n) / alpha;
  const moving = movingPrice(state, netuid);
  // One part in 64 per block; the chain's own average is far slower, and would not be seen to move here.
  state.putSub('SubnetMovingPrice', netuid, moving + (spot - moving) / 64n);
}

/** Once per `AdjustmentInterval`: dearer after more registrations than the target, cheaper after fewer. */
function adjustBurn(state: StateWriter, log: EventLog, netuid: number, block: number): void {
  const interval = state.sub<number>('AdjustmentInterval', netuid);
  if (block - Number(state.sub<bigint>('LastAdjustmentBlock', netuid)) < interval) return;
  const registrations = BigInt(state.sub<number>('RegistrationsThisInterval', netuid));
  const target = BigInt(state.sub<number>('TargetRegistrationsPerInterval', netuid));
  const burn = state.sub<bigint>('Burn', netuid);
  const moved = (burn * (3n * (registrations + target) + 7n * 2n * target)) / (20n * target);
  const bounded = clamp(moved, state.sub<bigint>('MinBurn', netuid), state.sub<bigint>('MaxBurn', netuid));
  state.putSub('Burn', netuid, bounded);
  state.putSub('LastAdjustmentBlock', netuid, BigInt(block));
  state.putSub('RegistrationsThisInterval', netuid, 0);
  state.putSub('BurnRegistrationsThisInterval', netuid, 0);
  if (bounded !== burn) log.emit('SubtensorModule', 'BurnSet', [netuid, bounded]);
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

function add(state: StateWriter, item: string, netuid: number, amount: bigint): void {
  state.putSub(item, netuid, state.sub<bigint>(item, netuid) + amount);
}
