import type { AccountId } from '../../shared/index.ts';
import { epochAt } from './epoch.ts';
import type { EventLog } from './events.ts';
import { moduleFailure } from './failure.ts';
import type { StateReader, StateWriter } from './storage.ts';

/** Arguments of `Commitments.set_commitment`, as the dynamic codec reads them. */
export interface SetCommitment {
  readonly netuid: number;
  /** The fields: the codec leaves wrappers of one field out. */
  readonly info: readonly CommitmentField[];
}

/** One piece of data, e.g. `{ type: 'Sha256', value: <32 bytes or their hex> }`. */
export interface CommitmentField {
  readonly type: string;
  readonly value: unknown;
}

/** `Commitments.CommitmentOf`: what an account holds, and since which block. */
export interface Registration {
  readonly deposit: bigint;
  readonly block: number;
  readonly info: readonly CommitmentField[];
}

const MAX_FIELDS = 3;
/** Each call counts at least this much of the space that an account has per epoch, bytes. */
const LEAST_SPACE = 100n;

/** `Commitments.set_commitment`: the checks of `pallets/commitments/src/lib.rs` in its order, then the registration, overwritten whole. */
export function setCommitment(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  { netuid, info }: SetCommitment,
  block: number,
): void {
  if (state.sub<number | undefined>('Uids', netuid, who) === undefined)
    throw moduleFailure('Commitments', 'AccountNotAllowedCommit');
  if (info.length > MAX_FIELDS) throw moduleFailure('Commitments', 'TooManyFieldsInCommitmentInfo');
  takeSpace(state, who, netuid, info, block);
  state.put('Commitments', 'CommitmentOf', netuid, who, { deposit: 0n, block, info });
  state.put('Commitments', 'LastCommitment', netuid, who, block);
  const sealed = info.find(({ type }) => type === 'TimelockEncrypted');
  if (sealed === undefined) log.emit('Commitments', 'Commitment', { netuid, who });
  else {
    const { reveal_round } = sealed.value as { reveal_round: bigint };
    log.emit('Commitments', 'TimelockCommitment', { netuid, who, reveal_round });
  }
}

/** What an account has committed to on a subnet; `undefined` for nothing. */
export function commitmentOf(state: StateReader, netuid: number, who: AccountId): Registration | undefined {
  return state.get<Registration | undefined>('Commitments', 'CommitmentOf', netuid, who);
}

function takeSpace(
  state: StateWriter,
  who: AccountId,
  netuid: number,
  fields: readonly CommitmentField[],
  block: number,
): void {
  const needed = fields.reduce((sum, field) => sum + sizeOf(field), 0n);
  const epoch = BigInt(epochAt(netuid, state.sub<number>('Tempo', netuid), block).number);
  const usage = state.get<{ last_epoch: bigint; used_space: bigint } | undefined>(
    ...(['Commitments', 'UsedSpaceOf', netuid, who] as const),
  );
  const before = usage?.last_epoch === epoch ? usage.used_space : 0n;
  const used = before + (needed < LEAST_SPACE ? LEAST_SPACE : needed);
  if (used > BigInt(state.get<number>('Commitments', 'MaxSpace')))
    throw moduleFailure('Commitments', 'SpaceLimitExceeded');
  state.put('Commitments', 'UsedSpaceOf', netuid, who, { last_epoch: epoch, used_space: used });
}

const DIGESTS = new Set(['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256']);

/** Bytes of a piece of data as they count against the space (`Data::len_for_rate_limit`). */
function sizeOf({ type, value }: CommitmentField): bigint {
  if (DIGESTS.has(type)) return 32n;
  const bytes = type === 'TimelockEncrypted' ? (value as { encrypted: unknown }).encrypted : value;
  if (typeof bytes === 'string') return BigInt((bytes.length - 2) >> 1);
  return BigInt((bytes as Uint8Array | undefined)?.length ?? 0);
}
