import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ProbeKind, ProbeLookup, ProbeOutcome } from '../url/audit-pay-search.ts';
import { query, request } from './client.ts';
import type {
  AuditIncentivesBody,
  AuditMinersBody,
  AuditProbesBody,
  AuditWhyBody,
  EventsBody,
} from './types.ts';

/**
 * The questions about pay, about miners' own word and about requests of our own. All stand under the key `audit`, which
 * the event stream marks stale.
 */
export interface JudgementFilter {
  readonly source?: string | undefined;
  readonly validator?: string | undefined;
  readonly at?: string | undefined;
  readonly profile?: string | undefined;
  readonly basis?: 'published' | undefined;
}

/** What each miner is owed, beside what it was paid. Another choice shows the last answer until its own is there. */
export const incentivesQuery = (filter: JudgementFilter) =>
  queryOptions<AuditIncentivesBody>({
    queryKey: ['audit', 'incentives', filter],
    queryFn: ({ signal }) =>
      request<AuditIncentivesBody>(`/audit/incentives${query({ ...filter })}`, { signal }),
    placeholderData: (previous) =>
      filter.validator === undefined || previous?.validator === filter.validator ? previous : undefined,
    staleTime: filter.at === undefined ? 60_000 : 600_000,
  });

/** Where the score of one miner comes from. */
export const whyQuery = (hotkey: string, filter: JudgementFilter) =>
  queryOptions<AuditWhyBody>({
    queryKey: ['audit', 'why', hotkey, filter],
    queryFn: ({ signal }) =>
      request<AuditWhyBody>(`/audit/why/${encodeURIComponent(hotkey)}${query({ ...filter })}`, { signal }),
    staleTime: 60_000,
  });

export function incentivesCsvPath(filter: JudgementFilter): string {
  return `/audit/incentives${query({ ...filter, format: 'csv' })}`;
}

/** When a validator set its weights lately, newest first, as far as events are recorded. */
export const weightTimesQuery = (netuid: number, validator: string) =>
  queryOptions({
    queryKey: ['weight-times', netuid, validator],
    queryFn: ({ signal }) =>
      request<EventsBody>(
        `/subnets/${netuid}/feed${query({ kinds: 'weights-set,weights-revealed', hotkey: validator, limit: 24 })}`,
        { signal },
      ),
    refetchInterval: 120_000,
  });

export interface AgreementFilter {
  readonly source?: string | undefined;
  readonly validator?: string | undefined;
  readonly hours: number;
}

/** What miners say of themselves, beside what the validator says of them. */
export const agreementQuery = (filter: AgreementFilter) =>
  queryOptions<AuditMinersBody>({
    queryKey: ['audit', 'miners', filter],
    queryFn: ({ signal }) => request<AuditMinersBody>(`/audit/miners${query({ ...filter })}`, { signal }),
    placeholderData: (previous) => previous,
    staleTime: 60_000,
  });

export function agreementCsvPath(filter: AgreementFilter): string {
  return `/audit/miners${query({ ...filter, format: 'csv' })}`;
}

export interface ProbesFilter {
  readonly source?: string | undefined;
  readonly kind?: ProbeKind | undefined;
  readonly lookup?: ProbeLookup | undefined;
  readonly outcome?: ProbeOutcome | undefined;
  readonly hotkey?: string | undefined;
}

/** Requests of our own, newest first, page after page. What became of an old one changes, so all shown pages follow. */
export const probesQuery = (filter: ProbesFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'probes', filter],
    queryFn: ({ signal, pageParam }) =>
      request<AuditProbesBody>(`/audit/probes${query({ ...filter, limit: PAGE, before: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export function probesCsvPath(filter: ProbesFilter): string {
  return `/audit/probes${query({ ...filter, limit: 1_000, format: 'csv' })}`;
}

/** Where the output of a request is. */
export function probeOutputPath(id: string): string {
  return `/audit/probes/${encodeURIComponent(id)}/output`;
}

const PAGE = 25;
