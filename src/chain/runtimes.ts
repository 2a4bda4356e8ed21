import { fromHex, type Hex, isTaoscopeError, TaoscopeError, toHex, withAbort } from '../shared/index.ts';
import {
  blake2b256,
  Cursor,
  createRuntime,
  type Runtime,
  type RuntimeIdentity,
  undecodable,
} from './codec/index.ts';
import type { Rpc } from './rpc/types.ts';
import type { BlockHeader } from './types.ts';

/**
 * The two runtimes of a block. They differ only in a block that sets `:code`:
 *
 * - `executed`: the code in the state of the **parent**. It ran this block, so the body, the events and all storage at this
 *   block's hash are in its types; the new code's migrations run at the start of the next block.
 * - `own`: the code in the state **of this block**. A node runs it for `state_call` and answers it for `state_getMetadata`
 *   at this block's hash. At an upgrade it is new code on state that was not migrated yet, so its answers mean little there.
 */
export interface BlockRuntimes {
  readonly executed: Runtime;
  readonly own: Runtime;
}

export interface Runtimes {
  ofBlock(header: BlockHeader, signal?: AbortSignal): Promise<BlockRuntimes>;
}

/** Storage key of the runtime's code: `:code`. */
const CODE_KEY: Hex = '0x3a636f6465';

/** `DigestItem::RuntimeEnvironmentUpdated`, which `frame_system` puts into the header of a block that sets the code. */
const RUNTIME_UPDATED = '0x08';

/** Nodes answer the hash of the code from memory; there is another way when one does not answer. */
const CODE_HASH_TIMEOUT_MS = 8_000;

/** Block hashes whose runtime is remembered, and runtimes kept compiled (each some 10 MB). */
const BLOCKS_KEPT = 8_192;
const RUNTIMES_KEPT = 24;

/**
 * Finds and keeps the runtime of each block. A runtime is known by the hash of its code, which the node answers without
 * sending the code; by its whole version record and the last upgrade seen where the node refuses that, since a version
 * alone does not tell programs apart: three different ones carry spec version 218.
 */
export function createRuntimes(rpc: Rpc): Runtimes {
  const byBlock = new Lru<Hex, Promise<string>>(BLOCKS_KEPT);
  const byKey = new Lru<string, Promise<Runtime>>(RUNTIMES_KEPT);
  let hashesRefused = false;

  const keyAt = (hash: Hex, fresh: boolean): Promise<string> => {
    const known = fresh ? undefined : byBlock.get(hash);
    if (known !== undefined) return known;
    const asked = askKey(hash);
    byBlock.set(hash, asked);
    asked.catch(() => byBlock.delete(hash, asked));
    return asked;
  };

  const askKey = async (hash: Hex): Promise<string> => {
    if (!hashesRefused) {
      try {
        return await rpc.request('state_getStorageHash', [CODE_KEY, hash], {
          check: codeKeyOf,
          timeoutMs: CODE_HASH_TIMEOUT_MS,
          tries: 2,
        });
      } catch (error) {
        // Some stand-ins are silent on methods they lack; but so is a slow node, which is asked again for the next block.
        if (isDeclined(error)) hashesRefused = true;
        else if (!isTaoscopeError(error, 'timeout')) throw error;
      }
    }
    return await rpc.request('state_getRuntimeVersion', [hash], {
      check: (answer) => JSON.stringify(identityOf(answer)) + JSON.stringify(answer),
    });
  };

  const load = (key: string, hash: Hex): Promise<Runtime> => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const loading = fetchRuntime(rpc, hash, isCodeHash(key) ? key : undefined);
    byKey.set(key, loading);
    loading.catch(() => byKey.delete(key, loading));
    return loading;
  };

  const keysOf = async (header: BlockHeader, updated: boolean): Promise<{ own: string; parent: string }> => {
    if (header.number === 0) {
      const own = await keyAt(header.hash, false);
      return { own, parent: own };
    }
    const ask = (fresh: boolean) => Promise.all([keyAt(header.hash, fresh), keyAt(header.parentHash, fresh)]);
    try {
      let [own, parent] = await ask(false);
      // Where only one of the two has a code hash (the other timed out), it holds for both unless the code was set.
      if (!updated && isCodeHash(own) !== isCodeHash(parent)) {
        const key = isCodeHash(own) ? own : parent;
        return { own: key, parent: key };
      }
      // The header, whose hash was checked, says whether the code was set. Where the node's answers disagree, ask once more.
      const disagree = isCodeHash(own)
        ? (own !== parent) !== updated
        : !updated && versionOf(own) !== versionOf(parent);
      if (disagree) [own, parent] = await ask(true);
      if (!isCodeHash(own)) own = handedDown(header.hash, own, parent, updated);
      return { own, parent };
    } catch (error) {
      // The oldest block a pruned node keeps: its parent's state is gone, but without an upgrade the code is the same.
      // So it is with the parents that stand-ins make up, on which they answer nonsense or nothing.
      const isGone = isTaoscopeError(error, 'state-pruned') || isTaoscopeError(error, 'not-found');
      const isOdd =
        isTaoscopeError(error, 'undecodable') || (isTaoscopeError(error, 'timeout') && !header.verified);
      if (updated || !(isGone || isOdd || isDeclined(error))) throw error;
      const own = await keyAt(header.hash, false);
      return { own, parent: own };
    }
  };

  // Without code hashes a program is told by its version and the upgrade it came with, which each block hands to its child:
  // so the old program's codecs are not used for a new one of the same version.
  const handedDown = (hash: Hex, own: string, parent: string, updated: boolean): string => {
    if (!updated && versionOf(own) !== versionOf(parent)) return own;
    const key = updated ? `${versionOf(own)}#${hash}` : parent;
    if (key !== own) byBlock.set(hash, Promise.resolve(key));
    return key;
  };

  const ofBlock = async (header: BlockHeader): Promise<BlockRuntimes> => {
    const { own, parent } = await keysOf(header, header.digest.includes(RUNTIME_UPDATED));
    const executed = await load(parent, own === parent ? header.hash : header.parentHash);
    return { executed, own: own === parent ? executed : await load(own, header.hash) };
  };

  return {
    // Loading is shared by all who wait for it, so one who gives up must not stop it for the others.
    ofBlock: (header, signal) => withAbort(ofBlock(header), signal),
  };
}

