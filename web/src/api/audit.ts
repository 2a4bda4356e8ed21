import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { query, request } from './client.ts';
import type { AuditBody, AuditFindingsBody, AuditReportBody, AuditReportsBody, SqlBody } from './types.ts';

/**
 * The questions of the audit. What the audit comes to is told by the event stream, which marks everything under the key
 * `audit` stale (see live.ts), so these are asked rarely by themselves.
 */
const QUIET_MS = 60_000;

/** How the hours of each audited validator came out. Hours move on by themselves, also when nothing is told. */
export const auditQuery = (hours: number) =>
  queryOptions<AuditBody>({
    queryKey: ['audit', 'overview', hours],
    queryFn: ({ signal }) => request<AuditBody>(`/audit${query({ hours })}`, { signal }),
    placeholderData: (previous) => previous,
    refetchInterval: QUIET_MS,
  });

export interface FindingsFilter {
  readonly source?: string | undefined;
  readonly kind?: string | undefined;
  readonly severity?: string | undefined;
  readonly hotkey?: string | undefined;
  readonly state?: 'open' | 'resolved' | 'all' | undefined;
}

/** Findings, gravest first, page after page. */
export const findingsQuery = (filter: FindingsFilter, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'findings', filter, limit],
    queryFn: ({ signal, pageParam }) =>
      request<AuditFindingsBody>(`/audit/findings${query({ ...filter, limit, before: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });

/** The path of findings as CSV, up to the server's bound of one answer. */
export function findingsCsvPath(filter: FindingsFilter): string {
  return `/audit/findings${query({ ...filter, limit: 1_000, format: 'csv' })}`;
}

export interface ReportsFilter {
  readonly source?: string | undefined;
  readonly role?: 'validator' | 'miner' | undefined;
  readonly hotkey?: string | undefined;
  readonly verdict?: string | undefined;
}

/** Reports, newest first, page after page. */
export const reportsQuery = (filter: ReportsFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'reports', filter],
    queryFn: ({ signal, pageParam }) =>
      request<AuditReportsBody>(`/audit/reports${query({ ...filter, limit: 200, before: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });

/** The path of reports as CSV, up to the server's bound of one answer. */
export function reportsCsvPath(filter: ReportsFilter): string {
  return `/audit/reports${query({ ...filter, limit: 1_000, format: 'csv' })}`;
}

/** One report: each check and what it rests on. */
export const reportQuery = (id: string) =>
  queryOptions<AuditReportBody>({
    queryKey: ['audit', 'report', id],
    queryFn: ({ signal }) => request<AuditReportBody>(`/audit/reports/${encodeURIComponent(id)}`, { signal }),
  });

/** The answer to a read-only statement about the audit's own tables. */
export const auditRowsQuery = (statement: string) =>
  queryOptions<SqlBody>({
    queryKey: ['audit', 'rows', statement],
    queryFn: ({ signal }) => request<SqlBody>('/sql', { body: { query: statement }, signal }),
    placeholderData: (previous) => previous,
  });

/** Everything that shows how a report came out, as one file for anybody to check. */
export function bundlePath(id: string): string {
  return `/audit/reports/${encodeURIComponent(id)}/bundle`;
}
