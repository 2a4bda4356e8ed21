import { INK, type Scheme } from '../../charts/inks.ts';
import {
  baseOption,
  tooltipHead,
  tooltipLine,
  tooltipStyle,
  verticalAxis,
} from '../../charts/line-option.ts';
import { seriesStyle } from '../../charts/palette.ts';
import { integer } from '../../format/numbers.ts';
import { minerName } from './incentives-marks.ts';
import { AGREEMENT_NAMES, type AgreementState, type ReportingMiner, ratioText } from './miners-words.ts';

export interface RatioPicture {
  readonly miners: readonly ReportingMiner[];
  /** Below it a ratio is a disagreement, where chance does not explain it. */
  readonly threshold: number;
}

const BAD: Record<Scheme, string> = { light: '#b42318', dark: '#f5827a' };

/** Shapes beside colours: a filled dot agrees, a triangle does not, a ring cannot tell. */
const SYMBOLS: Readonly<Record<AgreementState, string>> = {
  agrees: 'circle',
  disagrees: 'triangle',
  'too-few': 'circle',
  nothing: 'circle',
};

/** What ECharts draws of ratios with their intervals, miner by miner: a pure function of the data and the scheme. */
export function ratioOption({ miners, threshold }: RatioPicture, scheme: Scheme) {
  const ink = INK[scheme];
  const start = axisStart(miners, threshold);
  const lines = { lineStyle: { color: ink.lineStrong } };
  const color = (state: AgreementState) =>
    state === 'disagrees' ? BAD[scheme] : state === 'agrees' ? seriesStyle(0, scheme).color : ink.quiet;
  const whisker = {
    type: 'bar' as const,
    stack: 'interval',
    barWidth: 3,
    silent: true,
    emphasis: { disabled: true },
  };
  return {
    ...baseOption(scheme),
    grid: { left: 10, right: 14, top: 14, bottom: 6, containLabel: true },
    tooltip: {
      ...tooltipStyle(scheme),
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const },
      formatter: (points: unknown) => ratioTooltip(points, miners),
    },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, filterMode: 'none' as const }],
    xAxis: [
      {
        type: 'category' as const,
        data: miners.map((miner) => (miner.uid === null ? minerName(miner) : String(miner.uid))),
        axisLabel: { color: ink.text, fontSize: 11, hideOverlap: true },
        axisLine: lines,
        axisTick: { ...lines, alignWithLabel: true },
      },
      // The threshold goes from edge to edge, whatever stands on the axis of miners.
      { type: 'value' as const, show: false, min: 0, max: 1, axisPointer: { show: false } },
    ],
    yAxis: [
      {
        ...verticalAxis({ unit: '', kind: 'share' }, 'left', scheme),
        scale: false,
        axisLine: { show: false },
        axisTick: { show: false },
        min: start,
        max: 1,
        interval: start >= 0.7 ? 0.05 : start >= 0.4 ? 0.1 : 0.2,
      },
    ],
    series: [
      {
        ...whisker,
        id: 'low',
        itemStyle: { color: 'transparent' },
        data: miners.map(({ counts }) => counts.low),
      },
      {
        ...whisker,
        id: 'interval',
        data: miners.map(({ counts }) => ({
          value: counts.low === null || counts.high === null ? null : counts.high - counts.low,
          itemStyle: { color: color(counts.state), opacity: 0.55 },
        })),
      },
      {
        type: 'line' as const,
        id: 'ratio',
        name: 'Ratio',
        lineStyle: { width: 0 },
        showSymbol: true,
        symbolSize: 9,
        z: 4,
        emphasis: { disabled: true },
        data: miners.map(({ counts }) => ({
          value: counts.ratio,
          symbol: SYMBOLS[counts.state],
          itemStyle:
            counts.state === 'too-few'
              ? { color: ink.surface, borderColor: ink.quiet, borderWidth: 2 }
              : { color: color(counts.state), borderColor: ink.surface, borderWidth: 1 },
        })),
      },
      {
        type: 'line' as const,
        id: 'threshold',
        name: 'Threshold',
        silent: true,
        symbol: 'none',
        lineStyle: { color: ink.text, type: 'dashed' as const, width: 1 },
        emphasis: { disabled: true },
        xAxisIndex: 1,
        data: [
          [0, threshold],
          [1, threshold],
        ],
      },
    ],
  };
}

/** Where the axis begins: the lowest end of an interval, a tenth below the threshold at the highest. */
export function axisStart(miners: readonly ReportingMiner[], threshold: number): number {
  const lows = miners.flatMap(({ counts }) => (counts.low === null ? [] : [counts.low]));
  const least = Math.min(threshold - 0.1, ...lows);
  // Whole fifths below the middle, so that the steps of the axis end at 1.
  const step = least < 0.4 ? 0.2 : 0.1;
  return Math.max(0, Math.floor(least / step + 1e-9) * step);
}

function ratioTooltip(points: unknown, miners: readonly ReportingMiner[]): string {
  const [point] = (Array.isArray(points) ? points : []) as { dataIndex?: number }[];
  const miner = point?.dataIndex === undefined ? undefined : miners[point.dataIndex];
  if (miner === undefined) return '';
  const { counts } = miner;
  const interval =
    counts.low === null || counts.high === null
      ? ''
      : ` (${ratioText(counts.low)} to ${ratioText(counts.high)})`;
  return [
    tooltipHead(`${minerName(miner)} · ${AGREEMENT_NAMES[counts.state]}`),
    tooltipLine('transparent', 'Counted by itself', integer(counts.own)),
    tooltipLine('transparent', 'by the validator', integer(counts.validator)),
    tooltipLine('transparent', 'Ratio', `${ratioText(counts.ratio)}${interval}`),
    tooltipLine('transparent', 'Hours of both', integer(miner.commonHours)),
  ].join('');
}
