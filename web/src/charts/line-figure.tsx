import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useMemo, useRef } from 'react';
import type { FigureRange } from '../api/types.ts';
import type { SmoothFunction } from '../url/figure-search.ts';
import { Chart, type ChartHandle } from './chart.tsx';
import { columnsToCsv } from './csv.ts';
import { Figure, type FigureState } from './figure.tsx';
import { Legend, useHidden } from './legend.tsx';
import { type LineSeries, lineOption, type ValueAxis } from './line-option.ts';
import { type AxisKind, linePoints, type Snapshots } from './line-points.ts';
import { type SeriesStyle, seriesStyle } from './palette.ts';
import { type Cells, smoothingNote, smoothLine } from './smoothing.ts';

/** One line: a column beside the snapshots' blocks and times. */
export interface FigureLine {
  /** Also the name of its column in CSV. */
  readonly key: string;
  readonly name: string;
  /** The whole of what `name` shortens. */
  readonly title?: string | undefined;
  readonly values: Cells;
  readonly side?: 'left' | 'right';
  readonly step?: boolean;
  /** Selected by the reader: it stands out and the others step back. */
  readonly strong?: boolean;
  /** In place of the look that its place in the list gives it. */
  readonly color?: string;
  readonly dash?: SeriesStyle['dash'];
}

/** Lines over blocks or time in a {@link Figure}, with legend, smoothing per line, CSV and PNG. */
export function LineFigure({
  title,
  help,
  tools,
  range,
  snapshots,
  lines,
  axis,
  left,
  right,
  smoothing = { window: 1, by: 'mean' },
  opacity = 1,
  state,
  empty = 'Nothing is stored in this range.',
  fileName,
  height,
  group,
  notes = [],
  onPick,
}: {
  title: string;
  help?: ReactNode;
  tools?: ReactNode;
  range?: Pick<FigureRange, 'resolution' | 'from' | 'to' | 'stored' | 'shown'> | undefined;
  /** `undefined` before the first answer. Keep it and `lines` stable between renders. */
  snapshots: Snapshots | undefined;
  lines: readonly FigureLine[];
  axis: AxisKind;
  left: ValueAxis;
  right?: ValueAxis | undefined;
  smoothing?: { window: number; by: SmoothFunction };
  /** Of the lines, 0 to 1. */
  opacity?: number;
  state: FigureState;
  empty?: ReactNode;
  fileName: string;
  height?: string;
  group?: string;
  notes?: readonly (string | undefined)[];
  /** A click on a line, by its key. */
  onPick?: ((key: string) => void) | undefined;
}) {
  const scheme = useComputedColorScheme('light');
  const handle = useRef<ChartHandle>(null);
  const hidden = useHidden();
  const { window, by } = smoothing;
  const styled = useMemo(
    () =>
      lines.map((line, index) => {
        const style: SeriesStyle = seriesStyle(index, scheme);
        const { color = style.color, dash = style.dash } = line;
        return { ...line, style: { ...style, color, dash } };
      }),
    [lines, scheme],
  );
  const shown = useMemo(
    () =>
      styled
        .filter(({ key }) => !hidden.has(key))
        .map((line) => ({ ...line, values: smoothLine(line.values, window, by) })),
    [styled, hidden, window, by],
  );
  const option = useMemo(() => {
    const someStrong = shown.some(({ strong }) => strong === true);
    const series = shown.map(
      ({ key, name, values, style, side = 'left', step = false, strong = false }): LineSeries => ({
        key,
        name,
        style,
        side,
        step,
        strong,
        weak: someStrong && !strong,
        points: snapshots === undefined ? [] : linePoints(snapshots, values, axis),
      }),
    );
    const rightUsed = right !== undefined && series.some(({ side }) => side === 'right');
    const data = { axis, left, ...(rightUsed ? { right } : {}), opacity, series };
    return () => lineOption(data, scheme);
  }, [shown, snapshots, axis, left, right, opacity, scheme]);
  const items = styled.map(({ key, name, title: whole, style, strong }) => ({
    key,
    label: name,
    title: whole,
    style,
    strong,
  }));
  const nothing = snapshots === undefined || snapshots.block.length === 0 || lines.length === 0;

  return (
    <Figure
      title={title}
      unit={left.name === undefined ? left.unit : undefined}
      help={help}
      tools={tools}
      range={range}
      notes={[smoothingNote(window, by), ...notes]}
      state={state}
      empty={nothing && !state.pending ? empty : undefined}
      legend={<Legend items={items} hidden={hidden} />}
      legendItems={items.length < 2 ? [] : items.filter(({ key }) => !hidden.has(key))}
      fileName={fileName}
      csv={() =>
        columnsToCsv([
          ['block', snapshots?.block ?? []],
          ['timestamp', snapshots?.timestamp ?? []],
          ...shown.map(({ key, values }) => [key, values] as const),
        ])
      }
      handle={handle}
      zoomable
      height={height}
    >
      <Chart
        option={option}
        label={`${title}: ${shown.map(({ name }) => name).join(', ') || 'nothing'}`}
        height={height}
        group={group}
        handle={handle}
        onPick={onPick}
      />
    </Figure>
  );
}
