import { INK, type Scheme } from './inks.ts';
import {
  baseOption,
  tooltipHead,
  tooltipLine,
  tooltipStyle,
  type ValueAxis,
  valueText,
  verticalAxis,
} from './line-option.ts';

export interface BarSeries {
  readonly key: string;
  readonly name: string;
  /** One for each category; `null` is no bar. */
  readonly values: readonly (number | null)[];
  readonly color: string;
  /** Drawn as marks above the bars, to compare them with. */
  readonly marks?: boolean;
}

export interface BarChartData {
  readonly categories: readonly string[];
  /** Of a category's tooltip, where `categories` are too short to say all. */
  readonly heads?: readonly string[] | undefined;
  readonly left: ValueAxis;
  readonly series: readonly BarSeries[];
  /** One on the other; else side by side. */
  readonly stacked?: boolean;
  /** Categories that stand out; the others step back. */
  readonly strong?: ReadonlySet<number> | undefined;
}

/** What ECharts draws for bars by category: a pure function of the data and the scheme. */
export function barOption(data: BarChartData, scheme: Scheme) {
  const ink = INK[scheme];
  const lines = { lineStyle: { color: ink.lineStrong } };
  const dimmed = data.strong !== undefined && data.strong.size > 0 ? data.strong : undefined;
  return {
    ...baseOption(scheme),
    grid: { left: 10, right: 14, top: 14, bottom: 6, containLabel: true },
    tooltip: {
      ...tooltipStyle(scheme),
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const },
      formatter: (points: unknown) => barTooltip(points, data),
    },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, filterMode: 'none' as const }],
    xAxis: {
      type: 'category' as const,
      data: [...data.categories],
      axisLabel: { color: ink.text, fontSize: 11, hideOverlap: true },
      axisLine: lines,
      axisTick: { ...lines, alignWithLabel: true },
    },
    yAxis: [{ ...verticalAxis(data.left, 'left', scheme), scale: false }],
    series: data.series.map((series) => ({
      id: series.key,
      name: series.name,
      color: series.color,
      data: series.values.map((value, index) => ({
        value,
        ...(dimmed === undefined || dimmed.has(index) ? {} : { itemStyle: { opacity: 0.35 } }),
      })),
      emphasis: { disabled: true },
      ...(series.marks === true
        ? {
            type: 'line' as const,
            lineStyle: { width: 0 },
            symbol: 'diamond',
            symbolSize: 7,
            showSymbol: true,
            z: 4,
            // A ring of the ground keeps a mark apart from the bar behind it.
            itemStyle: { borderColor: ink.surface, borderWidth: 1 },
          }
        : {
            type: 'bar' as const,
            ...(data.stacked === true ? { stack: 'all' } : {}),
            barMaxWidth: 26,
            barCategoryGap: '18%',
          }),
    })),
  };
}

function barTooltip(points: unknown, data: BarChartData): string {
  const index = (Array.isArray(points) ? points : [])[0] as { dataIndex?: number } | undefined;
  const at = index?.dataIndex;
  if (at === undefined) return '';
  const present = data.series.flatMap((series) => {
    const value = series.values[at];
    return value === null || value === undefined ? [] : [{ series, value }];
  });
  const lines = present.map(({ series, value }) =>
    tooltipLine(series.color, series.name, valueText(value, data.left)),
  );
  if (data.stacked === true && present.length > 1) {
    const total = present.reduce((sum, { value }) => sum + value, 0);
    lines.push(tooltipLine('transparent', 'Together', valueText(total, data.left)));
  }
  return `${tooltipHead(data.heads?.[at] ?? data.categories[at] ?? '')}${lines.join('') || '–'}`;
}
