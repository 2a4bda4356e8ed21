import { amount, fraction, integer, tick } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';

export interface LineChartData {
  readonly axis: 'block' | 'time';
  readonly unit: string;
  /** Values lie between 0 and 1. */
  readonly share: boolean;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number | null])[];
  }[];
}

/** Line colours told apart by hue and lightness, on white and on near-black (after Okabe and Ito, 2008). */
const LINES = {
  light: ['#0f766e', '#b45309', '#6d4fc4', '#b3266b'],
  dark: ['#4fbdb3', '#e5a24f', '#a595f0', '#ee7fae'],
};
const INK = {
  light: { text: '#4d5866', line: '#e1e5ea', surface: '#ffffff', strong: '#171c24' },
  dark: { text: '#a3adba', line: '#242b34', surface: '#1a1f27', strong: '#e4e8ed' },
};

/** What ECharts draws: a pure function of the data and the scheme. */
export function chartOption(data: LineChartData, scheme: 'light' | 'dark') {
  const ink = INK[scheme];
  const value = data.share ? fraction : amount;
  const axisLabel = { color: ink.text, fontSize: 11 };
  const lines = { lineStyle: { color: ink.line } };
  return {
    animation: false,
    useUTC: true,
    color: LINES[scheme],
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 8, right: 16, top: 34, bottom: 8, containLabel: true },
    legend: {
      show: data.series.length > 1,
      top: 2,
      left: 4,
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 3,
      textStyle: { color: ink.text, fontSize: 12 },
      inactiveColor: ink.line,
    },
    tooltip: {
      trigger: 'axis' as const,
      backgroundColor: ink.surface,
      borderColor: ink.line,
      textStyle: { color: ink.strong, fontSize: 12 },
      axisPointer: { lineStyle: { color: ink.text, type: 'dashed' as const } },
      // All that stands in it is made here of numbers and our own names.
      formatter: (points: unknown) => tooltipHtml(points, data, value),
    },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, filterMode: 'none' as const }],
    xAxis: {
      type: data.axis === 'time' ? ('time' as const) : ('value' as const),
      scale: true,
      axisLabel: {
        ...axisLabel,
        hideOverlap: true,
        ...(data.axis === 'block' ? { formatter: (block: number) => integer(block) } : {}),
      },
      axisLine: lines,
      axisTick: lines,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      scale: !data.share,
      axisLabel: { ...axisLabel, formatter: tick },
      splitLine: lines,
    },
    series: data.series.map(({ name, points }) => ({
      type: 'line' as const,
      name,
      data: points as [number, number | null][],
      // One sample is a point; a line needs two. Few samples are seen as such.
      showSymbol: points.length < 40,
      symbolSize: 4,
      lineStyle: { width: 1.6 },
      step: false as const,
      connectNulls: false,
      sampling: 'lttb' as const,
      emphasis: { disabled: true },
    })),
  };
}

function tooltipHtml(points: unknown, data: LineChartData, value: (figure: number) => string): string {
  const rows = (Array.isArray(points) ? points : []) as {
    seriesName: string;
    color: string;
    value: [number, number | null];
  }[];
  const x = rows[0]?.value[0];
  if (x === undefined) return '';
  const head = data.axis === 'block' ? `block ${integer(x)}` : (utc(new Date(x).toISOString()) ?? '');
  const lines = rows.map(({ seriesName, color, value: [, y] }) => {
    const mark = `<span style="display:inline-block;width:10px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle;background:${color}"></span>`;
    const figure = y == null ? '–' : `${value(y)}${data.unit === '' ? '' : ` ${escapeHtml(data.unit)}`}`;
    return `<div style="display:flex;justify-content:space-between;gap:18px"><span>${mark}${escapeHtml(seriesName)}</span><b style="font-weight:600">${figure}</b></div>`;
  });
  return `<div style="opacity:.75;margin-bottom:4px">${head}</div>${lines.join('')}`;
}

/** The alpha symbol comes from the chain. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
