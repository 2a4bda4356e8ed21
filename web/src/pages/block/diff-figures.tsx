import { useMemo, useState } from 'react';
import type { DiffBody } from '../../api/types.ts';
import { toCsv } from '../../charts/csv.ts';
import { Figure, FigureGrid, type FigureState } from '../../charts/figure.tsx';
import { tableContent } from '../../charts/table-picture.ts';
import { amount, integer, signed } from '../../format/numbers.ts';
import { Account } from '../../parts/account.tsx';
import { Choice } from '../../parts/choice.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { Sort } from '../../url/search.ts';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import styles from './block.module.css';
import { changedFields, type DiffRow, diffRows, fieldName, fieldValue, figureOf } from './diff-rows.ts';

const ALL = '';

/** What differs between two blocks: who came and went, what changed of whom, and the subnet's own facts. */
export function DiffFigures({ body, state }: { body: DiffBody | undefined; state: FigureState }) {
  const between =
    body === undefined
      ? undefined
      : body.block === body.against
        ? `both are block ${integer(body.block)}`
        : `block ${integer(body.against)} → ${integer(body.block)}`;
  const shared = { body, state, between };
  return (
    <>
      <FigureGrid>
        <CameAndWent {...shared} />
        <FactsChanged {...shared} />
      </FigureGrid>
      <NeuronsChanged {...shared} />
    </>
  );
}

interface Shared {
  body: DiffBody | undefined;
  state: FigureState;
  between: string | undefined;
}

function CameAndWent({ body, state, between }: Shared) {
  const rows = useMemo(
    () => [
      ...(body?.added ?? []).map((neuron) => ({ ...neuron, sign: 'added' as const })),
      ...(body?.removed ?? []).map((neuron) => ({ ...neuron, sign: 'removed' as const })),
    ],
    [body],
  );
  return (
    <Figure
      title="Came and went"
      help="Hotkeys that hold a UID at one of the blocks alone. A hotkey that only moved to another UID is among the changes."
      notes={[
        between,
        body === undefined ? undefined : `${body.added.length} added, ${body.removed.length} removed`,
      ]}
      state={state}
      empty={body !== undefined && rows.length === 0 ? 'Nobody came or went.' : undefined}
      fileName={`came-and-went-${body?.netuid ?? ''}`}
      csv={() =>
        toCsv(
          ['what', 'uid', 'hotkey'],
          rows.map(({ sign, uid, hotkey }) => [sign, uid, hotkey]),
        )
      }
      table={() => ({
        header: ['What', 'UID', 'Hotkey'],
        rows: rows.map(({ sign, uid, hotkey }) => [sign, uid, hotkey]),
      })}
      height="160px"
    >
      <ul className={styles.came}>
        {rows.map(({ sign, uid, hotkey }) => (
          <li key={`${sign}${hotkey}`}>
            <span className={styles.sign} data-sign={sign}>
              {sign === 'added' ? '+ added' : '− removed'}
            </span>
            <span>UID {uid}</span>
            <Account address={hotkey} hotkey {...(body === undefined ? {} : { netuid: body.netuid })} />
          </li>
        ))}
      </ul>
    </Figure>
  );
}

