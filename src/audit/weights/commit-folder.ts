import { constants } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FileHold,
  holdFile,
  isMissing,
  makeFolder,
  pathFailure,
  type TaoscopeError,
  toTaoscopeError,
} from '../../shared/index.ts';
import { type CommitRecord, recordFromJson, recordName, recordToJson } from './commit-record.ts';

/** A commit that no other process carries on. */
export interface HeldCommit extends FileHold {
  /** As it stands on the disk now; as it was given when it is not there yet. */
  readonly record: CommitRecord;
}

/** Commits on disk, one file each. A record that was saved is there after a crash of the machine, whole. */
export interface CommitFolder {
  /** Where the record is or will be. */
  pathOf(record: CommitRecord): string;
  /** Errors: `usage` when the folder cannot be written. */
  save(record: CommitRecord): Promise<void>;
  /**
   * Takes a commit for this process, which then alone carries it on, until it is released or the process ends. `undefined` while another
   * does. Errors: `undecodable`; `usage` when the folder cannot be written.
   */
  take(record: CommitRecord): Promise<HeldCommit | undefined>;
  /** All records, and the files that cannot be read. */
  list(): Promise<{ readonly records: readonly CommitRecord[]; readonly bad: readonly TaoscopeError[] }>;
}

/** @param auditPath the audit's folder (`audit.path`); commits lie in `weights` below it. */
export function openCommitFolder(auditPath: string): CommitFolder {
  const folder = join(auditPath, 'weights');
  const pathOf = (record: CommitRecord) => join(folder, recordName(record));
  return {
    pathOf,

    async save(record) {
      const path = pathOf(record);
      const draft = `${path}.${process.pid}.tmp`;
      try {
        makeFolder(folder, 0o700);
        // The file first, then its name, then the folder that holds the name: each on the disk before the next.
        await withHandle(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, async (file) => {
          await file.writeFile(recordToJson(record));
          await file.sync();
        });
        await rename(draft, path);
        await withHandle(folder, constants.O_RDONLY, (handle) => handle.sync());
      } catch (error) {
        throw notUsable(folder, error);
      }
    },

    async take(record) {
      const path = pathOf(record);
      const hold = holdIn(folder, `${path}.lock`);
      if (hold === undefined) return undefined;
      try {
        const text = await readIfThere(path);
        return { ...hold, record: text === undefined ? record : recordFromJson(text, path) };
      } catch (error) {
        hold.release();
        throw error;
      }
    },

    async list() {
      const records: CommitRecord[] = [];
      const bad: TaoscopeError[] = [];
      for (const name of await namesIn(folder)) {
        try {
          records.push(recordFromJson(await readFile(join(folder, name), 'utf8'), join(folder, name)));
        } catch (error) {
          bad.push(toTaoscopeError(error));
        }
      }
      return { records: records.sort((a, b) => a.plannedAt - b.plannedAt), bad };
    },
  };
}

function holdIn(folder: string, lock: string): FileHold | undefined {
  try {
    makeFolder(folder, 0o700);
    return holdFile(lock);
  } catch (error) {
    throw notUsable(folder, error);
  }
}

function notUsable(folder: string, error: unknown): unknown {
  return pathFailure(error, {
    failed: `cannot keep commits in ${folder}`,
    expected: 'a folder that this user may read and write',
    todo: 'choose another audit.path, or change its owner',
  });
}

async function withHandle<T>(
  path: string,
  flags: number,
  action: (handle: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags, 0o600);
  try {
    return await action(handle);
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Drafts that a crash left behind end in `.tmp`: nothing was sent for them. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
