import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { auditQuery } from '../../api/audit.ts';
import { type ProbesFilter, probesQuery } from '../../api/audit-pay.ts';
import { integer } from '../../format/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { PROBE_KINDS } from '../../url/audit-pay-search.ts';
import type { AuditSearch } from '../../url/page-search.ts';
import styles from './probes.module.css';
import { ProbeCard } from './probes-card.tsx';
import { ProbeFilters } from './probes-filters.tsx';
import { ProbesOff } from './probes-off.tsx';
import { useOutputsShown } from './probes-outputs-shown.ts';
import type { Probe } from './probes-words.ts';
import { useAuditSearch } from './use-audit-search.ts';

const NONE: readonly Probe[] = [];
const SKELETONS = [0, 1, 2, 3];

/** Requests of our own, newest first: what was asked, who was asked, and whether the validator tells of it. */
export function ProbesPage() {
  useTitle('Probes – Audit');
  const { search } = useAuditSearch();
  const filter = filterOf(search);
  const query = useInfiniteQuery(probesQuery(filter));
  const [shown, show] = useOutputsShown();
  const [failure, setFailure] = useState<unknown>();
  const pages = query.data?.pages;
  const probes = useMemo(() => pages?.flatMap((page) => page.probes) ?? NONE, [pages]);
  const fresh = useFresh(probes, JSON.stringify(filter));
  const overview = useQuery(auditQuery(search.hours ?? 168)).data;
  const netuids = new Map(overview?.sources.map(({ name, netuid }) => [name, netuid]));
  const first = pages?.[0];
  const counts = first?.counts;
  const stored = counts === undefined ? 0 : Object.values(counts).reduce((sum, count) => sum + count, 0);

  if (first !== undefined && !first.on && stored === 0 && probes.length === 0) return <ProbesOff />;
  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      <ProbeFilters filter={filter} counts={counts} shown={shown} onShow={show} onError={setFailure} />
      {first !== undefined && !first.on ? (
        <p className={styles.quiet} role="status">
          No requests are sent now; these were sent before.
        </p>
      ) : null}
      {query.error !== null && pages === undefined ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <ol className={styles.feed} aria-label="Probes, newest first" aria-busy={query.isPending}>
          {query.isPending
            ? SKELETONS.map((index) => <li key={index} className={styles.skeleton} aria-hidden="true" />)
            : probes.map((probe) => (
                <ProbeCard
                  key={`${probe.source} ${probe.id}`}
                  probe={probe}
                  netuid={netuids.get(probe.source)}
                  shown={shown}
                  fresh={fresh.has(probe.id)}
                />
              ))}
          {!query.isPending && probes.length === 0 ? (
            <li className={styles.empty}>
              {stored > 0
                ? 'No request fits these choices.'
                : 'Nothing has been asked yet. The first request goes out within the interval of the configuration.'}
            </li>
          ) : null}
        </ol>
      )}
      <div className={styles.more}>
        {query.hasNextPage ? (
          <Button
            size="xs"
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Older requests
          </Button>
        ) : probes.length > 0 ? (
          `That is all: ${integer(probes.length)} ${probes.length === 1 ? 'request' : 'requests'}.`
        ) : null}
      </div>
    </>
  );
}

function filterOf({ source, kind, lookup, outcome, hotkey }: AuditSearch): ProbesFilter {
  return { source, kind: PROBE_KINDS.find((each) => each === kind), lookup, outcome, hotkey };
}

/** Ids of what came after the first look at this question. */
function useFresh(probes: readonly Probe[], question: string): ReadonlySet<string> {
  const first = useRef<{ question: string; newest: string }>(undefined);
  const newest = probes[0]?.at;
  if (newest !== undefined && first.current?.question !== question) first.current = { question, newest };
  const since = first.current?.question === question ? first.current.newest : undefined;
  return useMemo(
    () => new Set(since === undefined ? [] : probes.filter(({ at }) => at > since).map(({ id }) => id)),
    [probes, since],
  );
}
