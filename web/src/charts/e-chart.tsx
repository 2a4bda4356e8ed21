import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { DataZoomComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { connect, type ECharts, type EChartsCoreOption, init, use as useParts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { ChartProps } from './chart.tsx';
import styles from './figure.module.css';
import { INK } from './inks.ts';

useParts([LineChart, BarChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer]);

/** ECharts on a canvas; charts of one `group` share their pointer and their zoom. Take it from chart.tsx, which loads it late. */
export function EChart({
  option,
  label,
  height,
  group = 'page',
  onPick,
  onPickCategory,
  handle,
}: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const pick = useRef(onPick);
  const pickCategory = useRef(onPickCategory);
  const scheme = useComputedColorScheme('light');
  pick.current = onPick;
  pickCategory.current = onPickCategory;

  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    const made = init(host);
    made.group = group;
    connect(group);
    chart.current = made;
    const unzoom = () => made.dispatchAction({ type: 'dataZoom', start: 0, end: 100 });
    made.on('click', (event) => {
      const { seriesId } = event as { seriesId?: string };
      if (seriesId !== undefined) pick.current?.(seriesId);
    });
    made.getZr().on('click', ({ offsetX, offsetY }) => {
      if (pickCategory.current === undefined || !made.containPixel('grid', [offsetX, offsetY])) return;
      const index: unknown = made.convertFromPixel({ xAxisIndex: 0 }, offsetX);
      if (typeof index === 'number') pickCategory.current(Math.round(index));
    });
    made.getZr().on('dblclick', unzoom);
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(host);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [group]);

  useEffect(() => {
    chart.current?.setOption(option(scheme) as EChartsCoreOption, {
      replaceMerge: ['series', 'xAxis', 'yAxis'],
    });
  }, [option, scheme]);

  useEffect(() => {
    if (handle === undefined) return;
    handle.current = {
      picture: () =>
        chart.current?.renderToCanvas({ pixelRatio: 2, backgroundColor: INK[scheme].surface }) as
          | HTMLCanvasElement
          | undefined,
      unzoom: () => chart.current?.dispatchAction({ type: 'dataZoom', start: 0, end: 100 }),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, scheme]);

  return <div ref={element} className={styles.chart} style={{ height }} role="img" aria-label={label} />;
}
