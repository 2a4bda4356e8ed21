import { type Action, type BlockView, type ChainEvent, readHotkeys } from '../../../chain/index.ts';
import { type AccountId, TaoscopeError } from '../../../shared/index.ts';
import type { Netuids } from '../read.ts';
import { attributionTo } from './attribute.ts';
import { knownAccountOf, u16Of } from './event-fields.ts';
import { lookUp, PALLET } from './look-up.ts';
import { PLACES, SLOT, type SubnetEvent } from './subnet-event.ts';

/** A call by which an owner cut a subnet down (`AdminUtils.sudo_trim_to_max_allowed_uids`, since spec 320). */
export interface Trim {
  readonly netuid: number;
  /** Of the last event of its extrinsic: the call leaves none of its own. */
  readonly index: number;
  readonly action: Action;
}

/** The trimmings among the calls of a block, one of each subnet: the last. */
export function trimsOf(actions: readonly Action[], netuids: Netuids, events: readonly ChainEvent[]): Trim[] {
  const trims = new Map<number, Trim>();
  for (const action of actions) {
    const { pallet, call, success, args } = action;
    const netuid = u16Of(args.netuid);
    if (pallet !== 'AdminUtils' || call !== 'sudo_trim_to_max_allowed_uids' || success !== true) continue;
    if (netuid === undefined || !(netuids === 'all' || netuids.includes(netuid))) continue;
    const last = events.findLast(({ extrinsicIndex }) => extrinsicIndex === action.extrinsicIndex);
    trims.set(netuid, { netuid, index: last?.index ?? 0, action });
  }
  return [...trims.values()];
}

/**
 * Who left by trimming: hotkeys that held a uid in the parent block and hold none any more. Those that stay are given uids
 * anew, so uids cannot be compared. Whose leaving an event of the block tells already is not told again.
 *
 * @param places where the rows begin: behind all events of the block, in the order of the uids that were held.
 */
export async function readTrimmed(
  view: BlockView,
  parent: () => Promise<BlockView>,
  {
    trims,
    told,
    places,
  }: { readonly trims: readonly Trim[]; readonly told: readonly SubnetEvent[]; readonly places: number },
  signal: AbortSignal | undefined,
): Promise<SubnetEvent[]> {
  const rows: SubnetEvent[] = [];
  for (const { netuid, action } of trims) {
    const [before, after] = [
      await hotkeysOf(await parent(), netuid, signal),
      await hotkeysOf(view, netuid, signal),
    ];
    const goneOrSwapped = told.filter((event) =>
      event.kind === 'deregistered' ? event.netuid === netuid : event.kind === 'hotkey-swapped',
    );
    const known = new Set([...after, ...goneOrSwapped.map(({ hotkey }) => hotkey)].map(textOf));
    const left = before
      .map((hotkey, uid) => ({ hotkey, uid }))
      .filter(({ hotkey }) => hotkey !== undefined && !known.has(textOf(hotkey)));
    const owner = await lookUp(view, left.map(ownerOf), signal);
    for (const one of left) {
      rows.push({
        ...{ kind: 'deregistered', name: action.call, netuid, ...one },
        coldkey: knownAccountOf(owner(ownerOf(one))),
        ...attributionTo(action),
        place: places + one.uid * PLACES + SLOT.first,
      });
    }
  }
  return rows;
}

async function hotkeysOf(view: BlockView, netuid: number, signal: AbortSignal | undefined) {
  const n = Number((await view.storage(PALLET, 'SubnetworkN', [netuid], signal)) ?? 0);
  if (n > MOST_NEURONS) {
    throw new TaoscopeError('falsified', {
      failed: `SubnetworkN of netuid ${netuid} is no number of neurons`,
      got: String(n),
      expected: `at most ${MOST_NEURONS}`,
    });
  }
  const uids = Array.from({ length: n }, (_, uid) => uid);
  return readHotkeys(view, netuid, uids, { n, signal });
}

/** Uids are u16, and so is their count. */
const MOST_NEURONS = 65_535;

function ownerOf({ hotkey }: { readonly hotkey: AccountId | undefined }) {
  return { item: 'Owner', keys: [hotkey] };
}

function textOf(account: AccountId | undefined): string {
  return account === undefined ? '' : Buffer.from(account).toString('hex');
}
