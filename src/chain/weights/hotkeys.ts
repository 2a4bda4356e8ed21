import type { AccountId } from '../../shared/index.ts';
import { PALLET, requireU16 } from '../metagraph/index.ts';
import type { BlockView } from '../types.ts';

/**
 * The hotkeys that hold these uids at the view's block (`SubtensorModule.Keys`), in the order asked; `undefined` for a uid
 * that nobody holds. Weights events name a uid only: its hotkey is that of the same block.
 */
export async function readHotkeys(
  view: BlockView,
  netuid: number,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<(AccountId | undefined)[]> {
  requireU16(netuid);
  if (uids.length === 0) return [];
  const requests = uids.map((uid) => ({ pallet: PALLET, item: 'Keys', keys: [netuid, uid] }));
  return (await view.storageMany(requests, signal)) as (AccountId | undefined)[];
}
