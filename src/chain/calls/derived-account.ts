import type { AccountId } from '../../shared/index.ts';
import { blake2b256, Writer } from '../codec/index.ts';

/** `TypeId` of the utility pallet, which the multisig pallet shares. */
const CONTEXT = new TextEncoder().encode('modlpy/utilisuba');

/**
 * The account that a multisig acts as: Blake2-256 over the context, the SCALE list of its signatories in ascending order,
 * and the threshold as u16 (`pallet_multisig::multi_account_id`).
 *
 * @param signatories all of them, the one who signs included, in any order.
 */
export function multisigAccount(signatories: readonly AccountId[], threshold: number): AccountId {
  const writer = new Writer();
  writer.raw(CONTEXT);
  writer.compact(signatories.length);
  for (const signatory of signatories.toSorted(Buffer.compare)) writer.raw(signatory);
  writer.u16(threshold);
  return blake2b256(writer.done());
}

/** The sub-account of `Utility.as_derivative`: Blake2-256 over the context, the account and the index as u16 (`pallet_utility::derivative_account_id`). */
export function derivativeAccount(account: AccountId, index: number): AccountId {
  const writer = new Writer();
  writer.raw(CONTEXT);
  writer.raw(account);
  writer.u16(index);
  return blake2b256(writer.done());
}
