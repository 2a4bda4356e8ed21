import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { standingQuery } from '../../api/holdings.ts';
import type { StandingBody } from '../../api/types.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, FigureGrid, type FigureState, figureState } from '../../charts/figure.tsx';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { duration } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import { EarningsFigure } from '../coldkey/earnings-figure.tsx';
import { HoldingsFigure } from '../coldkey/holdings-figure.tsx';
import styles from './neuron.module.css';

type Sibling = StandingBody['siblings'][number];
type Tenure = StandingBody['tenures'][number];

const BLOCK_SECONDS = 12;

/** A hotkey across subnets: how it stands, what it earned, who is beside it, and when it held which UID. */
export function StandingPanels({ hotkey }: { hotkey: string }) {
  const query = useQuery(standingQuery(hotkey));
  const state = figureState(query);
  const body = query.data;
  return (
    <>
      <h2 className={styles.subtitle}>Across subnets</h2>
      <HoldingsFigure
        title="Standing"
        holdings={body?.holdings ?? NO_HOLDINGS}
        withHotkey={false}
        state={state}
        empty="It is registered nowhere now."
        fileName={`standing-${hotkey.slice(0, 10)}`}
      />
      <EarningsFigure of="neurons" account={hotkey} />
      <FigureGrid>
        <Tenures hotkey={hotkey} tenures={body?.tenures ?? NO_TENURES} state={state} />
        <Siblings hotkey={hotkey} siblings={body?.siblings ?? NO_SIBLINGS} state={state} />
      </FigureGrid>
    </>
  );
}

const NO_HOLDINGS: StandingBody['holdings'] = [];
const NO_TENURES: readonly Tenure[] = [];
const NO_SIBLINGS: readonly Sibling[] = [];

function Tenures({
  hotkey,
  tenures,
  state,
}: {
  hotkey: string;
  tenures: readonly Tenure[];
  state: FigureState;
}) {
  const [sort, setSort] = useState<Sort>({ id: 'last', desc: true });
  return (
    <Figure
      title="Registrations"
      help="Each time it held a UID, as far as blocks are stored."
      state={state}
      empty={tenures.length === 0 && !state.pending ? 'It is in no stored block.' : undefined}
      fileName={`tenures-${hotkey.slice(0, 10)}`}
      csv={() =>
        toCsv(
          ['netuid', 'uid', 'coldkey', 'registeredAt', 'firstBlock', 'lastBlock', 'present'],
          tenures.map((each) => [
            each.netuid,
            each.uid,
            each.coldkey,
            each.registeredAt,
            each.firstBlock,
            each.lastBlock,
            String(each.present),
          ]),
        )
      }
      height="160px"
    >
      <div className={styles.table}>
        <DataTable
          label="Registrations of this hotkey over time"
          columns={TENURE_COLUMNS}
          rows={tenures}
          rowKey={({ netuid, uid, firstBlock }) => `${netuid} ${uid} ${firstBlock}`}
          sort={sort}
          onSort={setSort}
          maxHeight="320px"
        />
      </div>
    </Figure>
  );
}

