import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { figureQuery } from '../../api/figures.ts';
import { subnetQuery } from '../../api/queries.ts';
import type { ChurnBody, EconomyBody, OccupancyBody } from '../../api/types.ts';
import { FigureGrid, figureState } from '../../charts/figure.tsx';
import { FigureControls } from '../../charts/figure-controls.tsx';
import { type FigureLine, LineFigure } from '../../charts/line-figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';
import { displayText } from '../../format/text.ts';
import { rangeQuery, USUAL } from '../../url/figure-search.ts';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { SubnetTiles } from '../subnet/subnet-tiles.tsx';

/** A subnet over time: who comes and goes, how full it is, what it is worth, pays and costs. */
export function OverviewPage() {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const subnet = useQuery(subnetQuery(netuid));
  const symbol = displayText(subnet.data?.subnet.symbol, 4) ?? 'α';
  const params = { ...rangeQuery(search), mechanism: search.mechanism };
  const churn = useQuery(figureQuery(netuid, 'churn', params));
  const occupancy = useQuery(figureQuery(netuid, 'occupancy', params));
  const economy = useQuery(figureQuery(netuid, 'economy', params));
  const churnShown = useMemo(() => churnLines(churn.data), [churn.data]);
  const occupancyShown = useMemo(() => occupancyLines(occupancy.data), [occupancy.data]);
  const economyShown = useMemo(() => economyFigures(economy.data, symbol), [economy.data, symbol]);
  const shared = {
    axis: search.axis ?? 'time',
    smoothing: { window: search.window ?? USUAL.window, by: search.smooth ?? USUAL.smooth },
    group: `overview-${netuid}`,
  } as const;

  return (
    <>
      <SubnetTiles body={subnet.data} live symbol={symbol} />
      <FigureControls smoothing />
      <FigureGrid>
        <LineFigure
          {...shared}
          title="Hotkey churn"
          help="Hotkeys against the snapshot shown before: added, removed, and changed, which is both."
          range={churn.data}
          snapshots={churn.data}
          lines={churnShown}
          left={HOTKEYS}
          state={figureState(churn)}
          fileName={`churn-${netuid}`}
        />
        <LineFigure
          {...shared}
          title="Network occupancy"
          help="Distinct hotkeys by class: validators have validator trust above 0."
          range={occupancy.data}
          snapshots={occupancy.data}
          lines={occupancyShown}
          left={MINERS}
          right={VALIDATORS}
          state={figureState(occupancy)}
          notes={[occupancy.data?.maxUids == null ? undefined : `room for ${occupancy.data.maxUids} UIDs`]}
          fileName={`occupancy-${netuid}`}
        />
      </FigureGrid>
      <FigureGrid narrow>
        {economyShown.map(({ id, title, help, lines, left }) => (
          <LineFigure
            {...shared}
            key={id}
            title={title}
            help={help}
            range={economy.data}
            snapshots={economy.data}
            lines={lines}
            left={left}
            state={figureState(economy)}
            empty="Nothing is stored of it in this range, or its era did not have it."
            fileName={`${id}-${netuid}`}
          />
        ))}
      </FigureGrid>
    </>
  );
}

const HOTKEYS: ValueAxis = { unit: 'hotkeys', kind: 'count', fromZero: true };
const MINERS: ValueAxis = { unit: 'miners', kind: 'count', name: 'Miners' };
const VALIDATORS: ValueAxis = { unit: 'validators', kind: 'count', name: 'Validators' };
const NONE: readonly FigureLine[] = [];

function churnLines(body: ChurnBody | undefined): readonly FigureLine[] {
  if (body === undefined) return NONE;
  return [
    { key: 'changed', name: 'Changed', values: body.changed },
    { key: 'added', name: 'Added', values: body.added },
    { key: 'removed', name: 'Removed', values: body.removed, dash: 'dashed' },
  ];
}

function occupancyLines(body: OccupancyBody | undefined): readonly FigureLine[] {
  if (body === undefined) return NONE;
  return [
    { key: 'miners', name: 'Miners (left)', values: body.miners, step: true },
    { key: 'validators', name: 'Validators (right)', values: body.validators, step: true, side: 'right' },
  ];
}

function economyFigures(body: EconomyBody | undefined, symbol: string) {
  const figure = (
    id: string,
    title: string,
    help: string,
    left: ValueAxis,
    values: EconomyBody['price'] | undefined,
  ) => ({
    id,
    title,
    help,
    left,
    lines:
      values?.some((value) => value !== null) === true ? [{ key: id, name: title, title: id, values }] : NONE,
  });
  return [
    figure('price', 'Price', 'Of the subnet’s pool.', { unit: `τ/${symbol}`, kind: 'price' }, body?.price),
    figure(
      'emission',
      'Emission',
      'What a block brings to the subnet.',
      { unit: 'τ/block', kind: 'price' },
      body?.emission,
    ),
    figure(
      'registration-cost',
      'Registration cost',
      'What a new neuron burns.',
      { unit: 'τ', kind: 'price', fromZero: true },
      body?.burn,
    ),
  ] as const;
}
