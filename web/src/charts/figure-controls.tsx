import { Button, Popover, SegmentedControl, Slider } from '@mantine/core';
import { useState } from 'react';
import { Choice } from '../parts/choice.tsx';
import { SlidersIcon } from '../parts/icons.tsx';
import {
  GROUPINGS,
  type Grouping,
  SMOOTH_FUNCTIONS,
  type SmoothFunction,
  USUAL,
} from '../url/figure-search.ts';
import { useSubnetSearch } from '../url/use-subnet-search.ts';
import styles from './controls.module.css';
import { RangeControl } from './range-control.tsx';
import { SelectionBar } from './selection-bar.tsx';

export const GROUPING_NAMES: Record<Grouping, string> = {
  coldkey: 'Coldkey',
  hotkey: 'Hotkey',
  ip: 'IP address',
  subnet24: 'Network (/24)',
};

/**
 * The controls that the figures of a page share, kept in the address. A page shows those that its figures obey: a
 * control that changes nothing would be a lie.
 */
export function FigureControls({
  range = true,
  axis = true,
  grouping = false,
  top = false,
  smoothing = false,
  opacity = false,
}: {
  range?: boolean;
  axis?: boolean;
  grouping?: boolean;
  top?: boolean;
  smoothing?: boolean;
  opacity?: boolean;
}) {
  const { search, select } = useSubnetSearch();
  return (
    <div className={styles.controls}>
      <div className={styles.bar}>
        {range ? <RangeControl /> : null}
        {axis ? (
          <SegmentedControl
            size="xs"
            aria-label="Horizontal axis"
            value={search.axis ?? 'time'}
            onChange={(value) => select({ axis: value === 'block' ? 'block' : undefined })}
            data={[
              { value: 'time', label: 'Time' },
              { value: 'block', label: 'Block' },
            ]}
          />
        ) : null}
        {grouping ? (
          <Choice
            name="Group by"
            value={search.by ?? USUAL.by}
            choices={GROUPINGS.map((value) => ({ value, label: GROUPING_NAMES[value] }))}
            onChoose={(value) => select({ by: value === USUAL.by ? undefined : value })}
          />
        ) : null}
        {top || smoothing || opacity ? <Drawing top={top} smoothing={smoothing} opacity={opacity} /> : null}
      </div>
      <SelectionBar />
    </div>
  );
}

/** How lines are drawn: what is changed now and then has its place behind a button. */
function Drawing({ top, smoothing, opacity }: { top: boolean; smoothing: boolean; opacity: boolean }) {
  const { search, select } = useSubnetSearch();
  const shown = search.top ?? USUAL.top;
  const window = search.window ?? USUAL.window;
  const summary = [
    top ? `top ${shown}` : undefined,
    smoothing && window > 1 ? `smoothed ${window}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return (
    <Popover position="bottom-end" shadow="md" width="min(300px, 94vw)" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<SlidersIcon size={14} />}>
          Lines{summary === '' ? '' : `: ${summary}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.sliders}>
          {top ? (
            <Slide
              name="Sample top"
              min={1}
              max={50}
              value={shown}
              onEnd={(value) => select({ top: value === USUAL.top ? undefined : value })}
            />
          ) : null}
          {smoothing ? (
            <>
              <Slide
                name="Smoothing window"
                unit="snapshots"
                min={1}
                max={100}
                value={window}
                onEnd={(value) => select({ window: value === USUAL.window ? undefined : value })}
              />
              <SegmentedControl
                size="xs"
                fullWidth
                aria-label="Smoothing function"
                value={search.smooth ?? USUAL.smooth}
                onChange={(value) =>
                  select({ smooth: value === USUAL.smooth ? undefined : (value as SmoothFunction) })
                }
                data={SMOOTH_FUNCTIONS.map((value) => ({ value, label: value }))}
              />
            </>
          ) : null}
          {opacity ? (
            <Slide
              name="Opacity"
              unit="%"
              min={0}
              max={100}
              value={search.opacity ?? USUAL.opacity}
              onEnd={(value) => select({ opacity: value === USUAL.opacity ? undefined : value })}
            />
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Slide({
  name,
  unit = '',
  min,
  max,
  value,
  onEnd,
}: {
  name: string;
  unit?: string;
  min: number;
  max: number;
  value: number;
  onEnd: (value: number) => void;
}) {
  const [held, setHeld] = useState<number>();
  return (
    <div className={styles.slide}>
      <span>
        {name}
        <b>
          {held ?? value} {unit}
        </b>
      </span>
      <Slider
        size="sm"
        min={min}
        max={max}
        value={held ?? value}
        label={null}
        thumbLabel={name}
        onChange={setHeld}
        onChangeEnd={(end) => {
          setHeld(undefined);
          onEnd(end);
        }}
      />
    </div>
  );
}
