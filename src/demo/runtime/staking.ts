import { type AccountId, sameBytes } from '../../shared/index.ts';
import { buyAlpha, sellAlpha } from './alpha-pool.ts';
import { deposit, freeOf, withdraw } from './balances.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import type { StateReader, StateWriter } from './storage.ts';

/** Least that may be staked, moved or taken back, rao of TAO (`DefaultMinStake`). */
const LEAST_RAO = 2_000_000n;

/** `SubtensorModule.add_stake`: TAO of a coldkey becomes alpha under a hotkey. */
export function addStake(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  args: { readonly hotkey: AccountId; readonly netuid: number; readonly amount_staked: bigint },
): void {
  const { hotkey, netuid, amount_staked: tao } = args;
  checkPlace(state, netuid, hotkey);
  ensure(tao >= LEAST_RAO, 'AmountTooLow');
  ensure(freeOf(state, coldkey) > tao, 'NotEnoughBalanceToStake');
  withdraw(state, coldkey, tao);
  const { got: alpha, fee } = buyAlpha(state, netuid, tao);
  credit(state, hotkey, coldkey, netuid, alpha);
  log.emit('SubtensorModule', 'StakeAdded', [coldkey, hotkey, tao, alpha, netuid, fee]);
}

/** `SubtensorModule.remove_stake`: the reverse. */
export function removeStake(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  args: { readonly hotkey: AccountId; readonly netuid: number; readonly amount_unstaked: bigint },
): void {
  const { hotkey, netuid, amount_unstaked: alpha } = args;
  checkPlace(state, netuid, hotkey);
  debit(state, hotkey, coldkey, netuid, alpha);
  const { got: tao, fee } = sellAlpha(state, netuid, alpha);
  ensure(tao >= LEAST_RAO, 'AmountTooLow');
  deposit(state, coldkey, tao);
  log.emit('SubtensorModule', 'StakeRemoved', [coldkey, hotkey, tao, alpha, netuid, fee]);
}

/** Arguments of `SubtensorModule.move_stake`. */
export interface MoveStake {
  readonly origin_hotkey: AccountId;
  readonly destination_hotkey: AccountId;
  readonly origin_netuid: number;
  readonly destination_netuid: number;
  readonly alpha_amount: bigint;
}

/** `SubtensorModule.move_stake`: alpha to another hotkey, another subnet, or both; between subnets by way of TAO. */
export function moveStake(state: StateWriter, log: EventLog, coldkey: AccountId, move: MoveStake): void {
  const { origin_hotkey: from, destination_hotkey: to, alpha_amount: alpha } = move;
  const { origin_netuid: origin, destination_netuid: destination } = move;
  checkPlace(state, origin, from);
  checkPlace(state, destination, to);
  debit(state, from, coldkey, origin, alpha);
  let tao: bigint;
  if (origin === destination) {
    tao = worthOf(state, origin, alpha);
    credit(state, to, coldkey, origin, alpha);
  } else {
    tao = sellAlpha(state, origin, alpha).got;
    credit(state, to, coldkey, destination, buyAlpha(state, destination, tao).got);
  }
  ensure(tao >= LEAST_RAO, 'AmountTooLow');
  log.emit('SubtensorModule', 'StakeMoved', [coldkey, from, origin, to, destination, tao]);
}

/** Alpha that a coldkey holds under a hotkey on a subnet: its shares of the hotkey's alpha. */
export function heldBy(state: StateReader, hotkey: AccountId, coldkey: AccountId, netuid: number): bigint {
  const all = state.sub<bigint>('TotalHotkeyShares', hotkey, netuid);
  if (all === 0n) return 0n;
  const own = state.sub<bigint>('Alpha', hotkey, coldkey, netuid);
  return (state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid) * own) / all;
}

function checkPlace(state: StateReader, netuid: number, hotkey: AccountId): void {
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensure(state.has('SubtensorModule', 'Owner', hotkey), 'HotKeyAccountNotExists');
}

function credit(
  state: StateWriter,
  hotkey: AccountId,
  coldkey: AccountId,
  netuid: number,
  alpha: bigint,
): void {
  const total = state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid);
  const shares = state.sub<bigint>('TotalHotkeyShares', hotkey, netuid);
  // The first shares are as many as rao; pay raises the alpha and leaves them alone, so that later ones cost more.
  const bought = total === 0n || shares === 0n ? alpha << 64n : (alpha * shares) / total;
  state.putSub('TotalHotkeyAlpha', hotkey, netuid, total + alpha);
  state.putSub('TotalHotkeyShares', hotkey, netuid, shares + bought);
  const own = state.sub<bigint>('Alpha', hotkey, coldkey, netuid);
  state.putSub('Alpha', hotkey, coldkey, netuid, own + bought);
  const staking = state.sub<AccountId[]>('StakingHotkeys', coldkey);
  if (!staking.some((known) => sameBytes(known, hotkey))) {
    state.putSub('StakingHotkeys', coldkey, [...staking, hotkey]);
  }
}

function debit(
  state: StateWriter,
  hotkey: AccountId,
  coldkey: AccountId,
  netuid: number,
  alpha: bigint,
): void {
  ensure(alpha > 0n && alpha <= heldBy(state, hotkey, coldkey, netuid), 'NotEnoughStakeToWithdraw');
  const total = state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid);
  const shares = state.sub<bigint>('TotalHotkeyShares', hotkey, netuid);
  const own = state.sub<bigint>('Alpha', hotkey, coldkey, netuid);
  const sold = (alpha * shares) / total;
  state.putSub('TotalHotkeyAlpha', hotkey, netuid, total - alpha);
  state.putSub('TotalHotkeyShares', hotkey, netuid, shares - sold);
  state.putSub('Alpha', hotkey, coldkey, netuid, own === sold ? undefined : own - sold);
}

function worthOf(state: StateReader, netuid: number, alpha: bigint): bigint {
  if (netuid === 0) return alpha;
  return (alpha * state.sub<bigint>('SubnetTAO', netuid)) / state.sub<bigint>('SubnetAlphaIn', netuid);
}
