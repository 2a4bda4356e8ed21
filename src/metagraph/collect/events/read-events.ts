import { type Action, type BlockView, type ChainEvent, walkCalls } from '../../../chain/index.ts';
import type { Netuids } from '../read.ts';
import { attribute, type Causes } from './attribute.ts';
import { completeEvents } from './complete-events.ts';
import type { Draft } from './draft.ts';
import { u16Of } from './event-fields.ts';
import { readParameterChanges } from './hyperparameters.ts';
import { interpretEvent, isTold } from './interpret-event.ts';
import { requireOutcomes } from './require-outcomes.ts';
import { type EventFacts, PLACES, type SubnetEvent } from './subnet-event.ts';
import { readTrimmed, trimsOf } from './trims.ts';
import { takeText } from './value-text.ts';

export interface EventsWanted {
  /** Subnets that are told of; what concerns no single subnet always is. Default `all`. */
  readonly netuids?: Netuids | undefined;
  /** Movements of stake below are left out, rao of TAO. Default 0. */
  readonly minStakeRao?: bigint | undefined;
  /** The block's parent, asked for only where old values or former holders are. */
  readonly parent: () => Promise<BlockView>;
  readonly signal?: AbortSignal | undefined;
}

/** What happened in a block, in order. */
export interface EventReading {
  readonly events: readonly SubnetEvent[];
  /** Events that should have been told but could not be interpreted, or were too many. */
  readonly skipped: number;
}

/** Most events of one block that are told: more than a block's weight has room for. */
const MOST_EVENTS = 10_000;

/**
 * Reads what happened in a block, each event with who did it. Neither the events nor the fields of an era are assumed: what
 * cannot be interpreted is counted in `skipped`. Epochs are no events of the chain; see {@link epochEvent}.
 *
 * Throws `undecodable` where the events of the block cannot be read at all, `falsified` where they are not those of its
 * extrinsics.
 */
export async function readEvents(view: BlockView, wanted: EventsWanted): Promise<EventReading> {
  const { netuids = 'all', signal } = wanted;
  const events = await view.events(signal);
  const actions = await actionsOf(view, events, signal);
  const causes = attribute(actions);
  const parent = once(wanted.parent);
  const isWanted = ({ netuid }: EventFacts) =>
    netuid === undefined || netuids === 'all' || netuids.includes(netuid);

  const { drafts, skipped } = draftsOf(events, causes, (draft) => isWanted(draft) && isLarge(draft, wanted));
  const trims = trimsOf(actions, netuids, events);
  const told = await completeEvents(view, parent, { drafts, trims, causes }, signal);
  const places = events.length * PLACES;
  const trimmed = await readTrimmed(view, parent, { trims, told, places }, signal);
  const changed = await readParameterChanges(view, parent, { events, actions, causes, netuids, signal });
  return { events: [...told, ...trimmed, ...changed].sort((a, b) => a.place - b.place), skipped };
}

/** What was done, as far as anybody but the block's inherent extrinsics did something. */
async function actionsOf(
  view: BlockView,
  events: readonly ChainEvent[],
  signal: AbortSignal | undefined,
): Promise<readonly Action[]> {
  // No block but the first is without events: an extrinsic's result is one.
  const isMute = events.length === 0 && view.block.number > 0;
  if (!isMute && !mayHoldCalls(events)) return [];
  const extrinsics = await view.extrinsics(signal);
  requireOutcomes(view.block.number, extrinsics, events);
  return walkCalls(extrinsics, events);
}

/**
 * Whether any call but the block's inherent ones took effect. Not every call leaves an event of its own: many of
 * AdminUtils change a parameter in silence.
 */
function mayHoldCalls(events: readonly ChainEvent[]): boolean {
  return events.some(
    ({ pallet, name, fields }) =>
      pallet === 'System' && name === 'ExtrinsicSuccess' && !isMandatory(fields.dispatch_info ?? fields['0']),
  );
}

function isMandatory(info: unknown): boolean {
  const kind = (info as { class?: { type?: unknown } } | undefined)?.class;
  return kind?.type === 'Mandatory';
}

function isLarge({ kind, tao }: EventFacts, { minStakeRao = 0n }: EventsWanted): boolean {
  const isStake = kind === 'stake-added' || kind === 'stake-removed' || kind === 'stake-moved';
  return !isStake || tao === undefined || tao >= minStakeRao;
}

function draftsOf(
  events: readonly ChainEvent[],
  causes: Causes,
  isWanted: (draft: Draft) => boolean,
): { drafts: readonly Draft[]; skipped: number } {
  const drafts: Draft[] = [];
  let skipped = 0;
  for (const event of events) {
    if (!isTold(event)) continue;
    const rows = interpretEvent(event)
      ?.map((draft) => withCall(draft, causes))
      .filter(isWanted);
    if (rows === undefined || drafts.length + rows.length > MOST_EVENTS) skipped++;
    else drafts.push(...rows);
  }
  return { drafts, skipped };
}

/** What only the call says: the subnet of a child-key take; before alpha, whose stake it is. */
function withCall(draft: Draft, causes: Causes): Draft {
  const action = causes.actionOf(draft.event);
  if (draft.name === 'ChildKeyTakeSet') {
    const netuid = action?.call === 'set_childkey_take' ? u16Of(action.args.netuid) : undefined;
    if (netuid === undefined) return draft;
    const before = { item: 'ChildkeyTake', keys: [draft.hotkey, netuid], show: takeText };
    return { ...draft, netuid, before };
  }
  if (draft.kind === 'stake-added' || draft.kind === 'stake-removed') {
    const { actor } = causes.attributionOf(draft.event);
    if (draft.coldkey === undefined && actor instanceof Uint8Array) return { ...draft, coldkey: actor };
  }
  return draft;
}

/** Asks at most once, and only when it is needed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
