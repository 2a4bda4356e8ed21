import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type FeedFilter, feedQuery, newestFeedQuery } from '../../api/feed.ts';
import { useLive } from '../../api/live-context.tsx';
import type { EventJson, EventsBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import type { SubnetSearch } from '../../url/search.ts';
import { isSelected, type Selected } from '../../url/selection.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { useBlockRange } from '../weights/block-range.ts';
import { EventFilters } from './event-filters.tsx';
import { EventItem } from './event-item.tsx';
import styles from './events.module.css';
import { eventKey, joinFeed } from './join-feed.ts';

const NONE: readonly EventJson[] = [];

/** What happened on a subnet, newest first; new events come in front while the page is open. */
export function EventsPage() {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const { selected, only } = useSelection();
  const range = useBlockRange({ usual: true });
  const filter = useMemo(() => filterOf(search, range), [search, range]);
  const feed = useInfiniteQuery({ ...feedQuery(netuid, filter), enabled: range !== undefined });
  const follows = range !== undefined && range.to === undefined;
  const newest = useQuery({ ...newestFeedQuery(netuid, filter), enabled: follows });
  const [failure, setFailure] = useState<unknown>();
  const pages = feed.data?.pages;
  const joined = useMemo(() => {
    const known = pages?.flatMap(({ events }) => events) ?? NONE;
    const front = newest.data;
    return front === undefined || pages === undefined
      ? { events: known, gap: false }
      : joinFeed(known, front.events, front.next !== undefined);
  }, [pages, newest.data]);
  useFollow(follows, newest.refetch);
  const { refetch } = feed;
  // Away for long: what lies between is asked for anew.
  useEffect(() => {
    if (joined.gap) void refetch();
  }, [joined.gap, refetch]);
  const arrived = useArrived(joined.events, JSON.stringify([netuid, filter]));
  const shown = only ? joined.events.filter((event) => concerns(event, selected)) : joined.events;
  const recorded = (newest.data ?? pages?.[0])?.recorded;

  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      <EventFilters netuid={netuid} filter={filter} onError={setFailure} />
      <RecordedNote recorded={recorded} pending={feed.isPending} />
      {feed.error !== null && feed.data === undefined ? (
        <Problem error={feed.error} onRetry={() => void feed.refetch()} />
      ) : (
        <ol className={styles.feed} aria-label="Events, newest first" aria-busy={feed.isPending}>
          {feed.isPending
            ? Array.from({ length: 12 }, (_, index) => index).map((index) => (
                <li key={index} className={styles.skeleton} aria-hidden="true" />
              ))
            : shown.map((event) => (
                <EventItem
                  key={eventKey(event)}
                  event={event}
                  strong={concerns(event, selected)}
                  fresh={arrived.has(eventKey(event))}
                />
              ))}
          {!feed.isPending && shown.length === 0 ? (
            <li className={styles.empty}>
              {recorded === undefined
                ? 'No events of this subnet are recorded yet. They are recorded while Taoscope follows the chain, and by a backfill.'
                : 'Nothing of this kind happened in the recorded blocks of this range.'}
            </li>
          ) : null}
        </ol>
      )}
      {feed.isPending ? null : (
        <More
          has={feed.hasNextPage}
          busy={feed.isFetchingNextPage}
          failed={feed.isFetchNextPageError ? feed.error : null}
          count={shown.length}
          onMore={() => void feed.fetchNextPage()}
        />
      )}
    </>
  );
}

function filterOf(search: SubnetSearch, range: { from?: number; to?: number } | undefined): FeedFilter {
  const { who, kinds } = search;
  const uid = who !== undefined && /^\d+$/.test(who) ? Number(who) : undefined;
  const account = who !== undefined && uid === undefined ? who : undefined;
  return {
    kinds,
    uid,
    hotkey: search.as === 'coldkey' ? undefined : account,
    coldkey: search.as === 'coldkey' ? account : undefined,
    ...range,
  };
}

/** Which blocks were recorded: what is not in the feed may just not have been read. */
function RecordedNote({ recorded, pending }: { recorded: EventsBody['recorded']; pending: boolean }) {
  if (pending || recorded === undefined) return null;
  const span = recorded.to - recorded.from + 1;
  const whole = recorded.blocks >= span;
  return (
    <span className={styles.note} role="status">
      {whole
        ? `Every block from ${integer(recorded.from)} to ${integer(recorded.to)} is recorded.`
        : `${integer(recorded.blocks)} of the ${integer(span)} blocks from ${integer(recorded.from)} to ${integer(recorded.to)} are recorded; in the others things may have happened too.`}
    </span>
  );
}

/** Asks for the newest page when the chain has a new block, at most every three seconds. */
function useFollow(follows: boolean, ask: () => unknown): void {
  const best = useLive((live) => live.best);
  const asked = useRef(0);
  useEffect(() => {
    const now = performance.now();
    if (best === undefined || !follows || now - asked.current < 3_000) return;
    asked.current = now;
    ask();
  }, [best, follows, ask]);
}

/** The events that came after the first look at this question. */
function useArrived(events: readonly EventJson[], question: string): ReadonlySet<string> {
  const first = useRef<{ question: string; newest: number }>(undefined);
  const newest = events[0]?.block;
  if (newest !== undefined && first.current?.question !== question) first.current = { question, newest };
  const since = first.current?.newest ?? Number.POSITIVE_INFINITY;
  return useMemo(() => new Set(events.filter(({ block }) => block > since).map(eventKey)), [events, since]);
}

/** Fetches on when the end of the list comes into sight; the button is for those who go by keyboard. */
function More({
  has,
  busy,
  failed,
  count,
  onMore,
}: {
  has: boolean;
  busy: boolean;
  failed: unknown;
  count: number;
  onMore: () => void;
}) {
  const end = useRef<HTMLDivElement>(null);
  const ask = useRef(onMore);
  ask.current = onMore;
  const wanted = has && !busy && failed === null;
  // With more rows the end may still be in sight, so `count` is looked at anew.
  useEffect(() => {
    const element = end.current;
    if (element === null || !wanted) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) ask.current();
      },
      { rootMargin: '400px' },
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [wanted, count]);
  return (
    <div ref={end} className={styles.more}>
      {failed === null ? null : <Problem error={failed} compact onRetry={onMore} />}
      {has ? (
        <Button size="xs" variant="default" loading={busy} onClick={onMore}>
          Older events
        </Button>
      ) : count > 0 ? (
        `That is all: ${integer(count)} ${count === 1 ? 'event' : 'events'}.`
      ) : null}
    </div>
  );
}

function concerns(event: EventJson, selected: readonly Selected[]): boolean {
  if (selected.length === 0) return false;
  const { hotkey, uid, coldkey, otherHotkey, otherColdkey, actor, signer } = event;
  return (
    isSelected(selected, { hotkey, uid, coldkey }) ||
    [otherHotkey, otherColdkey, actor, signer].some((key) => key !== undefined && selected.includes(key))
  );
}
