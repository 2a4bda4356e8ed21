/** Index of the newest stored block at or before the given one (the first if all are newer); -1 when none is stored. Ascending. */
export function nearestIndex(blocks: readonly { readonly block: number }[], wanted: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.block ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return blocks.length === 0 ? -1 : Math.max(0, low - 1);
}
