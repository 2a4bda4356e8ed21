import type { EventJson } from '../../api/types.ts';

/** What tells two events apart. */
export function eventKey({ block, index, netuid }: EventJson): string {
  return `${block}:${index}:${netuid ?? ''}`;
}

export interface Joined {
  /** Newest first, each once. */
  readonly events: readonly EventJson[];
  /** The newest page does not reach the ones that are there: what lies between is not known. */
  readonly gap: boolean;
}

/**
 * The newest page in front of what is there. The newest page is right about the blocks it covers: an event that a
 * reorganisation took back is not in it any more.
 */
export function joinFeed(known: readonly EventJson[], newest: readonly EventJson[], more: boolean): Joined {
  const [last] = newest.slice(-1);
  // Nothing left in the newest page, and nothing behind it: all was taken back.
  if (last === undefined) return { events: more ? known : [], gap: false };
  const older = known.filter((event) => compare(event, last) < 0);
  const reaches = !more || known.length === 0 || known.some((event) => compare(event, last) >= 0);
  return { events: [...newest, ...older], gap: !reaches };
}

/** By block and place in it, as the feed is ordered. */
function compare(a: EventJson, b: EventJson): number {
  return a.block - b.block || a.index - b.index || (a.netuid ?? -1) - (b.netuid ?? -1);
}
