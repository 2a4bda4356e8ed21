import type { Via } from '../../../chain/index.ts';
import type { AccountId } from '../../../shared/index.ts';

export const EVENT_KINDS = [
  'registered',
  'deregistered',
  'weights-set',
  'weights-committed',
  'weights-revealed',
  'axon-served',
  'hyperparameter',
  'take',
  'children',
  'stake-added',
  'stake-removed',
  'stake-moved',
  'hotkey-swapped',
  'coldkey-swapped',
  'subnet-added',
  'subnet-removed',
  'owner-changed',
  'runtime-upgraded',
  'epoch',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** What happened to a subnet, a neuron or an account. What is not known, or makes no sense for the kind, is absent. */
export interface EventFacts {
  readonly kind: EventKind;
  /** The pallet's own name of the event; of a hyperparameter, its name. */
  readonly name: string;
  /** Absent for what concerns no single subnet. */
  readonly netuid?: number | undefined;
  /** Default 0. */
  readonly mechanism?: number | undefined;
  readonly uid?: number | undefined;
  readonly hotkey?: AccountId | undefined;
  /** The coldkey that moved stake; else the owner of the hotkey. */
  readonly coldkey?: AccountId | undefined;
  /** Of a swap or move the new one, to which it went; of a deregistration the newcomer. */
  readonly otherHotkey?: AccountId | undefined;
  readonly otherColdkey?: AccountId | undefined;
  readonly otherNetuid?: number | undefined;
  /** rao. */
  readonly tao?: bigint | undefined;
  /** rao of alpha of the subnet. */
  readonly alpha?: bigint | undefined;
  /** As text: a parameter's values, a take as a share of 1, an axon's address, the netuids that stake moved between. */
  readonly oldValue?: string | undefined;
  readonly newValue?: string | undefined;
}

/** Who did it. All absent where it cannot be told. */
export interface Attribution {
  /** For whom it was done: an account, `root`, or `chain` for what a block hook did by itself. */
  readonly actor?: AccountId | 'root' | 'chain' | undefined;
  /** Who signed the extrinsic. */
  readonly signer?: AccountId | undefined;
  /** Wrappers that the call came through, outermost first. */
  readonly via?: readonly Via[] | undefined;
  /** Index of the extrinsic in the block. */
  readonly extrinsic?: number | undefined;
}

export interface SubnetEvent extends EventFacts, Attribution {
  /**
   * Where in the block: {@link PLACES} times the index of the chain's event, plus a slot. With netuid and block it is the key of the
   * row, so it follows from the block alone: never from what was asked for, nor from what else is there.
   */
  readonly place: number;
}

/** Places of one chain event. */
export const PLACES = 4;

/** What the rows of one chain event are told apart by. */
export const SLOT = { first: 0, second: 1, parameter: 2, epoch: 3 } as const;

/** A subnet's epoch, which a block hook runs in front of all extrinsics. */
export function epochEvent(netuid: number): SubnetEvent {
  return { kind: 'epoch', name: 'Epoch', netuid, actor: 'chain', place: SLOT.epoch };
}
