import { useMemo, useRef } from 'react';
import type { AuditMinersBody } from '../../api/types.ts';
import { Chart, type ChartHandle } from '../../charts/chart.tsx';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { integer } from '../../format/numbers.ts';
import { minerName } from './incentives-marks.ts';
import { ratioOption } from './miners-option.ts';
import type { ReportingMiner } from './miners-words.ts';
import { spanText } from './times.ts';

const MOST_DRAWN = 64;

/** How a miner's own counts and the validator's agree: the ratio of each, with what chance leaves open. */
export function MinersFigure({
  body,
  miners,
  state,
  onOpen,
}: {
  body: AuditMinersBody | undefined;
  /** The worst first. */
  miners: readonly ReportingMiner[];
  state: FigureState;
  onOpen: (miner: ReportingMiner) => void;
}) {
  const handle = useRef<ChartHandle>(null);
  const drawn = useMemo(() => miners.slice(0, MOST_DRAWN), [miners]);
  const threshold = body?.threshold ?? 0.9;
  const option = useMemo(
    () => (scheme: 'light' | 'dark') => ratioOption({ miners: drawn, threshold }, scheme),
    [drawn, threshold],
  );
  return (
    <Figure
      title="Counts, own against the validator’s"
      unit="smaller ÷ larger"
      help="Requests that succeeded, over the hours that both sides cover. A dot is the ratio, the line its 95 % interval, the dashes the threshold: a triangle lies below it with its whole interval, a ring is open because too little was counted."
      notes={[
        body === undefined ? undefined : spanText(body.from, body.to),
        miners.length > drawn.length
          ? `the first ${drawn.length} of ${integer(miners.length)} miners`
          : undefined,
      ]}
      state={state}
      empty={
        body !== undefined && miners.length === 0
          ? 'No miner publishes reports about itself in this range.'
          : undefined
      }
      fileName={`agreement-${body?.to.slice(0, 10) ?? ''}`}
      csv={() => csvOf(miners)}
      handle={handle}
      zoomable
      height={HEIGHT}
    >
      <Chart
        option={option}
        label={`Ratios of ${drawn.length} miners; the table below has every figure`}
        height={HEIGHT}
        group="audit-miners"
        onPickCategory={(index) => {
          const miner = drawn[index];
          if (miner !== undefined) onOpen(miner);
        }}
        handle={handle}
      />
    </Figure>
  );
}

const HEIGHT = '250px';

function csvOf(miners: readonly ReportingMiner[]): string {
  return toCsv(
    ['miner', 'hotkey', 'state', 'own', 'validator', 'ratio', 'low', 'high', 'common_hours'],
    miners.map((miner) => [
      minerName(miner),
      miner.hotkey,
      miner.counts.state,
      miner.counts.own,
      miner.counts.validator,
      miner.counts.ratio,
      miner.counts.low,
      miner.counts.high,
      miner.commonHours,
    ]),
  );
}
