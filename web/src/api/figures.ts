import { queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import { metagraphPath } from './queries.ts';
import type {
  ActivityBody,
  ChurnBody,
  EconomyBody,
  GroupsBody,
  MetagraphJson,
  OccupancyBody,
  TracesBody,
} from './types.ts';

/** The figures of a subnet over time, by the last part of their route. */
export interface FigureBodies {
  churn: ChurnBody;
  occupancy: OccupancyBody;
  economy: EconomyBody;
  traces: TracesBody;
  groups: GroupsBody;
  activity: ActivityBody;
}

export type FigureParams = Readonly<Record<string, string | number | undefined>>;

const LONG_HOURS = 30 * 24;

/**
 * GET /subnets/{netuid}/{figure}. A range without an end follows the chain: a new snapshot marks it stale, at most every
 * 30 s (see live.ts); beyond 30 days one more snapshot cannot be seen, and it is asked for again every five minutes.
 */
export function figureQuery<Figure extends keyof FigureBodies>(
  netuid: number,
  figure: Figure,
  params: FigureParams,
) {
  const ended = params.to !== undefined;
  const long = params.hours === undefined || Number(params.hours) > LONG_HOURS;
  const follows = ended ? 'ended' : long ? 'slow' : 'live';
  return queryOptions<FigureBodies[Figure]>({
    queryKey: ['figure', netuid, figure, params, follows],
    queryFn: ({ signal }) =>
      request<FigureBodies[Figure]>(`/subnets/${netuid}/${figure}${query(params)}`, { signal }),
    // While another range loads the figure keeps what it shows; another subnet's would be a lie.
    placeholderData: (previous) => (previous?.netuid === netuid ? previous : undefined),
    staleTime: ended ? Number.POSITIVE_INFINITY : long ? 300_000 : 30_000,
    refetchInterval: follows === 'slow' ? 300_000 : false,
  });
}

/** Who is on the subnet now, to name uids and keys in figures; not asked for again with each snapshot. */
export const rosterQuery = (netuid: number, mechanism: number) =>
  queryOptions<MetagraphJson>({
    queryKey: ['roster', netuid, mechanism],
    queryFn: ({ signal }) => request<MetagraphJson>(metagraphPath(netuid, mechanism), { signal }),
    staleTime: 300_000,
  });
