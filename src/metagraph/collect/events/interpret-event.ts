import { type ChainEvent, eventField } from '../../../chain/index.ts';
import type { Draft, Facts, Interpret } from './draft.ts';
import { accountAt, amountAt, u16At } from './event-fields.ts';
import { interpretStake } from './interpret-stake.ts';
import { SLOT } from './subnet-event.ts';
import { accountText, axonText, bytesText, childrenText, hashesText, takeText } from './value-text.ts';

/** Whether events of this name are told. Hyperparameters are not: they are compared, not believed. */
export function isTold({ pallet, name }: ChainEvent): boolean {
  return INTERPRETERS.has(`${pallet}.${name}`);
}

/**
 * The rows of an event that {@link isTold}, by the names and positions of its fields in each era (reference, section 4.2).
 * `undefined` when its fields are none that we know.
 */
export function interpretEvent(event: ChainEvent): readonly Draft[] | undefined {
  const facts = INTERPRETERS.get(`${event.pallet}.${event.name}`)?.(event);
  if (facts === undefined) return undefined;
  return (Array.isArray(facts) ? facts : [facts]).map((row: Facts, at) => ({
    ...row,
    name: event.name,
    event,
    slot: at === 0 ? SLOT.first : SLOT.second,
  }));
}

/** The storage index of a mechanism is mechanism x 4096 + netuid; before mechanisms it was the netuid. */
const MECHANISM_STEP = 4_096;

const INTERPRETERS: ReadonlyMap<string, Interpret> = new Map<string, Interpret>([
  ...subtensor({
    NeuronRegistered: (event) => {
      const [netuid, uid, hotkey] = [
        u16At(event, 'netuid', '0'),
        u16At(event, 'uid', '1'),
        accountAt(event, 'hotkey', '2'),
      ];
      if (netuid === undefined || uid === undefined || hotkey === undefined) return undefined;
      return { kind: 'registered', netuid, uid, hotkey };
    },
    WeightsSet: (event) => {
      const of = mechanismAt(event, 'netuid', 'netuid_index', '0');
      const uid = u16At(event, 'uid', 'neuron_uid', '1');
      return of && uid !== undefined ? { kind: 'weights-set', ...of, uid } : undefined;
    },
    WeightsCommitted: committed,
    CRV3WeightsCommitted: committed,
    TimelockedWeightsCommitted: committed,
    WeightsRevealed: (event) => {
      const of = mechanismAt(event, 'netuid', 'netuid_index', '1');
      const hotkey = accountAt(event, 'who', 'hotkey', '0');
      const newValue = bytesText(eventField(event, 'commit_hash', 'hash', '2'));
      return of && hotkey && { kind: 'weights-revealed', ...of, hotkey, newValue };
    },
    WeightsBatchRevealed: (event) => {
      const of = mechanismAt(event, 'netuid', 'netuid_index', '1');
      const hotkey = accountAt(event, 'who', 'hotkey', '0');
      const newValue = hashesText(eventField(event, 'revealed_hashes', 'hashes', '2'));
      return of && hotkey && { kind: 'weights-revealed', ...of, hotkey, newValue };
    },
    CRV3WeightsRevealed: revealedByChain,
    TimelockedWeightsRevealed: revealedByChain,
    AxonServed: (event) => {
      const [netuid, hotkey] = [u16At(event, 'netuid', '0'), accountAt(event, 'hotkey', '1')];
      if (netuid === undefined || hotkey === undefined) return undefined;
      const axon = { item: 'Axons', keys: [netuid, hotkey], show: axonText };
      return { kind: 'axon-served', netuid, hotkey, before: axon, after: axon };
    },
    DelegateAdded: took,
    TakeIncreased: took,
    TakeDecreased: took,
    SetChildren: (event) => {
      const [hotkey, netuid] = [accountAt(event, 'hotkey', '0'), u16At(event, 'netuid', '1')];
      const newValue = childrenText(eventField(event, 'children', '2'));
      if (hotkey === undefined || netuid === undefined || newValue === undefined) return undefined;
      const before = { item: 'ChildKeys', keys: [hotkey, netuid], show: childrenText };
      return { kind: 'children', netuid, hotkey, newValue, before };
    },
    SetChildrenScheduled: (event) => {
      const [hotkey, netuid] = [accountAt(event, 'hotkey', '0'), u16At(event, 'netuid', '1')];
      const at = amountAt(event, 'cooldown_block', 'block', '2');
      const children = childrenText(eventField(event, 'children', '3'));
      if (hotkey === undefined || netuid === undefined || at === undefined || children === undefined)
        return undefined;
      const before = { item: 'ChildKeys', keys: [hotkey, netuid], show: childrenText };
      return { kind: 'children', netuid, hotkey, newValue: `${children} from block ${at}`, before };
    },
    ChildKeyTakeSet: (event) => {
      // Its netuid is in the call alone.
      const hotkey = accountAt(event, 'hotkey', '0');
      const newValue = takeText(eventField(event, 'take', '1'));
      return hotkey && newValue !== undefined ? { kind: 'children', hotkey, newValue } : undefined;
    },
    HotkeySwapped: hotkeySwapped,
    HotkeySwappedOnSubnet: hotkeySwapped,
    ColdkeySwapped: coldkeySwapped,
    ColdkeySwapScheduled: coldkeySwapped,
    ColdkeySwapAnnounced: coldkeySwapping,
    ColdkeySwapDisputed: coldkeySwapping,
    ColdkeySwapCleared: coldkeySwapping,
    ColdkeySwapReset: coldkeySwapping,
    NetworkAdded: (event) => ofSubnet('subnet-added', event),
    NetworkRemoved: (event) => ofSubnet('subnet-removed', event),
    SubnetOwnerHotkeySet: (event) => {
      const [netuid, hotkey] = [u16At(event, 'netuid', '0'), accountAt(event, 'new_hotkey', 'hotkey', '1')];
      if (netuid === undefined || hotkey === undefined) return undefined;
      const before = { item: 'SubnetOwnerHotkey', keys: [netuid], show: accountText };
      return { kind: 'owner-changed', netuid, hotkey, newValue: accountText(hotkey), before };
    },
    SubnetLeaseTerminated: (event) => {
      const [netuid, coldkey] = [u16At(event, 'netuid', '1'), accountAt(event, 'beneficiary', '0')];
      if (netuid === undefined || coldkey === undefined) return undefined;
      const before = { item: 'SubnetOwner', keys: [netuid], show: accountText };
      return { kind: 'owner-changed', netuid, coldkey, newValue: accountText(coldkey), before };
    },
    ...interpretStake,
  }),
  ['System.CodeUpdated', () => ({ kind: 'runtime-upgraded' })],
]);

