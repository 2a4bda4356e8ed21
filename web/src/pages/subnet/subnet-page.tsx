import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { blocksQuery, metagraphQuery, subnetQuery } from '../../api/queries.ts';
import type { BlocksBody, SubnetBody } from '../../api/types.ts';
import { displayText, subnetTitle } from '../../format/text.ts';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import type { SubnetSearch } from '../../url/search.ts';
import { BlockPicker } from './block-picker.tsx';
import { FactsPanels } from './facts-panels.tsx';
import { NeuronPanel } from './neuron-panel.tsx';
import { RefreshButton } from './refresh-button.tsx';
import styles from './subnet.module.css';
import { SubnetTiles } from './subnet-tiles.tsx';

const NO_BLOCKS: BlocksBody['blocks'] = [];

/** One subnet, live or at any stored block. */
export function SubnetPage() {
  const params = useParams({ from: '/subnets/$netuid' });
  if (!/^\d{1,5}$/.test(params.netuid) || Number(params.netuid) > 65_535) {
    return (
      <Problem
        error={
          new ApiError(400, 'usage', {
            failed: 'this is not a netuid',
            got: params.netuid.slice(0, 40),
            expected: 'a whole number from 0 to 65535',
            todo: 'pick a subnet from the network page',
          })
        }
      />
    );
  }
  return <Subnet key={params.netuid} netuid={Number(params.netuid)} />;
}

function Subnet({ netuid }: { netuid: number }) {
  const search = useSearch({ from: '/subnets/$netuid' });
  const navigate = useNavigate({ from: '/subnets/$netuid' });
  const mechanism = search.mechanism ?? 0;
  const subnet = useQuery(subnetQuery(netuid, search.block));
  const metagraph = useQuery(metagraphQuery(netuid, mechanism, search.block));
  const blocks = useQuery(blocksQuery(netuid, mechanism));
  const [failure, setFailure] = useState<unknown>();
  const body = subnet.data;
  const symbol = displayText(body?.subnet.symbol, 4) ?? 'α';
  useTitle(subnetTitle({ netuid, name: body?.subnet.name }));

  const select = (patch: { [K in keyof SubnetSearch]: SubnetSearch[K] | undefined }) => {
    void navigate({
      search: (old) => ({ ...old, ...patch }) as SubnetSearch,
      // Filters and sorting would fill the history with every key pressed; a chosen block is a step to go back from.
      replace: !('block' in patch || 'mechanism' in patch || 'tab' in patch),
      resetScroll: false,
    });
  };
  const error = metagraph.error ?? subnet.error;
  // A block that is not stored leaves the picker, which leads back; a subnet that is not stored leaves nothing.
  const nothing = error !== null && body === undefined && metagraph.data === undefined;

  return (
    <div className={styles.page}>
      <div className={styles.titleRow}>
        <h1 className={styles.title}>
          <span className={styles.netuid}>SN {netuid}</span>
          <bdi>{displayText(body?.subnet.name, 80) ?? (body === undefined ? '' : 'no name')}</bdi>
          {netuid === 0 ? null : <span className={styles.symbol}>{displayText(body?.subnet.symbol, 4)}</span>}
        </h1>
        <div className={styles.actions}>
          <Mechanisms body={body} mechanism={mechanism} onChoose={(next) => select({ mechanism: next })} />
          <RefreshButton netuid={netuid} onDone={() => select({ block: undefined })} onError={setFailure} />
        </div>
      </div>
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
        />
      )}
      {nothing ? null : (
        <>
          <nav className={styles.tabs} aria-label="Parts of this subnet">
            <Tab tab={undefined}>Neurons</Tab>
            <Tab tab="facts">Hyperparameters and identity</Tab>
          </nav>
          {search.tab === 'facts' ? (
            body === undefined ? null : (
              <FactsPanels subnet={body.subnet} symbol={symbol} />
            )
          ) : (
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
          )}
        </>
      )}
    </div>
  );
}

function Tab({ tab, children }: { tab: SubnetSearch['tab']; children: string }) {
  return (
    <Link
      from="/subnets/$netuid"
      to="."
      search={({ tab: _left, ...rest }: SubnetSearch) => (tab === undefined ? rest : { ...rest, tab })}
      resetScroll={false}
      activeOptions={{ exact: true }}
    >
      {children}
    </Link>
  );
}

/** Shown only where a subnet has more than one incentive vector. */
function Mechanisms({
  body,
  mechanism,
  onChoose,
}: {
  body: SubnetBody | undefined;
  mechanism: number;
  onChoose: (mechanism: number | undefined) => void;
}) {
  const all = body?.mechanisms ?? [];
  if (all.length < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      aria-label="Mechanism"
      value={String(mechanism)}
      onChange={(value) => onChoose(value === '0' ? undefined : Number(value))}
      data={all.map((each) => ({ value: String(each), label: `Mechanism ${each}` }))}
    />
  );
}
