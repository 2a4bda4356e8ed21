import { queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import type { ClustersBody, CopiersBody, DiffBody, MapBody, PruningBody, WeightsBody } from './types.ts';

/** What is known of a subnet's weights, by the last part of its route. */
export interface WeightBodies {
  weights: WeightsBody;
  clusters: ClustersBody;
  copiers: CopiersBody;
  map: MapBody;
}

/**
 * GET /subnets/{netuid}/{figure}. What is not pinned to an older block follows the chain: a new snapshot marks it stale,
 * at most every 30 s (see live.ts). Weights change once an epoch, so what takes long to reckon is asked for every five
 * minutes at most.
 */
export function weightQuery<Figure extends keyof WeightBodies>(
  netuid: number,
  figure: Figure,
  params: Readonly<Record<string, string | number | undefined>>,
) {
  const pinned = params.block !== undefined || params.to !== undefined;
  const follows = pinned ? 'ended' : figure === 'weights' ? 'live' : 'slow';
  return queryOptions<WeightBodies[Figure]>({
    queryKey: ['figure', netuid, figure, params, follows],
    queryFn: ({ signal }) =>
      request<WeightBodies[Figure]>(`/subnets/${netuid}/${figure}${query(params)}`, { signal }),
    placeholderData: (previous) => (previous?.netuid === netuid ? previous : undefined),
    staleTime: pinned ? Number.POSITIVE_INFINITY : follows === 'slow' ? 300_000 : 30_000,
    refetchInterval: follows === 'slow' ? 300_000 : false,
  });
}

/** What differs between two stored blocks; neither changes. */
export const diffQuery = (netuid: number, mechanism: number, block: number, against: number) =>
  queryOptions<DiffBody>({
    queryKey: ['diff', netuid, mechanism, block, against],
    queryFn: ({ signal }) =>
      request<DiffBody>(`/subnets/${netuid}/diff${query({ block, against, mechanism })}`, { signal }),
    placeholderData: (previous) =>
      previous?.netuid === netuid && previous.mechanism === mechanism ? previous : undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Who goes next when the subnet takes a newcomer. */
export const pruningQuery = (netuid: number) =>
  queryOptions<PruningBody>({
    queryKey: ['pruning', netuid],
    queryFn: ({ signal }) => request<PruningBody>(`/subnets/${netuid}/pruning`, { signal }),
    staleTime: 60_000,
    refetchInterval: 120_000,
  });
