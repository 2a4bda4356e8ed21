import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import type { EventsBody } from './types.ts';

export interface FeedFilter {
  readonly kinds?: string | undefined;
  readonly uid?: number | undefined;
  readonly hotkey?: string | undefined;
  readonly coldkey?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const PAGE = 100;

/** The feed of a subnet, newest first, page after page. What is older never changes, so it is not asked for again. */
export const feedQuery = (netuid: number, filter: FeedFilter) =>
  infiniteQueryOptions({
    queryKey: ['feed', netuid, filter],
    queryFn: ({ signal, pageParam }) => feedPage(netuid, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** The newest page of the feed, again and again: what is put in front of {@link feedQuery}'s. */
export const newestFeedQuery = (netuid: number, filter: FeedFilter) =>
  queryOptions({
    queryKey: ['feed-newest', netuid, filter],
    queryFn: ({ signal }) => feedPage(netuid, filter, undefined, signal),
    refetchInterval: 12_000,
  });

/** The path of the feed as CSV, up to the server's bound of one answer. */
export function feedCsvPath(netuid: number, filter: FeedFilter): string {
  return `/subnets/${netuid}/feed${query({ ...filter, limit: 1_000, format: 'csv' })}`;
}

function feedPage(netuid: number, filter: FeedFilter, before: string | undefined, signal: AbortSignal) {
  return request<EventsBody>(`/subnets/${netuid}/feed${query({ ...filter, before, limit: PAGE })}`, {
    signal,
  });
}
