import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { blocksQuery, metagraphQuery, subnetQuery } from '../../api/queries.ts';
import type { BlocksBody } from '../../api/types.ts';
import { diffQuery } from '../../api/weights.ts';
import { figureState } from '../../charts/figure.tsx';
import { FigureControls } from '../../charts/figure-controls.tsx';
import { displayText } from '../../format/text.ts';
import { Problem } from '../../parts/problem.tsx';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { BlockPicker } from '../subnet/block-picker.tsx';
import { FactsPanels } from '../subnet/facts-panels.tsx';
import { nearestIndex } from '../subnet/nearest-block.ts';
import { NeuronPanel } from '../subnet/neuron-panel.tsx';
import { SubnetTiles } from '../subnet/subnet-tiles.tsx';
import styles from './block.module.css';
import { DiffFigures } from './diff-figures.tsx';

const NO_BLOCKS: BlocksBody['blocks'] = [];
/** Compared with a day before, where the reader chose nothing. */
const DAY_BLOCKS = 7_200;

/** Everything at a block of a subnet, and what differs from another. */
export function BlockPage() {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const mechanism = search.mechanism ?? 0;
  const subnet = useQuery(subnetQuery(netuid, search.block));
  const metagraph = useQuery(metagraphQuery(netuid, mechanism, search.block));
  const blocks = useQuery(blocksQuery(netuid, mechanism)).data?.blocks ?? NO_BLOCKS;
  const [failure, setFailure] = useState<unknown>();
  const shown = metagraph.data;
  const against = search.against ?? usualAgainst(blocks, shown?.block);
  const diff = useQuery({
    ...diffQuery(netuid, mechanism, shown?.block ?? 0, against ?? 0),
    enabled: shown !== undefined && against !== undefined,
  });
  const other = blocks[against === undefined ? -1 : nearestIndex(blocks, against)];
  const symbol = displayText(subnet.data?.subnet.symbol, 4) ?? 'α';
  const error = metagraph.error ?? subnet.error;

  return (
    <>
      {failure === undefined ? null : <Problem error={failure} compact />}
      {error === null ? null : (
        <Problem
          error={error}
          compact={shown !== undefined}
          onRetry={() => void Promise.all([subnet.refetch(), metagraph.refetch()])}
        />
      )}
      <div className={styles.pickers}>
        <div className={styles.against}>
          <span className={styles.label}>Block</span>
          <BlockPicker
            blocks={blocks}
            chosen={search.block}
            shown={shown}
            onChoose={(block) => select({ block }, { push: true })}
          />
        </div>
        <div className={styles.against}>
          <span className={styles.label}>Compared with</span>
          <BlockPicker
            blocks={blocks}
            chosen={against}
            shown={other}
            followed="A day before"
            following={search.against === undefined}
            onChoose={(block) => select({ against: block }, { push: true })}
          />
        </div>
      </div>
      <FigureControls range={false} axis={false} />
      <DiffFigures
        body={diff.data}
        // What is not asked yet is on its way as far as a reader is concerned.
        state={figureState({ ...diff, error: error === null ? diff.error : error })}
      />
      <h2 className={styles.heading}>Everything at the block</h2>
      <SubnetTiles body={subnet.data} live={search.block === undefined} symbol={symbol} />
      <NeuronPanel
        metagraph={shown}
        loading={metagraph.isPending}
        stale={metagraph.isPlaceholderData}
        symbol={symbol}
        immunityPeriod={subnet.data?.subnet.immunityPeriod}
        search={search}
        onSelect={(patch) => select(patch)}
        onError={setFailure}
      />
      {subnet.data === undefined ? null : <FactsPanels subnet={subnet.data.subnet} symbol={symbol} />}
    </>
  );
}

/** The stored block a day before the one that is shown, else the first. */
function usualAgainst(blocks: BlocksBody['blocks'], block: number | undefined): number | undefined {
  if (block === undefined) return undefined;
  return blocks[nearestIndex(blocks, Math.max(0, block - DAY_BLOCKS))]?.block;
}
