import { useMemo, useState } from 'react';
import type { MapBody } from '../../api/types.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { amount, fraction, integer } from '../../format/numbers.ts';
import { shortAddress } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import { isSelected, type Selected } from '../../url/selection.ts';
import { useSelection } from '../../url/use-subnet-search.ts';
import styles from './map.module.css';
import { type Mover, movers } from './map-frames.ts';

/** The neurons whose weights changed most over the frames. Selecting one shows its way on the map. */
export function MoversFigure({
  body,
  coin,
  state,
}: {
  body: MapBody | undefined;
  coin: string;
  state: FigureState;
}) {
  const { selected, toggle } = useSelection();
  const [sort, setSort] = useState<Sort>({ id: 'moved', desc: true });
  const rows = useMemo(() => (body === undefined ? [] : movers(body.points)), [body]);
  const columns = useMemo(
    () => columnsOf(body, coin, selected, toggle, rows[0]?.moved ?? 1),
    [body, coin, selected, toggle, rows],
  );
  return (
    <Figure
      title="Moved most"
      help="How much the weights that a neuron receives changed from frame to frame, added up: 1 is once entirely different. Press a UID to see its way on the map."
      notes={
        body === undefined ? [] : [`${integer(rows.length)} of ${integer(body.points.length)} neurons moved`]
      }
      state={state}
      empty={body !== undefined && rows.length === 0 ? 'Nothing moved between these frames.' : undefined}
      fileName={`movers-${body?.netuid ?? ''}`}
      csv={() =>
        toCsv(
          ['uid', 'hotkey', 'coldkey', 'moved', 'largestStep', 'largestStepBlock', 'frames'],
          rows.map(({ point, moved, largest, largestFrame, frames }) => [
            point.uid,
            point.hotkey,
            point.coldkey,
            moved,
            largest,
            body?.block[largestFrame],
            frames,
          ]),
        )
      }
      table={() => tableContent(columns, rows, sort)}
    >
      <div className={styles.table}>
        <DataTable
          label="Neurons that moved most"
          columns={columns}
          rows={rows}
          rowKey={({ point }) => point.hotkey}
          sort={sort}
          onSort={setSort}
          onOpen={({ point }) => toggle(point.hotkey)}
          maxHeight="380px"
        />
      </div>
    </Figure>
  );
}

function columnsOf(
  body: MapBody | undefined,
  coin: string,
  selected: readonly Selected[],
  toggle: (item: Selected) => void,
  largest: number,
): Column<Mover>[] {
  return [
    {
      id: 'uid',
      header: 'UID',
      width: 74,
      value: ({ point }) => point.uid,
      cell: ({ point }) => {
        const marked = isSelected(selected, point);
        return (
          <button
            type="button"
            className={styles.mark}
            aria-pressed={marked}
            aria-label={`${marked ? 'Let go of' : 'Select'} UID ${point.uid}`}
            onClick={() => toggle(point.hotkey)}
          >
            {point.uid}
          </button>
        );
      },
    },
    {
      id: 'hotkey',
      header: 'Hotkey',
      width: 160,
      value: ({ point }) => point.hotkey,
      cell: ({ point }) => (
        <Account address={point.hotkey} hotkey {...(body === undefined ? {} : { netuid: body.netuid })} />
      ),
    },
    {
      id: 'coldkey',
      header: 'Coldkey',
      width: 150,
      value: ({ point }) => point.coldkey ?? undefined,
      cell: ({ point }) => (point.coldkey === null ? '–' : <Account address={point.coldkey} coldkey />),
      title: ({ point }) => (point.coldkey === null ? undefined : shortAddress(point.coldkey)),
    },
    {
      id: 'moved',
      header: 'Moved',
      unit: 'in all',
      width: 120,
      align: 'end',
      descFirst: true,
      value: ({ moved }) => moved,
      cell: ({ moved }) => fraction(moved),
      bar: ({ moved }) => moved / largest,
    },
    {
      id: 'largest',
      header: 'Largest step',
      width: 120,
      align: 'end',
      descFirst: true,
      value: (row) => row.largest,
      cell: (row) => fraction(row.largest),
    },
    {
      id: 'when',
      header: 'At block',
      width: 112,
      align: 'end',
      value: ({ largestFrame }) => body?.block[largestFrame],
      cell: ({ largestFrame }) => {
        const block = body?.block[largestFrame];
        return block === undefined ? '–' : integer(block);
      },
    },
    {
      id: 'incentive',
      header: 'Incentive',
      unit: '0–1',
      width: 122,
      align: 'end',
      descFirst: true,
      value: ({ point }) => point.incentive ?? undefined,
      cell: ({ point }) => (point.incentive === null ? '–' : fraction(point.incentive)),
    },
    {
      id: 'stake',
      header: 'Stake',
      unit: coin,
      width: 110,
      align: 'end',
      descFirst: true,
      value: ({ point }) => point.stake ?? undefined,
      cell: ({ point }) => (point.stake === null ? '–' : amount(point.stake)),
    },
  ];
}
