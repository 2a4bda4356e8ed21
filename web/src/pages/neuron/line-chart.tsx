import { useComputedColorScheme } from '@mantine/core';
import { LineChart as Lines } from 'echarts/charts';
import { DataZoomComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { connect, type ECharts, init, use as useParts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { chartOption, type LineChartData } from './chart-option.ts';
import styles from './neuron.module.css';

useParts([Lines, GridComponent, TooltipComponent, LegendComponent, DataZoomComponent, CanvasRenderer]);

const GROUP = 'history';

/** A line chart on a canvas; charts of one page share their pointer and their zoom. */
export function LineChart({ data, label }: { data: LineChartData; label: string }) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const host = element.current;
    if (host === null) return;
    const made = init(host);
    made.group = GROUP;
    connect(GROUP);
    chart.current = made;
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(host);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(chartOption(data, scheme), { replaceMerge: ['series'] });
  }, [data, scheme]);

  return <div ref={element} className={styles.chart} role="img" aria-label={label} />;
}
