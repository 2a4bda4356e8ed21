import { compareText, type LongTable } from './long-table.ts';

export interface Trace {
  readonly hotkey: string;
  /** 1 is the highest mean. */
  readonly rank: number;
  /** Over the blocks of the range at which it has a value. */
  readonly mean: number;
  /** At each block; `null` where it is not there, or has no value. */
  readonly values: (number | null)[];
}

/**
 * A line for each of the `top` hotkeys by their mean over the range (`plot_trace`, dashboards.md 3.3). Equal means come
 * in the order of their hotkeys; a hotkey without any value has no line. An absent value is `null` or NaN. Of two rows of
 * one hotkey at one block the last is shown; both count.
 */
export function traces(
  { blocks, frame }: LongTable,
  hotkey: readonly string[],
  value: ArrayLike<number | null>,
  top: number,
): Trace[] {
  const sums = new Map<string, { sum: number; count: number }>();
  for (let row = 0; row < frame.length; row++) {
    const one = value[row] ?? null;
    if (one === null || Number.isNaN(one)) continue;
    const of = sums.get(hotkey[row] as string);
    if (of === undefined) sums.set(hotkey[row] as string, { sum: one, count: 1 });
    else {
      of.sum += one;
      of.count++;
    }
  }
  const ranked = [...sums]
    .map(([key, { sum, count }]) => ({ key, mean: sum / count }))
    .sort((a, b) => b.mean - a.mean || compareText(a.key, b.key))
    .slice(0, top);
  const lines = new Map(ranked.map(({ key }) => [key, new Array<number | null>(blocks.length).fill(null)]));
  for (let row = 0; row < frame.length; row++) {
    const [one, line] = [value[row] ?? null, lines.get(hotkey[row] as string)];
    if (one !== null && !Number.isNaN(one) && line !== undefined) line[frame[row] as number] = one;
  }
  return ranked.map(({ key, mean }, place) => ({
    hotkey: key,
    rank: place + 1,
    mean,
    values: lines.get(key) ?? [],
  }));
}
