import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { blocksQuery, metagraphQuery, subnetQuery } from '../../api/queries.ts';
import type { BlocksBody } from '../../api/types.ts';
import { SelectionBar } from '../../charts/selection-bar.tsx';
import { displayText } from '../../format/text.ts';
import { Problem } from '../../parts/problem.tsx';
import type { SubnetSearch } from '../../url/search.ts';
import { useNetuid, useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { BlockPicker } from './block-picker.tsx';
import { NeuronPanel } from './neuron-panel.tsx';
import { RefreshButton } from './refresh-button.tsx';
import { SubnetTiles } from './subnet-tiles.tsx';

const NO_BLOCKS: BlocksBody['blocks'] = [];

/** Every neuron of a subnet, live or at any stored block. */
export function NeuronsPage() {
  const netuid = useNetuid();
  const { search, select: selectSearch } = useSubnetSearch();
  const { selected } = useSelection();
  const mechanism = search.mechanism ?? 0;
  const subnet = useQuery(subnetQuery(netuid, search.block));
  const metagraph = useQuery(metagraphQuery(netuid, mechanism, search.block));
  const blocks = useQuery(blocksQuery(netuid, mechanism));
  const [failure, setFailure] = useState<unknown>();
  const body = subnet.data;
  const symbol = displayText(body?.subnet.symbol, 4) ?? 'α';
  // Filters and sorting would fill the history with every key pressed; a chosen block is a step to go back from.
  const select = (patch: { [K in keyof SubnetSearch]?: SubnetSearch[K] | undefined }) =>
    selectSearch(patch, { push: 'block' in patch });
  const error = metagraph.error ?? subnet.error;
  // A block that is not stored leaves the picker, which leads back.
  const nothing = error !== null && body === undefined && metagraph.data === undefined;

  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      {error === null ? null : (
        <Problem
          error={error}
          compact={metagraph.data !== undefined}
          onRetry={() => void Promise.all([subnet.refetch(), metagraph.refetch(), blocks.refetch()])}
        />
      )}
      {nothing ? null : <SubnetTiles body={body} live={search.block === undefined} symbol={symbol} />}
      {nothing && search.block === undefined ? null : (
        <BlockPicker
          blocks={blocks.data?.blocks ?? NO_BLOCKS}
          chosen={search.block}
          shown={metagraph.data}
          onChoose={(block) => select({ block })}
          actions={
            <RefreshButton netuid={netuid} onDone={() => select({ block: undefined })} onError={setFailure} />
          }
        />
      )}
      {nothing ? null : (
        <>
          {selected.length === 0 ? null : <SelectionBar />}
          <NeuronPanel
            metagraph={metagraph.data}
            loading={metagraph.isPending}
            stale={metagraph.isPlaceholderData}
            symbol={symbol}
            immunityPeriod={body?.subnet.immunityPeriod}
            search={search}
            onSelect={select}
            onError={setFailure}
          />
        </>
      )}
    </>
  );
}
