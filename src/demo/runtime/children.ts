import { type AccountId, sameBytes } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import { hotkeysOf, type Lent } from './stake.ts';
import type { StateWriter } from './storage.ts';
import { ensureOwner } from './takes.ts';

const MOST_CHILDREN = 5;
const WHOLE = (1n << 64n) - 1n;

type Pending = readonly [children: Lent[], fromBlock: bigint];

/** `SubtensorModule.set_children`: from an epoch after the cooldown on, a hotkey's stake counts for others in these shares. */
export function setChildren(
  state: StateWriter,
  log: EventLog,
  coldkey: AccountId,
  args: { readonly hotkey: AccountId; readonly netuid: number; readonly children: readonly Lent[] },
  block: number,
): void {
  const { hotkey, netuid, children } = args;
  ensure(netuid !== 0, 'RegistrationNotPermittedOnRootSubnet');
  ensure(state.sub<boolean>('NetworksAdded', netuid), 'SubnetNotExists');
  ensureOwner(state, coldkey, hotkey);
  ensure(children.length <= MOST_CHILDREN, 'TooManyChildren');
  const names = children.map(([, child]) => Buffer.from(child).toString('hex'));
  ensure(new Set(names).size === names.length, 'DuplicateChild');
  ensure(!children.some(([, child]) => sameBytes(child, hotkey)), 'InvalidChild');
  ensure(children.reduce((sum, [share]) => sum + share, 0n) <= WHOLE, 'ProportionOverflow');
  const from = BigInt(block) + state.sub<bigint>('PendingChildKeyCooldown');
  state.putSub('PendingChildKeys', netuid, hotkey, [children, from]);
  log.emit('SubtensorModule', 'SetChildrenScheduled', [hotkey, netuid, from, children]);
}

/** What an epoch begins with: children whose cooldown is over take the place of those before (`do_set_pending_children`). */
export function applyPendingChildren(state: StateWriter, log: EventLog, netuid: number, block: number): void {
  for (const hotkey of hotkeysOf(state, netuid)) {
    if (!state.has('SubtensorModule', 'PendingChildKeys', netuid, hotkey)) continue;
    const [children, from] = state.sub<Pending>('PendingChildKeys', netuid, hotkey);
    if (BigInt(block) < from) continue;
    for (const [, child] of state.sub<Lent[]>('ChildKeys', hotkey, netuid)) {
      state.putSub('ParentKeys', child, netuid, parentsBut(state, child, netuid, hotkey));
    }
    for (const [share, child] of children) {
      const others = parentsBut(state, child, netuid, hotkey);
      state.putSub('ParentKeys', child, netuid, [...others, [share, hotkey]]);
    }
    state.putSub('ChildKeys', hotkey, netuid, children);
    state.putSub('PendingChildKeys', netuid, hotkey, undefined);
    log.emit('SubtensorModule', 'SetChildren', [hotkey, netuid, children]);
  }
}

function parentsBut(state: StateWriter, child: AccountId, netuid: number, hotkey: AccountId): Lent[] {
  return state.sub<Lent[]>('ParentKeys', child, netuid).filter(([, parent]) => !sameBytes(parent, hotkey));
}
