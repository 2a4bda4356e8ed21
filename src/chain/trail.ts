import { type Hex, isTaoscopeError, TaoscopeError, throwIfAborted } from '../shared/index.ts';
import { fetchHeaderAt } from './canonical.ts';
import { fetchHeader } from './header.ts';
import type { Rpc } from './rpc/index.ts';
import type { BlockHeader } from './types.ts';

/** Where a follower stands: the last blocks it went over, and headers read ahead. */
export interface Trail {
  /** The last block gone over; `undefined` before the first. */
  readonly last: { readonly number: number; readonly hash?: Hex | undefined } | undefined;
  /** The hash of a block gone over, while it is remembered. */
  hashAt(number: number): Hex | undefined;
  /** Steps onto the next block. */
  step(header: BlockHeader): void;
  /** Goes over blocks that cannot be had. */
  skipTo(number: number): void;
  /** Forgets this block and all above it. */
  retract(from: number): void;
  /** Reads the headers of numbers ahead, in parallel; they are hints for {@link walkBack}, so failures are not told. */
  readAhead(from: number, to: number): Promise<void>;
  /** The way from the trail to a block, found backwards by parent hash, so that every step is vouched for by the target. */
  walkBack(target: BlockHeader): Promise<Way>;
}

export interface Way {
  /** Ascending; the last one is the target. */
  readonly blocks: readonly BlockHeader[];
  /** The error with which the block below the first one could not be had. */
  readonly missingBelow?: TaoscopeError | undefined;
}

/** So many blocks a reorganisation may reach back; GRANDPA finalizes within a few, and a stalled finality of an hour is 300. */
const REMEMBERED = 512;

export function createTrail(
  rpc: Rpc,
  after: { number: number; hash?: Hex | undefined } | undefined,
  signal: AbortSignal,
): Trail {
  let last = after;
  const hashes = new Map<number, Hex>();
  if (after?.hash !== undefined) hashes.set(after.number, after.hash.toLowerCase() as Hex);
  const ahead = new Map<Hex, BlockHeader>();
  const numbersAhead = new Set<number>();

  async function readAhead(from: number, to: number): Promise<void> {
    const reads: Promise<void>[] = [];
    for (let number = from; number <= to; number++) {
      if (numbersAhead.has(number)) continue;
      numbersAhead.add(number);
      reads.push(readOne(number));
    }
    await Promise.all(reads);
  }

  async function readOne(number: number): Promise<void> {
    try {
      const header = await fetchHeaderAt(rpc, number, signal);
      ahead.set(header.hash, header);
    } catch {
      numbersAhead.delete(number);
    }
  }

  async function walkBack(target: BlockHeader): Promise<Way> {
    const blocks = [target];
    for (let lowest = target; lowest.number > 0; ) {
      const known = hashes.get(lowest.number - 1);
      const passed = last !== undefined && lowest.number - 1 <= last.number;
      // Nothing is remembered there: below the first block gone over, or behind a gap.
      if (known === lowest.parentHash || (passed && known === undefined)) break;
      const parent = await fetchParent(lowest);
      if (parent instanceof TaoscopeError) return { blocks: blocks.reverse(), missingBelow: parent };
      blocks.push(parent);
      lowest = parent;
    }
    return { blocks: blocks.reverse() };
  }

  async function fetchParent(child: BlockHeader): Promise<BlockHeader | TaoscopeError> {
    try {
      const parent =
        ahead.get(child.parentHash) ?? (await fetchHeader(rpc, child.parentHash, { strict: true, signal }));
      if (parent.number === child.number - 1) return parent;
    } catch (error) {
      throwIfAborted(signal);
      if (isTaoscopeError(error, 'not-found')) return error;
      throw error;
    }
    throw new TaoscopeError('falsified', {
      failed: `the parent of block ${child.number} has another number than ${child.number - 1}`,
    });
  }

  function forgetAhead(upTo: number): void {
    for (const number of numbersAhead) if (number <= upTo) numbersAhead.delete(number);
    for (const [hash, header] of ahead) if (header.number <= upTo) ahead.delete(hash);
  }

  return {
    hashAt: (number) => hashes.get(number),
    step({ number, hash }) {
      last = { number, hash };
      hashes.set(number, hash);
      hashes.delete(number - REMEMBERED);
      forgetAhead(number);
    },
    skipTo(number) {
      last = { number };
      forgetAhead(number);
    },
    retract(from) {
      for (const number of hashes.keys()) if (number >= from) hashes.delete(number);
      last = { number: from - 1, hash: hashes.get(from - 1) };
    },
    readAhead,
    walkBack,
    get last() {
      return last;
    },
  };
}
