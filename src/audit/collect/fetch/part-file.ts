import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../../shared/index.ts';

/** What is here of a file that is being downloaded. It lies beside its target under a name of ours until it is whole. */
export interface PartFile {
  /** Bytes that are here. */
  readonly size: number;
  /** What the server called the version of these bytes (an ETag or a date): without it they cannot be continued. */
  readonly version: string | undefined;
  /** Whether some of the bytes were here before the body that is being written. */
  readonly resumed: boolean;
  /** Forgets the bytes; what follows is of the given version. */
  restart(version: string | undefined): Promise<void>;
  /** The next bytes are of another answer. */
  resume(): void;
  append(piece: Uint8Array): Promise<void>;
  /** Lower-case hex of the SHA-256 of all bytes that are here. */
  sha256(): string;
  /** Everything is on the disk, under the target's name. */
  finish(): Promise<void>;
  /** Leaves the part for a later try, where there can be one; else as {@link discard}. */
  keep(): Promise<void>;
  /** Leaves nothing. */
  discard(): Promise<void>;
}

export interface PartFileOptions {
  readonly target: string;
  /** Of which download; parts of different ones do not meet. */
  readonly key: string;
  /** Whether bytes of an earlier process may be continued: only where a digest will tell whether they are right. */
  readonly mayContinue: boolean;
  readonly maxBytes: number;
  /** Opens files; a test may give one that fails. */
  readonly openFile?: typeof open | undefined;
}

const READ_BYTES = 1_048_576;

export async function openPartFile(options: PartFileOptions): Promise<PartFile> {
  const { target, key, mayContinue, maxBytes, openFile = open } = options;
  const folder = dirname(target);
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const path = join(folder, `.${basename(target)}.${mark}.part`);
  const versionPath = `${path}.version`;
  makeFolder(folder);

  const file = await openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  let size = 0;
  let version: string | undefined;
  let resumed = false;
  let hash = createHash('sha256');
  try {
    version = mayContinue ? await readVersion(versionPath) : undefined;
    size = version === undefined ? 0 : (await file.stat()).size;
    if (size > maxBytes) size = 0;
    await file.truncate(size);
    await hashFrom(file, size, hash);
  } catch (error) {
    await file.close();
    throw error;
  }

  async function discard(): Promise<void> {
    await file.close().catch(() => {});
    await rm(path, { force: true });
    await rm(versionPath, { force: true });
  }

  return {
    get size() {
      return size;
    },
    get version() {
      return version;
    },
    get resumed() {
      return resumed;
    },
    async restart(next) {
      await file.truncate(0);
      size = 0;
      resumed = false;
      hash = createHash('sha256');
      version = next;
      if (next === undefined) await rm(versionPath, { force: true });
      else await writeFile(versionPath, next, { mode: 0o600 });
    },
    resume() {
      resumed = true;
    },
    async append(piece) {
      // A short write leaves the rest to us.
      for (let done = 0; done < piece.byteLength; ) {
        const { bytesWritten } = await file.write(piece, done, piece.byteLength - done, size + done);
        done += bytesWritten;
      }
      size += piece.byteLength;
      hash.update(piece);
    },
    sha256: () => hash.copy().digest('hex'),
    async finish() {
      await file.sync();
      await file.close();
      await rename(path, target);
      await rm(versionPath, { force: true });
      await syncFolder(folder);
    },
    async keep() {
      if (size === 0 || version === undefined || !mayContinue) return discard();
      await file.close();
    },
    discard,
  };
}

async function readVersion(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return text === '' || text.length > 1_024 ? undefined : text;
  } catch {
    return undefined;
  }
}

async function hashFrom(file: FileHandle, size: number, hash: Hash): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, size));
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
    if (bytesRead === 0) throw new Error('the part of a download became shorter while it was read');
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** The rename itself survives a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
