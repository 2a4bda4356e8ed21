import type { BlockRef } from '../chain/index.ts';
import type { Store } from '../store/index.ts';
import type { SubnetEvent } from './collect/events/index.ts';
import { milliseconds } from './retention.ts';

/** What happened in one block. */
export interface BlockEvents {
  readonly block: BlockRef;
  readonly timestampMs?: number | undefined;
  readonly events: readonly SubnetEvent[];
}

/** The netuid of rows that concern no single subnet. */
export const NO_SUBNET = -1;

/** Kind of a row that was taken back. */
export const RETRACTED = '';

const COLUMNS = [
  'netuid',
  'block',
  'place',
  'timestamp',
  'kind',
  'name',
  'mechanism',
  'uid',
  'hotkey',
  'coldkey',
  'other_hotkey',
  'other_coldkey',
  'other_netuid',
  'tao',
  'alpha',
  'old_value',
  'new_value',
  'actor',
  'actor_kind',
  'signer',
  'via',
  'extrinsic',
  'expires',
] as const;

/** Stores events. May be repeated. `expires` is the instant at which rows of a subnet may go, as ClickHouse writes it. */
export async function saveEvents(
  store: Store,
  blocks: readonly BlockEvents[],
  expires: (netuid: number | undefined) => string,
): Promise<void> {
  const rows = blocks.flatMap(({ block, timestampMs, events }) => {
    const timestamp = timestampMs === undefined ? undefined : milliseconds(timestampMs);
    return events.map((event) => eventRow(event, block, timestamp, expires(event.netuid)));
  });
  if (rows.length > 0) await store.insert('events', COLUMNS, rows);
}

/**
 * Takes back what happened in blocks that others have replaced: rows of no kind are put over them. A block in their place
 * puts its own rows over those again. (A delete would do as well, but not on a cluster.)
 */
export async function retractEvents(store: Store, from: number): Promise<void> {
  await store.command(
    `INSERT INTO events (netuid, block, place, kind, expires)
     SELECT netuid, block, place, '${RETRACTED}', expires FROM events FINAL
     WHERE block >= {from:UInt32} AND kind != '${RETRACTED}'`,
    { params: { from }, label: 'take back events' },
  );
}

function eventRow(
  event: SubnetEvent,
  block: BlockRef,
  timestamp: string | undefined,
  expires: string,
): unknown[] {
  const { actor } = event;
  return [
    event.netuid ?? NO_SUBNET,
    block.number,
    event.place,
    timestamp,
    event.kind,
    event.name,
    event.mechanism ?? 0,
    event.uid,
    event.hotkey,
    event.coldkey,
    event.otherHotkey,
    event.otherColdkey,
    event.otherNetuid,
    event.tao,
    event.alpha,
    event.oldValue,
    event.newValue,
    typeof actor === 'string' ? undefined : actor,
    actor === undefined ? '' : typeof actor === 'string' ? actor : 'account',
    event.signer,
    (event.via ?? []).join(','),
    event.extrinsic,
    expires,
  ];
}
