import { INK, type Scheme } from '../../charts/inks.ts';
import {
  baseOption,
  tooltipHead,
  tooltipLine,
  tooltipStyle,
  type ValueAxis,
  verticalAxis,
} from '../../charts/line-option.ts';
import { seriesStyle } from '../../charts/palette.ts';
import { signed } from '../../format/numbers.ts';
import type { PaidSide } from '../../url/audit-pay-search.ts';
import { type MinerState, minerName, type PaidMiner, SIDE_NAMES, STATE_NAMES } from './incentives-marks.ts';
import { sharePercent } from './incentives-sentence.ts';

export interface PayPicture {
  readonly miners: readonly PaidMiner[];
  readonly states: readonly MinerState[];
  /** What was paid, side by side; the first is what the lines lead to. */
  readonly sides: readonly PaidSide[];
  readonly view: 'share' | 'difference';
  readonly hidden: (key: string) => boolean;
}

const PERCENT: ValueAxis = { unit: '%', kind: 'amount', fromZero: true };

const MARKS: Readonly<Record<PaidSide, { symbol: string; size: number; glyph: string; place: number }>> = {
  weight: { symbol: 'diamond', size: 10, glyph: '◆', place: 1 },
  incentive: { symbol: 'triangle', size: 8, glyph: '▲', place: 2 },
  published: { symbol: 'circle', size: 7, glyph: '●', place: 3 },
};

/** Inks of what a person should look at first; `--bad` of global.css. */
const BAD: Record<Scheme, string> = { light: '#b42318', dark: '#f5827a' };

/** For the legend: each series by its name and the shape of its mark. */
export function payLegend({ sides, view }: Pick<PayPicture, 'sides' | 'view'>, scheme: Scheme) {
  const styled = (place: number) => ({ ...seriesStyle(place, scheme), dash: 'solid' as const });
  return [
    ...(view === 'share' ? [{ key: 'expected', label: '▮ By the rules', style: styled(0) }] : []),
    ...sides.map((side) => ({
      key: side,
      label: view === 'share' ? `${MARKS[side].glyph} ${SIDE_NAMES[side]}` : SIDE_NAMES[side],
      style: styled(MARKS[side].place),
    })),
  ];
}

/** What ECharts draws of expected and paid, miner by miner: a pure function of the data and the scheme. */
export function payOption(picture: PayPicture, scheme: Scheme) {
  const ink = INK[scheme];
  const { miners, view } = picture;
  const lines = { lineStyle: { color: ink.lineStrong } };
  return {
    ...baseOption(scheme),
    grid: { left: 10, right: 14, top: 14, bottom: 6, containLabel: true },
    tooltip: {
      ...tooltipStyle(scheme),
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const },
      formatter: (points: unknown) => payTooltip(points, picture, scheme),
    },
    dataZoom: [{ type: 'inside' as const, zoomOnMouseWheel: 'ctrl' as const, filterMode: 'none' as const }],
    xAxis: {
      type: 'category' as const,
      data: miners.map((miner) => (miner.uid === null ? minerName(miner) : String(miner.uid))),
      axisLabel: { color: ink.text, fontSize: 11, hideOverlap: true },
      axisLine: { ...lines, onZero: false },
      axisTick: { ...lines, alignWithLabel: true },
    },
    yAxis: [{ ...verticalAxis(PERCENT, 'left', scheme), scale: false }],
    series: view === 'share' ? shareSeries(picture, scheme) : differenceSeries(picture, scheme),
  };
}

