import type { ChainEvent } from '../types.ts';

/** Events after which a uid may belong to another hotkey, or a hotkey to another coldkey, on one subnet or (no netuid in them) on any. */
const MEMBERSHIP_EVENTS: ReadonlySet<string> = new Set([
  'NeuronRegistered',
  'BulkNeuronsRegistered',
  'NetworkAdded',
  'NetworkRemoved',
  'NetworkDissolved',
  'HotkeySwapped',
  'HotkeySwappedOnSubnet',
  'ColdkeySwapped',
  'UidsTrimmed',
  'SubnetUidsTrimmed',
  'MaxAllowedUidsSet',
]);

/** The netuids whose neurons may have changed by these events of one block; `all` when the events do not say where. */
export function membershipChanges(events: readonly ChainEvent[]): ReadonlySet<number> | 'all' {
  const netuids = new Set<number>();
  for (const { pallet, name, fields } of events) {
    if (pallet === 'System' && name === 'CodeUpdated') return 'all';
    if (pallet !== 'SubtensorModule' || !MEMBERSHIP_EVENTS.has(name)) continue;
    const netuid = fields.netuid ?? fields['0'];
    if (typeof netuid !== 'number') return 'all';
    netuids.add(netuid);
  }
  return netuids;
}
