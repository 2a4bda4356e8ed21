import { type AccountId, TaoscopeError } from '../../shared/index.ts';
import { PALLET, requireU16 } from '../metagraph/index.ts';
import type { BlockView } from '../types.ts';

/**
 * The hotkeys that hold these uids at the view's block (`SubtensorModule.Keys`), in the order asked; `undefined` for a uid
 * that nobody holds. Weights events name a uid only: its hotkey is that of the same block.
 *
 * @param n neurons of the subnet, when known: each uid below it is held, or the answer is `falsified`.
 */
export async function readHotkeys(
  view: BlockView,
  netuid: number,
  uids: readonly number[],
  { n = 0, signal }: { readonly n?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<(AccountId | undefined)[]> {
  requireU16(netuid);
  if (uids.length === 0) return [];
  const requests = uids.map((uid) => ({
    pallet: PALLET,
    item: 'Keys',
    keys: [netuid, uid],
    check(value: unknown) {
      if (value !== undefined || uid >= n) return;
      throw new TaoscopeError('falsified', {
        failed: `Keys of netuid ${netuid} lacks a uid that SubnetworkN counts`,
        got: `nothing for uid ${uid}`,
        expected: `an account for each of ${n} neurons`,
      });
    },
  }));
  return (await view.storageMany(requests, signal)) as (AccountId | undefined)[];
}