function shareSeries({ miners, states, sides, hidden }: PayPicture, scheme: Scheme) {
  const shown = sides.filter((side) => !hidden(side));
  const [first] = shown;
  // Bars of one width that lie on one another: what is owed, and on it the part by which the payment differs.
  const bar = {
    type: 'bar' as const,
    barMaxWidth: 34,
    barCategoryGap: '24%',
    barGap: '-100%',
    silent: true,
    emphasis: { disabled: true },
  };
  const ends = miners.map((miner) => {
    const paid = first === undefined ? null : miner[first].paid;
    return paid === null || hidden('expected') ? undefined : ([miner.expected, paid] as const);
  });
  return [
    ...(hidden('expected')
      ? []
      : [
          {
            ...bar,
            id: 'expected',
            name: 'By the rules',
            color: seriesStyle(0, scheme).color,
            itemStyle: { opacity: 0.4 },
            data: miners.map(({ expected }) => percentOf(expected)),
          },
        ]),
    // A bar begins at 0, so the difference stands on one that is not seen.
    {
      ...bar,
      id: 'below',
      stack: 'difference',
      itemStyle: { color: 'transparent' },
      data: ends.map((pair) => (pair === undefined ? null : percentOf(Math.min(...pair)))),
    },
    {
      ...bar,
      id: 'difference',
      stack: 'difference',
      data: ends.map((pair, at) =>
        pair === undefined
          ? null
          : {
              value: percentOf(Math.abs(pair[1] - pair[0])),
              itemStyle: { color: isGrave(states[at]) ? BAD[scheme] : INK[scheme].quiet, opacity: 0.65 },
            },
      ),
    },
    ...shown.map((side, place) => ({
      type: 'line' as const,
      id: side,
      name: SIDE_NAMES[side],
      color: seriesStyle(MARKS[side].place, scheme).color,
      lineStyle: { width: 0 },
      showSymbol: true,
      symbol: MARKS[side].symbol,
      symbolSize: MARKS[side].size,
      // Beside one another: payments that agree would hide each other.
      symbolOffset: [(place - (shown.length - 1) / 2) * 11, 0],
      z: 4,
      itemStyle: { borderColor: INK[scheme].surface, borderWidth: 1 },
      emphasis: { disabled: true },
      data: miners.map((miner) => {
        const { paid } = miner[side];
        return paid === null ? null : percentOf(paid);
      }),
    })),
  ];
}

function differenceSeries({ miners, states, sides, hidden }: PayPicture, scheme: Scheme) {
  return sides
    .filter((side) => !hidden(side))
    .map((side, place) => ({
      type: 'bar' as const,
      id: side,
      name: SIDE_NAMES[side],
      color: seriesStyle(MARKS[side].place, scheme).color,
      barMaxWidth: 22,
      barCategoryGap: '20%',
      emphasis: { disabled: true },
      data: miners.map((miner, at) => {
        const { delta } = miner[side];
        if (delta === null) return null;
        const value = percentOf(delta);
        return place === 0 && isGrave(states[at]) ? { value, itemStyle: { color: BAD[scheme] } } : { value };
      }),
    }));
}

function payTooltip(points: unknown, { miners, states, sides }: PayPicture, scheme: Scheme): string {
  const [point] = (Array.isArray(points) ? points : []) as { dataIndex?: number }[];
  const miner = point?.dataIndex === undefined ? undefined : miners[point.dataIndex];
  const state = point?.dataIndex === undefined ? undefined : states[point.dataIndex];
  if (miner === undefined || state === undefined) return '';
  const color = (place: number) => seriesStyle(place, scheme).color;
  return [
    tooltipHead(`${minerName(miner)} · ${STATE_NAMES[state]}`),
    tooltipLine(color(0), 'By the rules', sharePercent(miner.expected)),
    ...sides.map((side) => {
      const { paid, delta } = miner[side];
      const text = paid === null || delta === null ? '–' : `${sharePercent(paid)} (${pointsText(delta)})`;
      return tooltipLine(color(MARKS[side].place), SIDE_NAMES[side], text);
    }),
  ].join('');
}

/** A difference of two shares, in percentage points with its sign; one that no digit shows is said to be about 0. */
export function pointsText(delta: number): string {
  if (delta !== 0 && Math.abs(delta) < 0.0000005) return '≈0 pp';
  return signed(delta, (size) => sharePercent(size).replace(' %', ' pp'));
}

function percentOf(share: number): number {
  // Eleven digits: an honest share has five, and 7.000000000000001 is noise of the multiplication.
  return Number((share * 100).toPrecision(11));
}

function isGrave(state: MinerState | undefined): boolean {
  return state === 'owed-unpaid' || state === 'paid-unowed';
}
