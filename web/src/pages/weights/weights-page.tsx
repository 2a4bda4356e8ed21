import { useQuery } from '@tanstack/react-query';
import { subnetQuery } from '../../api/queries.ts';
import { weightQuery } from '../../api/weights.ts';
import { FigureGrid, figureState } from '../../charts/figure.tsx';
import { FigureControls } from '../../charts/figure-controls.tsx';
import { RangeControl } from '../../charts/range-control.tsx';
import { displayText } from '../../format/text.ts';
import { useNetuid, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { useBlockRange } from './block-range.ts';
import { ClustersFigure } from './clusters-figure.tsx';
import { CopiersPanel } from './copiers-panel.tsx';
import { MatrixFigure } from './matrix-figure.tsx';
import { MatrixPicker } from './matrix-picker.tsx';
import { TargetsFigure, WeighersFigure } from './targets-figures.tsx';
import { AgesFigure, ValidatorsFigure } from './validators-figure.tsx';
import styles from './weights.module.css';

/** Who weighs whom, who weighs alike, and who may be copying. */
export function WeightsPage() {
  const netuid = useNetuid();
  const { search } = useSubnetSearch();
  const mechanism = search.mechanism ?? 0;
  const subnet = useQuery(subnetQuery(netuid));
  const symbol = displayText(subnet.data?.subnet.symbol, 4) ?? 'α';
  const weights = useQuery(weightQuery(netuid, 'weights', { block: search.block, mechanism, of: search.of }));
  const state = figureState(weights);
  const body = weights.data;
  const range = useBlockRange();
  return (
    <>
      <FigureControls range={false} axis={false} />
      <MatrixPicker body={body} />
      <MatrixFigure body={body} state={state} />
      <FigureGrid>
        <TargetsFigure body={body} state={state} />
        <WeighersFigure body={body} state={state} />
      </FigureGrid>
      {search.of === 'bonds' ? null : (
        <>
          <ValidatorsFigure body={body} symbol={symbol} state={state} />
          <AgesFigure body={body} state={state} />
        </>
      )}
      <div className={styles.section}>
        <h2>Over time</h2>
        <RangeControl />
      </div>
      {range === undefined ? null : (
        <>
          <FigureGrid>
            <ClustersFigure netuid={netuid} mechanism={mechanism} kind="weights" range={range} />
            <ClustersFigure netuid={netuid} mechanism={mechanism} kind="stake" range={range} />
          </FigureGrid>
          <CopiersPanel netuid={netuid} mechanism={mechanism} range={range} symbol={symbol} />
        </>
      )}
    </>
  );
}
