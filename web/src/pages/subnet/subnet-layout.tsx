import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ApiError } from '../../api/errors.ts';
import { subnetQuery } from '../../api/queries.ts';
import type { SubnetBody } from '../../api/types.ts';
import { displayText, subnetTitle } from '../../format/text.ts';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { sharedSearch } from '../../url/figure-search.ts';
import { useSubnetSearch } from '../../url/use-subnet-search.ts';
import styles from './subnet.module.css';

/** The frame of a subnet's pages: its name, its mechanisms, and the way from one page to the next. */
export function SubnetLayout() {
  const params = useParams({ from: '/subnets/$netuid' });
  if (!/^\d{1,5}$/.test(params.netuid) || Number(params.netuid) > 65_535) {
    return (
      <Problem
        error={
          new ApiError(400, 'usage', {
            failed: 'this is not a netuid',
            got: params.netuid.slice(0, 40),
            expected: 'a whole number from 0 to 65535',
            todo: 'pick a subnet from the network page',
          })
        }
      />
    );
  }
  return <Subnet key={params.netuid} netuid={Number(params.netuid)} />;
}

function Subnet({ netuid }: { netuid: number }) {
  const { search, select } = useSubnetSearch();
  const { data, error, refetch } = useQuery(subnetQuery(netuid));
  useTitle(subnetTitle({ netuid, name: data?.subnet.name }));
  // What is not stored at all has no pages.
  const nothing = error !== null && data === undefined;
  return (
    <div className={styles.page}>
      <div className={styles.titleRow}>
        <h1 className={styles.title}>
          <span className={styles.netuid}>SN {netuid}</span>
          <bdi>{displayText(data?.subnet.name, 80) ?? (data === undefined ? '' : 'no name')}</bdi>
          {netuid === 0 ? null : <span className={styles.symbol}>{displayText(data?.subnet.symbol, 4)}</span>}
        </h1>
        <Mechanisms
          body={data}
          mechanism={search.mechanism ?? 0}
          onChoose={(mechanism) => select({ mechanism }, { push: true })}
        />
      </div>
      {nothing ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Tabs />
          <Outlet />
        </>
      )}
    </div>
  );
}

function Tabs() {
  const bar = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  // On a narrow screen the bar scrolls, and the page that is shown may be out of its sight.
  useEffect(() => {
    const tabs = bar.current;
    const open = [...(tabs?.querySelectorAll('a') ?? [])].find((tab) => tab.pathname === pathname);
    if (tabs === null || open === undefined) return;
    tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  }, [pathname]);
  return (
    <nav ref={bar} className={styles.tabs} aria-label="Pages of this subnet">
      {TABS.map(({ to, name }) => (
        <Link
          key={to}
          from="/subnets/$netuid"
          to={to}
          search={(old) => sharedSearch(old)}
          resetScroll={false}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

const TABS = [
  { to: '/subnets/$netuid', name: 'Neurons' },
  { to: '/subnets/$netuid/overview', name: 'Overview' },
  { to: '/subnets/$netuid/miners', name: 'Miners' },
  { to: '/subnets/$netuid/validators', name: 'Validators' },
  { to: '/subnets/$netuid/weights', name: 'Weights' },
  { to: '/subnets/$netuid/map', name: 'Map' },
  { to: '/subnets/$netuid/block', name: 'Block' },
  { to: '/subnets/$netuid/events', name: 'Events' },
  { to: '/subnets/$netuid/hyperparameters', name: 'Hyperparameters' },
] as const;

/** Shown only where a subnet has more than one incentive vector. */
function Mechanisms({
  body,
  mechanism,
  onChoose,
}: {
  body: SubnetBody | undefined;
  mechanism: number;
  onChoose: (mechanism: number | undefined) => void;
}) {
  const all = body?.mechanisms ?? [];
  if (all.length < 2) return null;
  return (
    <div className={styles.actions}>
      <SegmentedControl
        size="xs"
        aria-label="Mechanism"
        value={String(mechanism)}
        onChange={(value) => onChoose(value === '0' ? undefined : Number(value))}
        data={all.map((each) => ({ value: String(each), label: `Mechanism ${each}` }))}
      />
    </div>
  );
}
