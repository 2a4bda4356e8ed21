import { blake2b } from '@noble/hashes/blake2.js';
import { compact } from '@polkadot-api/substrate-bindings';
import { fromHex, type Hex, toHex } from '../../shared/index.ts';
import type { Changes } from './versioned-state.ts';

/** A block of the demo chain. */
export interface Block {
  readonly number: number;
  /** Blake2-256 of the SCALE header. */
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly extrinsicsRoot: Hex;
  /** SCALE digest items. */
  readonly digest: readonly Hex[];
  readonly extrinsics: readonly Uint8Array[];
  readonly timestampMs: number;
  /** Upgrades that happened up to and including this block: which runtime reads its state. */
  readonly upgrades: number;
  /** What the block wrote. */
  readonly changes: Changes;
}

/** A block's header as JSON-RPC shows it. */
export function headerJson(block: Block) {
  return {
    parentHash: block.parentHash,
    number: `0x${block.number.toString(16)}`,
    stateRoot: block.stateRoot,
    extrinsicsRoot: block.extrinsicsRoot,
    digest: { logs: block.digest },
  };
}

/** Completes a block: roots and hash. */
export function sealBlock(
  parent: Block | undefined,
  body: Omit<Block, 'hash' | 'parentHash' | 'stateRoot' | 'extrinsicsRoot'>,
): Block {
  const parentHash = parent?.hash ?? (`0x${'00'.repeat(32)}` as Hex);
  const stateRoot = stateDigest(parent?.stateRoot, body.changes);
  const extrinsicsRoot = digestOf(body.extrinsics.map((extrinsic) => blake2b(extrinsic, { dkLen: 32 })));
  const header = Buffer.concat([
    fromHex(parentHash),
    compact.enc(body.number),
    fromHex(stateRoot),
    fromHex(extrinsicsRoot),
    compact.enc(body.digest.length),
    ...body.digest.map(fromHex),
  ]);
  return { ...body, parentHash, stateRoot, extrinsicsRoot, hash: digestOf([header]) };
}

/**
 * Stands where a real chain has the root of a Merkle trie: a Blake2-256 chain over all that was ever written. It commits to
 * the state just as firmly, but no proof of a single key can be made from it.
 */
function stateDigest(parentRoot: Hex | undefined, changes: Changes): Hex {
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  return digestOf([
    ...(parentRoot === undefined ? [] : [fromHex(parentRoot)]),
    ...sorted.flatMap(([key, value]) => [fromHex(key), value ?? Uint8Array.of()]),
  ]);
}

function digestOf(parts: readonly Uint8Array[]): Hex {
  return toHex(blake2b(Buffer.concat(parts), { dkLen: 32 }));
}
