import { type AccountId, type Hex, isTaoscopeError, TaoscopeError, toHex } from '../../shared/index.ts';
import { blake2b256 } from '../codec/index.ts';
import { PALLET } from '../metagraph/index.ts';
import type { BlockView } from '../types.ts';
import { requireStorageIndex } from './storage-index.ts';

/** Weights that somebody has committed to and that wait to be revealed. What its era does not store is absent. */
export interface WeightCommit {
  readonly hotkey: AccountId;
  /** `hash`: revealed by its author. `crv3` and `timelock`: encrypted, revealed by the chain (until and since spec 306). */
  readonly kind: 'hash' | 'crv3' | 'timelock';
  /** The hash committed to, or the Blake2-256 of the ciphertext, as the event of the commit has it. */
  readonly hash: Hex;
  readonly commitBlock?: number | undefined;
  /** Epoch of the subnet in which it was committed. */
  readonly commitEpoch?: number | undefined;
  /** First and last block at which it may be revealed; specs 205 to 422. */
  readonly firstReveal?: number | undefined;
  readonly lastReveal?: number | undefined;
  /** Drand round that opens the ciphertext. */
  readonly round?: bigint | undefined;
}

/** Most entries of one item, and most commits of one mechanism, believed: 10 for each of 4096 neurons, and those of hotkeys that have left. */
const MAX_COMMITS = 65_536;

/** Block numbers are u32. */
const LAST_BLOCK = 0xffff_ffff;

/** A falsified commit shows only after it was read: the whole read is tried again so often. */
const READS = 3;

/**
 * All commits of one mechanism of a subnet that wait at the view's block, from whichever of `WeightCommits`,
 * `CRV3WeightCommits`, `CRV3WeightCommitsV2` and `TimelockedWeightCommits` the runtime has; eras are told apart by the
 * shape of what they stored (reference, section 3.6). None where the runtime has none of them. A commit that is gone
 * was revealed or has expired: only the events tell which.
 *
 * Errors: `usage` and `unsupported` for the mechanism, `falsified` (a commit of the future, a key without value), `response-too-big`,
 * `unsupported` also for a shape that no era had.
 */
export async function readWeightCommits(
  view: BlockView,
  netuid: number,
  mechanism = 0,
  signal?: AbortSignal,
): Promise<WeightCommit[]> {
  const index = requireStorageIndex(view, netuid, mechanism);
  for (let read = 1; ; read++) {
    try {
      return await readOnce(view, index, signal);
    } catch (error) {
      if (read === READS || !isTaoscopeError(error, 'falsified')) throw error;
    }
  }
}

/** The commits of one storage entry, by its second key and its value; `undefined` when it is of no shape that we know. */
type ReadEntry = (key: unknown, value: unknown) => WeightCommit[] | undefined;

const ITEMS: readonly (readonly [item: string, read: ReadEntry])[] = [
  ['WeightCommits', hashCommits],
  ['CRV3WeightCommits', (epoch, value) => encryptedCommits('crv3', epoch, value)],
  ['CRV3WeightCommitsV2', (epoch, value) => encryptedCommits('crv3', epoch, value)],
  ['TimelockedWeightCommits', (epoch, value) => encryptedCommits('timelock', epoch, value)],
];

async function readOnce(view: BlockView, index: number, signal?: AbortSignal): Promise<WeightCommit[]> {
  const commits: WeightCommit[] = [];
  for (const [item, read] of ITEMS) {
    if (!view.hasStorage(PALLET, item)) continue;
    let entries = 0;
    for await (const { keys, value } of view.entries(PALLET, item, [index], signal)) {
      if (value === undefined) throw gone(item);
      const waiting = read(keys[1], value);
      if (waiting === undefined) throw unknownShape(view, item);
      for (const commit of waiting) {
        requireTimely(view, item, commit);
        commits.push(commit);
      }
      // Keys without commits have no end of their own.
      if (commits.length > MAX_COMMITS || ++entries > MAX_COMMITS) throw tooMany(view, index);
    }
  }
  return commits;
}

type Single = readonly [hash: Uint8Array, block: bigint];
type Queued = readonly [hash: Uint8Array, second: bigint, third: bigint, fourth: bigint];
type Encrypted = readonly [hotkey: Uint8Array, ciphertext: Uint8Array, round: bigint];
type EncryptedAt = readonly [hotkey: Uint8Array, block: bigint, ciphertext: Uint8Array, round: bigint];

