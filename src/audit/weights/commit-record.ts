import { z } from 'zod';
import type { SignedExtrinsic } from '../../chain/index.ts';
import { fromHex, type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import type { SaltedRow } from './commit-hash.ts';

/**
 * Where a commit stands.
 *
 * - `planned`    kept on disk; perhaps signed, perhaps sent, not known to be in a block
 * - `committed`  its hash is on the chain
 * - `revealed`   the row is on the chain: done
 * - `expired`    it can no longer be revealed, or was never sent while it was fresh: done
 * - `failed`     the chain refused the commit, or lost it: done
 */
export const COMMIT_STATES = ['planned', 'committed', 'revealed', 'expired', 'failed'] as const;

export type CommitState = (typeof COMMIT_STATES)[number];

/** Everything that a commit needs to be revealed after whatever happens to this process. Its salt is secret until then. */
export interface CommitRecord extends SaltedRow {
  readonly genesisHash: Hex;
  /** ss58. */
  readonly hotkey: string;
  readonly hash: Hex;
  readonly state: CommitState;
  /** Block that was head when it was planned. */
  readonly plannedAt: number;
  /** The extrinsic that commits, from before it is sent. */
  readonly commit?: SignedExtrinsic | undefined;
  readonly committedAt?: number | undefined;
  /** Epoch of the commit, where the chain stores it. */
  readonly committedEpoch?: number | undefined;
  /** The extrinsic that reveals, from before it is sent. */
  readonly reveal?: SignedExtrinsic | undefined;
  readonly revealedAt?: number | undefined;
  /** Why it ended so, or what went wrong last. */
  readonly reason?: string | undefined;
}

export function isDone({ state }: Pick<CommitRecord, 'state'>): boolean {
  return state !== 'planned' && state !== 'committed';
}

/** What a file is called: genesis and hash shortened, so that one folder serves several chains, subnets and hotkeys. */
export function recordName({ genesisHash, netuid, mechanism, hotkey, hash }: CommitRecord): string {
  return `${genesisHash.slice(2, 10)}-${netuid}-${mechanism}-${hotkey}-${hash.slice(2, 10)}.json`;
}

const u16 = z.number().int().min(0).max(65_535);
const block = z.number().int().min(0).max(0xffff_ffff);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const Extrinsic = z.strictObject({
  bytes: z.string().regex(/^0x[0-9a-f]+$/),
  hash,
  nonce: block,
  from: z.strictObject({ number: block, hash }),
  lastBlock: block,
});
const Record_ = z.strictObject({
  version: z.literal(1),
  genesisHash: hash,
  netuid: u16,
  mechanism: z.number().int().min(0).max(255),
  hotkey: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{46,50}$/),
  hash,
  state: z.enum(COMMIT_STATES),
  plannedAt: block,
  uids: z.array(u16),
  values: z.array(u16),
  salt: z.array(u16),
  versionKey: z.string().regex(/^\d{1,20}$/),
  commit: Extrinsic.optional(),
  committedAt: block.optional(),
  committedEpoch: z.number().int().min(0).optional(),
  reveal: Extrinsic.optional(),
  revealedAt: block.optional(),
  reason: z.string().optional(),
});

export function recordToJson(record: CommitRecord): string {
  const extrinsic = (one: SignedExtrinsic | undefined) =>
    one && { ...one, bytes: toHex(one.bytes), from: { number: one.from.number, hash: one.from.hash } };
  return `${JSON.stringify(
    {
      version: 1,
      ...record,
      versionKey: record.versionKey.toString(),
      commit: extrinsic(record.commit),
      reveal: extrinsic(record.reveal),
    },
    undefined,
    1,
  )}\n`;
}

/** Reads a record; `undecodable` with the first thing that is wrong. */
export function recordFromJson(text: string, name: string): CommitRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(name, 'it is no JSON', cause);
  }
  const parsed = Record_.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { version: _version, commit, reveal, ...rest } = parsed.data;
  const extrinsic = (one: typeof commit): SignedExtrinsic | undefined =>
    one && {
      ...one,
      bytes: fromHex(one.bytes),
      hash: one.hash as Hex,
      from: { ...one.from, hash: one.from.hash as Hex },
    };
  return {
    ...rest,
    genesisHash: rest.genesisHash as Hex,
    hash: rest.hash as Hex,
    versionKey: BigInt(rest.versionKey),
    commit: extrinsic(commit),
    reveal: extrinsic(reveal),
  };
}

function damaged(name: string, got: string, cause?: unknown): TaoscopeError {
  return new TaoscopeError(
    'undecodable',
    {
      failed: `cannot read the commit in ${name}`,
      got,
      expected: 'a file that Taoscope wrote',
      todo: 'put back what was changed; without its salt the commit cannot be revealed',
    },
    { cause },
  );
}
