import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isMissing, makeFolder, TaoscopeError, toTaoscopeError } from '../shared/index.ts';

// Says that the folder is ours and which of us wrote it. `format` counts layouts of the folder, `migration` is the newest
// change of the schema inside.
const LABEL = 'taoscope.json';
const FORMAT = 1;

// What a fresh file system may hold without being somebody's folder.
const IGNORED = new Set(['lost+found', '.gitkeep', `${LABEL}.new`]);

/**
 * Makes sure that `path` is a data folder this version may use, and creates it when nothing is there.
 * Throws `store-foreign` for a folder of something else or of a newer Taoscope, `usage` for what is no folder or may not
 * be written, `disk-full`. A refused folder is left as it was.
 */
export function prepareFolder(path: string, newestMigration: number): void {
  try {
    makeFolder(path);
    if (!statSync(path).isDirectory()) throw notUsable(path, 'it is not a folder');
    const label = readLabel(path);
    if (label === undefined) {
      const strangers = readdirSync(path).filter((name) => !IGNORED.has(name));
      if (strangers.length > 0)
        throw foreign(path, `it holds ${strangers.slice(0, 3).join(', ')}, but no ${LABEL}`);
    } else {
      if (label.format > FORMAT) throw newer(path, `format ${label.format}`, `format ${FORMAT} at most`);
      if (label.migration > newestMigration) {
        throw newer(path, `schema ${label.migration}`, `schema ${newestMigration} at most`);
      }
    }
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    if (label === undefined) labelFolder(path, 0);
  } catch (error) {
    throw explain(path, error);
  }
}

/** Writes down the newest change of the schema that the folder holds. */
export function labelFolder(path: string, migration: number): void {
  const file = join(path, LABEL);
  writeFileSync(`${file}.new`, `${JSON.stringify({ product: 'taoscope', format: FORMAT, migration })}\n`);
  renameSync(`${file}.new`, file);
}

function readLabel(path: string): { format: number; migration: number } | undefined {
  let text: string;
  try {
    text = readFileSync(join(path, LABEL), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const label: unknown = JSON.parse(text);
    if (typeof label === 'object' && label !== null && 'product' in label && label.product === 'taoscope') {
      const { format, migration } = label as { format?: unknown; migration?: unknown };
      if (Number.isSafeInteger(format) && Number.isSafeInteger(migration)) {
        return { format: format as number, migration: migration as number };
      }
    }
  } catch {
    // Falls through: what cannot be read was not written by us.
  }
  throw foreign(path, `its ${LABEL} is not one of ours`);
}

function explain(path: string, error: unknown): TaoscopeError {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return notUsable(path, 'it, or a part of its path, is a file');
    case 'ENOENT':
      return notUsable(path, 'nothing can be made there');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return notUsable(path, `it may not be read and written (${code})`);
    default:
      return toTaoscopeError(error);
  }
}

function notUsable(path: string, got: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `cannot use the data folder ${path}`,
    got,
    expected: 'a folder that this user may read and write, or a path where one can be made',
    todo: 'choose another with --data, or change its owner',
  });
}

function foreign(path: string, got: string): TaoscopeError {
  return new TaoscopeError('store-foreign', {
    failed: `${path} is not a data folder of Taoscope`,
    got,
    expected: 'an empty folder, or one that Taoscope made',
    todo: 'choose another folder with --data; this one is left as it was',
  });
}

function newer(path: string, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('store-foreign', {
    failed: `the data folder ${path} was made by a newer Taoscope`,
    got,
    expected,
    todo: 'update Taoscope, or choose another folder with --data; this one is left as it was',
  });
}
