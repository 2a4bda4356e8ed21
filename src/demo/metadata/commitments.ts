import type { TypeDefinition, Variant } from './registry.ts';
import { type PalletSpec, plainVariants, type StorageRow, variant } from './spec.ts';

const MOST_RAW_BYTES = 128;

/** Storage of pallet `Commitments`, without what belongs to timelocks: nothing here is opened later. */
const commitmentsStorage: readonly StorageRow[] = [
  ['CommitmentOf', 'I u16, T AccountId', 'Registration'],
  ['LastCommitment', 'I u16, T AccountId', 'u32'],
  ['UsedSpaceOf', 'I u16, T AccountId', 'UsageTracker'],
  ['MaxSpace', '', 'u32', '0x1c0c0000'],
];

/** Pallet `Commitments` as at spec 343: one piece of data per account and subnet, overwritten by the next. */
export const commitmentsPallet: PalletSpec = {
  name: 'Commitments',
  index: 18,
  path: 'pallet_commitments::pallet',
  storage: commitmentsStorage,
  calls: [
    variant(0, 'set_commitment', { netuid: 'u16', info: 'CommitmentInfo' }),
    variant(2, 'set_max_space', { new_limit: 'u32' }),
  ],
  events: [
    variant(0, 'Commitment', { netuid: 'u16', who: 'AccountId' }),
    variant(1, 'TimelockCommitment', { netuid: 'u16', who: 'AccountId', reveal_round: 'u64' }),
    variant(2, 'CommitmentRevealed', { netuid: 'u16', who: 'AccountId' }),
  ],
  errors: plainVariants(
    ...['TooManyFieldsInCommitmentInfo', 'AccountNotAllowedCommit', 'SpaceLimitExceeded'],
    'UnexpectedUnreserveLeftover',
  ),
  constants: [
    ['MaxFields', 'u32', 3],
    ['InitialDeposit', 'u64', 0n],
    ['FieldDeposit', 'u64', 0n],
  ],
};

/** The types of `pallets/commitments/src/types.rs`. */
export const commitmentTypes: Readonly<Record<string, TypeDefinition>> = {
  Registration: {
    path: 'pallet_commitments::types::Registration',
    params: { Balance: 'u64', MaxFields: undefined, BlockNumber: 'u32' },
    fields: { deposit: 'u64', block: 'u32', info: 'CommitmentInfo' },
  },
  CommitmentInfo: {
    path: 'pallet_commitments::types::CommitmentInfo',
    params: { FieldLimit: undefined },
    fields: { fields: 'CommitmentFields' },
  },
  CommitmentFields: {
    path: 'bounded_collections::bounded_vec::BoundedVec',
    params: { T: 'CommitmentData', S: undefined },
    fields: ['Vec<CommitmentData>'],
  },
  CommitmentData: { path: 'pallet_commitments::types::Data', variants: dataVariants() },
  UsageTracker: {
    path: 'pallet_commitments::types::UsageTracker',
    fields: { last_epoch: 'u64', used_space: 'u64' },
  },
};

/** Raw bytes have a variant for each length; digests one for each kind. */
function dataVariants(): Variant[] {
  const raw = Array.from({ length: MOST_RAW_BYTES + 1 }, (_, length) =>
    variant(length + 1, `Raw${length}`, [`[u8;${length}]`]),
  );
  return [
    variant(0, 'None'),
    ...raw,
    variant(130, 'BlakeTwo256', ['[u8;32]']),
    variant(131, 'Sha256', ['[u8;32]']),
    variant(132, 'Keccak256', ['[u8;32]']),
    variant(133, 'ShaThree256', ['[u8;32]']),
    variant(134, 'TimelockEncrypted', { encrypted: 'Vec<u8>', reveal_round: 'u64' }),
    variant(135, 'ResetBondsFlag'),
    variant(136, 'BigRaw', ['Vec<u8>']),
  ];
}
