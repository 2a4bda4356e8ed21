import { TaoscopeError } from '../../shared/index.ts';
import { Cursor, undecodable } from '../codec/index.ts';

/** One field of a commitment. */
export interface CommitmentField {
  /** The variant's name in the metadata: `Sha256`, `Raw12`, `TimelockEncrypted` … */
  readonly kind: string;
  /** What was committed to, lower-case hex without 0x: the digest, the raw bytes, the ciphertext; empty for a flag. */
  readonly hex: string;
  /** Only of `TimelockEncrypted`: the drand round that opens it. */
  readonly revealRound?: bigint | undefined;
}

/** A value of `Commitments.CommitmentOf`. */
export interface Registration {
  /** Rao; 0 since nothing is deposited any more. */
  readonly deposit: bigint;
  /** Block in which it was set. */
  readonly setAt: number;
  readonly fields: readonly CommitmentField[];
}

const HASHES = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const;

/** Discriminants of `Data`: 0 is `None`, then one for each length of raw bytes, then these. */
const RAW_0 = 1;
const RAW_128 = 129;
const FIRST_HASH = 130;
const TIMELOCK = 134;
const RESET_BONDS = 135;
const BIG_RAW = 136;

/** The pallet allows 3; one more would already be another pallet. */
const MAX_FIELDS = 16;

/**
 * A raw value read without any metadata, as every runtime from 139 to 459 writes it: deposit u64, block u32, then the fields.
 * For whoever has only the bytes; with a chain at hand `readCommitment` decodes by the runtime's own description.
 * Source: subtensor `pallets/commitments/src/types.rs`. Throws `undecodable`, also for bytes left over.
 */
export function decodeRegistration(bytes: Uint8Array): Registration {
  const cursor = new Cursor(bytes);
  try {
    const deposit = cursor.u64();
    const setAt = cursor.u32();
    const count = cursor.count(1);
    if (count > MAX_FIELDS) cursor.fail(`${count} fields, at most ${MAX_FIELDS} are believed`);
    const fields = Array.from({ length: count }, () => decodeField(cursor));
    cursor.end();
    return { deposit, setAt, fields };
  } catch (error) {
    throw undecodable(error, 'a value of Commitments.CommitmentOf without metadata');
  }
}

function decodeField(cursor: Cursor): CommitmentField {
  const tag = cursor.u8();
  if (tag === 0) return { kind: 'None', hex: '' };
  if (tag <= RAW_128) return { kind: `Raw${tag - RAW_0}`, hex: digits(cursor.take(tag - RAW_0)) };
  if (tag < TIMELOCK) return { kind: HASHES[tag - FIRST_HASH]!, hex: digits(cursor.take(32)) };
  switch (tag) {
    case TIMELOCK: {
      const hex = digits(cursor.take(cursor.count(1)));
      return { kind: 'TimelockEncrypted', hex, revealRound: cursor.u64() };
    }
    case RESET_BONDS:
      return { kind: 'ResetBondsFlag', hex: '' };
    case BIG_RAW:
      return { kind: 'BigRaw', hex: digits(cursor.take(cursor.count(1))) };
    default:
      return cursor.fail(`there is no kind of commitment with number ${tag}`, cursor.offset - 1);
  }
}

/**
 * A registration as the metadata of some runtime decoded it, in our words. `undefined` when it has a shape that no known
 * runtime had: fields may be bytes, a struct of a ciphertext and its round, or nothing.
 */
export function registrationOf(value: unknown): Registration | undefined {
  const { deposit, block, info } = recordOf(value);
  const { fields } = recordOf(info);
  if (!isInteger(deposit) || !isInteger(block) || !Array.isArray(fields)) return undefined;
  const known = fields.map(fieldOf);
  if (known.some((field) => field === undefined)) return undefined;
  return { deposit: BigInt(deposit), setAt: Number(block), fields: known as CommitmentField[] };
}

function fieldOf(field: unknown): CommitmentField | undefined {
  const { type: kind, value } = recordOf(field);
  if (typeof kind !== 'string') return undefined;
  if (value === undefined) return { kind, hex: '' };
  if (value instanceof Uint8Array) return { kind, hex: digits(value) };
  const { encrypted, reveal_round: round } = recordOf(value);
  if (!(encrypted instanceof Uint8Array) || !isInteger(round)) return undefined;
  return { kind, hex: digits(encrypted), revealRound: BigInt(round) };
}

/** The digests of one kind among the fields, lower-case hex. */
export function digestsOf({ fields }: Pick<Registration, 'fields'>, kind = 'Sha256'): string[] {
  return fields.filter((field) => field.kind === kind).map(({ hex }) => hex);
}

/** The error for a commitment that the metadata describes in a way which is not known. */
export function unknownCommitment(where: string): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: `cannot read the commitment ${where}: it has a shape that is not known`,
    expected: 'a deposit, a block, and a list of raw bytes, digests or timelocked texts',
    todo: 'update Taoscope: the runtime is newer than it',
  });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && !(value instanceof Uint8Array) ? (value as Record<string, unknown>) : {};
}

function isInteger(value: unknown): value is bigint | number {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function digits(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
