import { TaoscopeError } from '../../shared/index.ts';

/**
 * A tidy table over time: an axis of ascending blocks, and for each row the place of its block on that axis. Columns that
 * go with it have an entry per row. A block without rows stays on the axis: what is not there is shown as not there.
 */
export interface LongTable {
  readonly blocks: readonly number[];
  /** For each row the index of its block in `blocks`. */
  readonly frame: ArrayLike<number>;
}

/** The table of rows that name their blocks, as a file or a statement gives them, in any order. */
export function longTable(rowBlocks: readonly number[]): LongTable {
  const blocks = [...new Set(rowBlocks)].sort((a, b) => a - b);
  const places = new Map(blocks.map((block, place) => [block, place]));
  return { blocks, frame: rowBlocks.map((block) => places.get(block) as number) };
}

/** Throws `usage` unless the blocks ascend: against an axis out of order a difference over time means nothing. */
export function assertAscending(blocks: readonly number[]): void {
  for (let at = 1; at < blocks.length; at++) {
    const [before, block] = [blocks[at - 1] as number, blocks[at] as number];
    if (before < block) continue;
    throw new TaoscopeError('usage', {
      failed: 'these blocks are no time axis',
      got: `block ${block} after block ${before}`,
      expected: 'blocks that ascend, each once',
    });
  }
}

/** Order of equals in every ranking: by code unit, the same in each locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
