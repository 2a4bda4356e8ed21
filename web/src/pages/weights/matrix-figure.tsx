import { SegmentedControl, useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { WeightsBody } from '../../api/types.ts';
import type { ChartHandle } from '../../charts/chart.tsx';
import { toCsv } from '../../charts/csv.ts';
import { Figure, type FigureState } from '../../charts/figure.tsx';
import { integer, percent } from '../../format/numbers.ts';
import { Choice } from '../../parts/choice.tsx';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { heatGradient } from './heat-scale.ts';
import { Heatmap } from './heatmap.tsx';
import { type Matrix, matrixOf, scaleEnds } from './matrix.ts';
import styles from './weights.module.css';

const ZOOMS = ['1', '2', '4'] as const;
const ORDERS = [
  { value: 'stake', label: 'Stake' },
  { value: 'cluster', label: 'Likeness' },
  { value: 'uid', label: 'UID' },
] as const;

/** Who weighs whom: a row for each validator, a column for each neuron that receives anything. */
export function MatrixFigure({ body, state }: { body: WeightsBody | undefined; state: FigureState }) {
  const { search, select } = useSubnetSearch();
  const { selected, only } = useSelection();
  const [zoom, setZoom] = useState<(typeof ZOOMS)[number]>('1');
  const order = search.order ?? 'stake';
  const levels = search.scale ?? 'log';
  const matrix = useMemo(
    () => (body === undefined ? undefined : matrixOf(body, order, selected, only)),
    [body, order, selected, only],
  );
  const handle = useRef<ChartHandle>(null);
  const bonds = body?.of === 'bonds';
  const nothing = matrix !== undefined && matrix.rows.length === 0;

  return (
    <Figure
      title={bonds ? 'Bonds' : 'Weights'}
      unit="share of the validator’s row"
      help={
        bonds
          ? 'A row is a validator, a column a neuron it holds bonds in.'
          : 'A row is a validator, a column a neuron it gives weight to. Press a cell to see its row and its column below.'
      }
      tools={
        <>
          <Choice
            name="Order"
            value={order}
            choices={ORDERS}
            onChoose={(value) => select({ order: value === 'stake' ? undefined : value })}
          />
          <SegmentedControl
            size="xs"
            aria-label="Scale of the colours"
            value={levels}
            onChange={(value) => select({ scale: value === 'linear' ? 'linear' : undefined })}
            data={[
              { value: 'log', label: 'Log' },
              { value: 'linear', label: 'Linear' },
            ]}
          />
          <SegmentedControl
            size="xs"
            aria-label="Width of the matrix"
            value={zoom}
            onChange={(value) => setZoom(value as typeof zoom)}
            data={ZOOMS.map((value) => ({ value, label: `${value}×` }))}
          />
        </>
      }
      notes={
        matrix === undefined || body === undefined
          ? []
          : [
              `${integer(matrix.rows.length)} validators × ${integer(matrix.columns.length)} neurons`,
              `block ${integer(body.block)}`,
              levels === 'log' ? 'logarithmic colours' : 'linear colours',
            ]
      }
      state={state}
      empty={
        nothing
          ? `No validator has ${bonds ? 'bonds' : 'weights'} at this block: nobody has set any, or all are hidden until they are revealed.`
          : undefined
      }
      legend={matrix === undefined || nothing ? null : <HeatLegend matrix={matrix} levels={levels} />}
      fileName={`${body?.of ?? 'weights'}-${body?.netuid ?? ''}-${body?.block ?? ''}`}
      csv={matrix === undefined ? undefined : () => matrixCsv(matrix)}
      handle={handle}
      height="380px"
    >
      {matrix === undefined || nothing ? null : (
        <Heatmap
          matrix={matrix}
          bonds={bonds}
          levels={levels}
          zoom={Number(zoom)}
          handle={handle}
          onPick={({ row, column }) =>
            select({ row: matrix.rows[row]?.head.uid, column: matrix.columns[column]?.uid })
          }
        />
      )}
    </Figure>
  );
}

function HeatLegend({ matrix, levels }: { matrix: Matrix; levels: 'log' | 'linear' }) {
  const scheme = useComputedColorScheme('light');
  const { low, high } = scaleEnds(matrix, levels);
  return (
    <div className={styles.heatLegend}>
      <span>{percent(low, low > 0 && low < 0.0001 ? 4 : 2)}</span>
      <span className={styles.gradient} style={{ background: heatGradient(scheme) }} />
      <span>
        {percent(high)}
        {high < matrix.largest ? ' and more' : ''} of a row
      </span>
      <span className={styles.quiet}>empty: nothing</span>
    </div>
  );
}

function matrixCsv(matrix: Matrix): string {
  const { rows, columns, shares } = matrix;
  const lines = function* () {
    for (const [row, { head }] of rows.entries()) {
      for (const [column, target] of columns.entries()) {
        const share = shares[row * columns.length + column] ?? 0;
        if (share > 0) yield [head.uid, head.hotkey, target.uid, target.hotkey, share];
      }
    }
  };
  return toCsv(['validatorUid', 'validatorHotkey', 'uid', 'hotkey', 'share'], lines());
}