function FactsChanged({ body, state, between }: Shared) {
  const facts = body?.facts ?? [];
  return (
    <Figure
      title="The subnet itself"
      help="Facts and hyperparameters that differ."
      notes={[between]}
      state={state}
      empty={body !== undefined && facts.length === 0 ? 'No fact or hyperparameter differs.' : undefined}
      fileName={`facts-changed-${body?.netuid ?? ''}`}
      csv={() =>
        toCsv(
          ['name', 'before', 'after'],
          facts.map(({ name, before, after }) => [name, csvText(before), csvText(after)]),
        )
      }
      table={() => ({
        header: ['Fact', 'Before', 'After'],
        rows: facts.map(({ name, before, after }) => [
          fieldName(name),
          fieldValue(name, before),
          fieldValue(name, after),
        ]),
      })}
      height="160px"
    >
      <ul className={styles.came}>
        {facts.map(({ name, before, after }) => (
          <li key={name} title={name}>
            <span style={{ flex: '0 1 15em' }}>{fieldName(name)}</span>
            <span>
              {fieldValue(name, before)} <span className={styles.to}>→</span> <b>{fieldValue(name, after)}</b>
            </span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}

function NeuronsChanged({ body, state, between }: Shared) {
  const { search, select } = useSubnetSearch();
  const { selected, only } = useSelection();
  const [sort, setSort] = useState<Sort>({ id: 'uid', desc: false });
  const fields = useMemo(() => (body === undefined ? [] : changedFields(body)), [body]);
  const field = fields.some(({ name }) => name === search.field) ? search.field : undefined;
  const rows = useMemo(
    () => (body === undefined ? [] : diffRows(body, { field, selected: only ? selected : [] })),
    [body, field, selected, only],
  );
  const columns = useMemo(() => columnsOf(body?.netuid), [body?.netuid]);
  return (
    <Figure
      title="Neurons changed"
      help="What differs of the hotkeys that are on the subnet at both blocks."
      tools={
        <Choice
          name="Field"
          value={field ?? ALL}
          choices={[
            { value: ALL, label: 'All fields' },
            ...fields.map(({ name, neurons }) => ({ value: name, label: `${fieldName(name)} (${neurons})` })),
          ]}
          onChoose={(value) => select({ field: value === ALL ? undefined : value })}
        />
      }
      notes={[
        between,
        body === undefined
          ? undefined
          : `${integer(body.changed.length)} neurons changed, ${integer(rows.length)} rows shown`,
      ]}
      state={state}
      empty={
        body !== undefined && rows.length === 0
          ? body.changed.length === 0
            ? 'No neuron differs.'
            : 'None of the selected neurons differs.'
          : undefined
      }
      fileName={`neurons-changed-${body?.netuid ?? ''}`}
      csv={() =>
        toCsv(
          ['uid', 'hotkey', 'field', 'before', 'after'],
          rows.map((row) => [row.uid, row.hotkey, row.field, csvText(row.before), csvText(row.after)]),
        )
      }
      table={() => tableContent(columns, rows, sort)}
    >
      <div className={styles.table}>
        <DataTable
          label="Fields of neurons that changed"
          columns={columns}
          rows={rows}
          rowKey={({ hotkey, field: name }) => `${hotkey} ${name}`}
          sort={sort}
          onSort={setSort}
          maxHeight="460px"
        />
      </div>
    </Figure>
  );
}

function columnsOf(netuid: number | undefined): Column<DiffRow>[] {
  return [
    { id: 'uid', header: 'UID', width: 70, value: ({ uid }) => uid },
    {
      id: 'hotkey',
      header: 'Hotkey',
      width: 170,
      value: ({ hotkey }) => hotkey,
      cell: ({ hotkey }) => <Account address={hotkey} hotkey {...(netuid === undefined ? {} : { netuid })} />,
    },
    {
      id: 'field',
      header: 'Field',
      width: 190,
      value: ({ field }) => fieldName(field),
      title: ({ field }) => field,
    },
    {
      id: 'before',
      header: 'Before',
      width: 170,
      align: 'end',
      value: ({ before }) => figureOf(before) ?? (before === null ? undefined : String(before)),
      cell: ({ field, before }) => fieldValue(field, before),
      title: ({ before }) => rawText(before),
    },
    {
      id: 'after',
      header: 'After',
      width: 170,
      align: 'end',
      value: ({ after }) => figureOf(after) ?? (after === null ? undefined : String(after)),
      cell: ({ field, after }) => fieldValue(field, after),
      title: ({ after }) => rawText(after),
    },
    {
      id: 'change',
      header: 'Change',
      width: 140,
      align: 'end',
      descFirst: true,
      value: ({ change }) => change,
      cell: ({ change }) =>
        change === undefined ? '–' : signed(change, Number.isInteger(change) ? integer : amount),
    },
  ];
}

function rawText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : csvText(value)?.slice(0, 200);
}

function csvText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