/** One `(hash, block)`, or a queue of `(hash, commit block, first reveal, last reveal)`, or of `(hash, commit epoch, commit block, 0)`. */
function hashCommits(hotkey: unknown, value: unknown): WeightCommit[] | undefined {
  if (!(hotkey instanceof Uint8Array) || !Array.isArray(value)) return undefined;
  const common = { hotkey: copyOf(hotkey), kind: 'hash' } as const;
  if (shapeOf(value) === 'bytes integer') {
    const [hash, block] = value as unknown as Single;
    return [{ ...common, hash: toHex(hash), commitBlock: Number(block) }];
  }
  if (value.some((entry) => shapeOf(entry) !== 'bytes integer integer integer')) return undefined;
  return (value as readonly Queued[]).map(([bytes, second, third, fourth]) => {
    const [hash, numbers] = [toHex(bytes), [second, third, fourth].map(Number)];
    // No reveal window ends at block 0.
    return fourth === 0n
      ? { ...common, hash, commitEpoch: numbers[0], commitBlock: numbers[1] }
      : { ...common, hash, commitBlock: numbers[0], firstReveal: numbers[1], lastReveal: numbers[2] };
  });
}

/** A queue of `(hotkey, ciphertext, round)` or `(hotkey, commit block, ciphertext, round)`, by the epoch of the commit. */
function encryptedCommits(
  kind: 'crv3' | 'timelock',
  epoch: unknown,
  value: unknown,
): WeightCommit[] | undefined {
  if (typeof epoch !== 'bigint' || !Array.isArray(value)) return undefined;
  const commitEpoch = Number(epoch);
  const commits = value.map((entry): WeightCommit | undefined => {
    switch (shapeOf(entry)) {
      case 'bytes bytes integer': {
        const [hotkey, ciphertext, round] = entry as Encrypted;
        return { hotkey: copyOf(hotkey), kind, hash: hashOf(ciphertext), commitEpoch, round };
      }
      case 'bytes integer bytes integer': {
        const [hotkey, block, ciphertext, round] = entry as EncryptedAt;
        const commitBlock = Number(block);
        return { hotkey: copyOf(hotkey), kind, hash: hashOf(ciphertext), commitBlock, commitEpoch, round };
      }
      default:
        return undefined;
    }
  });
  return commits.every((commit) => commit !== undefined) ? commits : undefined;
}

/** What a decoded tuple is made of: `bytes integer`. */
function shapeOf(tuple: unknown): string {
  const kindOf = (part: unknown) =>
    part instanceof Uint8Array ? 'bytes' : typeof part === 'bigint' ? 'integer' : 'other';
  return Array.isArray(tuple) ? tuple.map(kindOf).join(' ') : 'other';
}

function hashOf(ciphertext: Uint8Array): Hex {
  return toHex(blake2b256(ciphertext));
}

/** Decoded accounts are views: kept, they would hold ciphertexts of thousands of bytes. */
function copyOf(account: Uint8Array): AccountId {
  return account.slice();
}

function requireTimely(view: BlockView, item: string, commit: WeightCommit): void {
  const { commitBlock = 0, firstReveal = 0, lastReveal = 0 } = commit;
  if (commitBlock > view.block.number) {
    throw new TaoscopeError('falsified', {
      failed: `${item} holds a commit of the future`,
      got: `block ${commitBlock}`,
      expected: `at most ${view.block.number}, the block of the state`,
    });
  }
  if (firstReveal <= LAST_BLOCK && lastReveal <= LAST_BLOCK) return;
  throw new TaoscopeError('falsified', {
    failed: `${item} holds a commit that is revealed at no block there can be`,
    got: `blocks ${firstReveal} to ${lastReveal}`,
    expected: `at most ${LAST_BLOCK}`,
  });
}

function gone(item: string): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `a key of ${item} was listed and then had no value in the same state`,
    expected: 'its commits',
  });
}

function unknownShape(view: BlockView, item: string): TaoscopeError {
  const { specName, specVersion } = view.runtime;
  return new TaoscopeError('unsupported', {
    failed: `cannot read ${item} at block ${view.block.number}: commits have a shape that is not known`,
    got: `${specName} ${specVersion}`,
    expected: 'a hash with blocks or an epoch, or a ciphertext with its round',
    todo: 'update Taoscope: the runtime is newer than it',
  });
}

function tooMany(view: BlockView, index: number): TaoscopeError {
  return new TaoscopeError('response-too-big', {
    failed: `too many weight commits wait in index ${index} at block ${view.block.number}`,
    got: `more than ${MAX_COMMITS}`,
    expected: `at most ${MAX_COMMITS}`,
  });
}
