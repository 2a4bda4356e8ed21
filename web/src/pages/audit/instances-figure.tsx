import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { auditRowsQuery } from '../../api/audit.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, figureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { amount, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import styles from './audit.module.css';
import { type InstanceRow, instanceRows, instancesStatement, PAGE_ROWS } from './instance-rows.ts';
import { exactText } from './times.ts';

/** The instances that a report tells of, a page at a time in the order that the reader chose. */
export function InstancesFigure({ reportId, total }: { reportId: string; total: number }) {
  const [sort, setSort] = useState<Sort>({ id: 'createdAt', desc: true });
  const [page, setPage] = useState(0);
  const statement = instancesStatement(reportId, sort, page);
  const query = useQuery({ ...auditRowsQuery(statement), enabled: total > 0 });
  const rows = useMemo(() => (query.data === undefined ? [] : instanceRows(query.data)), [query.data]);
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const choose = (next: Sort) => {
    setSort(next);
    setPage(0);
  };
  return (
    <Figure
      title="Instances"
      help="What this report says of each instance. Nothing of it is checked but its form."
      notes={[
        `${integer(total)} ${total === 1 ? 'row' : 'rows'} in the report`,
        pages > 1 ? `page ${integer(page + 1)} of ${integer(pages)}` : undefined,
      ]}
      tools={
        <>
          {pages > 1 ? (
            <>
              <Button
                size="compact-xs"
                variant="default"
                disabled={page === 0}
                onClick={() => setPage(page - 1)}
              >
                Previous
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                disabled={page + 1 >= pages}
                onClick={() => setPage(page + 1)}
              >
                Next
              </Button>
            </>
          ) : null}
          <Link to="/sql" search={{ q: statement }} className={styles.tool}>
            As a query
          </Link>
        </>
      }
      state={total === 0 ? IDLE : figureState(query)}
      empty={total === 0 ? 'No instance of this report was read.' : undefined}
      fileName={`instances-${reportId.slice(0, 12)}-${page + 1}`}
      csv={() =>
        toCsv(
          Object.keys(rows[0] ?? {}),
          rows.map((row) => Object.values(row).map(String)),
        )
      }
      table={() => tableContent(COLUMNS, rows)}
      height="120px"
    >
      <div className={styles.table}>
        <DataTable
          label="Instances of the report"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ instanceId, createdAt, deletedAt }) => `${instanceId} ${createdAt} ${deletedAt}`}
          sort={sort}
          onSort={choose}
          maxHeight="480px"
        />
      </div>
    </Figure>
  );
}

const IDLE = { pending: false, stale: false, error: null, retry: () => {} };

const instant = (
  id: 'createdAt' | 'verifiedAt' | 'activatedAt' | 'deletedAt',
  header: string,
): Column<InstanceRow> => ({
  id,
  header,
  unit: 'UTC',
  width: 168,
  descFirst: true,
  value: (row) => row[id] ?? undefined,
  cell: (row) => row[id]?.slice(0, 19) ?? '–',
  title: (row) => (row[id] === null ? undefined : exactText(row[id])),
});

const id = (name: 'instanceId' | 'chuteId', header: string): Column<InstanceRow> => ({
  id: name,
  header,
  width: 142,
  value: (row) => row[name],
  cell: (row) => (
    <span className={styles.hashBox}>
      <span className={styles.hash}>{displayText(row[name], 13) ?? '–'}</span>
      <CopyButton text={row[name]} label={`Copy ${header.toLowerCase()}`} />
    </span>
  ),
  title: (row) => displayText(row[name], 120),
});

const COLUMNS: readonly Column<InstanceRow>[] = [
  id('instanceId', 'Instance'),
  id('chuteId', 'Chute'),
  { id: 'uid', header: 'UID', width: 68, align: 'end', value: ({ uid }) => uid ?? undefined },
  {
    id: 'hotkey',
    header: 'Miner',
    width: 150,
    value: ({ hotkey }) => hotkey,
    cell: ({ hotkey }) => (hotkey === '' ? '–' : <Account address={hotkey} hotkey />),
  },
  instant('createdAt', 'Created'),
  instant('verifiedAt', 'Verified'),
  instant('activatedAt', 'Activated'),
  instant('deletedAt', 'Deleted'),
  {
    id: 'deletionReason',
    header: 'Reason',
    width: 200,
    value: ({ deletionReason }) => deletionReason ?? undefined,
    cell: ({ deletionReason }) => <bdi>{displayText(deletionReason ?? undefined, 80) ?? '–'}</bdi>,
    title: ({ deletionReason }) => displayText(deletionReason ?? undefined, 400),
  },
  {
    id: 'multiplier',
    header: 'Multiplier',
    width: 104,
    align: 'end',
    descFirst: true,
    value: ({ multiplier }) => multiplier ?? undefined,
  },
  {
    id: 'hourlyRate',
    header: 'Rate',
    unit: '$/h',
    width: 92,
    align: 'end',
    descFirst: true,
    value: ({ hourlyRate }) => hourlyRate ?? undefined,
    cell: ({ hourlyRate }) => (hourlyRate === null ? '–' : amount(hourlyRate)),
  },
  {
    id: 'bounty',
    header: 'Bounty',
    width: 86,
    value: ({ bounty }) => bounty,
    cell: ({ bounty }) => (bounty ? 'yes' : 'no'),
  },
];
