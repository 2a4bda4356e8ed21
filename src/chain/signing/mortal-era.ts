import { TaoscopeError } from '../../shared/index.ts';

/** For which blocks an extrinsic is good. */
export interface MortalEra {
  /** As it stands in the extrinsic: two bytes (`sp_runtime::generic::Era`). */
  readonly bytes: Uint8Array;
  /** Length in blocks: a power of two. */
  readonly periodBlocks: number;
  /** The block from which it counts; its hash is part of what is signed. */
  readonly birth: number;
  /** The last block that may hold the extrinsic. */
  readonly lastBlock: number;
}

/** What a period may be: with longer ones the phase no longer names every block. */
const SHORTEST = 4;
const LONGEST = 4_096;

/**
 * The era that begins at a block. `blocks` is a power of two from 4 to 4096; it is halved until the chain still knows the
 * hash of its birth when it ends (`System.BlockHashCount`). Throws `usage` for other lengths.
 */
export function mortalEra(current: number, blocks: number, blockHashCount: number): MortalEra {
  if (!Number.isInteger(Math.log2(blocks)) || blocks < SHORTEST || blocks > LONGEST) {
    throw new TaoscopeError('usage', {
      failed: 'this is not the length of an era',
      got: `${blocks} blocks`,
      expected: `a power of two from ${SHORTEST} to ${LONGEST}`,
    });
  }
  let periodBlocks = blocks;
  while (periodBlocks > SHORTEST && periodBlocks > blockHashCount) periodBlocks /= 2;
  const encoded = (Math.log2(periodBlocks) - 1) | ((current % periodBlocks) << 4);
  return {
    bytes: Uint8Array.of(encoded & 0xff, encoded >> 8),
    periodBlocks,
    birth: current,
    lastBlock: current + periodBlocks - 1,
  };
}
