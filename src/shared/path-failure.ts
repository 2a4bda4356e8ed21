import { type ErrorParts, TaoscopeError } from './errors.ts';

const PATH_ERRORS = new Set(['ENOENT', 'EEXIST', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'EPERM']);
// SQLite's primary result codes: may not be written, cannot be opened.
const SQLITE_PATH_ERRORS = new Set([8, 14]);

/** An error of the file system about a path that somebody gave, as `usage` with what is wrong with it; any other as it came. */
export function pathFailure(error: unknown, parts: Omit<ErrorParts, 'got'>): unknown {
  const got = pathErrorOf(error);
  return got === undefined ? error : new TaoscopeError('usage', { ...parts, got }, { cause: error });
}

/** Whether the file system says that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function pathErrorOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number')
    return SQLITE_PATH_ERRORS.has(error.errcode & 0xff) ? error.message : undefined;
  return 'code' in error && PATH_ERRORS.has(String(error.code)) ? String(error.code) : undefined;
}
