import { SegmentedControl, useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef } from 'react';
import type { AuditIncentivesBody } from '../../api/types.ts';
import { Chart, type ChartHandle } from '../../charts/chart.tsx';
import { columnsToCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { Legend, useHidden } from '../../charts/legend.tsx';
import { integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Choice } from '../../parts/choice.tsx';
import { PAID_SIDES, type PaidSide } from '../../url/audit-pay-search.ts';
import { knownSides, minerName, type PaidMiner, SIDE_NAMES, stateOn } from './incentives-marks.ts';
import { type PayPicture, payLegend, payOption } from './incentives-option.ts';
import { sharePercent } from './incentives-sentence.ts';
import { useAuditSearch } from './use-audit-search.ts';

/** More miners than this make marks that nobody can tell apart. */
const MOST_DRAWN = 64;

/** Per miner: what it is owed by the rules, and what it was paid. */
export function IncentivesFigure({
  body,
  miners,
  side,
  state,
}: {
  body: AuditIncentivesBody | undefined;
  /** In the order of the picture. */
  miners: readonly PaidMiner[];
  side: PaidSide;
  state: FigureState;
}) {
  const { search, select } = useAuditSearch();
  const scheme = useComputedColorScheme('light');
  const handle = useRef<ChartHandle>(null);
  const hidden = useHidden();
  const view = search.view ?? 'share';
  const drawn = useMemo(() => miners.slice(0, MOST_DRAWN), [miners]);
  const sides = useMemo(() => {
    const known = body === undefined ? [] : knownSides(body.sides);
    return [...known.filter((each) => each === side), ...known.filter((each) => each !== side)];
  }, [body, side]);
  const resolution = body?.sides[side].resolution ?? null;
  const picture = useMemo(
    (): PayPicture => ({
      miners: drawn,
      states: drawn.map((miner) => stateOn(miner, side, resolution)),
      sides,
      view,
      hidden: hidden.has,
    }),
    [drawn, side, sides, view, resolution, hidden],
  );
  const option = useMemo(() => (scheme: 'light' | 'dark') => payOption(picture, scheme), [picture]);
  const items = payLegend(picture, scheme);
  const summary = body?.sides[side];
  const grave = picture.states.filter((each) => each === 'owed-unpaid' || each === 'paid-unowed').length;
  const nothing =
    body === undefined || miners.length > 0
      ? undefined
      : 'Nobody is owed or paid anything: no counted report tells of work, and no weight is set.';

  return (
    <Figure
      title="Owed and paid"
      unit={view === 'share' ? '% of all' : 'percentage points, paid − owed'}
      help={
        view === 'share'
          ? 'A bar is what the rules give, marks are what was paid, and what lies between is shaded. A click on a miner tells why.'
          : 'What was paid less what the rules give, miner by miner. A click on a miner tells why.'
      }
      tools={
        <>
          <Choice
            name="Against"
            value={side}
            choices={PAID_SIDES.map((value) => ({
              value,
              label: `${SIDE_NAMES[value]}${body !== undefined && body.sides[value].missing !== null ? ' (not known)' : ''}`,
            }))}
            onChoose={(value) => select({ side: value === 'weight' ? undefined : value })}
          />
          <SegmentedControl
            size="xs"
            aria-label="What is drawn"
            value={view}
            onChange={(value) => select({ view: value === 'difference' ? 'difference' : undefined })}
            data={[
              { value: 'share', label: 'Shares' },
              { value: 'difference', label: 'Differences' },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label="Order of the miners"
            value={search.order ?? 'delta'}
            onChange={(value) => select({ order: value === 'share' ? 'share' : undefined })}
            data={[
              { value: 'delta', label: 'Worst first' },
              { value: 'share', label: 'Largest first' },
            ]}
          />
        </>
      }
      notes={[
        body === undefined ? undefined : `scored for ${utc(body.at)}`,
        summary?.block === null || summary === undefined
          ? undefined
          : `paid as of block ${integer(summary.block)}`,
        miners.length > drawn.length
          ? `the first ${integer(drawn.length)} of ${integer(miners.length)} miners`
          : undefined,
        grave > 0 ? `${integer(grave)} in red: something for nothing, or nothing for something` : undefined,
        resolution !== null && resolution > 0
          ? `rounding alone makes up to ${sharePercent(resolution)}`
          : undefined,
      ]}
      state={state}
      empty={nothing}
      legend={<Legend items={items} hidden={hidden} />}
      legendItems={items.filter(({ key }) => !hidden.has(key))}
      fileName={`incentives-${body?.profile.name.replace(/[^0-9A-Za-z-]/g, '_') ?? ''}-${body?.at.slice(0, 10) ?? ''}`}
      csv={() => csvOf(miners, sides)}
      handle={handle}
      zoomable
      height={HEIGHT}
    >
      <Chart
        option={option}
        label={`Owed and paid of ${drawn.length} miners; the table below has every figure`}
        height={HEIGHT}
        group="audit-pay"
        onPickCategory={(index) => {
          const hotkey = drawn[index]?.hotkey;
          if (hotkey !== undefined) select({ miner: hotkey }, { push: true });
        }}
        handle={handle}
      />
    </Figure>
  );
}

const HEIGHT = '300px';

function csvOf(miners: readonly PaidMiner[], sides: readonly PaidSide[]): string {
  return columnsToCsv([
    ['miner', miners.map(minerName)],
    ['hotkey', miners.map(({ hotkey }) => hotkey)],
    ['state', miners.map(({ state }) => state)],
    ['expected', miners.map(({ expected }) => expected)],
    ...sides.flatMap((side) => [
      [`${side}`, miners.map((miner) => miner[side].paid)] as const,
      [`${side}_delta`, miners.map((miner) => miner[side].delta)] as const,
    ]),
  ]);
}
