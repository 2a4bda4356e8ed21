import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useMemo, useRef } from 'react';
import { barOption } from './bar-option.ts';
import { Chart, type ChartHandle } from './chart.tsx';
import { type CsvCell, columnsToCsv } from './csv.ts';
import { Figure, type FigureState } from './figure.tsx';
import { Legend, useHidden } from './legend.tsx';
import type { ValueAxis } from './line-option.ts';
import { seriesStyle } from './palette.ts';

export interface FigureBars {
  readonly key: string;
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Drawn as marks above the bars, to compare them with. */
  readonly marks?: boolean;
}

/** Bars by category in a {@link Figure}, with legend, CSV and PNG. Keep `categories` and `bars` stable between renders. */
export function BarFigure({
  title,
  help,
  tools,
  notes = [],
  categories,
  heads,
  categoryColumns,
  bars,
  left,
  stacked = false,
  strong,
  state,
  empty = 'There is nothing to draw.',
  fileName,
  height,
}: {
  title: string;
  help?: ReactNode;
  tools?: ReactNode;
  notes?: readonly (string | undefined)[];
  categories: readonly string[];
  heads?: readonly string[];
  /** The first columns of the CSV, which say what a category is. */
  categoryColumns: readonly (readonly [name: string, values: readonly CsvCell[]])[];
  bars: readonly FigureBars[];
  left: ValueAxis;
  stacked?: boolean;
  strong?: ReadonlySet<number>;
  state: FigureState;
  empty?: ReactNode;
  fileName: string;
  height?: string;
}) {
  const scheme = useComputedColorScheme('light');
  const handle = useRef<ChartHandle>(null);
  const hidden = useHidden();
  const styled = useMemo(
    () => bars.map((each, index) => ({ ...each, style: seriesStyle(index, scheme) })),
    [bars, scheme],
  );
  const shown = useMemo(() => styled.filter(({ key }) => !hidden.has(key)), [styled, hidden]);
  const option = useMemo(() => {
    const series = shown.map(({ style, ...each }) => ({ ...each, color: style.color }));
    const data = { categories, heads, left, stacked, strong, series };
    return () => barOption(data, scheme);
  }, [shown, categories, heads, left, stacked, strong, scheme]);
  const items = styled.map(({ key, name, style }) => ({
    key,
    label: name,
    style: { ...style, dash: 'solid' as const },
  }));

  return (
    <Figure
      title={title}
      unit={left.unit}
      help={help}
      tools={tools}
      notes={notes}
      state={state}
      empty={categories.length === 0 && !state.pending ? empty : undefined}
      legend={<Legend items={items} hidden={hidden} />}
      legendItems={items.length < 2 ? [] : items.filter(({ key }) => !hidden.has(key))}
      fileName={fileName}
      csv={() =>
        columnsToCsv([...categoryColumns, ...shown.map(({ name, values }) => [name, values] as const)])
      }
      handle={handle}
      zoomable
      height={height}
    >
      <Chart
        option={option}
        label={`${title}: ${categories.length} bars`}
        height={height}
        group={fileName}
        handle={handle}
      />
    </Figure>
  );
}
