import { Button, Popover, RangeSlider, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { blocksQuery } from '../api/queries.ts';
import { integer } from '../format/numbers.ts';
import { utc } from '../format/time.ts';
import { RANGES, type RangeName, USUAL } from '../url/figure-search.ts';
import { useNetuid, useSubnetSearch } from '../url/use-subnet-search.ts';
import styles from './controls.module.css';
import { chosenSpan, type Span, spanOf } from './range.ts';

const LABELS: Record<RangeName, string> = {
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '90d': '90 d',
  '1y': '1 y',
  all: 'All',
};
const NONE: readonly { block: number; timestamp?: string | undefined }[] = [];

/** How far back the figures of a subnet go: a usual span, or two ends among the stored blocks. */
export function RangeControl() {
  const { search, select } = useSubnetSearch();
  const byHand = search.from !== undefined || search.to !== undefined;
  return (
    <div className={styles.pair}>
      <SegmentedControl
        size="xs"
        aria-label="Range"
        // No part is marked while the ends are chosen by hand.
        value={byHand ? '' : (search.range ?? USUAL.range)}
        onChange={(value) =>
          select({
            range: value === USUAL.range ? undefined : (value as RangeName),
            from: undefined,
            to: undefined,
          })
        }
        data={RANGES.map((value) => ({ value, label: LABELS[value] }))}
      />
      <BlockRange byHand={byHand} />
    </div>
  );
}

function BlockRange({ byHand }: { byHand: boolean }) {
  const netuid = useNetuid();
  const { search, select } = useSubnetSearch();
  const [opened, setOpened] = useState(false);
  const { data } = useQuery({ ...blocksQuery(netuid, search.mechanism ?? 0), enabled: opened || byHand });
  const blocks = data?.blocks ?? NONE;
  // While a thumb is held the figures stay; they follow on release.
  const [held, setHeld] = useState<Span>();
  const span = held ?? spanOf(blocks, search);
  const ends = span?.map((index) => blocks[index]);
  const name = byHand
    ? `${integer(search.from ?? 0)}–${search.to === undefined ? 'newest' : integer(search.to)}`
    : 'Blocks';
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      width="min(430px, 94vw)"
      trapFocus
    >
      <Popover.Target>
        <Button
          size="xs"
          variant={byHand ? 'light' : 'default'}
          aria-label={`Range of blocks: ${name}`}
          onClick={() => setOpened((open) => !open)}
        >
          {name}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.blockRange}>
          <RangeSlider
            size="sm"
            min={0}
            max={Math.max(1, blocks.length - 1)}
            minRange={0}
            value={[span?.[0] ?? 0, span?.[1] ?? 1]}
            disabled={blocks.length < 2}
            label={(index) => integer(blocks[index]?.block ?? 0)}
            thumbFromLabel="First block"
            thumbToLabel="Last block"
            onChange={setHeld}
            onChangeEnd={(value) => {
              setHeld(undefined);
              select(chosenSpan(blocks, value));
            }}
          />
          <dl className={styles.ends}>
            {(['From', 'To'] as const).map((end, index) => (
              <div key={end}>
                <dt>{end}</dt>
                <dd>
                  {ends?.[index] === undefined ? '–' : `block ${integer(ends[index].block)}`}
                  <small>{utc(ends?.[index]?.timestamp)}</small>
                </dd>
              </div>
            ))}
          </dl>
          {byHand ? (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => select({ from: undefined, to: undefined })}
            >
              Back to {LABELS[search.range ?? USUAL.range]}
            </Button>
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
