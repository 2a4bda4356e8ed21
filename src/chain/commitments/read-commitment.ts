import { type AccountId, type Hex, TaoscopeError, toHex } from '../../shared/index.ts';
import type { BlockView, StorageRequest } from '../types.ts';
import { type Registration, registrationOf, unknownCommitment } from './registration.ts';

/** What an account had committed to at the end of a block, with the bytes that say so. */
export interface ChainCommitment extends Registration {
  /** Raw storage key. */
  readonly key: Hex;
  /** Raw storage value: exactly what the rest was decoded from. */
  readonly value: Hex;
}

const PALLET = 'Commitments';
const ITEM = 'CommitmentOf';

/**
 * `Commitments.CommitmentOf(netuid, account)` at the view's block, decoded by the metadata of the runtime that wrote it; `undefined` when
 * the account holds none. A later commitment overwrites an earlier one: what stood there before is in the state of earlier blocks only.
 *
 * Errors: `unsupported` (a runtime without the pallet, which came with spec 139; a shape that is not known), `state-pruned`, `falsified`
 * (set in a block that was not yet there), and those of every read. None of them means "no commitment".
 */
export async function readCommitment(
  view: BlockView,
  netuid: number,
  account: AccountId,
  signal?: AbortSignal,
): Promise<ChainCommitment | undefined> {
  const { number } = view.block;
  let found: Registration | undefined;
  const request: StorageRequest = {
    pallet: PALLET,
    item: ITEM,
    keys: [netuid, account],
    check(value) {
      found = value === undefined ? undefined : registrationOf(value);
      if (value !== undefined && found === undefined) throw unknownCommitment(`at block ${number}`);
      if (found !== undefined && found.setAt > number) throw ofTheFuture(found.setAt, number);
    },
  };
  const { key, bytes } = await view.storageBytes(request, signal);
  if (bytes === undefined || found === undefined) return undefined;
  return { key, value: toHex(bytes), ...found };
}

/** The raw key of an account's commitment at the view's block: also evidence, of there being none. */
export function commitmentKey(view: BlockView, netuid: number, account: AccountId): Hex {
  return view.storageKey(PALLET, ITEM, [netuid, account]);
}

function ofTheFuture(setAt: number, number: number): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: 'a commitment is of the future',
    got: `set at block ${setAt}`,
    expected: `at most ${number}, the block of the state`,
  });
}
