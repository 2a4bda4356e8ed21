import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { BLOCKS_PER_DAY } from '../../../../src/shared/units.ts';
import { historyQuery } from '../../api/queries.ts';
import type { HotkeyBody } from '../../api/types.ts';
import { FigureGrid, figureState } from '../../charts/figure.tsx';
import { LineFigure } from '../../charts/line-figure.tsx';
import { type NeuronSearch, RESOLUTIONS, type Resolution } from '../../url/search.ts';
import { type HistoryFigure, historyFigures } from './history-series.ts';
import styles from './neuron.module.css';

const SPANS = [
  { value: '1', label: '24 h' },
  { value: '7', label: '7 d' },
  { value: '30', label: '30 d' },
  { value: '', label: 'All' },
];
const RESOLUTION_NAMES: Record<Resolution, string> = {
  auto: 'Auto',
  raw: 'Snapshots',
  hourly: 'Hourly',
  epoch: 'Epochs',
};

/** How a hotkey fared on one subnet. */
export function HistoryPanel({
  hotkey,
  registration,
  symbol,
  search,
  onSelect,
}: {
  hotkey: string;
  registration: HotkeyBody['registrations'][number];
  symbol: string;
  search: NeuronSearch;
  onSelect: (patch: { [K in keyof NeuronSearch]: NeuronSearch[K] | undefined }) => void;
}) {
  const axis: 'block' | 'time' = search.axis ?? 'time';
  const { netuid, mechanism } = registration;
  // Rounded, so that the question stays the same while blocks come in.
  const newest = Math.floor(registration.block / 300) * 300;
  const from = search.days === undefined ? undefined : Math.max(0, newest - search.days * BLOCKS_PER_DAY);
  const history = useQuery(
    historyQuery(hotkey, { netuid, mechanism, resolution: search.resolution ?? 'auto', from }),
  );
  const { data } = history;
  const figures = useMemo(() => (data === undefined ? EMPTY : historyFigures(data, symbol)), [data, symbol]);
  const range = useMemo(
    () =>
      data === undefined
        ? undefined
        : {
            resolution: data.resolution,
            from: data.block[0],
            to: data.block.at(-1),
            stored: data.block.length,
            shown: data.block.length,
          },
    [data],
  );

  return (
    <>
      <div className={styles.controls}>
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          value={search.days === undefined ? '' : String(search.days)}
          onChange={(value) => onSelect({ days: value === '' ? undefined : Number(value) })}
          data={SPANS}
        />
        <SegmentedControl
          size="xs"
          aria-label="Resolution"
          value={search.resolution ?? 'auto'}
          onChange={(value) => onSelect({ resolution: value === 'auto' ? undefined : (value as Resolution) })}
          data={RESOLUTIONS.map((value) => ({ value, label: RESOLUTION_NAMES[value] }))}
        />
        <SegmentedControl
          size="xs"
          aria-label="Horizontal axis"
          value={axis}
          onChange={(value) => onSelect({ axis: value === 'block' ? 'block' : undefined })}
          data={[
            { value: 'time', label: 'Time' },
            { value: 'block', label: 'Block' },
          ]}
        />
      </div>
      {data !== undefined && figures.length === 0 ? (
        <div className={styles.nothing}>Nothing is stored for this hotkey in this span.</div>
      ) : null}
      <FigureGrid>
        {figures.map((figure) => (
          <LineFigure
            key={figure.id}
            title={figure.title}
            range={range}
            snapshots={data}
            lines={figure.lines}
            axis={axis}
            left={figure.left}
            state={figureState(history)}
            fileName={`${figure.id}-${netuid}-${hotkey.slice(0, 10)}`}
          />
        ))}
      </FigureGrid>
    </>
  );
}

/** In place of the figures until it is known which of them the history fills. */
const EMPTY: readonly HistoryFigure[] = [
  { id: 'scores', title: 'Scores', left: { unit: 'fractions of 1', kind: 'share' }, lines: [] },
  { id: 'emission', title: 'Emission per epoch', left: { unit: '', kind: 'amount' }, lines: [] },
  { id: 'stake', title: 'Stake', left: { unit: '', kind: 'amount' }, lines: [] },
];
