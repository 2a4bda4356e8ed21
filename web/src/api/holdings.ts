import { queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import type { ColdkeyBody, EarningsBody, StandingBody } from './types.ts';

/** More rows than this nobody reads; the totals are of all. */
const MOST_HOLDINGS = 1_000;

/** What a coldkey holds on all subnets. */
export const coldkeyQuery = (coldkey: string) =>
  queryOptions({
    queryKey: ['coldkey', coldkey],
    queryFn: ({ signal }) =>
      request<ColdkeyBody>(`/coldkeys/${encodeURIComponent(coldkey)}${query({ limit: MOST_HOLDINGS })}`, {
        signal,
      }),
    refetchInterval: 60_000,
  });

/** What epochs paid a coldkey or a hotkey, by day. */
export const earningsQuery = (of: 'coldkeys' | 'neurons', account: string, days: number | undefined) =>
  queryOptions<EarningsBody>({
    queryKey: ['earnings', of, account, days],
    queryFn: ({ signal }) =>
      request<EarningsBody>(`/${of}/${encodeURIComponent(account)}/earnings${query({ days })}`, { signal }),
    placeholderData: (previous, before) => (before?.queryKey[2] === account ? previous : undefined),
    staleTime: 60_000,
    refetchInterval: 300_000,
  });

/** A hotkey across subnets, and who is beside it. */
export const standingQuery = (hotkey: string) =>
  queryOptions({
    queryKey: ['standing', hotkey],
    queryFn: ({ signal }) =>
      request<StandingBody>(`/neurons/${encodeURIComponent(hotkey)}/standing`, { signal }),
    refetchInterval: 60_000,
  });
