import { useComputedColorScheme } from '@mantine/core';
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ChartHandle } from '../../charts/chart.tsx';
import { INK, type Scheme } from '../../charts/inks.ts';
import { PICTURE_SCALE } from '../../charts/picture.ts';
import { type Matrix, scaleEnds } from './matrix.ts';
import {
  type Cell,
  cellAt,
  drawCells,
  drawNames,
  drawScale,
  type Layout,
  layoutOf,
  SCALE_STRIP,
} from './matrix-drawing.ts';
import { cellSentence } from './names.ts';
import { useWidth } from './use-width.ts';
import styles from './weights.module.css';

/** The cells on a canvas, to be pointed at, walked through with the arrow keys, and opened. */
export function Heatmap({
  matrix,
  bonds,
  levels,
  zoom,
  handle,
  onPick,
}: {
  matrix: Matrix;
  bonds: boolean;
  levels: 'log' | 'linear';
  zoom: number;
  handle: RefObject<ChartHandle | null>;
  onPick: (cell: Cell) => void;
}) {
  const scheme = useComputedColorScheme('light');
  const [frame, width] = useWidth();
  const cells = useRef<HTMLCanvasElement>(null);
  const names = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Cell>();
  const [pointer, setPointer] = useState<{ x: number; y: number }>();
  const layout = useMemo(() => layoutOf(matrix, Math.max(200, width - 2), zoom), [matrix, width, zoom]);

  useEffect(() => {
    if (width === 0) return;
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const draw = (
      canvas: HTMLCanvasElement | null,
      wide: number,
      paint: (pen: CanvasRenderingContext2D) => void,
    ) => {
      if (canvas === null) return;
      canvas.width = Math.ceil(wide * scale);
      canvas.height = Math.ceil((layout.height + layout.head) * scale);
      const pen = canvas.getContext('2d');
      if (pen !== null) paint(pen);
    };
    draw(cells.current, layout.width, (pen) => drawCells(pen, matrix, layout, { scheme, scale, levels }));
    draw(names.current, layout.names, (pen) => drawNames(pen, matrix, layout, { scheme, scale }));
    handle.current = { picture: () => picture(matrix, layout, scheme, levels) };
    return () => {
      handle.current = null;
    };
  }, [matrix, layout, scheme, levels, width, handle]);

  const at = (event: PointerEvent) => {
    const place = cells.current?.getBoundingClientRect();
    return place === undefined
      ? undefined
      : cellAt(matrix, layout, event.clientX - place.left, event.clientY - place.top - layout.head);
  };
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, readonly [number, number]> = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
    };
    const step = steps[event.key];
    setPointer(undefined);
    if (event.target !== event.currentTarget) return;
    if (step !== undefined) {
      event.preventDefault();
      const from = cursor ?? { row: 0, column: -1 };
      const next = {
        row: clamp(from.row + step[0], matrix.rows.length),
        column: clamp(from.column + step[1], matrix.columns.length),
      };
      setCursor(next);
      reveal(box.current, layout, next);
    } else if (event.key === 'Enter' && cursor !== undefined) onPick(cursor);
    else if (event.key === 'Escape') setCursor(undefined);
  };

  return (
    <div ref={frame} className={styles.heat}>
      <div
        ref={box}
        className={styles.heatBox}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its cells are walked with the arrow keys
        tabIndex={0}
        role="application"
        aria-label={`${bonds ? 'Bonds' : 'Weights'} of ${matrix.rows.length} validators on ${matrix.columns.length} neurons; arrow keys walk the cells, Enter opens one`}
        onKeyDown={move}
        onPointerLeave={() => {
          setCursor(undefined);
          setPointer(undefined);
        }}
      >
        <div className={styles.heatInner} style={{ width: layout.names + layout.width }}>
          <canvas
            ref={names}
            className={styles.names}
            style={{ width: layout.names, height: layout.height + layout.head }}
          />
          <div className={styles.cells}>
            <canvas
              ref={cells}
              style={{ width: layout.width, height: layout.height + layout.head }}
              onPointerMove={(event) => {
                const next = at(event);
                const place = frame.current?.getBoundingClientRect();
                setPointer(
                  place === undefined
                    ? undefined
                    : { x: event.clientX - place.left, y: event.clientY - place.top },
                );
                setCursor((old) => (old?.row === next?.row && old?.column === next?.column ? old : next));
              }}
              onClick={(event) => {
                const cell = at(event as unknown as PointerEvent);
                if (cell !== undefined) onPick(cell);
              }}
            />
            {cursor === undefined ? null : (
              <span
                className={styles.cursor}
                style={{
                  left: cursor.column * layout.cellWidth,
                  top: layout.head + cursor.row * layout.cellHeight,
                  width: Math.max(4, layout.cellWidth),
                  height: layout.cellHeight,
                }}
              />
            )}
          </div>
        </div>
      </div>
      {pointer === undefined || cursor === undefined ? null : (
        <div
          className={styles.tip}
          aria-hidden="true"
          style={{
            top: pointer.y + 18,
            ...(pointer.x > width * 0.55 ? { right: width - pointer.x + 12 } : { left: pointer.x + 16 }),
          }}
        >
          {cellSentence(matrix, cursor, bonds)}
        </div>
      )}
      <output className={styles.reading} aria-live="polite">
        {cursor === undefined ? (
          <span className={styles.quiet}>
            Point at a cell, or walk through them with the arrow keys; Enter shows its row and its column.
          </span>
        ) : (
          cellSentence(matrix, cursor, bonds)
        )}
      </output>
    </div>
  );
}

function picture(
  matrix: Matrix,
  layout: Layout,
  scheme: Scheme,
  levels: 'log' | 'linear',
): HTMLCanvasElement | undefined {
  const sheet = (width: number, paint: (pen: CanvasRenderingContext2D) => void) => {
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * PICTURE_SCALE);
    canvas.height = Math.ceil((layout.height + layout.head) * PICTURE_SCALE);
    const pen = canvas.getContext('2d');
    if (pen !== null) paint(pen);
    return canvas;
  };
  const look = { scheme, scale: PICTURE_SCALE, levels };
  const names = sheet(layout.names, (pen) => drawNames(pen, matrix, layout, look));
  const cells = sheet(layout.width, (pen) => drawCells(pen, matrix, layout, look));
  const width = layout.names + layout.width;
  const whole = sheet(width, () => undefined);
  whole.height += SCALE_STRIP * PICTURE_SCALE;
  const pen = whole.getContext('2d');
  if (pen === null) return undefined;
  pen.fillStyle = INK[scheme].surface;
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(names, 0, 0);
  pen.drawImage(cells, names.width, 0);
  pen.setTransform(PICTURE_SCALE, 0, 0, PICTURE_SCALE, 0, 0);
  drawScale(pen, scaleEnds(matrix, levels), layout.names, layout.head + layout.height, scheme);
  return whole;
}

/** Scrolls the box until a cell is in it. */
function reveal(box: HTMLElement | null, layout: Layout, { row, column }: Cell): void {
  if (box === null) return;
  const left = column * layout.cellWidth;
  const top = layout.head + row * layout.cellHeight;
  const shown = box.clientWidth - layout.names;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (left + layout.cellWidth > box.scrollLeft + shown) box.scrollLeft = left + layout.cellWidth - shown;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + layout.cellHeight > box.scrollTop + box.clientHeight)
    box.scrollTop = top + layout.cellHeight - box.clientHeight;
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(length - 1, value));
}
