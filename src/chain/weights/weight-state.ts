import { TaoscopeError } from '../../shared/index.ts';
import { PALLET } from '../metagraph/index.ts';
import type { BlockView } from '../types.ts';
import { requireStorageIndex } from './storage-index.ts';

/** What stands beside the rows of one mechanism. */
export interface WeightState {
  /** Neurons of the subnet (`SubnetworkN`). */
  readonly n: number;
  /** By uid, the block of its last weights action (`LastUpdate`); `undefined` where none is written, or one that lies ahead. */
  readonly lastUpdate: readonly (number | undefined)[];
  /** Whether weights are hidden until they are revealed (`CommitRevealWeightsEnabled`); absent before there was such a thing. */
  readonly commitReveal?: boolean | undefined;
}

/**
 * Reads it in one request. The first mechanism's `LastUpdate` has one entry for each neuron, or none at all; that of a
 * further one begins to grow when it is added.
 *
 * @param n the neurons that the subnet has by another reading of the same block, when there is one.
 * Errors: `usage` and `unsupported` for the mechanism, `falsified` for numbers that contradict one another.
 */
export async function readWeightState(
  view: BlockView,
  netuid: number,
  mechanism: number,
  {
    n: expected,
    signal,
  }: { readonly n?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<WeightState> {
  const index = requireStorageIndex(view, netuid, mechanism);
  const hasReveal = view.hasStorage(PALLET, 'CommitRevealWeightsEnabled');
  let n = expected;
  const checkCount = (value: unknown) => {
    const counted = Number(value ?? 0);
    if (expected !== undefined && counted !== expected)
      throw contradicted(`SubnetworkN of netuid ${netuid}`, `${counted} neurons`, `${expected}, as before`);
    n = counted;
  };
  const checkUpdates = (value: unknown) => {
    const { length } = (value ?? []) as readonly unknown[];
    if (n !== undefined && mechanism === 0 && length !== 0 && length !== n)
      throw contradicted(`LastUpdate of index ${index}`, `${length} entries`, `${n}, as SubnetworkN says`);
  };
  const [count, updates, enabled] = await view.storageMany(
    [
      { pallet: PALLET, item: 'SubnetworkN', keys: [netuid], check: checkCount },
      { pallet: PALLET, item: 'LastUpdate', keys: [index], check: checkUpdates },
      ...(hasReveal ? [{ pallet: PALLET, item: 'CommitRevealWeightsEnabled', keys: [netuid] }] : []),
    ],
    signal,
  );
  // Asked for one at a time, the vector may have come before its length.
  checkCount(count);
  checkUpdates(updates);
  return {
    n: n ?? 0,
    lastUpdate: ((updates ?? []) as readonly (bigint | number)[]).map((update) =>
      Number(update) > view.block.number ? undefined : Number(update),
    ),
    commitReveal: hasReveal
      ? (enabled ?? view.storageDefault(PALLET, 'CommitRevealWeightsEnabled')) === true
      : undefined,
  };
}

function contradicted(what: string, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('falsified', { failed: `${what} does not fit its subnet`, got, expected });
}
