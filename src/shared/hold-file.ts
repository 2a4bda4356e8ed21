import { DatabaseSync } from 'node:sqlite';

/** A file that this process alone holds. */
export interface FileHold {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Holds a file until it is released or the process ends, `kill -9` included; `undefined` while somebody else holds it, be it in this process.
 *
 * The lock is SQLite's exclusive lock on an empty database: a lock of the operating system, which no reused pid can fake. Nothing else
 * may open this file: on POSIX systems, closing any descriptor of it in the process that holds the lock would drop the lock.
 *
 * @param waitMs how long a holder is waited for
 */
export function holdFile(path: string, waitMs = 0): FileHold | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: waitMs });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  const held = lock;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}

/** Whether somebody holds the file now. */
export function isFileHeld(path: string): boolean {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  } catch {
    return false;
  }
  try {
    lock.exec('BEGIN; SELECT 1 FROM sqlite_master');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    lock.close();
  }
}

function isBusy(error: unknown): boolean {
  // The low byte is the primary result code.
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  );
}
