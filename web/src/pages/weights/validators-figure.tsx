import { useMemo } from 'react';
import type { WeightsBody } from '../../api/types.ts';
import { BarFigure } from '../../charts/bar-figure.tsx';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { amount, fraction, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { duration } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { formatSort, parseSort } from '../../url/search.ts';
import { isSelected } from '../../url/selection.ts';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import type { NeuronHead, WeightRow } from './matrix.ts';
import { NONE_SELECTED, neuronName } from './names.ts';
import styles from './weights.module.css';

export interface ValidatorRow {
  readonly head: NeuronHead;
  readonly row: WeightRow;
}

const BLOCK_SECONDS = 12;
const BLOCKS = { unit: 'blocks', kind: 'count', fromZero: true } as const;
const NONE: readonly ValidatorRow[] = [];

/** Each validator's distance from consensus, when it last acted and how long its weights stayed hidden. */
export function ValidatorsFigure({
  body,
  symbol,
  state,
}: {
  body: WeightsBody | undefined;
  symbol: string;
  state: FigureState;
}) {
  const { search, select } = useSubnetSearch();
  const { selected, only } = useSelection();
  const all = useMemo(() => validatorRows(body), [body]);
  const rows = useMemo(
    () => (only ? all.filter(({ head }) => isSelected(selected, head)) : all),
    [all, only, selected],
  );
  const columns = useMemo(
    () => columnsOf(body?.unit === 'tao' ? 'τ' : symbol, body?.netuid),
    [body?.unit, body?.netuid, symbol],
  );
  const sort = useMemo(() => parseSort(search.sort ?? '-distance'), [search.sort]);
  return (
    <Figure
      title="Distance from consensus"
      help="How much of a validator’s weight lies elsewhere than the subnet’s consensus: 0 is the same, 1 has nothing in common. What a validator gives itself is left out. Press a row to see its targets."
      notes={[
        body === undefined
          ? undefined
          : body.consensusSource === 'chain'
            ? 'consensus as the chain stores it'
            : 'consensus computed here: the stake-weighted median, as the chain has none at this block',
      ]}
      state={state}
      empty={
        rows.length > 0 || state.pending
          ? undefined
          : all.length > 0
            ? NONE_SELECTED
            : 'No validator has set weights.'
      }
      fileName={`validators-${body?.netuid ?? ''}-${body?.block ?? ''}`}
      csv={() => validatorsCsv(rows)}
      table={() => tableContent(columns, rows, sort)}
    >
      <div className={styles.table}>
        <DataTable
          label="Validators and their distance from consensus"
          columns={columns}
          rows={rows}
          rowKey={({ head }) => String(head.uid)}
          sort={sort}
          onSort={(next) => select({ sort: formatSort(next) })}
          onOpen={({ head }) => select({ row: head.uid })}
          maxHeight="420px"
        />
      </div>
    </Figure>
  );
}

/** How old each validator's weights are, and the blocks between its last commit and the reveal of it. */
export function AgesFigure({ body, state }: { body: WeightsBody | undefined; state: FigureState }) {
  const { selected } = useSelection();
  const rows = useMemo(
    () => [...validatorRows(body)].sort((a, b) => (b.row.age ?? -1) - (a.row.age ?? -1)),
    [body],
  );
  const bars = useMemo(() => {
    const delays = rows.map(({ row }) => row.revealDelay);
    return [
      { key: 'age', name: 'Age', values: rows.map(({ row }) => row.age) },
      ...(delays.some((delay) => delay !== null)
        ? [{ key: 'delay', name: 'Commit to reveal', marks: true, values: delays }]
        : []),
    ];
  }, [rows]);
  const categories = useMemo(() => rows.map(({ head }) => String(head.uid)), [rows]);
  const heads = useMemo(() => rows.map(({ head }) => neuronName(head)), [rows]);
  const strong = useMemo(
    () => new Set(rows.flatMap(({ head }, at) => (isSelected(selected, head) ? [at] : []))),
    [rows, selected],
  );
  const hidden = body?.commitReveal;
  return (
    <BarFigure
      title="Age of weights"
      help="Blocks since a validator’s last weights action; under commit-reveal that is its commit, and the marks are the blocks until it was revealed."
      notes={[
        hidden === null || hidden === undefined
          ? 'whether weights are committed first is not known at this block'
          : hidden
            ? 'commit-reveal is on: weights are hidden until they are revealed'
            : 'commit-reveal is off: weights are seen at once',
      ]}
      categories={categories}
      heads={heads}
      categoryColumns={[
        ['uid', rows.map(({ head }) => head.uid)],
        ['hotkey', rows.map(({ head }) => head.hotkey)],
      ]}
      bars={bars}
      left={BLOCKS}
      strong={strong}
      state={state}
      empty="No validator has set weights."
      fileName={`weight-age-${body?.netuid ?? ''}-${body?.block ?? ''}`}
    />
  );
}

function validatorRows(body: WeightsBody | undefined): readonly ValidatorRow[] {
  if (body === undefined) return NONE;
  const heads = new Map(body.neurons.map((head) => [head.uid, head]));
  return body.rows.flatMap((row) => {
    const head = heads.get(row.uid);
    return head === undefined ? [] : [{ head, row }];
  });
}

function columnsOf(coin: string, netuid: number | undefined): Column<ValidatorRow>[] {
  return [
    {
      id: 'uid',
      header: 'UID',
      width: 64,
      value: ({ head }) => head.uid,
    },
    {
      id: 'hotkey',
      header: 'Validator',
      width: 190,
      value: ({ head }) => displayText(head.identityName ?? undefined, 40) ?? head.hotkey,
      cell: ({ head }) =>
        head.identityName === null ? (
          <Account address={head.hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />
        ) : (
          <bdi>{displayText(head.identityName, 26) ?? head.hotkey}</bdi>
        ),
      title: ({ head }) => head.hotkey,
    },
    {
      id: 'stake',
      header: 'Stake',
      unit: coin,
      width: 116,
      align: 'end',
      descFirst: true,
      value: ({ head }) => head.stake ?? undefined,
      cell: ({ head }) => (head.stake === null ? '–' : amount(head.stake)),
    },
    {
      id: 'distance',
      header: 'Distance',
      unit: '0–1',
      help: 'Half the sum of absolute differences from consensus',
      width: 124,
      align: 'end',
      descFirst: true,
      value: ({ row }) => row.distance ?? undefined,
      cell: ({ row }) => (row.distance === null ? '–' : fraction(row.distance)),
      bar: ({ row }) => row.distance ?? undefined,
    },
    {
      id: 'cosine',
      header: '1 − cosine',
      unit: '0–1',
      help: 'How far the direction of the row is from that of consensus',
      width: 124,
      align: 'end',
      descFirst: true,
      value: ({ row }) => row.cosineDistance ?? undefined,
      cell: ({ row }) => (row.cosineDistance === null ? '–' : fraction(row.cosineDistance)),
      bar: ({ row }) => row.cosineDistance ?? undefined,
    },
    {
      id: 'targets',
      header: 'Targets',
      width: 88,
      align: 'end',
      descFirst: true,
      value: ({ row }) => row.targets.length,
    },
    {
      id: 'cluster',
      header: 'Cluster',
      help: 'Validators of one cluster weigh alike',
      width: 84,
      align: 'end',
      value: ({ row }) => (row.cluster < 0 ? undefined : row.cluster + 1),
    },
    {
      id: 'age',
      header: 'Age',
      unit: 'blocks',
      help: 'Blocks since its last weights action',
      width: 110,
      align: 'end',
      descFirst: true,
      value: ({ row }) => row.age ?? undefined,
      cell: ({ row }) => (row.age === null ? '–' : integer(row.age)),
      title: ({ row }) => (row.age === null ? undefined : `about ${duration(row.age * BLOCK_SECONDS)}`),
    },
    {
      id: 'delay',
      header: 'Reveal',
      unit: 'blocks',
      help: 'Blocks from its last commit to the reveal of it',
      width: 116,
      align: 'end',
      descFirst: true,
      value: ({ row }) => row.revealDelay ?? undefined,
      cell: ({ row }) => (row.revealDelay === null ? '–' : integer(row.revealDelay)),
      title: ({ row }) =>
        row.revealDelay === null ? undefined : `about ${duration(row.revealDelay * BLOCK_SECONDS)}`,
    },
  ];
}

function validatorsCsv(rows: readonly ValidatorRow[]): string {
  return toCsv(
    [
      'uid',
      'hotkey',
      'stake',
      'distance',
      'cosineDistance',
      'targets',
      'cluster',
      'lastUpdate',
      'age',
      'revealDelay',
    ],
    rows.map(({ head, row }) => [
      head.uid,
      head.hotkey,
      head.stake,
      row.distance,
      row.cosineDistance,
      row.targets.length,
      row.cluster < 0 ? null : row.cluster + 1,
      row.lastUpdate,
      row.age,
      row.revealDelay,
    ]),
  );
}