function subtensor(interpreters: Readonly<Record<string, Interpret>>): [string, Interpret][] {
  return Object.entries(interpreters).map(([name, interpret]) => [`SubtensorModule.${name}`, interpret]);
}

function mechanismAt(event: ChainEvent, ...names: readonly string[]) {
  const index = u16At(event, ...names);
  return index === undefined
    ? undefined
    : { netuid: index % MECHANISM_STEP, mechanism: Math.floor(index / MECHANISM_STEP) };
}

function committed(event: ChainEvent): Facts | undefined {
  const of = mechanismAt(event, 'netuid', 'netuid_index', '1');
  const hotkey = accountAt(event, 'who', 'hotkey', '0');
  const newValue = bytesText(eventField(event, 'commit_hash', 'hash', '2'));
  return of && hotkey && { kind: 'weights-committed', ...of, hotkey, newValue };
}

function revealedByChain(event: ChainEvent): Facts | undefined {
  const of = mechanismAt(event, 'netuid', 'netuid_index', '0');
  const hotkey = accountAt(event, 'who', 'hotkey', '1');
  return of && hotkey && { kind: 'weights-revealed', ...of, hotkey };
}

function took(event: ChainEvent): Facts | undefined {
  const [coldkey, hotkey] = [accountAt(event, 'coldkey', '0'), accountAt(event, 'hotkey', '1')];
  const newValue = takeText(eventField(event, 'take', '2'));
  if (coldkey === undefined || hotkey === undefined || newValue === undefined) return undefined;
  const before = { item: 'Delegates', keys: [hotkey], show: takeText };
  return { kind: 'take', coldkey, hotkey, newValue, before };
}

function hotkeySwapped(event: ChainEvent): Facts | undefined {
  const [coldkey, hotkey, otherHotkey] = [
    accountAt(event, 'coldkey', '0'),
    accountAt(event, 'old_hotkey', '1'),
    accountAt(event, 'new_hotkey', '2'),
  ];
  if (coldkey === undefined || hotkey === undefined || otherHotkey === undefined) return undefined;
  return { kind: 'hotkey-swapped', coldkey, hotkey, otherHotkey, netuid: u16At(event, 'netuid', '3') };
}

function coldkeySwapped(event: ChainEvent): Facts | undefined {
  const [coldkey, otherColdkey] = [
    accountAt(event, 'old_coldkey', '0'),
    accountAt(event, 'new_coldkey', '1'),
  ];
  if (coldkey === undefined || otherColdkey === undefined) return undefined;
  const at = amountAt(event, 'execution_block');
  const newValue = at === undefined ? undefined : `at block ${at}`;
  return { kind: 'coldkey-swapped', coldkey, otherColdkey, newValue };
}

/** A step towards a swap, or back from it: only the hash of the new coldkey is known, if that. */
function coldkeySwapping(event: ChainEvent): Facts | undefined {
  const coldkey = accountAt(event, 'who', 'coldkey', '0');
  const newValue = bytesText(eventField(event, 'new_coldkey_hash', 'hash', '1'));
  return coldkey && { kind: 'coldkey-swapped', coldkey, newValue };
}

function ofSubnet(kind: 'subnet-added' | 'subnet-removed', event: ChainEvent): Facts | undefined {
  const netuid = u16At(event, 'netuid', '0');
  return netuid === undefined ? undefined : { kind, netuid };
}
