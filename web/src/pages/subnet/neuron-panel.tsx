import { SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { metagraphPath } from '../../api/queries.ts';
import type { MetagraphJson, NeuronJson } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { FileLink } from '../../parts/file-link.tsx';
import { DataTable } from '../../table/data-table.tsx';
import {
  formatSort,
  NEURON_GROUPS,
  type NeuronGroup,
  parseSort,
  type SubnetSearch,
} from '../../url/search.ts';
import { isSelected } from '../../url/selection.ts';
import { useSelection } from '../../url/use-subnet-search.ts';
import { ColumnMenu } from './column-menu.tsx';
import { chosenColumns, neuronColumns } from './neuron-columns.tsx';
import { countGroups, filterNeurons } from './neuron-filter.ts';
import styles from './subnet.module.css';

const NONE: readonly NeuronJson[] = [];
const LOADING: MetagraphJson = {
  netuid: 0,
  mechanism: 0,
  block: 0,
  blockHash: '',
  specName: '',
  specVersion: 0,
  source: 'storage',
  unit: 'alpha',
  n: 0,
  neurons: [],
};

/** Every neuron of the subnet, to be filtered, sorted and taken away. */
export function NeuronPanel({
  metagraph,
  loading,
  stale,
  symbol,
  immunityPeriod,
  search,
  onSelect,
  onError,
}: {
  metagraph: MetagraphJson | undefined;
  loading: boolean;
  /** Another block is on its way; these rows are still those of the last one. */
  stale: boolean;
  symbol: string;
  immunityPeriod: number | undefined;
  search: SubnetSearch;
  onSelect: (patch: { [K in keyof SubnetSearch]: SubnetSearch[K] | undefined }) => void;
  onError: (error: unknown) => void;
}) {
  const navigate = useNavigate();
  const neurons = metagraph?.neurons ?? NONE;
  const group = search.show ?? 'all';
  const counts = useMemo(() => countGroups(neurons), [neurons]);
  const columns = useMemo(
    () => neuronColumns(metagraph ?? LOADING, symbol, immunityPeriod),
    [metagraph, symbol, immunityPeriod],
  );
  const shown = useMemo(() => chosenColumns(columns, search.cols), [columns, search.cols]);
  const { selected, only } = useSelection();
  const marked = useCallback((neuron: NeuronJson) => isSelected(selected, neuron), [selected]);
  const rows = useMemo(() => {
    const fitting = filterNeurons(neurons, group, search.q);
    return only ? fitting.filter(marked) : fitting;
  }, [neurons, group, search.q, only, marked]);
  const sort = useMemo(() => parseSort(search.sort ?? 'uid'), [search.sort]);

  return (
    <>
      <div className={styles.toolbar}>
        <TextInput
          className={styles.filter}
          size="xs"
          aria-label="Filter neurons"
          placeholder="UID, hotkey, coldkey, name or IP"
          value={search.q ?? ''}
          onChange={(event) => onSelect({ q: event.currentTarget.value || undefined })}
          spellCheck={false}
        />
        <SegmentedControl
          size="xs"
          aria-label="Which neurons"
          value={group}
          onChange={(value) => onSelect({ show: value === 'all' ? undefined : (value as NeuronGroup) })}
          data={NEURON_GROUPS.map((value) => ({
            value,
            label: `${labelOf(value)} ${integer(counts[value])}`,
          }))}
        />
        <span className={styles.push}>
          {rows.length === neurons.length
            ? ''
            : `${integer(rows.length)} of ${integer(neurons.length)} neurons`}
        </span>
        <ColumnMenu columns={columns} shown={shown} onChoose={(cols) => onSelect({ cols })} />
        {metagraph === undefined ? null : (
          <>
            <DownloadLink metagraph={metagraph} format="csv" onError={onError} />
            <DownloadLink metagraph={metagraph} format="json" onError={onError} />
          </>
        )}
      </div>
      <div className={stale ? styles.stale : undefined} aria-busy={stale}>
        <DataTable
          label="Neurons"
          columns={shown}
          rows={rows}
          rowKey={(neuron) => String(neuron.uid)}
          marked={marked}
          sort={sort}
          onSort={(next) => onSelect({ sort: formatSort(next) })}
          onOpen={(neuron) =>
            void navigate({
              to: '/neurons/$hotkey',
              params: { hotkey: neuron.hotkey },
              search: metagraph === undefined ? {} : { netuid: metagraph.netuid },
            })
          }
          loading={loading}
          empty={
            neurons.length === 0 ? 'This subnet has no neurons at this block.' : 'No neuron fits the filter.'
          }
          maxHeight="max(380px, calc(100dvh - 250px))"
        />
      </div>
    </>
  );
}

/** A plain link, so that it can be copied into curl; with a token the bytes come through fetch, which can send it. */
function DownloadLink({
  metagraph,
  format,
  onError,
}: {
  metagraph: MetagraphJson;
  format: 'csv' | 'json';
  onError: (error: unknown) => void;
}) {
  const { netuid, mechanism, block } = metagraph;
  const path = metagraphPath(netuid, mechanism, block, format);
  const name = `metagraph-${netuid}-${mechanism}-${block}.${format}`;
  return (
    <FileLink
      path={path}
      file={name}
      title={`All neurons at block ${integer(block)} as ${format.toUpperCase()}`}
      onError={onError}
    >
      {format.toUpperCase()}
    </FileLink>
  );
}

function labelOf(group: NeuronGroup): string {
  return group.charAt(0).toUpperCase() + group.slice(1);
}
