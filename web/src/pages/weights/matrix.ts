import type { WeightsBody } from '../../api/types.ts';
import { isSelected, type Selected } from '../../url/selection.ts';

export type NeuronHead = WeightsBody['neurons'][number];
export type WeightRow = WeightsBody['rows'][number];
export type MatrixOrder = 'stake' | 'cluster' | 'uid';

/** Who weighs whom as it is drawn: rows of validators, columns of neurons, and a share for each pair. */
export interface Matrix {
  readonly rows: readonly { readonly head: NeuronHead; readonly row: WeightRow }[];
  readonly columns: readonly NeuronHead[];
  /** `row * columns + column`: share of the row's own sum, 0 to 1; 0 where it gives nothing. */
  readonly shares: Float32Array;
  /** The largest share; 0 when the matrix is empty. */
  readonly largest: number;
  /**
   * Between these lie 98 of 100 shares above 0: neither one row that gives all to one neuron nor one crumb of weight
   * shall use up the colours of all others.
   */
  readonly usual: { readonly low: number; readonly high: number };
  /** Rows and columns that the reader marked. */
  readonly strongRows: ReadonlySet<number>;
  readonly strongColumns: ReadonlySet<number>;
}

/** More than this no screen shows one beside the other. */
const MOST_ROWS = 1_024;

/**
 * The matrix in an order, of those who receive any weight. With `only`, just the marked rows and columns; where none of
 * one side is marked, all of that side.
 */
export function matrixOf(
  body: WeightsBody,
  order: MatrixOrder,
  selected: readonly Selected[] = [],
  only = false,
): Matrix {
  const heads = new Map(body.neurons.map((neuron) => [neuron.uid, neuron]));
  const received = new Set<number>();
  for (const { targets, shares } of body.rows)
    for (const [at, uid] of targets.entries()) if ((shares[at] ?? 0) > 0) received.add(uid);
  const marked = (head: NeuronHead) => isSelected(selected, head);
  const reduce = <T>(all: readonly T[], head: (item: T) => NeuronHead): readonly T[] => {
    if (!only) return all;
    const kept = all.filter((item) => marked(head(item)));
    return kept.length === 0 ? all : kept;
  };

  const rows = reduce(
    body.rows
      .flatMap((row) => {
        const head = heads.get(row.uid);
        return head === undefined || row.targets.length === 0 ? [] : [{ head, row }];
      })
      .sort((a, b) => comparison(order, body.rowOrder)(a.head, b.head))
      .slice(0, MOST_ROWS),
    ({ head }) => head,
  );
  const columns = reduce(
    body.neurons.filter(({ uid }) => received.has(uid)).sort(comparison(order, body.columnOrder)),
    (head) => head,
  );
  const place = new Map(columns.map(({ uid }, at) => [uid, at]));
  const shares = new Float32Array(rows.length * columns.length);
  let largest = 0;
  for (const [at, { row }] of rows.entries()) {
    for (const [index, uid] of row.targets.entries()) {
      const column = place.get(uid);
      const share = row.shares[index] ?? 0;
      if (column === undefined || share <= 0) continue;
      shares[at * columns.length + column] = share;
      largest = Math.max(largest, share);
    }
  }
  return {
    rows,
    columns,
    shares,
    largest,
    usual: usualShares(shares),
    strongRows: indices(rows, ({ head }) => marked(head)),
    strongColumns: indices(columns, marked),
  };
}

/** Where a share lies on the scale of colours, 0 to 1: straight from nothing, or by its logarithm. */
export function shareLevel(
  share: number,
  matrix: Pick<Matrix, 'largest' | 'usual'>,
  scale: 'log' | 'linear',
): number {
  const { low, high } = scaleEnds(matrix, scale);
  if (share <= 0 || high <= 0) return 0;
  const level = scale === 'linear' ? share / high : Math.log(share / low) / Math.log(high / low);
  return Math.min(1, Math.max(0, level));
}

/**
 * The shares at the two ends of the scale. The linear one ends at what is usually the largest. The logarithmic one reaches
 * the largest of all, and spans one and a half decades at least, so that equal shares do not look different.
 */
export function scaleEnds(
  { largest, usual }: Pick<Matrix, 'largest' | 'usual'>,
  scale: 'log' | 'linear',
): { low: number; high: number } {
  if (scale === 'linear') return { low: 0, high: usual.high };
  return { low: Math.min(largest / 30, Math.max(usual.low, largest / 1e5)), high: largest };
}

function comparison(order: MatrixOrder, alike: readonly number[]) {
  if (order === 'uid') return (a: NeuronHead, b: NeuronHead) => a.uid - b.uid;
  if (order === 'stake')
    return (a: NeuronHead, b: NeuronHead) => (b.stake ?? -1) - (a.stake ?? -1) || a.uid - b.uid;
  const place = new Map(alike.map((uid, at) => [uid, at]));
  const at = (head: NeuronHead) => place.get(head.uid) ?? alike.length + head.uid;
  return (a: NeuronHead, b: NeuronHead) => at(a) - at(b);
}

function indices<T>(items: readonly T[], test: (item: T) => boolean): ReadonlySet<number> {
  return new Set(items.flatMap((item, at) => (test(item) ? [at] : [])));
}

function usualShares(shares: Float32Array): Matrix['usual'] {
  const given = shares.filter((share) => share > 0).sort();
  const at = (part: number) => given[Math.max(0, Math.ceil(given.length * part) - 1)] ?? 0;
  return { low: at(0.01), high: at(0.99) };
}
