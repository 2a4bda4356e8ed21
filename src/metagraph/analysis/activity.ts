import { type Aggregate, aggregated } from './aggregate.ts';
import { compareText, type LongTable } from './long-table.ts';

/** What is computed of the rows of a group: an aggregate of numbers, or how many distinct texts there are. */
export type Measure =
  | { readonly aggregate: Aggregate; readonly column: ArrayLike<number | null> }
  | { readonly aggregate: 'nunique'; readonly column: readonly (string | null)[] };

export interface Activity {
  /** At most so many groups as were asked for: those with the most rows, in their order. */
  readonly groups: string[];
  /** For each measure the values of every group and frame, group by group; `null` where the group is not there. */
  readonly values: (number | null)[][];
}

/**
 * Each group at each block (`plot_animation`, dashboards.md 3.3): one point per group and frame, its measures as pandas'
 * `groupby` computes them (`aggregated`). `nunique` counts what is there, so it is 0 for a group whose rows have none.
 */
export function activity(
  { blocks, frame }: LongTable,
  group: readonly (string | null)[],
  measures: readonly Measure[],
  most: number,
): Activity {
  const counts = new Map<string, number>();
  for (const one of group) if (one !== null) counts.set(one, (counts.get(one) ?? 0) + 1);
  const names = [...counts]
    .sort(([a, m], [b, n]) => n - m || compareText(a, b))
    .slice(0, most)
    .map(([name]) => name)
    .sort(compareText);
  const places = new Map(names.map((name, place) => [name, place]));

  // Rows of each cell, as a chain through `next`: no list of its own for 256 x 1,000 cells.
  const first = new Int32Array(names.length * blocks.length).fill(-1);
  const next = new Int32Array(frame.length).fill(-1);
  for (let row = frame.length - 1; row >= 0; row--) {
    const place = places.get(group[row] ?? '');
    if (place === undefined || group[row] === null) continue;
    const cell = place * blocks.length + (frame[row] as number);
    next[row] = first[cell] as number;
    first[cell] = row;
  }
  const values = measures.map(({ aggregate, column }) => {
    const cells = new Array<number | null>(first.length).fill(null);
    const members: (number | string | null)[] = [];
    for (let cell = 0; cell < first.length; cell++) {
      const start = first[cell] as number;
      if (start === -1) continue;
      members.length = 0;
      for (let row = start; row !== -1; row = next[row] as number) members.push(column[row] ?? null);
      cells[cell] =
        aggregate === 'nunique' ? distinct(members) : aggregated(members as (number | null)[], aggregate);
    }
    return cells;
  });
  return { groups: names, values };
}

function distinct(values: readonly unknown[]): number {
  if (values.length === 1) return values[0] === null ? 0 : 1;
  return new Set(values.filter((value) => value !== null)).size;
}
