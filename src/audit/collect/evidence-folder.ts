import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMissing, makeFolder, TaoscopeError, toTaoscopeError } from '../../shared/index.ts';

/** What is kept of a publisher, each file named by the SHA-256 of its bytes: no remote text is ever part of a path. */
export type EvidenceKind = 'report' | 'export';

/** Files of evidence, found by digest alone. Made by {@link evidenceFolder}; it holds no handle and needs no closing. */
export interface EvidenceFolder {
  /** Absolute. */
  readonly path: string;
  /** `<path>/reports/<sha256>.json`. `usage` for anything that is not 64 lower-case hex digits. */
  reportFile(sha256: string): string;
  /** `<path>/exports/<sha256>.csv`. */
  exportFile(sha256: string): string;
  /** Writes bytes under their digest and answers it. After it, they are on the disk whole or not at all; twice is the same as once. */
  write(kind: EvidenceKind, bytes: Uint8Array): Promise<string>;
  /**
   * The bytes of a digest; `undefined` where there are none. `falsified` when the disk no longer holds what was written,
   * `response-too-big` beyond `maxBytes` (default 1 GiB).
   */
  read(kind: EvidenceKind, sha256: string, maxBytes?: number): Promise<Uint8Array | undefined>;
  /** Whether the file is there and its bytes, read through, still have the digest. */
  holds(kind: EvidenceKind, sha256: string): Promise<boolean>;
  /** Removes a file; none is as good. */
  remove(kind: EvidenceKind, sha256: string): Promise<void>;
  /** Digests of all files of a kind. */
  list(kind: EvidenceKind): Promise<string[]>;
  /** Removes what killed writers left half done. Only for the one process that writes here, before it writes. */
  sweep(): Promise<void>;
}

const PLACES = {
  report: { folder: 'reports', ending: '.json' },
  export: { folder: 'exports', ending: '.csv' },
} as const;

/** Ending of a file that is still being written. Downloads have their own: what they leave is gone on with. */
const PARTIAL_ENDING = '.partial';

const MAX_READ_BYTES = 1024 * 1024 * 1024;

/**
 * The folder of the evidence (`audit.path`). It is made with the first file.
 *
 * @example
 * const evidence = evidenceFolder('taoscope-audit');
 * const sha256 = await evidence.write('report', bytes);
 * const again = await evidence.read('report', sha256);
 */
export function evidenceFolder(path: string): EvidenceFolder {
  const root = resolve(path);

  const folderOf = (kind: EvidenceKind): string => join(root, PLACES[kind].folder);
  const fileOf = (kind: EvidenceKind, sha256: string): string => {
    // The guard of every path: a digest has no room for a separator or a dot.
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw notADigest(sha256);
    return join(folderOf(kind), `${sha256}${PLACES[kind].ending}`);
  };

  return {
    path: root,
    reportFile: (sha256) => fileOf('report', sha256),
    exportFile: (sha256) => fileOf('export', sha256),

    async write(kind, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = fileOf(kind, sha256);
      if ((await sizeOf(file)) === bytes.length && (await digestOf(file)) === sha256) return sha256;
      makeFolder(dirname(file));
      await writeWhole(file, bytes);
      return sha256;
    },

    async read(kind, sha256, maxBytes = MAX_READ_BYTES) {
      const file = fileOf(kind, sha256);
      const size = await sizeOf(file);
      if (size === undefined) return undefined;
      if (size > maxBytes) throw tooBig(kind, sha256, size, maxBytes);
      const bytes = await readFile(file);
      const got = createHash('sha256').update(bytes).digest('hex');
      if (got !== sha256) throw changedOnDisk(kind, sha256, got);
      return bytes;
    },

    async holds(kind, sha256) {
      return (await digestOf(fileOf(kind, sha256))) === sha256;
    },

    async remove(kind, sha256) {
      await rm(fileOf(kind, sha256), { force: true });
    },

    async list(kind) {
      const { ending } = PLACES[kind];
      const names = await namesIn(folderOf(kind));
      return names
        .filter((name) => name.length === 64 + ending.length && name.endsWith(ending))
        .map((name) => name.slice(0, 64))
        .filter((name) => /^[0-9a-f]{64}$/.test(name))
        .sort();
    },

    async sweep() {
      for (const kind of ['report', 'export'] as const) {
        for (const name of await namesIn(folderOf(kind))) {
          if (name.endsWith(PARTIAL_ENDING)) await rm(join(folderOf(kind), name), { force: true });
        }
      }
    },
  };
}

/** Writes beside the target, makes the bytes durable, and only then gives them the name; then makes the name durable. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const partial = `${file}.${randomBytes(6).toString('hex')}${PARTIAL_ENDING}`;
  try {
    const handle = await open(partial, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw toTaoscopeError(error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function notADigest(text: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'this is not a SHA-256',
    got: JSON.stringify(String(text).slice(0, 80)),
    expected: '64 lower-case hex digits',
  });
}

function tooBig(kind: EvidenceKind, sha256: string, size: number, maxBytes: number): TaoscopeError {
  return new TaoscopeError('response-too-big', {
    failed: `the kept ${kind} ${sha256.slice(0, 16)}… is too big to be read at once`,
    got: `${size} bytes`,
    expected: `at most ${maxBytes} bytes`,
  });
}

function changedOnDisk(kind: EvidenceKind, sha256: string, got: string): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      failed: `the kept ${kind} is no longer what was kept`,
      got: `SHA-256 ${got}`,
      expected: `SHA-256 ${sha256}`,
      todo: 'check the disk; remove the file, and it is fetched again while it is still published',
    },
    { retryable: false, fields: { sha256 } },
  );
}
