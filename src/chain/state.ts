import {
  fromHex,
  type Hex,
  inParallel,
  isTaoscopeError,
  TaoscopeError,
  throwIfAborted,
} from '../shared/index.ts';
import type { Rpc } from './rpc/types.ts';
import { isDeclined } from './runtimes.ts';
import type { BlockRef } from './types.ts';

/** Raw storage at block hashes: many keys in few requests, and keys under a prefix. What it answers belongs to the block asked for. */
export interface StateReader {
  /** Reads keys; `decode` gets each value (`undefined`: absent) inside the retry, so that what it throws is asked again elsewhere. */
  values<T>(
    block: BlockRef,
    keys: readonly Hex[],
    decode: (value: Uint8Array | undefined, index: number) => T,
    signal?: AbortSignal,
  ): Promise<T[]>;
  /** All keys under a prefix, ascending, a page at a time. */
  keyPages(block: BlockRef, prefix: Hex, signal?: AbortSignal): AsyncIterable<Hex[]>;
}

/** Keys in one `state_queryStorageAt`. With the longest values (a vector of 4096 u64) the answer stays near the usual cap of 15 MiB. */
const KEYS_PER_REQUEST = 1_000;

/** `state_getKeysPaged` answers at most this many. */
const KEYS_PER_PAGE = 1_000;

/** Requests of one read under way at the same time. */
const PARALLEL = 4;
const PARALLEL_SINGLE = 64;

/** twox128("System") twox128("Number"): the block number as the state itself has it. */
const NUMBER_KEY: Hex = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';

export function createStateReader(rpc: Rpc): StateReader {
  let manyRefused = false;

  const readMany = async (
    block: BlockRef,
    keys: readonly Hex[],
    check: Check,
    signal?: AbortSignal,
  ): Promise<void> => {
    if (manyRefused) return readSingly(block, keys, check, signal);
    try {
      await rpc.request('state_queryStorageAt', [[...new Set(keys).add(NUMBER_KEY)], block.hash], {
        signal,
        check: (answer) => {
          const found = changesOf(answer, block, keys);
          for (const [i, key] of keys.entries()) check(found.get(key), i);
        },
      });
    } catch (error) {
      if (isTaoscopeError(error, 'response-too-big') && keys.length > 1) {
        const half = Math.ceil(keys.length / 2);
        await readMany(block, keys.slice(0, half), check, signal);
        await readMany(block, keys.slice(half), (value, i) => check(value, i + half), signal);
        return;
      }
      // Some gateways leave absent keys out, which looks like a cut answer: those are believed one key at a time only.
      const isCut = isTaoscopeError(error, 'falsified') && error.fields.lacksKeys === true;
      // An answer of another shape may be a stand-in's way or a lie: it is no reason to read singly for good.
      const isOdd = isTaoscopeError(error, 'falsified') && error.fields.otherShape === true;
      if (!isDeclined(error) && !isCut && !isOdd) throw error;
      if (!isOdd) manyRefused = true;
      await readSingly(block, keys, check, signal);
    }
  };

  const readSingly = async (
    block: BlockRef,
    keys: readonly Hex[],
    check: Check,
    signal?: AbortSignal,
  ): Promise<void> => {
    await inParallel(keys, PARALLEL_SINGLE, async (key, i) => {
      await rpc.request('state_getStorage', [key, block.hash], {
        signal,
        check: (answer) => check(bytesOf(answer, key), i),
      });
    });
  };

  return {
    async values(block, keys, decode, signal) {
      throwIfAborted(signal);
      const results = new Array(keys.length);
      const chunks: number[] = [];
      for (let at = 0; at < keys.length; at += KEYS_PER_REQUEST) chunks.push(at);
      await inParallel(chunks, PARALLEL, async (at) => {
        const chunk = keys.slice(at, at + KEYS_PER_REQUEST);
        await readMany(
          block,
          chunk,
          (value, i) => {
            results[at + i] = decode(value, at + i);
          },
          signal,
        );
      });
      return results;
    },

    async *keyPages(block, prefix, signal) {
      let last: Hex | undefined;
      for (;;) {
        const after = last;
        const page: Hex[] = await rpc.request(
          'state_getKeysPaged',
          [prefix, KEYS_PER_PAGE, after ?? null, block.hash],
          {
            signal,
            check: (answer) => pageOf(answer, prefix, after),
          },
        );
        // A short page is not believed to be the last: gateways cut pages. Only an empty one ends the list.
        if (page.length === 0) return;
        last = page.at(-1);
        yield page;
      }
    },
  };
}

type Check = (value: Uint8Array | undefined, index: number) => void;

/** The values of an answer to `state_queryStorageAt`, which must be of this block, of these keys, each once, none missing. */
function changesOf(
  answer: unknown,
  block: BlockRef,
  keys: readonly Hex[],
): Map<string, Uint8Array | undefined> {
  const set =
    Array.isArray(answer) && answer.length === 1
      ? (answer[0] as { block?: unknown; changes?: unknown } | null)
      : undefined;
  if (set === undefined || set === null || !Array.isArray(set.changes) || set.block === undefined) {
    throw falsified('is not one set of changes', answer, '[{ block, changes: [[key, value], …] }]', {
      otherShape: true,
    });
  }
  if (String(set.block).toLowerCase() !== block.hash)
    throw falsified('is of another block', set.block, block.hash);
  const asked = new Set<string>(keys).add(NUMBER_KEY);
  const found = new Map<string, Uint8Array | undefined>();
  for (const change of set.changes) {
    const [key, value] = Array.isArray(change) ? change : [];
    if (typeof key !== 'string' || !asked.has(key))
      throw falsified('has a key that was not asked for', key, 'the keys asked for');
    if (found.has(key)) throw falsified('has a key twice', key, 'each key once');
    found.set(key, bytesOf(value, key));
  }
  for (const key of keys) {
    if (!found.has(key)) throw lacksKey(key);
  }
  const number = found.get(NUMBER_KEY);
  if (number !== undefined && (number.length < 4 || Buffer.from(number).readUInt32LE() !== block.number)) {
    throw falsified(
      'holds the state of another block',
      `System.Number ${Buffer.from(number).toString('hex')}`,
      `block ${block.number}`,
    );
  }
  return found;
}

function pageOf(answer: unknown, prefix: Hex, after: Hex | undefined): Hex[] {
  if (!Array.isArray(answer) || answer.length > KEYS_PER_PAGE)
    throw falsified('is no page of keys', answer, `at most ${KEYS_PER_PAGE} keys`);
  let last: string = after ?? '';
  for (const key of answer) {
    // Hex digits of lower case sort as the bytes do.
    if (typeof key !== 'string' || !key.startsWith(prefix) || key <= last) {
      throw falsified('has a key out of place', key, `ascending keys under ${prefix}`);
    }
    last = key;
  }
  return answer as Hex[];
}

function bytesOf(value: unknown, key: string): Uint8Array | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') throw falsified(`has no hex for ${key}`, value, 'hex or null');
  return fromHex(value);
}

function falsified(
  what: string,
  got: unknown,
  expected: string,
  fields: Readonly<Record<string, boolean>> = {},
): TaoscopeError {
  const text = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing');
  const parts = { failed: `an answer about storage ${what}`, got: text.slice(0, 160), expected };
  return new TaoscopeError('falsified', parts, { fields });
}

function lacksKey(key: string): TaoscopeError {
  return new TaoscopeError(
    'falsified',
    {
      failed: 'an answer about storage lacks a key',
      got: key.slice(0, 160),
      expected: 'every key asked for, null where it is absent',
    },
    { fields: { lacksKeys: true } },
  );
}
