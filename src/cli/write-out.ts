import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathFailure, throwIfAborted } from '../shared/index.ts';
import type { Effects } from './effects.ts';

/** Writes what `--out` names: a file, which appears whole or not at all, or `-` for stdout, as fast as its reader takes it. */
export async function writeOut(
  out: string,
  bytes: AsyncIterable<Uint8Array>,
  { stdout, signal }: Effects,
): Promise<void> {
  if (out !== '-') return writeWhole(out, bytes, signal);
  for await (const chunk of bytes) {
    throwIfAborted(signal);
    await stdout.write(chunk);
  }
}

async function writeWhole(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(partial), { signal });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw pathFailure(error, {
      failed: `cannot write ${path}`,
      expected: 'a file in a folder that may be written',
      todo: 'choose another --out',
    });
  }
}
