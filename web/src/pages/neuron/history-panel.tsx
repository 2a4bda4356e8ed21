import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { BLOCKS_PER_DAY } from '../../../../src/shared/units.ts';
import { historyQuery } from '../../api/queries.ts';
import type { HotkeyBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import { type NeuronSearch, RESOLUTIONS, type Resolution } from '../../url/search.ts';
import { historyFigures, linePoints } from './history-series.ts';
import styles from './neuron.module.css';

const LineChart = lazy(() => import('./line-chart.tsx').then((module) => ({ default: module.LineChart })));

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
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(
    historyQuery(hotkey, { netuid, mechanism, resolution: search.resolution ?? 'auto', from }),
  );
  const charts = useMemo(
    () =>
      data === undefined
        ? []
        : historyFigures(data, symbol).map((figure) => ({
            ...figure,
            data: {
              axis,
              unit: figure.unit,
              share: figure.id === 'scores',
              series: figure.series.map(({ name, values }) => ({
                name,
                points: linePoints(data, values, axis),
              })),
            },
          })),
    [data, symbol, axis],
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
        <span className={styles.note}>{data === undefined ? '' : noteOf(data)}</span>
      </div>
      {error !== null && data === undefined ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data !== undefined && charts.length === 0 ? (
        <div className={styles.nothing}>Nothing is stored for this hotkey in this span.</div>
      ) : null}
      <div className={styles.charts} aria-busy={isPlaceholderData}>
        {isPending && error === null ? <ChartSkeletons /> : null}
        {charts.map((chart) => (
          <Panel key={chart.id} title={chart.title} note={chart.unit === '' ? 'fractions of 1' : chart.unit}>
            <Suspense fallback={<div className={styles.chart} />}>
              <LineChart data={chart.data} label={`${chart.title} of ${hotkey} on subnet ${netuid}`} />
            </Suspense>
          </Panel>
        ))}
      </div>
    </>
  );
}

function noteOf(data: { resolution: 'raw' | 'hourly' | 'epoch'; block: readonly number[] }): string {
  const points = integer(data.block.length);
  switch (data.resolution) {
    case 'raw':
      return `${points} stored snapshots`;
    case 'hourly':
      return `${points} hourly roll-ups`;
    case 'epoch':
      return `${points} epochs`;
  }
}

function ChartSkeletons() {
  return ['Scores', 'Emission per epoch', 'Stake'].map((title) => (
    <Panel key={title} title={title}>
      <div className={styles.chart} />
    </Panel>
  ));
}
