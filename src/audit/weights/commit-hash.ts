import { randomBytes } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { type AccountId, type Hex, toHex } from '../../shared/index.ts';
import type { WeightRow } from './plan-weights.ts';
import { indexOf } from './weight-rules.ts';

/** A row with the salt that hides it until it is revealed: u16 numbers. */
export interface SaltedRow extends WeightRow {
  readonly salt: readonly number[];
}

/** As many numbers as the Bittensor SDK takes. All 16 bits of each are random: 128 bits cannot be guessed. */
const SALT_LENGTH = 8;

export function randomSalt(): number[] {
  const bytes = randomBytes(SALT_LENGTH * 2);
  return Array.from({ length: SALT_LENGTH }, (_, i) => bytes.readUInt16LE(i * 2));
}

/**
 * What is committed to (spec 205 on): Blake2-256 of the SCALE of account, storage index, uids, values, salt and version key
 * (`do_reveal_weights` in `pallets/subtensor/src/subnets/weights.rs`). Specs 151 to 204 hash the same, with the netuid.
 */
export function commitHash(account: AccountId, row: SaltedRow): Hex {
  const { netuid, mechanism, uids, values, salt, versionKey } = row;
  const preimage = Buffer.concat([
    account,
    u16(indexOf(netuid, mechanism)),
    u16List(uids),
    u16List(values),
    u16List(salt),
    u64(versionKey),
  ]);
  return toHex(blake2b(preimage, { dkLen: 32 }));
}

function u16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function u16List(values: readonly number[]): Uint8Array {
  return Buffer.concat([compact(values.length), ...values.map(u16)]);
}

/** SCALE's compact form of a length below 2^30. */
function compact(length: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  const width = length < 64 ? 1 : length < 16_384 ? 2 : 4;
  bytes.writeUInt32LE(((length << 2) | (width === 4 ? 2 : width - 1)) >>> 0);
  return bytes.subarray(0, width);
}
