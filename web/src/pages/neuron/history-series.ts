import type { HistoryBody } from '../../api/types.ts';
import type { FigureLine } from '../../charts/line-figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';

export interface HistoryFigure {
  readonly id: string;
  readonly title: string;
  readonly left: ValueAxis;
  readonly lines: readonly FigureLine[];
}

/** The charts that a history fills: the scores together, pay and stake each on its own. What is never there is left out. */
export function historyFigures(history: HistoryBody, symbol: string): HistoryFigure[] {
  const coin: ValueAxis = { unit: history.unit === 'alpha' ? symbol : 'τ', kind: 'amount' };
  const line = (name: string, values: FigureLine['values']): FigureLine => ({ key: name, name, values });
  const all: HistoryFigure[] = [
    {
      id: 'scores',
      title: 'Scores',
      left: { unit: '', kind: 'share' },
      lines: [
        line('Incentive', history.incentive),
        line('Consensus', history.consensus),
        line('Dividends', history.dividends),
        line('Validator trust', history.validatorTrust),
      ],
    },
    {
      id: 'emission',
      title: 'Emission per epoch',
      left: coin,
      lines: [line('Emission', history.emission)],
    },
    {
      id: 'stake',
      title: 'Stake',
      left: coin,
      lines: [line('In consensus', history.totalStake), line('Own', history.stake)],
    },
  ];
  return all
    .map((figure) => ({
      ...figure,
      lines: figure.lines.filter(({ values }) => values.some((value) => value !== null)),
    }))
    .filter(({ lines }) => lines.length > 0);
}
