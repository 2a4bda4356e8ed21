import { amount, fraction, integer, price, tick } from '../format/numbers.ts';
import { utc } from '../format/time.ts';
import { escapeHtml } from './escape-html.ts';
import { INK, type Scheme } from './inks.ts';
import type { AxisKind, Point } from './line-points.ts';
import type { SeriesStyle } from './palette.ts';

/** How figures of a vertical axis are written: coins, prices, counts, or fractions of 1 (whose axis begins at 0). */
export type ValueKind = 'amount' | 'price' | 'count' | 'share';

export interface ValueAxis {
  /** Follows each figure. */
  readonly unit: string;
  readonly kind: ValueKind;
  /** Written above the axis where there are two. */
  readonly name?: string;
  /** Begins at 0 even when all values are far from it. */
  readonly fromZero?: boolean;
}

export interface LineSeries {
  readonly key: string;
  readonly name: string;
  readonly points: readonly Point[];
  readonly style: SeriesStyle;
  readonly side?: 'left' | 'right';
  /** Counts stay what they are until the next snapshot. */
  readonly step?: boolean;
  /** Stands out: selected by the reader. The others step back. */
  readonly strong?: boolean;
  readonly weak?: boolean;
}

export interface LineChartData {
  readonly axis: AxisKind;
  readonly left: ValueAxis;
  readonly right?: ValueAxis;
  /** Of the lines, 0 to 1; 1 if absent. */
  readonly opacity?: number;
  readonly series: readonly LineSeries[];
}

/** More lines than this make a tooltip taller than its figure. */
const TOOLTIP_LINES = 12;

/** A label of the time axis, by the finest part that it stands for; UTC, as everywhere. */
const TIMES = {
  year: '{yyyy}',
  month: '{MMM} {yyyy}',
  day: '{MMM} {d}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
  millisecond: '{HH}:{mm}:{ss}',
  none: '{yyyy}-{MM}-{dd}',
};

/** What ECharts draws for lines over blocks or time: a pure function of the data and the scheme. */
export function lineOption(data: LineChartData, scheme: Scheme) {
  const ink = INK[scheme];
  const twoAxes = data.right !== undefined;
  return {
    ...baseOption(scheme),
    grid: {
      left: 10,
      right: twoAxes ? 10 : 18,
      top: twoAxes ? 30 : 14,
      bottom: 6,
      containLabel: true,
    },
    tooltip: {
      ...tooltipStyle(scheme),
      trigger: 'axis' as const,
      axisPointer: { lineStyle: { color: ink.text, type: 'dashed' as const } },
      // All that stands in it is made here, and texts of the chain are escaped.
      formatter: (points: unknown) => tooltipHtml(points, data),
    },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, filterMode: 'none' as const }],
    xAxis: horizontalAxis(data.axis, scheme),
    yAxis: [
      verticalAxis(data.left, 'left', scheme, twoAxes ? onlyColor(data, 'left') : undefined),
      ...(data.right === undefined
        ? []
        : [verticalAxis(data.right, 'right', scheme, onlyColor(data, 'right'))]),
    ],
    series: data.series.map((series) => ({
      type: 'line' as const,
      id: series.key,
      name: series.name,
      color: series.style.color,
      data: series.points as [number, number | null][],
      yAxisIndex: series.side === 'right' ? 1 : 0,
      // One sample is a point; a line needs two. Few samples are seen as such.
      showSymbol: series.points.length < 40,
      symbol: series.style.symbol,
      symbolSize: 5,
      lineStyle: {
        width: series.strong === true ? 2.6 : 1.6,
        type: dashOf(series.style),
        opacity: series.strong === true ? 1 : (data.opacity ?? 1) * (series.weak === true ? 0.45 : 1),
      },
      z: series.strong === true ? 3 : 2,
      step: series.step === true ? ('end' as const) : (false as const),
      connectNulls: false,
      // Thinned corners of steps would become slopes.
      ...(series.step === true ? {} : { sampling: 'lttb' as const }),
      triggerLineEvent: true,
      emphasis: { disabled: true },
    })),
  };
}

/** What all ECharts figures have in common. */
export function baseOption(scheme: Scheme) {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: 'inherit', color: INK[scheme].text },
  };
}

export function tooltipStyle(scheme: Scheme) {
  const ink = INK[scheme];
  return {
    confine: true,
    backgroundColor: ink.raised,
    borderColor: ink.lineStrong,
    padding: [7, 10] as [number, number],
    textStyle: { color: ink.strong, fontSize: 12 },
  };
}

