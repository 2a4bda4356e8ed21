import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type ReportsFilter, reportsCsvPath, reportsQuery } from '../../api/audit.ts';
import type { ReportJson } from '../../api/types.ts';
import { bytes, integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { Choice } from '../../parts/choice.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { AUDIT_VERDICTS } from '../../url/page-search.ts';
import { AccountFilter } from './account-filter.tsx';
import styles from './audit.module.css';
import { hourText } from './times.ts';
import { useAuditSearch } from './use-audit-search.ts';
import { VerdictMark } from './verdict-mark.tsx';
import { VERDICT_LOOKS, VERDICT_ORDER } from './verdicts.ts';

const ALL = '';

/** Every report that is known, newest first: of the validators, or of the miners about themselves. */
export function ReportsPage() {
  useTitle('Reports – Audit');
  const { search, select } = useAuditSearch();
  const navigate = useNavigate();
  const { hotkey, verdict } = search;
  const [failure, setFailure] = useState<unknown>();
  const filter: ReportsFilter = { source: search.source, role: search.role ?? 'validator', hotkey, verdict };
  const query = useInfiniteQuery(reportsQuery(filter));
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ reports }) => reports) ?? [], [pages]);
  const total = pages?.[0]?.total;
  return (
    <>
      <div className={styles.toolbar}>
        <SegmentedControl
          size="xs"
          aria-label="Whose reports"
          value={filter.role ?? 'validator'}
          onChange={(role) => select({ role: role === 'miner' ? 'miner' : undefined, hotkey: undefined })}
          data={[
            { value: 'validator', label: 'Validators' },
            { value: 'miner', label: 'Miners' },
          ]}
        />
        <Choice
          name="Verdict"
          value={verdict ?? ALL}
          choices={[
            { value: ALL, label: 'Any' },
            ...AUDIT_VERDICTS.map((each) => ({ value: each, label: VERDICT_LOOKS[each].name })),
          ]}
          onChoose={(chosen) => select({ verdict: chosen === ALL ? undefined : chosen })}
        />
        <AccountFilter list="reports" />
        <span className={styles.quiet} role="status">
          {total === undefined
            ? ' '
            : `${integer(rows.length)} of ${integer(total)} ${total === 1 ? 'report' : 'reports'}`}
        </span>
        <FileLink
          path={reportsCsvPath(filter)}
          file="audit-reports.csv"
          className={styles.push}
          onError={setFailure}
        />
      </div>
      {failure === undefined ? null : <Problem error={failure} compact />}
      {query.error !== null && pages === undefined ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          label="Reports, newest first"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/audit/reports/$id', params: { id } })}
          marked={isWrong}
          loading={query.isPending}
          empty={verdict === undefined ? 'No report of this kind is known yet.' : 'No report came out so.'}
        />
      )}
      {query.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          className={styles.more ?? ''}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Older reports
        </Button>
      ) : null}
    </>
  );
}

const isWrong = ({ verdict }: ReportJson) => verdict === 'mismatch';

const judged = (id: 'verdict' | 'commitment', header: string, help: string): Column<ReportJson> => ({
  id,
  header,
  help,
  width: 190,
  value: (row) => VERDICT_ORDER.indexOf(row[id] ?? 'none'),
  cell: (row) => <VerdictMark verdict={row[id] ?? 'none'} />,
});

const COLUMNS: readonly Column<ReportJson>[] = [
  {
    id: 'hour',
    header: 'Covers',
    width: 218,
    value: ({ end }) => end,
    cell: ({ id, end }) => (
      <Link to="/audit/reports/$id" params={{ id }}>
        {hourText(end)}
      </Link>
    ),
  },
  judged('verdict', 'Verdict', 'The worst of its checks'),
  judged('commitment', 'Commitment', 'Its digest against the chain'),
  {
    id: 'hotkey',
    header: 'Account',
    width: 150,
    value: ({ hotkey }) => hotkey,
    cell: ({ hotkey }) => <Account address={hotkey} hotkey />,
  },
  {
    id: 'block',
    header: 'Block',
    help: 'In which it was committed, as the publisher says',
    width: 104,
    align: 'end',
    value: ({ block }) => block,
    cell: ({ block }) => integer(block),
  },
  { id: 'state', header: 'State', width: 92, value: ({ state }) => state },
  {
    id: 'bytes',
    header: 'Size',
    width: 100,
    align: 'end',
    value: ({ bytes: size }) => size ?? undefined,
    cell: ({ bytes: size }) => (size === null ? '–' : bytes(size)),
  },
  {
    id: 'instances',
    header: 'Instances',
    width: 96,
    align: 'end',
    value: ({ instances }) => instances,
    cell: ({ instances }) => integer(instances),
  },
  {
    id: 'badRows',
    header: 'Unreadable',
    unit: 'rows',
    width: 132,
    align: 'end',
    value: ({ badRows }) => badRows,
    cell: ({ badRows }) => (badRows === 0 ? '0' : integer(badRows)),
  },
  {
    id: 'firstSeen',
    header: 'First seen',
    width: 190,
    value: ({ firstSeen }) => firstSeen,
    cell: ({ firstSeen }) => utc(firstSeen) ?? '–',
  },
];
