import { lazy, type RefObject, Suspense } from 'react';
import styles from './figure.module.css';
import type { Scheme } from './inks.ts';

const EChart = lazy(() => import('./e-chart.tsx').then((module) => ({ default: module.EChart })));

/** What a figure's menu may ask of its drawing. */
export interface ChartHandle {
  /** The drawing as it stands, twice its size; `undefined` before there is one. */
  picture: () => HTMLCanvasElement | undefined;
  unzoom?: () => void;
}

export interface ChartProps {
  /** What ECharts draws. Keep it stable between renders: a new one draws anew. */
  option: (scheme: Scheme) => object;
  /** Read to who cannot see the drawing. */
  label: string;
  /** CSS length; 260 px if absent. */
  height?: string | undefined;
  /** Charts of one group share their pointer and their zoom. */
  group?: string | undefined;
  /** A click on a series, by its id. */
  onPick?: ((seriesKey: string) => void) | undefined;
  /** A click anywhere over a category of the horizontal axis, by its place. */
  onPickCategory?: ((index: number) => void) | undefined;
  handle?: RefObject<ChartHandle | null> | undefined;
}

/** A chart; the library of it is loaded when the first one is shown. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<div className={styles.chart} style={{ height: props.height }} />}>
      <EChart {...props} />
    </Suspense>
  );
}
