import { compareText, type LongTable } from './long-table.ts';

export interface Group {
  readonly key: string;
  /** Rows it has over the whole range: neurons x blocks. */
  readonly rows: number;
  /** At each block, how many distinct values of the other column it has. */
  readonly values: number[];
}

/**
 * The `top` most frequent values of one column, and how many distinct values of another each has over time ("cabals",
 * `plot_cabals`, dashboards.md 3.3). Rows without a key belong to no group; values that are not there are not counted.
 * Equally frequent keys come in their order.
 */
export function groups(
  { blocks, frame }: LongTable,
  key: readonly (string | null)[],
  value: readonly (string | null)[],
  top: number,
): Group[] {
  const rows = new Map<string, number>();
  for (const one of key) if (one !== null) rows.set(one, (rows.get(one) ?? 0) + 1);
  const chosen = [...rows].sort(([a, m], [b, n]) => n - m || compareText(a, b)).slice(0, top);
  const distinct = new Map(chosen.map(([one]) => [one, blocks.map(() => new Set<string>())]));
  for (let row = 0; row < frame.length; row++) {
    const [one, counted] = [key[row] ?? null, value[row] ?? null];
    if (one !== null && counted !== null) distinct.get(one)?.[frame[row] as number]?.add(counted);
  }
  return chosen.map(([one, count]) => ({
    key: one,
    rows: count,
    values: (distinct.get(one) ?? []).map(({ size }) => size),
  }));
}
