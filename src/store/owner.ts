import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileHold, holdFile, isFileHeld, TaoscopeError } from '../shared/index.ts';
import { storeFailure } from './failure.ts';

/** The process that has an embedded store open. */
export interface Owner {
  readonly pid: number;
  /** Where its server answers, if it runs one. */
  readonly url?: string | undefined;
}

/** Ownership of a data folder, held until {@link Ownership.release}, the end of the process, or `kill -9`. */
export interface Ownership {
  announce(url: string): void;
  release(): void;
}

const LOCK = 'owner.lock';
// Who holds it. Believed only while the lock is held.
const CARD = 'owner.json';

// An enquiry holds the lock for less than a millisecond; an opener outwaits it.
const WAIT_FOR_ENQUIRY_MS = 250;

/** Takes the folder for this process; throws `store-owned` (with `pid`, and `url` if a server runs) when another has it. */
export function takeOwnership(folder: string): Ownership {
  let lock: FileHold | undefined;
  try {
    lock = holdFile(join(folder, LOCK), WAIT_FOR_ENQUIRY_MS);
    if (lock !== undefined) writeCard(folder, { pid: process.pid });
  } catch (error) {
    lock?.release();
    throw storeFailure(error, { label: `lock the data folder ${folder}` });
  }
  if (lock === undefined) throw ownedBy(folder, readCard(folder));
  const owned = lock;
  let held = true;
  return {
    announce(url) {
      if (held) writeCard(folder, { pid: process.pid, url });
    },
    release() {
      if (!held) return;
      held = false;
      rmSync(join(folder, CARD), { force: true });
      owned.release();
    },
  };
}

/** Who has the data folder open now; `undefined` when nobody has. A command uses the owner's `url` instead of the folder. */
export function readOwner(folder: string): Owner | undefined {
  return isFileHeld(join(folder, LOCK)) ? (readCard(folder) ?? { pid: 0 }) : undefined;
}

function readCard(folder: string): Owner | undefined {
  try {
    const card: unknown = JSON.parse(readFileSync(join(folder, CARD), 'utf8'));
    if (typeof card !== 'object' || card === null || !('pid' in card) || typeof card.pid !== 'number')
      return undefined;
    const url = 'url' in card && typeof card.url === 'string' ? card.url : undefined;
    return { pid: card.pid, ...(url === undefined ? {} : { url }) };
  } catch {
    return undefined;
  }
}

function writeCard(folder: string, owner: Owner): void {
  const path = join(folder, CARD);
  writeFileSync(`${path}.new`, JSON.stringify(owner));
  renameSync(`${path}.new`, path);
}

function ownedBy(folder: string, owner: Owner | undefined): TaoscopeError {
  const server = owner?.url === undefined ? '' : `, which serves ${owner.url}`;
  return new TaoscopeError(
    'store-owned',
    {
      failed: `cannot open the data folder ${folder}`,
      got: owner === undefined ? 'another process has it open' : `process ${owner.pid} has it open${server}`,
      expected: 'one process per data folder',
      todo:
        owner?.url === undefined
          ? 'stop that process, or choose another folder with --data'
          : 'ask the running server, stop it, or choose another folder with --data',
    },
    { fields: { ...(owner ?? {}) } as Record<string, string | number> },
  );
}
