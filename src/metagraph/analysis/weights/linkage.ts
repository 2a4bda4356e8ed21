/** Two clusters become one. Numbers below the item count are items, others merges: count + their place in the list. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  /** Average distance between the members of the two. */
  readonly distance: number;
  /** Items in the new cluster. */
  readonly size: number;
}

export interface Linkage {
  /** Ascending by distance; one fewer than items. */
  readonly merges: readonly Merge[];
  /** All items so that each cluster is a stretch, turned so that neighbours are alike: rows of a heatmap. */
  readonly order: readonly number[];
}

/**
 * Average-linkage agglomerative clustering (UPGMA) by the nearest-neighbour chain, in time and memory square in the
 * items. Deterministic: of equally near ones the lower number is taken.
 *
 * @param distance symmetric and finite, asked once for each pair
 */
export function averageLinkage(count: number, distance: (a: number, b: number) => number): Linkage {
  if (count === 0) return { merges: [], order: [] };
  const original = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const value = distance(a, b);
      original[a * count + b] = value;
      original[b * count + a] = value;
    }
  }
  return finish(count, chainMerges(count, Float64Array.from(original)), original);
}

/** Cluster of each item, by number from 0, when merges above the threshold are undone. Larger clusters first, then by first item. */
export function cutLinkage(count: number, { merges }: Linkage, threshold: number): number[] {
  const groups: number[][] = Array.from({ length: count }, (_, item) => [item]);
  const roots = new Set(groups.keys());
  merges.forEach(({ left, right, distance }, place) => {
    groups[count + place] = [...groups[left]!, ...groups[right]!];
    if (!(distance <= threshold)) return;
    roots.delete(left);
    roots.delete(right);
    roots.add(count + place);
  });
  const clusters = [...roots]
    .map((root) => groups[root]!.toSorted((a, b) => a - b))
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const cluster = new Array<number>(count).fill(0);
  clusters.forEach((items, number) => {
    for (const item of items) cluster[item] = number;
  });
  return cluster;
}

interface RawMerge {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** Merges by representatives: the cluster of `b` joins that of `a`. Overwrites the distances. */
function chainMerges(count: number, distances: Float64Array): RawMerge[] {
  const sizes = new Float64Array(count).fill(1);
  const heights = new Float64Array(count);
  const alive = new Uint8Array(count).fill(1);
  const merges: RawMerge[] = [];
  const chain: number[] = [];
  while (merges.length < count - 1) {
    if (chain.length === 0) chain.push(alive.indexOf(1));
    const top = chain.at(-1)!;
    const before = chain.at(-2);
    // The one we came from wins a tie, else the chain could run in a circle.
    let nearest = before ?? -1;
    let least = before === undefined ? Number.POSITIVE_INFINITY : distances[top * count + before]!;
    for (let other = 0; other < count; other++) {
      if (alive[other] === 0 || other === top) continue;
      const value = distances[top * count + other]!;
      if (value < least) {
        least = value;
        nearest = other;
      }
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [a, b] = top < nearest ? [top, nearest] : [nearest, top];
    // A mean of equal distances may be rounded below them; a tree needs each merge at least as high as its parts.
    const height = Math.max(least, heights[a]!, heights[b]!);
    heights[a] = height;
    merges.push({ a, b, distance: height });
    alive[b] = 0;
    for (let other = 0; other < count; other++) {
      if (alive[other] === 0 || other === a) continue;
      const mean =
        (sizes[a]! * distances[a * count + other]! + sizes[b]! * distances[b * count + other]!) /
        (sizes[a]! + sizes[b]!);
      distances[a * count + other] = mean;
      distances[other * count + a] = mean;
    }
    sizes[a] = sizes[a]! + sizes[b]!;
  }
  return merges;
}

function finish(count: number, raw: readonly RawMerge[], original: Float64Array): Linkage {
  const apart = (a: number, b: number): number => original[a * count + b]!;
  // The cluster an item's representative stands for at present, and the items of each in order.
  const current = Array.from({ length: count }, (_, item) => item);
  const orders: (readonly number[])[] = current.map((item) => [item]);
  const merges: Merge[] = [];
  // The chain finds merges out of order; a stable sort keeps a cluster behind the ones it is made of.
  for (const { a, b, distance } of raw.toSorted((x, y) => x.distance - y.distance)) {
    const [left, right] = [current[a]!, current[b]!];
    const order = joined(orders[left]!, orders[right]!, apart);
    current[a] = count + merges.length;
    orders.push(order);
    merges.push({ left, right, distance, size: order.length });
  }
  return { merges, order: orders.at(-1)! };
}

/** Of the four ways to put two stretches together, the one whose ends that meet are nearest. */
function joined(
  left: readonly number[],
  right: readonly number[],
  apart: (a: number, b: number) => number,
): number[] {
  const ways = [
    { from: left, to: right },
    { from: left, to: right.toReversed() },
    { from: left.toReversed(), to: right },
    { from: left.toReversed(), to: right.toReversed() },
  ];
  let best = ways[0]!;
  for (const way of ways)
    if (apart(way.from.at(-1)!, way.to[0]!) < apart(best.from.at(-1)!, best.to[0]!)) best = way;
  return [...best.from, ...best.to];
}
