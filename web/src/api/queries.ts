import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import type {
  BlocksBody,
  GapsBody,
  HistoryBody,
  HotkeyBody,
  MetagraphJson,
  RuntimesBody,
  SqlBody,
  StatusBody,
  SubnetBody,
  SubnetsBody,
} from './types.ts';

/**
 * Every question the pages ask. Live answers are marked stale by the event stream, so none polls faster than once a
 * minute; an answer at a given block never changes, so it is kept.
 */
export const statusQuery = () =>
  queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => request<StatusBody>('/status', { signal }),
    refetchInterval: 30_000,
  });

export const subnetsQuery = () =>
  queryOptions({
    queryKey: ['subnets'],
    queryFn: ({ signal }) => request<SubnetsBody>('/subnets', { signal }),
    refetchInterval: 60_000,
  });

export const subnetQuery = (netuid: number, block?: number) =>
  queryOptions<SubnetBody>({
    queryKey: ['subnet', netuid, block ?? 'live'],
    queryFn: ({ signal }) => request<SubnetBody>(`/subnets/${netuid}${query({ block })}`, { signal }),
    placeholderData: (previous) => (previous?.subnet.netuid === netuid ? previous : undefined),
    staleTime: block === undefined ? 30_000 : Number.POSITIVE_INFINITY,
  });

export const metagraphQuery = (netuid: number, mechanism: number, block?: number) =>
  queryOptions<MetagraphJson>({
    queryKey: ['metagraph', netuid, mechanism, block ?? 'live'],
    queryFn: ({ signal }) => request<MetagraphJson>(metagraphPath(netuid, mechanism, block), { signal }),
    // While another block loads, the table keeps the rows it shows; another subnet's rows would be a lie.
    placeholderData: (previous) =>
      previous?.netuid === netuid && previous.mechanism === mechanism ? previous : undefined,
    staleTime: block === undefined ? 30_000 : Number.POSITIVE_INFINITY,
  });

export function metagraphPath(
  netuid: number,
  mechanism: number,
  block?: number,
  format?: 'csv' | 'json',
): string {
  return `/subnets/${netuid}/metagraph${query({ block, mechanism, format })}`;
}

export const blocksQuery = (netuid: number, mechanism: number) =>
  queryOptions({
    queryKey: ['blocks', netuid, mechanism],
    queryFn: ({ signal }) =>
      request<BlocksBody>(`/subnets/${netuid}/blocks${query({ mechanism })}`, { signal }),
    // New snapshots are appended from the event stream; the roll-ups move slowly.
    refetchInterval: 300_000,
    staleTime: 60_000,
  });

export const hotkeyQuery = (hotkey: string) =>
  queryOptions({
    queryKey: ['hotkey', hotkey],
    queryFn: ({ signal }) => request<HotkeyBody>(`/neurons/${encodeURIComponent(hotkey)}`, { signal }),
    refetchInterval: 60_000,
  });

export interface HistoryRange {
  netuid: number;
  mechanism: number;
  resolution: string;
  from?: number | undefined;
}

export const historyQuery = (hotkey: string, range: HistoryRange) =>
  queryOptions({
    queryKey: ['history', hotkey, range],
    queryFn: ({ signal }) =>
      request<HistoryBody>(`/neurons/${encodeURIComponent(hotkey)}/history${query({ ...range })}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const gapsQuery = () =>
  queryOptions({
    queryKey: ['gaps'],
    queryFn: ({ signal }) => request<GapsBody>('/gaps', { signal }),
    refetchInterval: 120_000,
  });

export const runtimesQuery = () =>
  queryOptions({
    queryKey: ['runtimes'],
    queryFn: ({ signal }) => request<RuntimesBody>('/runtimes', { signal }),
    staleTime: 300_000,
  });

/** Asked only by a press of the button; the answer stays for the way back to the page. */
export const sqlQuery = (text: string) =>
  queryOptions({
    queryKey: ['sql', text],
    queryFn: ({ signal }) => request<SqlBody>('/sql', { body: { query: text }, signal }),
    enabled: false,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
