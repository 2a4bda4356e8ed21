import type { ReactNode } from 'react';

export type Cell = string | number | boolean | undefined;

/** A column of a {@link DataTable}: what it is called, what it orders by, how it looks. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** Shown beside the header; a figure without one is a count or a name. */
  readonly unit?: string | undefined;
  /** One sentence on what the figure means, on hover of the header. */
  readonly help?: string | undefined;
  /** Pixels. */
  readonly width: number;
  readonly align?: 'end' | undefined;
  /** Figures are wanted largest first. */
  readonly descFirst?: boolean | undefined;
  /** What the rows are ordered by, and what is shown without a `cell`. Absent values come last both ways. */
  readonly value: (row: Row) => Cell;
  readonly cell?: ((row: Row) => ReactNode) | undefined;
  /** On hover of a cell: the raw figure of the chain, or the whole of a shortened text. */
  readonly title?: ((row: Row) => string | undefined) | undefined;
  /** From 0 to 1: a bar behind the figure, to be compared down the column. */
  readonly bar?: ((row: Row) => number | undefined) | undefined;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Orders two present values; numbers by size, truth before its absence last, texts as people read them (`sn2` before `sn10`). */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return collator.compare(String(a), String(b));
}