const TENURE_COLUMNS: readonly Column<Tenure>[] = [
  {
    id: 'subnet',
    header: 'Subnet',
    width: 76,
    value: ({ netuid }) => netuid,
    cell: ({ netuid }) => (
      <Link to="/subnets/$netuid" params={{ netuid: String(netuid) }}>
        {netuid}
      </Link>
    ),
  },
  { id: 'uid', header: 'UID', width: 62, align: 'end', value: ({ uid }) => uid },
  {
    id: 'state',
    header: 'State',
    width: 74,
    value: ({ present }) => (present ? 'there' : 'gone'),
  },
  {
    id: 'registered',
    header: 'Registered',
    unit: 'block',
    width: 132,
    align: 'end',
    descFirst: true,
    value: ({ registeredAt }) => registeredAt ?? undefined,
    cell: ({ registeredAt }) => (registeredAt === null ? '–' : integer(registeredAt)),
  },
  {
    id: 'last',
    header: 'Last seen',
    unit: 'block',
    width: 124,
    align: 'end',
    descFirst: true,
    value: ({ lastBlock }) => lastBlock,
    cell: ({ lastBlock }) => integer(lastBlock),
    title: ({ firstBlock }) => `first stored at block ${integer(firstBlock)}`,
  },
  {
    id: 'for',
    header: 'For',
    width: 108,
    align: 'end',
    descFirst: true,
    value: ({ registeredAt, firstBlock, lastBlock }) => lastBlock - (registeredAt ?? firstBlock),
    cell: ({ registeredAt, firstBlock, lastBlock }) =>
      duration(Math.max(0, lastBlock - (registeredAt ?? firstBlock)) * BLOCK_SECONDS),
  },
  {
    id: 'coldkey',
    header: 'Coldkey',
    width: 140,
    value: ({ coldkey }) => coldkey ?? undefined,
    cell: ({ coldkey }) => (coldkey === null ? '–' : <Account address={coldkey} coldkey />),
  },
];

function Siblings({
  hotkey,
  siblings,
  state,
}: {
  hotkey: string;
  siblings: readonly Sibling[];
  state: FigureState;
}) {
  const [sort, setSort] = useState<Sort>({ id: 'subnet', desc: false });
  const notes = useMemo(() => {
    const count = (by: Sibling['by']) => siblings.filter((each) => each.by === by).length;
    return siblings.length === 0 ? [] : [`${count('coldkey')} by coldkey, ${count('ip')} by IP alone`];
  }, [siblings]);
  return (
    <Figure
      title="Siblings"
      help="Other neurons of the same coldkey, and those of other coldkeys at the same IP address, which may only share a host."
      notes={notes}
      state={state}
      empty={siblings.length === 0 && !state.pending ? 'It has none that are stored.' : undefined}
      fileName={`siblings-${hotkey.slice(0, 10)}`}
      csv={() =>
        toCsv(
          ['netuid', 'uid', 'hotkey', 'coldkey', 'by', 'ip'],
          siblings.map((each) => [each.netuid, each.uid, each.hotkey, each.coldkey, each.by, each.ip]),
        )
      }
      height="160px"
    >
      <div className={styles.table}>
        <DataTable
          label="Siblings of this hotkey"
          columns={SIBLING_COLUMNS}
          rows={siblings}
          rowKey={({ netuid, uid, hotkey: key, by }) => `${netuid} ${uid} ${key} ${by}`}
          sort={sort}
          onSort={setSort}
          maxHeight="320px"
        />
      </div>
    </Figure>
  );
}

const SIBLING_COLUMNS: readonly Column<Sibling>[] = [
  {
    id: 'subnet',
    header: 'Subnet',
    width: 76,
    value: ({ netuid }) => netuid,
    cell: ({ netuid }) => (
      <Link to="/subnets/$netuid" params={{ netuid: String(netuid) }}>
        {netuid}
      </Link>
    ),
  },
  { id: 'uid', header: 'UID', width: 62, align: 'end', value: ({ uid }) => uid },
  {
    id: 'by',
    header: 'Shares',
    width: 86,
    value: ({ by }) => (by === 'ip' ? 'IP' : 'coldkey'),
  },
  {
    id: 'hotkey',
    header: 'Hotkey',
    width: 148,
    value: ({ hotkey }) => hotkey,
    cell: ({ hotkey, netuid }) => <Account address={hotkey} hotkey netuid={netuid} />,
  },
  {
    id: 'coldkey',
    header: 'Coldkey',
    width: 148,
    value: ({ coldkey }) => coldkey ?? undefined,
    cell: ({ coldkey }) => (coldkey === null ? '–' : <Account address={coldkey} coldkey />),
  },
  {
    id: 'ip',
    header: 'IP',
    width: 140,
    value: ({ ip }) => ip ?? undefined,
    cell: ({ ip }) => (ip === null ? '–' : displayText(ip, 50)),
  },
];
