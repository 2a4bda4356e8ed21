import { BLOCKS_PER_DAY } from '../../../src/shared/units.ts';
import { RANGE_HOURS, type RangeName, USUAL } from '../url/figure-search.ts';

/** Two places in the ascending list of stored blocks. */
export type Span = readonly [first: number, last: number];

export interface ChosenRange {
  readonly range?: RangeName | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The stored blocks that a range covers, as the two thumbs of a slider; `undefined` while none is stored. */
export function spanOf(blocks: readonly { readonly block: number }[], chosen: ChosenRange): Span | undefined {
  const newest = blocks.at(-1)?.block;
  if (newest === undefined) return undefined;
  const { from, to } = blocksOf(chosen, newest);
  const first = firstAtOrAfter(blocks, from);
  const last = firstAtOrAfter(blocks, to + 1) - 1;
  const end = blocks.length - 1;
  return [Math.min(first, end), Math.max(Math.min(first, end), Math.min(last, end))];
}

/** A chosen range in blocks: hours back from the newest at 12 s a block, or as given. */
export function blocksOf(chosen: ChosenRange, newest: number): { from: number; to: number } {
  const { from, to } = chosen;
  if (from !== undefined || to !== undefined) return { from: from ?? 0, to: to ?? newest };
  const hours = RANGE_HOURS[chosen.range ?? USUAL.range];
  return {
    from: hours === undefined ? 0 : Math.max(0, newest - (hours * BLOCKS_PER_DAY) / 24),
    to: newest,
  };
}

/** What two thumbs choose: a range that ends at the newest stored block goes on following it. */
export function chosenSpan(
  blocks: readonly { readonly block: number }[],
  [first, last]: Span,
): Required<Pick<ChosenRange, 'from' | 'to'>> {
  return {
    from: first <= 0 ? 0 : blocks[first]?.block,
    to: last >= blocks.length - 1 ? undefined : blocks[last]?.block,
  };
}

/** Index of the first block at or after the wanted one; the length when all are before it. */
function firstAtOrAfter(blocks: readonly { readonly block: number }[], wanted: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.block ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