function isCodeHash(key: string): key is Hex {
  return key.startsWith('0x');
}

/** A key without the upgrade it came with. */
function versionOf(key: string): string {
  return key.replace(/#0x[0-9a-f]+$/, '');
}

/** `true` for errors that say "I do not do that": another way may work. A rate limit or a busy node says only "not now". */
export function isDeclined(error: unknown): boolean {
  if (isTaoscopeError(error, 'unsupported')) return true;
  return isTaoscopeError(error, 'rpc-refused') && !error.retryable;
}

/** Identity and metadata of the runtime in the state of a block. */
async function fetchRuntime(rpc: Rpc, hash: Hex, codeHash: Hex | undefined): Promise<Runtime> {
  const version = await rpc.request('state_getRuntimeVersion', [hash], { check: identityOf });
  const identity = { ...version, codeHash };
  // V16 and V15 describe runtime calls, V14 does not; each is tried in turn, since old nodes know only the last way.
  for (const metadataVersion of await metadataVersions(rpc, hash)) {
    const argument = toHex(Uint8Array.of(metadataVersion, 0, 0, 0));
    try {
      return await rpc.request('state_call', ['Metadata_metadata_at_version', argument, hash], {
        check: (answer) => createRuntime(identity, optionalBytes(answer, 'Metadata_metadata_at_version')),
      });
    } catch (error) {
      if (!isDeclined(error) && !isTaoscopeError(error, 'undecodable')) throw error;
    }
  }
  return await rpc.request('state_getMetadata', [hash], {
    check: (answer) => createRuntime(identity, fromHex(textOf(answer, 'state_getMetadata'))),
  });
}

/** The versions to try through `Metadata_metadata_at_version`, best first; both where the node does not list them, since stand-ins may know only the other call. */
async function metadataVersions(rpc: Rpc, hash: Hex): Promise<number[]> {
  try {
    const offered = await rpc.request('state_call', ['Metadata_metadata_versions', '0x', hash], {
      check: versionsOf,
    });
    return [16, 15].filter((version) => offered.includes(version));
  } catch (error) {
    if (isDeclined(error) || isTaoscopeError(error, 'undecodable')) return [16, 15];
    throw error;
  }
}

function versionsOf(answer: unknown): number[] {
  const cursor = new Cursor(fromHex(textOf(answer, 'Metadata_metadata_versions')));
  try {
    const versions = Array.from({ length: cursor.count(4) }, () => cursor.u32());
    cursor.end();
    return versions;
  } catch (error) {
    throw undecodable(error, 'Metadata_metadata_versions');
  }
}

function optionalBytes(answer: unknown, what: string): Uint8Array {
  const cursor = new Cursor(fromHex(textOf(answer, what)));
  try {
    if (!cursor.bool())
      throw new TaoscopeError('unsupported', {
        failed: 'the runtime has no metadata of a version that it lists',
      });
    const bytes = cursor.take(cursor.count(1));
    cursor.end();
    return bytes;
  } catch (error) {
    throw undecodable(error, what);
  }
}

function codeKeyOf(answer: unknown): Hex {
  if (answer === null)
    throw new TaoscopeError('unsupported', { failed: 'the node shows no :code in its state' });
  const text = textOf(answer, 'state_getStorageHash of :code');
  if (!/^0x[0-9a-f]{64}$/.test(text))
    throw malformed('state_getStorageHash of :code', answer, '0x and 64 hex digits');
  return text as Hex;
}

function identityOf(answer: unknown): RuntimeIdentity {
  const { specName, specVersion, transactionVersion = 0 } = (answer ?? {}) as Record<string, unknown>;
  if (
    typeof specName !== 'string' ||
    specName.length > 100 ||
    !isU32(specVersion) ||
    !isU32(transactionVersion)
  ) {
    throw malformed('state_getRuntimeVersion', answer, 'specName, specVersion and transactionVersion');
  }
  return { specName, specVersion, transactionVersion };
}

function isU32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

function textOf(answer: unknown, what: string): string {
  if (typeof answer !== 'string') throw malformed(what, answer, 'a hex string');
  return answer;
}

function malformed(what: string, answer: unknown, expected: string): TaoscopeError {
  const got = (JSON.stringify(answer) ?? 'nothing').slice(0, 120);
  return new TaoscopeError('undecodable', { failed: `cannot read the answer to ${what}`, got, expected });
}

/** The last so many entries used. */
class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#max) this.#entries.delete(this.#entries.keys().next().value!);
  }

  /** Only if it is still this value. */
  delete(key: K, value: V): void {
    if (this.#entries.get(key) === value) this.#entries.delete(key);
  }
}

/** Blake2-256 as hex. */
export function blake2Hex(bytes: Uint8Array): Hex {
  return toHex(blake2b256(bytes));
}
