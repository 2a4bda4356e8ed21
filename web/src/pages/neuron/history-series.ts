import type { HistoryBody } from '../../api/types.ts';

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface HistoryFigure {
  readonly id: string;
  readonly title: string;
  /** Follows each figure of the chart. */
  readonly unit: string;
  readonly series: readonly Series[];
}

/** The charts that a history fills: the scores together, pay and stake each on its own. What is never there is left out. */
export function historyFigures(history: HistoryBody, symbol: string): HistoryFigure[] {
  const coin = history.unit === 'alpha' ? symbol : 'τ';
  const all: HistoryFigure[] = [
    {
      id: 'scores',
      title: 'Scores',
      unit: '',
      series: [
        { name: 'Incentive', values: history.incentive },
        { name: 'Consensus', values: history.consensus },
        { name: 'Dividends', values: history.dividends },
        { name: 'Validator trust', values: history.validatorTrust },
      ],
    },
    {
      id: 'emission',
      title: 'Emission per epoch',
      unit: coin,
      series: [{ name: 'Emission', values: history.emission }],
    },
    {
      id: 'stake',
      title: 'Stake',
      unit: coin,
      series: [
        { name: 'In consensus', values: history.totalStake },
        { name: 'Own', values: history.stake },
      ],
    },
  ];
  return all
    .map((figure) => ({
      ...figure,
      series: figure.series.filter(({ values }) => values.some((value) => value !== null)),
    }))
    .filter(({ series }) => series.length > 0);
}

/**
 * Points of a line over the block or the time. It breaks where the uid changes (the same hotkey under another uid is
 * another registration) and where samples are missing: a line across would claim that nothing happened between.
 */
export function linePoints(
  history: Pick<HistoryBody, 'block' | 'timestamp' | 'uid'>,
  values: readonly (number | null)[],
  axis: 'block' | 'time',
): [number, number | null][] {
  const longestStep = usualStep(history.block) * 3;
  const points: [number, number | null][] = [];
  for (const [index, block] of history.block.entries()) {
    const stamp = history.timestamp[index];
    const x = axis === 'block' ? block : stamp == null ? Number.NaN : Date.parse(stamp);
    if (Number.isNaN(x)) continue;
    const previous = history.block[index - 1];
    const broken =
      previous !== undefined &&
      (history.uid[index] !== history.uid[index - 1] || block - previous > longestStep);
    if (broken) points.push([x, null]);
    points.push([x, values[index] ?? null]);
  }
  return points;
}

/** The distance that nine of ten neighbours keep, blocks: snapshots come at steps and at epochs, so not at even distances. */
function usualStep(blocks: readonly number[]): number {
  const steps = blocks.slice(1).map((block, index) => block - (blocks[index] ?? block));
  return steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) * 0.9)] ?? 0;
}