export function horizontalAxis(axis: AxisKind, scheme: Scheme) {
  const ink = INK[scheme];
  const lines = { lineStyle: { color: ink.lineStrong } };
  return {
    type: axis === 'time' ? ('time' as const) : ('value' as const),
    scale: true,
    // The first and the last snapshot are the ends: an empty edge would look like missing data.
    min: 'dataMin' as const,
    max: 'dataMax' as const,
    axisLabel: {
      color: ink.text,
      fontSize: 11,
      hideOverlap: true,
      ...(axis === 'block'
        ? { showMinLabel: false, showMaxLabel: false, formatter: (block: number) => integer(block) }
        : { formatter: TIMES }),
    },
    axisLine: { ...lines, onZero: false },
    axisTick: lines,
    splitLine: { show: false },
  };
}

/** `color` is the ink of the labels, where the axis belongs to one series. */
export function verticalAxis(
  axis: ValueAxis,
  side: 'left' | 'right',
  scheme: Scheme,
  color: string = INK[scheme].text,
) {
  const ink = INK[scheme];
  return {
    type: 'value' as const,
    position: side,
    scale: axis.kind !== 'share' && axis.fromZero !== true,
    ...(axis.kind === 'count' ? { minInterval: 1 } : {}),
    ...(axis.name === undefined
      ? {}
      : {
          name: axis.name,
          nameTextStyle: {
            color: color,
            fontSize: 11,
            align: side,
            padding: side === 'left' ? [0, 0, 0, -4] : [0, -4, 0, 0],
          },
          nameGap: 10,
        }),
    axisLabel: { color: color, fontSize: 11, formatter: tick },
    // The lines of two scales would only cross each other.
    splitLine: { show: side === 'left', lineStyle: { color: ink.line } },
  };
}

/** A figure with its unit, as tooltips write it. */
export function valueText(value: number, { unit, kind }: Pick<ValueAxis, 'unit' | 'kind'>): string {
  const text = FORMATS[kind](value);
  return unit === '' ? text : `${text} ${unit}`;
}

const FORMATS: Record<ValueKind, (value: number) => string> = {
  amount,
  price,
  share: fraction,
  count: (value) => (Number.isInteger(value) ? integer(value) : amount(value)),
};

/** The colour of the one series of a side. */
function onlyColor({ series }: LineChartData, side: 'left' | 'right'): string | undefined {
  const own = series.filter((each) => (each.side ?? 'left') === side);
  return own.length === 1 ? own[0]?.style.color : undefined;
}

function dashOf({ dash }: SeriesStyle): 'solid' | 'dashed' | 'dotted' | number[] {
  return typeof dash === 'string' ? dash : [...dash];
}

function tooltipHtml(points: unknown, data: LineChartData): string {
  const rows = (Array.isArray(points) ? points : []) as {
    seriesId: string;
    value: [number, number | null];
  }[];
  const x = rows[0]?.value[0];
  if (x === undefined) return '';
  const head = data.axis === 'block' ? `block ${integer(x)}` : (utc(new Date(x).toISOString()) ?? '');
  const present = rows
    .flatMap(({ seriesId, value: [, y] }) => {
      const series = data.series.find(({ key }) => key === seriesId);
      return series === undefined ? [] : [{ series, y: y ?? undefined }];
    })
    .sort(
      (a, b) =>
        Number(b.series.strong ?? false) - Number(a.series.strong ?? false) ||
        (data.series.length > 4 ? (b.y ?? -Infinity) - (a.y ?? -Infinity) : 0),
    );
  const lines = present.slice(0, TOOLTIP_LINES).map(({ series, y }) => {
    const axis = series.side === 'right' ? (data.right ?? data.left) : data.left;
    return tooltipLine(series.style.color, series.name, y === undefined ? '–' : valueText(y, axis));
  });
  const more = present.length - lines.length;
  return `${tooltipHead(head)}${lines.join('')}${more > 0 ? `<div style="opacity:.75">and ${more} more</div>` : ''}`;
}

export function tooltipHead(text: string): string {
  return `<div style="opacity:.75;margin-bottom:4px">${escapeHtml(text)}</div>`;
}

export function tooltipLine(color: string, name: string, value: string): string {
  const mark = `<span style="display:inline-block;width:10px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle;background:${escapeHtml(color)}"></span>`;
  return `<div style="display:flex;justify-content:space-between;gap:18px"><span>${mark}${escapeHtml(name)}</span><b style="font-weight:600">${escapeHtml(value)}</b></div>`;
}
