import type { BlockView } from '../../../chain/index.ts';
import { type AccountId, sameBytes } from '../../../shared/index.ts';
import type { Draft } from './draft.ts';
import { knownAccountOf } from './event-fields.ts';
import { lookUp } from './look-up.ts';
import type { Trim } from './trims.ts';

/** Who holds uids in the course of a block. */
export interface Holders {
  /** Who held a uid just before the event of this index; `undefined` when nobody did. */
  before(netuid: number, uid: number, eventIndex: number): AccountId | undefined;
}

/**
 * Finds who held the uids that events speak of. `Keys` of the block is the end of the block: a uid that was registered in
 * it had another holder before, at its beginning the one of the parent block, and after each registration a new one. A
 * swap puts another hotkey in a holder's place; a trimming gives uids anew, so that before it the parent's hold.
 */
export async function readHolders(
  view: BlockView,
  parent: () => Promise<BlockView>,
  { drafts, trims }: { readonly drafts: readonly Draft[]; readonly trims: readonly Trim[] },
  signal: AbortSignal | undefined,
): Promise<Holders> {
  const registrations = Map.groupBy(
    drafts.filter(({ kind }) => kind === 'registered'),
    keyOf,
  );
  const begun = drafts.filter(({ kind }) => kind === 'subnet-added');
  const swaps = drafts.filter(({ kind }) => kind === 'hotkey-swapped');
  const isOfParent = (spot: Spot, eventIndex: number) =>
    registrations.has(keyOf(spot)) ||
    trims.some(({ netuid, index }) => netuid === spot.netuid && eventIndex < index);

  const asked = drafts.filter(({ kind }) => kind === 'weights-set' || kind === 'registered');
  const [old, now] = [true, false].map((is) =>
    asked.filter((draft) => isOfParent(draft, draft.event.index) === is).map(keysOf),
  ) as [Keys[], Keys[]];
  const after = await lookUp(view, now, signal);
  const at = old.length === 0 ? () => undefined : await lookUp(await parent(), old, signal);

  /** The hotkey in whose place this one stands at another event of the block. */
  const swapped = (holder: AccountId | undefined, netuid: number, from: number, to: number) => {
    const between = swaps.filter(
      ({ netuid: of, event: { index } }) =>
        (of === undefined || of === netuid) && Math.min(from, to) <= index && index < Math.max(from, to),
    );
    return (from < to ? between : between.reverse()).reduce((current, { hotkey, otherHotkey }) => {
      const [here, there] = from < to ? [hotkey, otherHotkey] : [otherHotkey, hotkey];
      return current !== undefined && here !== undefined && sameBytes(current, here) ? there : current;
    }, holder);
  };

  return {
    before(netuid, uid, eventIndex) {
      const spot = { netuid, uid };
      if (!isOfParent(spot, eventIndex)) {
        return swapped(knownAccountOf(after(keysOf(spot))), netuid, Number.POSITIVE_INFINITY, eventIndex);
      }
      const last = registrations.get(keyOf(spot))?.findLast(({ event }) => event.index < eventIndex);
      if (last !== undefined) return swapped(last.hotkey, netuid, last.event.index, eventIndex);
      // The neurons of the parent block are those of the subnet that had this netuid before.
      if (begun.some((draft) => draft.netuid === netuid && draft.event.index < eventIndex)) return undefined;
      return swapped(knownAccountOf(at(keysOf(spot))), netuid, 0, eventIndex);
    },
  };
}

interface Spot {
  readonly netuid?: number | undefined;
  readonly uid?: number | undefined;
}

type Keys = ReturnType<typeof keysOf>;

function keysOf({ netuid, uid }: Spot) {
  return { item: 'Keys', keys: [netuid, uid] };
}

function keyOf({ netuid, uid }: Spot): string {
  return `${netuid}/${uid}`;
}
