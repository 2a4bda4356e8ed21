import { type AccountId, sameBytes } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import type { StateReader, StateWriter } from './storage.ts';

interface Take {
  readonly hotkey: AccountId;
  /** Parts of 65535. */
  readonly take: number;
}

/** `SubtensorModule.increase_take`: at most once in `TxDelegateTakeRateLimit` blocks. */
export function increaseTake(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  { hotkey, take }: Take,
  block: number,
): void {
  ensureOwner(state, coldkey, hotkey);
  ensure(take > state.sub<number>('Delegates', hotkey), 'DelegateTakeTooLow');
  ensure(take <= state.sub<number>('MaxDelegateTake'), 'DelegateTakeTooHigh');
  const last = state.sub<bigint>('LastTxBlockDelegateTake', hotkey);
  const limit = state.sub<bigint>('TxDelegateTakeRateLimit');
  ensure(last === 0n || BigInt(block) - last > limit, 'DelegateTxRateLimitExceeded');
  state.putSub('LastTxBlockDelegateTake', hotkey, BigInt(block));
  state.putSub('Delegates', hotkey, take);
  log.emit('SubtensorModule', 'TakeIncreased', [coldkey, hotkey, take]);
}

/** `SubtensorModule.decrease_take`. */
export function decreaseTake(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  { hotkey, take }: Take,
  block: number,
): void {
  ensureOwner(state, coldkey, hotkey);
  ensure(take < state.sub<number>('Delegates', hotkey), 'DelegateTakeTooHigh');
  ensure(take >= state.sub<number>('MinDelegateTake'), 'DelegateTakeTooLow');
  state.putSub('LastTxBlockDelegateTake', hotkey, BigInt(block));
  state.putSub('Delegates', hotkey, take);
  log.emit('SubtensorModule', 'TakeDecreased', [coldkey, hotkey, take]);
}

/** `SubtensorModule.set_childkey_take`: what a child keeps of the pay for stake that is lent to it. */
export function setChildkeyTake(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  { hotkey, take, netuid }: Take & { readonly netuid: number },
): void {
  ensureOwner(state, coldkey, hotkey);
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  const fits = take >= state.sub<number>('MinChildkeyTake') && take <= state.sub<number>('MaxChildkeyTake');
  ensure(fits, 'InvalidChildkeyTake');
  state.putSub('ChildkeyTake', hotkey, netuid, take);
  log.emit('SubtensorModule', 'ChildKeyTakeSet', [hotkey, take]);
}

/** `NonAssociatedColdKey` unless the coldkey owns the hotkey. */
export function ensureOwner(state: StateReader, coldkey: AccountId, hotkey: AccountId): void {
  ensure(sameBytes(state.sub<AccountId>('Owner', hotkey), coldkey), 'NonAssociatedColdKey');
}
