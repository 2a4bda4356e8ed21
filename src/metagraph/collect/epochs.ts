import type { BlockView, StorageRequest } from '../../chain/index.ts';

/** What a block says of itself and of the subnets' clocks. */
export interface BlockClock {
  readonly timestampMs?: number | undefined;
  /** Subnets whose epoch ran in this block. */
  readonly epochs: readonly number[];
}

/**
 * Reads the block's time and which subnets' epochs ran in it, in one request.
 *
 * An epoch ran when `LastMechansimStepBlock` (sic, SubtensorModule) is this block; where a runtime lacks the item, when
 * `BlocksSinceLastStep` is 0. Subnets that never had an epoch have neither.
 */
export async function readClock(
  view: BlockView,
  netuids: readonly number[],
  signal?: AbortSignal,
): Promise<BlockClock> {
  const requests: StorageRequest[] = [];
  const hasTime = view.hasStorage('Timestamp', 'Now');
  if (hasTime) requests.push({ pallet: 'Timestamp', item: 'Now', keys: [] });
  const item = ['LastMechansimStepBlock', 'BlocksSinceLastStep'].find((name) =>
    view.hasStorage('SubtensorModule', name),
  );
  if (item !== undefined) {
    for (const netuid of netuids) requests.push({ pallet: 'SubtensorModule', item, keys: [netuid] });
  }
  const values = requests.length === 0 ? [] : await view.storageMany(requests, signal);
  const steps = hasTime ? values.slice(1) : values;
  const now = hasTime ? values[0] : undefined;
  const stepOfEpoch = item === 'LastMechansimStepBlock' ? view.block.number : 0;
  return {
    timestampMs: now === undefined ? undefined : Number(now),
    epochs:
      item === undefined
        ? []
        : netuids.filter((_, index) => steps[index] !== undefined && Number(steps[index]) === stepOfEpoch),
  };
}
