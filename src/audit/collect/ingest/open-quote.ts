import { open } from 'node:fs/promises';
import { throwIfAborted } from '../../../shared/index.ts';

const PIECE = 1 << 20;
const QUOTE = 0x22;
/** Above so many in a piece, looking at each byte is faster than jumping from one to the next. */
const DENSE = PIECE / 64;

/**
 * Whether a CSV file ends inside a quoted field, that is, has an odd number of quotes. The engine takes the rest of such a file
 * for one field, and says nothing.
 */
export async function endsInQuotes(file: string, signal?: AbortSignal): Promise<boolean> {
  await using handle = await open(file);
  const buffer = Buffer.allocUnsafe(PIECE);
  let quotes = 0;
  let previous = 0;
  for (;;) {
    throwIfAborted(signal);
    const { bytesRead } = await handle.read(buffer, 0, PIECE, null);
    if (bytesRead === 0) return quotes % 2 === 1;
    const piece = buffer.subarray(0, bytesRead);
    previous = previous > DENSE ? countEach(piece) : countJumping(piece);
    quotes += previous;
  }
}

function countJumping(piece: Buffer): number {
  let count = 0;
  for (let at = piece.indexOf(QUOTE); at >= 0; at = piece.indexOf(QUOTE, at + 1)) count++;
  return count;
}

function countEach(piece: Buffer): number {
  let count = 0;
  for (let i = 0; i < piece.length; i++) if (piece[i] === QUOTE) count++;
  return count;
}
