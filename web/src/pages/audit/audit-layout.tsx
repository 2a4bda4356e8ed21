import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { auditQuery } from '../../api/audit.ts';
import type { AuditBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import subnetStyles from '../subnet/subnet.module.css';
import styles from './audit.module.css';
import { AuditOff } from './audit-off.tsx';

/** The frame of the audit's pages: whether anything is audited, and the way from one page to the next. */
export function AuditLayout() {
  const { hours = 168 } = useSearch({ from: '/audit' });
  const { data, error, refetch } = useQuery(auditQuery(hours));
  useTitle('Audit');
  return (
    <div className={subnetStyles.page}>
      <h1 className={subnetStyles.title}>Audit</h1>
      {data === undefined && error !== null ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : data?.on === false && data.sources.length === 0 ? (
        <AuditOff />
      ) : (
        <>
          <Tabs findings={data?.findings} />
          <Outlet />
        </>
      )}
    </div>
  );
}

const TABS = [
  { to: '/audit', name: 'Overview' },
  { to: '/audit/findings', name: 'Findings' },
  { to: '/audit/reports', name: 'Reports' },
  { to: '/audit/incentives', name: 'Incentives' },
  { to: '/audit/miners', name: 'Miners' },
  { to: '/audit/probes', name: 'Probes' },
] as const;

function Tabs({ findings }: { findings: AuditBody['findings'] | undefined }) {
  const bar = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  // On a narrow screen the bar scrolls, and the page that is shown may be out of its sight.
  useEffect(() => {
    const tabs = bar.current;
    const open = [...(tabs?.querySelectorAll('a') ?? [])].find((tab) => tab.pathname === pathname);
    if (tabs === null || open === undefined) return;
    tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  }, [pathname]);
  const count = findings === undefined ? 0 : findings.critical + findings.warning;
  return (
    <nav ref={bar} className={subnetStyles.tabs} aria-label="Pages of the audit">
      {TABS.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          search={({ hours, source, validator }) => ({
            ...(hours === undefined ? {} : { hours }),
            ...(source === undefined ? {} : { source }),
            ...(validator === undefined ? {} : { validator }),
          })}
          resetScroll={false}
          activeOptions={{ exact: to === '/audit', includeSearch: false }}
        >
          {name}
          {to !== '/audit/findings' || count === 0 ? null : (
            <span
              className={styles.count}
              data-grave={(findings?.critical ?? 0) > 0 || undefined}
              title={`${integer(findings?.critical ?? 0)} critical and ${integer(findings?.warning ?? 0)} warnings are open`}
            >
              {integer(count)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
