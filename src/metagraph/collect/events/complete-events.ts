import type { BlockView } from '../../../chain/index.ts';
import type { AccountId } from '../../../shared/index.ts';
import type { Causes } from './attribute.ts';
import type { Draft } from './draft.ts';
import { knownAccountOf, u16Of } from './event-fields.ts';
import { readHolders } from './holders.ts';
import { lookUp, type Wanted } from './look-up.ts';
import { PLACES, SLOT, type SubnetEvent } from './subnet-event.ts';
import type { Trim } from './trims.ts';

/** What a block's events and calls say by themselves. */
export interface Happened {
  readonly drafts: readonly Draft[];
  readonly trims: readonly Trim[];
  readonly causes: Causes;
}

/**
 * Looks up what events leave out: who holds a uid, whom a newcomer replaced (a row of its own), which uid a hotkey has,
 * who owns it, and what was before. Then says who did it.
 */
export async function completeEvents(
  view: BlockView,
  parent: () => Promise<BlockView>,
  { drafts, trims, causes }: Happened,
  signal: AbortSignal | undefined,
): Promise<SubnetEvent[]> {
  const holders = await readHolders(view, parent, { drafts, trims }, signal);
  const rows = drafts.flatMap((draft) => {
    const { kind, netuid, uid, event } = draft;
    if (netuid === undefined || uid === undefined) return [draft];
    const holder = holders.before(netuid, uid, event.index);
    if (kind === 'weights-set') return [{ ...draft, hotkey: holder }];
    return kind === 'registered' ? registration(draft, holder) : [draft];
  });
  const wanted = [...rows.flatMap(absentOf), ...rows.flatMap(({ after }) => after ?? [])];
  const now = await lookUp(view, wanted, signal);
  const old = rows.flatMap(({ before }) => before ?? []);
  const then = old.length === 0 ? () => undefined : await lookUp(await parent(), old, signal);
  return rows.map(({ event, slot, before, after, ...facts }) => ({
    ...facts,
    uid: facts.uid ?? u16Of(now(uidOf(facts))),
    coldkey: facts.coldkey ?? knownAccountOf(now(ownerOf(facts))),
    oldValue: facts.oldValue ?? before?.show(then(before)),
    newValue: facts.newValue ?? after?.show(now(after)),
    ...(facts.kind === 'runtime-upgraded' ? versionsOf(view) : {}),
    ...causes.attributionOf(event),
    place: event.index * PLACES + slot,
  }));
}

/** A registration, behind the deregistration of the one that it replaces. */
function registration(draft: Draft, former: AccountId | undefined): Draft[] {
  const registered = { ...draft, slot: SLOT.second };
  if (former === undefined || Buffer.compare(former, draft.hotkey ?? former) === 0) return [registered];
  const { hotkey: otherHotkey, ...same } = draft;
  return [{ ...same, kind: 'deregistered', hotkey: former, otherHotkey, slot: SLOT.first }, registered];
}

type Known = Pick<Draft, 'netuid' | 'uid' | 'hotkey' | 'coldkey'>;

function absentOf(known: Known): Wanted[] {
  const { netuid, uid, hotkey, coldkey } = known;
  if (hotkey === undefined) return [];
  return [
    ...(netuid !== undefined && uid === undefined ? [uidOf(known)] : []),
    ...(coldkey === undefined ? [ownerOf(known)] : []),
  ];
}

// What was not wanted is not known: with absent keys these name nothing that was looked up.
function uidOf({ netuid, hotkey }: Known): Wanted {
  return { item: 'Uids', keys: [netuid, hotkey] };
}

function ownerOf({ hotkey }: Known): Wanted {
  return { item: 'Owner', keys: [hotkey] };
}

function versionsOf(view: BlockView) {
  return {
    oldValue: String(view.runtime.specVersion),
    newValue: view.upgradesTo === undefined ? undefined : String(view.upgradesTo.specVersion),
  };
}
