import { Twox64Concat } from '@polkadot-api/substrate-bindings';
import { type AccountId, type Hex, toHex } from '../../shared/index.ts';
import { nameHash } from '../codec/index.ts';

/**
 * The raw key of `Commitments.CommitmentOf(netuid, account)` without any metadata: netuid as it is, account behind its xxHash.
 * So it has been since the pallet began (spec 139); whoever has a chain at hand asks `commitmentKey`. Source: subtensor
 * `pallets/commitments/src/lib.rs`.
 */
export function knownCommitmentKey(netuid: number, account: AccountId): Hex {
  const id = Uint8Array.of(netuid & 0xff, netuid >> 8);
  return toHex(Buffer.concat([nameHash('Commitments'), nameHash('CommitmentOf'), id, Twox64Concat(account)]));
}

/** The raw key of `Timestamp.Now`, whose value is a u64 of milliseconds, in every runtime of Substrate. */
export const TIMESTAMP_KEY: Hex = toHex(Buffer.concat([nameHash('Timestamp'), nameHash('Now')]));
