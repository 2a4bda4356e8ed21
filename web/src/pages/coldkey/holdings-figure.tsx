import { useMemo, useState } from 'react';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { integer } from '../../format/numbers.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import styles from './coldkey.module.css';
import { HOLDING_CSV, type Holding, holdingColumns } from './holding-columns.tsx';
import { PruningRules } from './pruning-rules.tsx';

/** What an account has across subnets, with how safe each place is. */
export function HoldingsFigure({
  title,
  holdings,
  more = 0,
  withHotkey,
  state,
  empty,
  fileName,
  onOpen,
}: {
  title: string;
  holdings: readonly Holding[];
  /** Holdings that are not in the answer. */
  more?: number;
  withHotkey: boolean;
  state: FigureState;
  empty: string;
  fileName: string;
  onOpen?: (holding: Holding) => void;
}) {
  const [sort, setSort] = useState<Sort>({ id: 'perDayTao', desc: true });
  const columns = useMemo(() => holdingColumns({ withHotkey }), [withHotkey]);
  const netuids = useMemo(() => [...new Set(holdings.map(({ netuid }) => netuid))], [holdings]);
  return (
    <Figure
      title={title}
      state={state}
      notes={[
        holdings.length === 0 ? undefined : 'each row as of its subnet’s newest snapshot',
        more > 0 ? `${integer(more)} more are not shown` : undefined,
      ]}
      empty={!state.pending && holdings.length === 0 ? empty : undefined}
      fileName={fileName}
      csv={() =>
        toCsv(
          HOLDING_CSV,
          holdings.map((holding) => HOLDING_CSV.map((name) => holding[name])),
        )
      }
      table={() => tableContent(columns, holdings, sort)}
      height="160px"
    >
      <div className={styles.table}>
        <DataTable
          label={title}
          columns={columns}
          rows={holdings}
          rowKey={({ netuid, uid, hotkey }) => `${netuid} ${uid} ${hotkey}`}
          sort={sort}
          onSort={setSort}
          {...(onOpen === undefined ? {} : { onOpen })}
          maxHeight="460px"
        />
      </div>
      <PruningRules netuids={netuids} />
    </Figure>
  );
}
