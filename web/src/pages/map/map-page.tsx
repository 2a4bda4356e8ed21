import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { subnetQuery } from '../../api/queries.ts';
import { weightQuery } from '../../api/weights.ts';
import { figureState } from '../../charts/figure.tsx';
import { FigureControls } from '../../charts/figure-controls.tsx';
import { displayText } from '../../format/text.ts';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { useBlockRange } from '../weights/block-range.ts';
import { MapFigure } from './map-figure.tsx';
import { MoversFigure } from './movers-figure.tsx';

/** Neurons placed by the weights they receive, frame by frame. */
export function MapPage() {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const subnet = useQuery(subnetQuery(netuid));
  const symbol = displayText(subnet.data?.subnet.symbol, 4) ?? 'α';
  const range = useBlockRange();
  const map = useQuery({
    ...weightQuery(netuid, 'map', {
      mechanism: search.mechanism ?? 0,
      frames: search.frames ?? 30,
      ...range,
    }),
    enabled: range !== undefined,
  });
  const state = figureState(map);
  const body = map.data;
  const coin = useMemo(() => (netuid === 0 ? 'τ' : symbol), [netuid, symbol]);
  return (
    <>
      <FigureControls axis={false} />
      <MapFigure body={body} coin={coin} state={state} />
      <MoversFigure body={body} coin={coin} state={state} />
    </>
  );
}
