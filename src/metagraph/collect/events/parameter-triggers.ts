import { type Action, type ChainEvent, eventField } from '../../../chain/index.ts';
import { attributionTo, type Causes } from './attribute.ts';
import { u16Of } from './event-fields.ts';
import type { Attribution } from './subnet-event.ts';

/** A sign that somebody set a parameter: a call, an event, or both of the same act. */
export interface Trigger {
  /** Absent for a parameter of the whole network. */
  readonly netuid: number | undefined;
  /** Index of the event that its row is placed at. */
  readonly index: number;
  /** What was set, as the chain calls it: `MinBurn`, `sudo_set_min_burn`. */
  readonly names: readonly string[];
  readonly attribution: Attribution;
}

/** Events of `SubtensorModule` that end like those of parameters and tell of something else, or of what the chain moves by itself. */
const OTHER_SETS = new Set([
  ...['WeightsSet', 'BulkBalancesSet', 'ChildKeyTakeSet', 'ChainIdentitySet', 'SubnetIdentitySet'],
  ...['SubnetOwnerHotkeySet', 'AutoStakeDestinationSet', 'RootClaimTypeSet'],
  ...['BurnSet', 'DifficultySet', 'RAORecycledForRegistrationSet'],
]);

/** Events of parameters that do not end in `Set`. */
const TOGGLES = new Set([
  ...['RegistrationAllowed', 'PowRegistrationAllowed', 'CommitRevealEnabled', 'TransferToggle'],
]);

/** Calls by which a subnet's owner sets parameters without AdminUtils (since spec 257, 423). */
const OWNER_CALLS = new Set(['set_tempo', 'set_activity_cutoff_factor', 'start_call']);

/** All signs in a block, in order; an event and the call that caused it are one. */
export function triggersOf(
  events: readonly ChainEvent[],
  actions: readonly Action[],
  causes: Causes,
): Trigger[] {
  const setting = events.filter(isSetting);
  const caused = Map.groupBy(setting, (event) => causes.actionOf(event));
  const ofCalls = actions.flatMap((action) => {
    const own = caused.get(action) ?? [];
    if (isSettingCall(action)) return [ofCall(action, own, events)];
    return own.map((event) => ofEvent(event, causes));
  });
  // Block hooks, and extrinsics that could not be decoded.
  const ofNobody = (caused.get(undefined) ?? []).map((event) => ofEvent(event, causes));
  return [...ofNobody, ...ofCalls].sort((a, b) => a.index - b.index);
}

function isSetting({ pallet, name }: ChainEvent): boolean {
  if (pallet === 'AdminUtils') return true;
  return (
    pallet === 'SubtensorModule' && (TOGGLES.has(name) || (name.endsWith('Set') && !OTHER_SETS.has(name)))
  );
}

function isSettingCall({ pallet, call, success }: Action): boolean {
  if (success !== true) return false;
  if (pallet === 'AdminUtils') return call.startsWith('sudo_');
  return pallet === 'SubtensorModule' && (OWNER_CALLS.has(call) || call.startsWith('sudo_set_'));
}

function ofCall(action: Action, own: readonly ChainEvent[], events: readonly ChainEvent[]): Trigger {
  const index =
    own[0]?.index ??
    action.events[0]?.index ??
    // A silent call is placed at the end of its extrinsic.
    events.findLast(({ extrinsicIndex }) => extrinsicIndex === action.extrinsicIndex)?.index;
  return {
    netuid: u16Of(action.args.netuid),
    index: index ?? 0,
    names: [action.call, ...own.map(({ name }) => name)],
    attribution: attributionTo(action),
  };
}

function ofEvent(event: ChainEvent, causes: Causes): Trigger {
  // (netuid, value); of the whole network (value).
  const isOfSubnet = Object.keys(event.fields).length > 1;
  return {
    netuid: isOfSubnet ? u16Of(eventField(event, 'netuid', '0')) : undefined,
    index: event.index,
    names: [event.name],
    attribution: causes.attributionOf(event),
  };
}
