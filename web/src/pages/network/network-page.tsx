import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useLive } from '../../api/live-context.tsx';
import { statusQuery, subnetsQuery } from '../../api/queries.ts';
import type { SubnetJson } from '../../api/types.ts';
import { coins, integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { DataTable } from '../../table/data-table.tsx';
import { formatSort, type NetworkSearch, parseSort } from '../../url/search.ts';
import { ChainPanels } from './chain-panels.tsx';
import { ChainTiles } from './chain-tiles.tsx';
import styles from './network.module.css';
import { filterSubnets, subnetColumns } from './subnet-columns.tsx';

const NONE: readonly SubnetJson[] = [];

/** The chain and all its subnets. */
export function NetworkPage() {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const { data, error, isPending, refetch } = useQuery(subnetsQuery());
  useTitle('Network');
  const subnets = data?.subnets ?? NONE;
  const columns = useMemo(() => {
    const emissions = subnets.map((subnet) => coins(undefined, subnet.emission) ?? 0);
    return subnetColumns({
      total: emissions.reduce((sum, each) => sum + each, 0),
      largest: emissions.reduce((most, each) => Math.max(most, each), 0),
    });
  }, [subnets]);
  const rows = useMemo(() => filterSubnets(subnets, search.q), [subnets, search.q]);
  const sort = useMemo(() => parseSort(search.sort ?? 'netuid'), [search.sort]);
  const select = (patch: NetworkSearch) =>
    void navigate({ search: (old) => ({ ...old, ...patch }), replace: true, resetScroll: false });

  if (error !== null && data === undefined) {
    return (
      <div className={styles.page}>
        <h1 className={styles.title}>Network</h1>
        <Problem error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>Network</h1>
      <ChainTiles />
      <div className={styles.toolbar}>
        <TextInput
          className={styles.filter}
          size="xs"
          aria-label="Filter subnets"
          placeholder="Filter by netuid, name, symbol, owner"
          value={search.q ?? ''}
          onChange={(event) => select({ q: event.currentTarget.value || undefined } as NetworkSearch)}
        />
        <span className={styles.countNote} title={utc(data?.timestamp)}>
          {rows.length === subnets.length
            ? `${integer(subnets.length)} subnets`
            : `${integer(rows.length)} of ${integer(subnets.length)} subnets`}
          {data?.block === undefined ? '' : ` at block ${integer(data.block)}`}
        </span>
      </div>
      <DataTable
        label="Subnets"
        columns={columns}
        rows={rows}
        rowKey={(subnet) => String(subnet.netuid)}
        sort={sort}
        onSort={(next) => select({ sort: formatSort(next) ?? 'netuid' })}
        onOpen={(subnet) =>
          void navigate({ to: '/subnets/$netuid', params: { netuid: String(subnet.netuid) } })
        }
        loading={isPending}
        empty={subnets.length === 0 ? <FirstSnapshot /> : 'No subnet fits the filter.'}
        maxHeight="74dvh"
      />
      <ChainPanels />
    </div>
  );
}

/** What a fresh store shows: that it is at work, and until when. */
function FirstSnapshot() {
  const { data } = useQuery(statusQuery());
  const best = useLive((live) => live.best);
  if (data === undefined) return 'Waiting for the first snapshot.';
  const head = best ?? data.chain.best?.number;
  const every = Math.max(1, data.collect.everyBlocks);
  return (
    <>
      Waiting for the first snapshot
      {head === undefined
        ? '; no block has been seen yet.'
        : `, next at block ${integer(Math.ceil((head + 1) / every) * every)} (the head is at ${integer(head)}).`}
    </>
  );
}
