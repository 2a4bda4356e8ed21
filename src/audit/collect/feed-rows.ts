import type { Store } from '../../store/index.ts';
import type { LiveFeeds } from '../adapter.ts';
import { sqlInstant } from '../instants.ts';
import type { Micros, MultiplierRecord } from '../types.ts';
import { nextSequence } from './ingest/sequence.ts';

const COLUMNS = ['source', 'feed', 'at', 'body', 'missing', 'version'] as const;

const MAPS = ['deletions', 'gpuCounts', 'blacklist', 'scores'] as const;

/** Stores the newest live answers of a publisher over the ones before. One that could not be had leaves the one before, with the reason. */
export async function saveFeeds(
  store: Store,
  source: string,
  feeds: LiveFeeds,
  signal?: AbortSignal,
): Promise<void> {
  const why = new Map(feeds.missing.map(({ feed, reason }) => [feed, reason]));
  const rows = [...MAPS, 'multipliers' as const].flatMap((feed) => {
    const value = feeds[feed];
    if (value === undefined) return [];
    const body = JSON.stringify(value instanceof Map ? [...value] : value);
    return [[source, feed, sqlInstant(feeds.at), body, why.get(feed) ?? '', nextSequence()]];
  });
  if (rows.length > 0) await store.insert('audit_feeds', COLUMNS, rows, { label: 'store feeds', signal });
}

/** The newest live answers that were had of a source; `undefined` when there are none at all. */
export async function readFeeds(
  store: Store,
  source: string,
  signal?: AbortSignal,
): Promise<LiveFeeds | undefined> {
  const rows = await store.query<{ feed: string; at: string; body: string; missing: string }>(
    `SELECT feed, toString(toUnixTimestamp64Micro(toDateTime64(at, 6, 'UTC'))) AS at, body, missing FROM audit_feeds FINAL
     WHERE source = {source:String}`,
    { params: { source }, label: 'read feeds', signal },
  );
  if (rows.length === 0) return undefined;
  const bodies = new Map(rows.map(({ feed, body }) => [feed, JSON.parse(body) as unknown]));
  const map = <Value>(feed: string) => {
    const body = bodies.get(feed);
    return body === undefined ? undefined : new Map(body as [string, Value][]);
  };
  return {
    at: rows.reduce((newest, { at }) => Math.max(newest, Number(at)), 0),
    deletions: map<Micros | null>('deletions'),
    gpuCounts: map<number>('gpuCounts'),
    blacklist: map<string>('blacklist'),
    scores: map<number>('scores'),
    multipliers: bodies.get('multipliers') as MultiplierRecord[] | undefined,
    missing: rows
      .filter(({ missing }) => missing !== '')
      .map(({ feed, missing }) => ({ feed, reason: missing })),
  };
}
