import { ActionIcon, SegmentedControl, Slider, Switch } from '@mantine/core';
import { useState } from 'react';
import type { WeightsBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { NextIcon, PreviousIcon } from '../../parts/icons.tsx';
import { useSubnetSearch } from '../../url/use-subnet-search.ts';
import { nearestIndex } from '../subnet/nearest-block.ts';
import styles from './weights.module.css';

const NONE: readonly number[] = [];

/** Chooses the stored matrix that is shown: the newest, or an older one by slider or a step at a time; weights or bonds. */
export function MatrixPicker({ body }: { body: WeightsBody | undefined }) {
  const { search, select } = useSubnetSearch();
  const blocks = body?.blocks ?? NONE;
  const last = blocks.length - 1;
  const live = search.block === undefined;
  const shown = live
    ? last
    : nearestIndex(
        blocks.map((block) => ({ block })),
        search.block ?? 0,
      );
  // While the thumb is held the page stays; it follows on release.
  const [held, setHeld] = useState<number>();
  const at = held ?? shown;
  const go = (index: number) => {
    const block = blocks[index];
    if (block !== undefined) select({ block }, { push: true });
  };
  const time = held === undefined ? utc(body?.timestamp ?? undefined) : undefined;
  return (
    <div className={styles.picker}>
      <Switch
        size="sm"
        label="Newest"
        checked={live}
        onChange={(event) =>
          select({ block: event.currentTarget.checked ? undefined : body?.block }, { push: true })
        }
      />
      <ActionIcon
        variant="default"
        aria-label="One stored matrix back"
        title="One stored matrix back"
        disabled={shown <= 0}
        onClick={() => go(shown - 1)}
      >
        <PreviousIcon />
      </ActionIcon>
      <div className={styles.slider}>
        <Slider
          size="sm"
          min={0}
          max={Math.max(1, last)}
          value={Math.max(0, at)}
          disabled={last < 1}
          label={(index) => (blocks[index] === undefined ? '' : integer(blocks[index]))}
          thumbLabel="Stored matrix"
          onChange={setHeld}
          onChangeEnd={(index) => {
            setHeld(undefined);
            go(index);
          }}
        />
      </div>
      <ActionIcon
        variant="default"
        aria-label="One stored matrix on"
        title="One stored matrix on"
        disabled={live || shown >= last}
        onClick={() => go(shown + 1)}
      >
        <NextIcon />
      </ActionIcon>
      <SegmentedControl
        size="xs"
        aria-label="Weights or bonds"
        value={search.of ?? 'weights'}
        onChange={(value) => select({ of: value === 'bonds' ? 'bonds' : undefined })}
        data={[
          { value: 'weights', label: 'Weights' },
          { value: 'bonds', label: 'Bonds' },
        ]}
      />
      <span className={styles.when}>
        {body === undefined
          ? ''
          : [
              `block ${integer(held === undefined ? body.block : (blocks[held] ?? body.block))}`,
              time,
              blocks.length === 1 ? '1 matrix stored' : `${integer(blocks.length)} matrices stored`,
            ]
              .filter((part) => part !== undefined)
              .join(' · ')}
      </span>
    </div>
  );
}
