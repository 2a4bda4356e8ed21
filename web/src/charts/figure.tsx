import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, type RefObject, useId } from 'react';
import { saveAs } from '../api/client.ts';
import type { FigureRange } from '../api/types.ts';
import { Problem } from '../parts/problem.tsx';
import type { ChartHandle } from './chart.tsx';
import styles from './figure.module.css';
import { type FigureAction, FigureMenu } from './figure-menu.tsx';
import type { LegendItem } from './legend.tsx';
import { composePicture, savePicture } from './picture.ts';
import { resolutionNote } from './resolution-note.ts';
import { drawTable, rowsNote, type TableContent } from './table-picture.ts';

/** How the question behind a figure stands; {@link figureState} makes it of a query. */
export interface FigureState {
  /** The first answer is on its way. */
  readonly pending: boolean;
  /** Another range is on its way; the figure still shows the last. */
  readonly stale: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

export interface FigureProps {
  title: string;
  /** Of the vertical axis, or of all values. */
  unit?: string | undefined;
  /** One sentence on what is drawn. */
  help?: ReactNode;
  /** What the answer says of itself: shown as resolution and number of snapshots. */
  range?: Pick<FigureRange, 'resolution' | 'from' | 'to' | 'stored' | 'shown'> | undefined;
  /** Further facts of how it is drawn, say the smoothing. */
  notes?: readonly (string | undefined)[];
  state: FigureState;
  /** Shown in place of the drawing when there is nothing to draw; `undefined` when there is. */
  empty?: ReactNode;
  /** Choices of this figure alone, beside its title. */
  tools?: ReactNode;
  legend?: ReactNode;
  /** For the picture: what the legend shows of the drawing. */
  legendItems?: readonly LegendItem[] | undefined;
  /** Without ending. */
  fileName: string;
  csv?: (() => BlobPart | BlobPart[]) | undefined;
  json?: (() => BlobPart | BlobPart[]) | undefined;
  handle?: RefObject<ChartHandle | null> | undefined;
  zoomable?: boolean;
  /** What the picture shows of a figure that is a table or a list, and so has no drawing to take. */
  table?: (() => TableContent) | undefined;
  /** CSS length of the place that the drawing, its skeleton and its errors take; 260 px if absent. */
  height?: string | undefined;
  children: ReactNode;
}

/** The frame of a figure: its name and unit, what it shows of what is stored, its legend, and how to take it away. */
export function Figure(props: FigureProps) {
  const { title, unit, help, range, state, empty, fileName, csv, json, table, handle, height } = props;
  const scheme = useComputedColorScheme('light');
  const heading = useId();
  const notes = [range === undefined ? undefined : resolutionNote(range), ...(props.notes ?? [])].filter(
    (note) => note !== undefined,
  );
  const drawn = !state.pending && state.error === null && empty === undefined;

  const actions: FigureAction[] = [];
  const offer = (label: string, type: string, ending: string, content: FigureProps['csv']) => {
    if (content === undefined) return;
    actions.push({
      label,
      disabled: !drawn,
      run: () => saveAs(new Blob([content()].flat(), { type }), `${fileName}.${ending}`),
    });
  };
  offer('Data as CSV', 'text/csv', 'csv', csv);
  offer('Data as JSON', 'application/json', 'json', json);
  if (handle !== undefined || table !== undefined) {
    actions.push({
      label: 'Picture as PNG',
      disabled: !drawn,
      run: () => {
        const content = table?.();
        const drawing = content === undefined ? handle?.current?.picture() : drawTable(content, scheme);
        if (drawing === undefined) return;
        const partial = content === undefined ? undefined : rowsNote(content);
        const said = partial === undefined ? notes : [...notes, partial];
        const picture = composePicture(
          { title, unit, notes: said, legend: props.legendItems, drawing },
          scheme,
        );
        savePicture(picture, `${fileName}.png`);
      },
    });
  }
  if (props.zoomable === true)
    actions.push({ label: 'Undo the zoom', disabled: !drawn, run: () => handle?.current?.unzoom?.() });

  return (
    <section className={styles.figure} aria-labelledby={heading} aria-busy={state.pending || state.stale}>
      <header className={styles.head}>
        <h2 id={heading} className={styles.title}>
          {title}
          {unit === undefined || unit === '' ? null : <span className={styles.unit}>{unit}</span>}
        </h2>
        <div className={styles.tools}>
          {props.tools}
          <FigureMenu title={title} actions={actions} />
        </div>
        {help === undefined ? null : <p className={styles.help}>{help}</p>}
      </header>
      {drawn ? props.legend : null}
      {state.pending && state.error === null ? (
        <div
          className={styles.skeleton}
          style={{ height }}
          role="status"
          aria-label={`${title} is loading`}
        />
      ) : state.error !== null ? (
        <div className={styles.instead} style={{ minHeight: height }}>
          <Problem error={state.error} compact onRetry={state.retry} />
        </div>
      ) : empty !== undefined ? (
        <div className={styles.instead} style={{ minHeight: height }}>
          <p className={styles.empty}>{empty}</p>
        </div>
      ) : (
        <div data-stale={state.stale || undefined} className={styles.drawing}>
          {props.children}
        </div>
      )}
      <footer className={styles.foot}>{notes.join(' · ') || ' '}</footer>
    </section>
  );
}

/** The state of a figure whose data one query brings. A refresh that fails leaves the figure that is there. */
export function figureState(query: {
  data: unknown;
  isPending: boolean;
  isPlaceholderData: boolean;
  error: unknown;
  refetch: () => unknown;
}): FigureState {
  return {
    pending: query.isPending,
    stale: query.isPlaceholderData,
    error: query.data === undefined ? query.error : null,
    retry: () => void query.refetch(),
  };
}

/** Figures side by side where there is room; `narrow` ones need less of it. */
export function FigureGrid({ narrow = false, children }: { narrow?: boolean; children: ReactNode }) {
  return (
    <div className={styles.grid} data-narrow={narrow || undefined}>
      {children}
    </div>
  );
}
