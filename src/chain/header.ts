import { blake2b } from '@noble/hashes/blake2.js';
import { compact } from '@polkadot-api/substrate-bindings';
import { fromHex, type Hex, TaoscopeError, toHex } from '../shared/index.ts';
import { isHash, parseHash } from './hash.ts';
import type { Rpc } from './rpc/index.ts';
import type { BlockHeader } from './types.ts';

export interface FetchHeaderOptions {
  /**
   * `true`: a header whose Blake2-256 is not the hash is `falsified`. `false`: a node that gives the same unverifiable header twice is
   * believed with `verified: false`; some stand-ins and forks of nodes serve such headers. Block 0 is always read as with `false`.
   */
  readonly strict: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a header says, before its hash is known. */
export type HeaderFields = Omit<BlockHeader, 'hash' | 'verified'>;

/** Bounds of a header: Substrate's largest digests (new authority sets) stay below 100 kB in a handful of items. */
const MAX_DIGEST_ITEMS = 256;
const MAX_DIGEST_CHARS = 2 * 1024 * 1024;

/** Reads the header of a block hash (`chain_getHeader`) and checks it against the hash. Throws `not-found` when the node has none. */
export function fetchHeader(
  rpc: Rpc,
  hash: Hex,
  { strict, signal }: FetchHeaderOptions,
): Promise<BlockHeader> {
  let unverified: string | undefined;
  const check = (result: unknown): BlockHeader => {
    if (result === null) throw noSuchBlock(hash);
    const fields = parseHeader(result);
    const got = hashHeader(fields);
    if (got === hash.toLowerCase()) return { ...fields, hash, verified: true };
    // Nodes forked from a chain specification make up the header of block 0, whose hash names the chain and is checked as such;
    // but a single answer with number 0 may be a lie about any block.
    const same = unverified === got;
    if (same && (fields.number === 0 || !strict)) return { ...fields, hash, verified: false };
    unverified = got;
    throw new TaoscopeError(
      'falsified',
      {
        failed: 'a header is not the one of its block hash',
        got: `block ${fields.number}, whose hash is ${got}`,
        expected: `the header of ${hash}`,
        todo: 'use another endpoint; this one may be faulty or hostile',
      },
      { fields: { block: fields.number, hash } },
    );
  };
  return rpc.request('chain_getHeader', [hash], { signal, check });
}

/** The header of untrusted JSON as `chain_getHeader` and head subscriptions give it; `falsified` when it is none. */
export function parseHeader(value: unknown): HeaderFields {
  if (typeof value !== 'object' || value === null) throw notAHeader(value);
  const json = value as Record<string, unknown>;
  const { digest } = json;
  const logs = typeof digest === 'object' && digest !== null && 'logs' in digest ? digest.logs : undefined;
  if (!Array.isArray(logs) || logs.length > MAX_DIGEST_ITEMS) throw notAHeader(value);
  let chars = 0;
  for (const item of logs) {
    if (typeof item !== 'string' || !/^0x(?:[0-9a-fA-F]{2})+$/.test(item)) throw notAHeader(value);
    chars += item.length;
    if (chars > MAX_DIGEST_CHARS) throw notAHeader(value);
  }
  return {
    number: parseNumber(json.number),
    parentHash: parseHash(json.parentHash, 'parentHash of a header'),
    stateRoot: parseHash(json.stateRoot, 'stateRoot of a header'),
    extrinsicsRoot: parseHash(json.extrinsicsRoot, 'extrinsicsRoot of a header'),
    digest: logs,
  };
}

/**
 * The hash of a header: Blake2-256 of its SCALE encoding (parent hash, compact number, state root, extrinsics root, digest items).
 * Source: polkadot-sdk `substrate/primitives/runtime/src/generic/header.rs`.
 */
export function hashHeader({ parentHash, number, stateRoot, extrinsicsRoot, digest }: HeaderFields): Hex {
  const bytes = Buffer.concat([
    fromHex(parentHash),
    compact.enc(number),
    fromHex(stateRoot),
    fromHex(extrinsicsRoot),
    compact.enc(digest.length),
    ...digest.map(fromHex),
  ]);
  return toHex(blake2b(bytes, { dkLen: 32 }));
}

/** Block numbers are u32 in Subtensor, hex text in its JSON; some stand-ins write them as numbers. */
function parseNumber(value: unknown): number {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= 0xffff_ffff)
    return number;
  throw new TaoscopeError('falsified', {
    failed: 'the number of a header is no block number',
    got: JSON.stringify(value)?.slice(0, 40) ?? 'nothing',
    expected: '0x and hex digits, at most 0xffffffff',
  });
}

function notAHeader(value: unknown): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: 'an answer is not a block header',
    got: JSON.stringify(value)?.slice(0, 120) ?? 'nothing',
    expected: 'an object of parentHash, number, stateRoot, extrinsicsRoot and digest.logs',
  });
}

function noSuchBlock(hash: Hex): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: `the node has no block ${isHash(hash) ? hash : 'of that hash'}`,
    todo: 'check the hash; a block of a fork that lost, or of another chain, cannot be read',
  });
}
