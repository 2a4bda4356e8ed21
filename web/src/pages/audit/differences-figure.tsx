import { useState } from 'react';
import type { AuditReportBody } from '../../api/types.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import styles from './audit.module.css';
import { SeverityMark } from './severity-mark.tsx';

type Difference = AuditReportBody['differences'][number];

/** Above this the answer is cut by the server. */
const MOST = 500;
const GRAVITY = { info: 0, warning: 1, critical: 2 } as const;

/** What this snapshot tells otherwise than another of the same validator: history must not change after the fact. */
export function DifferencesFigure({
  reportId,
  differences,
  isRead,
  state,
}: {
  reportId: string;
  differences: readonly Difference[];
  /** Whether the report itself was read: else there is nothing to compare. */
  isRead: boolean;
  state: FigureState;
}) {
  const [sort, setSort] = useState<Sort>({ id: 'severity', desc: true });
  return (
    <Figure
      title="Differences to the snapshots beside it"
      help="What this report tells otherwise than another of the same validator. What was final must not change after the fact."
      notes={[
        !isRead
          ? undefined
          : differences.length >= MOST
            ? `the first ${integer(MOST)}`
            : `${integer(differences.length)} ${differences.length === 1 ? 'difference' : 'differences'}`,
      ]}
      state={state}
      empty={
        !isRead
          ? 'The report was not read, so nothing was compared.'
          : differences.length === 0
            ? 'It tells nothing otherwise than the snapshots beside it.'
            : undefined
      }
      fileName={`differences-${reportId.slice(0, 12)}`}
      csv={() =>
        toCsv(
          ['severity', 'instance', 'field', 'before', 'after', 'explanation'],
          differences.map(({ severity, instanceId, field, before, after, explanation }) => [
            severity,
            instanceId,
            field,
            valueText(before),
            valueText(after),
            explanation,
          ]),
        )
      }
      table={() => tableContent(COLUMNS, differences, sort)}
      height="100px"
    >
      <div className={styles.table}>
        <DataTable
          label="Differences to the snapshots beside it"
          columns={COLUMNS}
          rows={differences}
          rowKey={({ instanceId, field, explanation }) => `${instanceId} ${field} ${explanation}`}
          sort={sort}
          onSort={setSort}
          maxHeight="420px"
        />
      </div>
    </Figure>
  );
}

const COLUMNS: readonly Column<Difference>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: 104,
    descFirst: true,
    value: ({ severity }) => GRAVITY[severity],
    cell: ({ severity }) => <SeverityMark severity={severity} />,
  },
  {
    id: 'instanceId',
    header: 'Instance',
    width: 130,
    value: ({ instanceId }) => instanceId,
    cell: ({ instanceId }) => <span className={styles.hash}>{displayText(instanceId, 13) ?? '–'}</span>,
    title: ({ instanceId }) => displayText(instanceId, 120),
  },
  {
    id: 'field',
    header: 'Field',
    width: 150,
    value: ({ field }) => field,
    cell: ({ field }) => displayText(field, 60) ?? '–',
  },
  said('before', 'Before'),
  said('after', 'After'),
  {
    id: 'explanation',
    header: 'What it means',
    width: 420,
    value: ({ explanation }) => explanation,
    cell: ({ explanation }) => displayText(explanation, 200) ?? '–',
    title: ({ explanation }) => displayText(explanation, 600),
  },
];

function said(id: 'before' | 'after', header: string): Column<Difference> {
  return {
    id,
    header,
    width: 190,
    value: (row) => valueText(row[id]) ?? undefined,
    cell: (row) => <bdi>{displayText(valueText(row[id]) ?? undefined, 60) ?? 'nothing'}</bdi>,
    title: (row) => displayText(valueText(row[id]) ?? undefined, 400),
  };
}

function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
