import { ActionIcon, NumberInput, Slider, Switch } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { BlocksBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { ago, utc } from '../../format/time.ts';
import { NextIcon, PreviousIcon } from '../../parts/icons.tsx';
import { useNow } from '../../parts/use-now.ts';
import { nearestIndex } from './nearest-block.ts';
import styles from './subnet.module.css';

type StoredBlock = BlocksBody['blocks'][number];

const RESOLUTION = {
  raw: 'snapshot',
  hourly: 'hourly roll-up',
  epoch: 'epoch roll-up',
};

/** Chooses the block that is shown: live, or any stored one by number, by slider, or a step at a time. */
export function BlockPicker({
  blocks,
  chosen,
  shown,
  onChoose,
  followed = 'Live',
  following = chosen === undefined,
  actions,
}: {
  blocks: readonly StoredBlock[];
  /** `undefined` is live. */
  chosen: number | undefined;
  /** What the page shows now. */
  shown: { block: number; timestamp?: string | undefined; specVersion: number } | undefined;
  onChoose: (block: number | undefined) => void;
  /** What is shown when nothing is chosen, and whether that is so. */
  followed?: string;
  following?: boolean;
  /** Buttons at the end of the row. */
  actions?: ReactNode;
}) {
  const last = blocks.length - 1;
  const index = chosen === undefined ? last : nearestIndex(blocks, chosen);
  // While the thumb is held the page stays where it is; it goes there on release.
  const [held, setHeld] = useState<number>();
  const [typed, setTyped] = useState<string | number>('');
  const at = blocks[held ?? index];
  useEffect(() => setTyped(chosen ?? ''), [chosen]);
  const step = (to: number) => {
    const block = blocks[to];
    if (block !== undefined) onChoose(block.block);
  };
  const chooseTyped = () => {
    const block = Number(typed);
    if (typed !== '' && Number.isInteger(block) && block !== chosen) onChoose(block);
  };

  return (
    <div className={styles.picker}>
      <Switch
        size="sm"
        label={followed}
        checked={following}
        onChange={(event) =>
          onChoose(event.currentTarget.checked ? undefined : (shown?.block ?? blocks[last]?.block))
        }
      />
      <ActionIcon
        variant="default"
        aria-label="One stored block back"
        title="One stored block back"
        disabled={index <= 0}
        onClick={() => step(index - 1)}
      >
        <PreviousIcon />
      </ActionIcon>
      <div className={styles.slider}>
        <Slider
          size="sm"
          min={0}
          max={Math.max(1, last)}
          value={held ?? Math.max(0, index)}
          disabled={last < 1}
          label={(value) => (blocks[value] === undefined ? '' : integer(blocks[value].block))}
          thumbLabel="Stored block"
          onChange={setHeld}
          onChangeEnd={(value) => {
            setHeld(undefined);
            step(value);
          }}
        />
      </div>
      <ActionIcon
        variant="default"
        aria-label="One stored block on"
        title="One stored block on"
        disabled={chosen === undefined || index >= last}
        onClick={() => step(index + 1)}
      >
        <NextIcon />
      </ActionIcon>
      <NumberInput
        className={styles.number}
        size="xs"
        aria-label="Block number"
        placeholder={at === undefined ? 'block' : integer(at.block)}
        value={typed}
        onChange={setTyped}
        onBlur={chooseTyped}
        onKeyDown={(event) => {
          if (event.key === 'Enter') chooseTyped();
        }}
        hideControls
        allowDecimal={false}
        allowNegative={false}
        max={4_294_967_295}
        clampBehavior="strict"
        thousandSeparator=","
      />
      <When
        stored={held === undefined ? undefined : at}
        chosen={chosen}
        shown={shown}
        resolution={at?.resolution}
      />
      {actions}
    </div>
  );
}

function When({
  stored,
  chosen,
  shown,
  resolution,
}: {
  stored: StoredBlock | undefined;
  chosen: number | undefined;
  shown: { block: number; timestamp?: string | undefined; specVersion: number } | undefined;
  resolution: StoredBlock['resolution'] | undefined;
}) {
  const now = useNow();
  const of = stored ?? shown;
  if (of === undefined) return <span className={styles.when}>no snapshot yet</span>;
  const time = utc(of.timestamp);
  const parts = [
    time,
    of.timestamp === undefined || time === undefined ? undefined : ago(Date.parse(of.timestamp), now),
    resolution === undefined || resolution === 'raw' ? undefined : RESOLUTION[resolution],
    `spec ${of.specVersion}`,
    chosen !== undefined && stored === undefined && of.block !== chosen
      ? `nearest stored: ${integer(of.block)}`
      : undefined,
  ];
  return <span className={styles.when}>{parts.filter((part) => part !== undefined).join(' · ')}</span>;
}
