import { isTaoscopeError, TaoscopeError, toTaoscopeError } from '../../shared/index.ts';
import type { BlockView, StorageRequest } from '../types.ts';

/** The pallet of all subnet state, in every era. */
export const PALLET = 'SubtensorModule';

/** Most neurons a subnet may have: uids are u16, and no spec allows more than 4096 (reference, section 3.1). */
const MAX_NEURONS = 65_535;

/** What must be known of a subnet before its neurons can be read. */
export interface Standing {
  readonly netuid: number;
  readonly n: number;
  /** Incentive vectors; 1 before spec 320. */
  readonly mechanisms: number;
}

/** The standings of subnets and the block's time (and whatever `more` asks for), in one read. `not-found` with the netuids there are when one does not exist. */
export async function readStandings(
  view: BlockView,
  netuids: readonly number[],
  signal?: AbortSignal,
  more: readonly StorageRequest[] = [],
): Promise<{ standings: Standing[]; timestampMs: number | undefined; more: unknown[] }> {
  for (const item of ['SubnetworkN', 'NetworksAdded', 'Keys']) {
    if (!view.hasStorage(PALLET, item)) throw notASubtensor(view, item);
  }
  const hasMechanisms = view.hasStorage(PALLET, 'MechanismCountCurrent');
  const requests: StorageRequest[] = netuids.flatMap((netuid) => [
    { pallet: PALLET, item: 'NetworksAdded', keys: [netuid] },
    { pallet: PALLET, item: 'SubnetworkN', keys: [netuid] },
    ...(hasMechanisms ? [{ pallet: PALLET, item: 'MechanismCountCurrent', keys: [netuid] }] : []),
  ]);
  const hasTime = view.hasStorage('Timestamp', 'Now');
  if (hasTime) requests.push({ pallet: 'Timestamp', item: 'Now', keys: [] });
  const values = await view.storageMany([...requests, ...more], signal);
  const width = hasMechanisms ? 3 : 2;
  const standings: Standing[] = [];
  for (const [i, netuid] of netuids.entries()) {
    const [added, n, mechanisms] = values.slice(i * width, (i + 1) * width);
    // A state shaped by hand may hold neurons without the mark; a dissolved subnet holds neither.
    if (added !== true && n === undefined) throw await noSuchSubnet(view, netuid, signal);
    standings.push({
      netuid,
      n: Math.min(Number(n ?? 0), MAX_NEURONS),
      mechanisms: typeof mechanisms === 'number' && mechanisms > 0 ? mechanisms : 1,
    });
  }
  const now = hasTime ? values[requests.length - 1] : undefined;
  return {
    standings,
    timestampMs: typeof now === 'bigint' && now > 0n ? Number(now) : undefined,
    more: values.slice(requests.length),
  };
}

/** The netuids of a block, ascending. */
export async function readNetuids(view: BlockView, signal?: AbortSignal): Promise<number[]> {
  if (!view.hasStorage(PALLET, 'NetworksAdded')) throw notASubtensor(view, 'NetworksAdded');
  const netuids: number[] = [];
  for await (const { keys, value } of view.entries(PALLET, 'NetworksAdded', [], signal)) {
    if (value === true) netuids.push(keys[0] as number);
  }
  return netuids.sort((a, b) => a - b);
}

/** The `not-found` error that names the netuids there are, if the node can list them. */
export async function noSuchSubnet(
  view: BlockView,
  netuid: number,
  signal?: AbortSignal,
): Promise<TaoscopeError> {
  let known: number[] | undefined;
  try {
    known = await readNetuids(view, signal);
  } catch (error) {
    // The subnet is absent whether or not the node lists the others.
    if (isTaoscopeError(toTaoscopeError(error), 'aborted')) throw error;
  }
  return new TaoscopeError('not-found', {
    failed: `there is no subnet ${netuid} at block ${view.block.number}`,
    got: `netuid ${netuid}`,
    expected:
      known === undefined
        ? 'a netuid of this chain'
        : known.length === 0
          ? 'a subnet; the chain has none'
          : `one of ${known.length} netuids: ${rangesOf(known)}`,
    todo: 'run `taoscope subnets` to see them with their names',
  });
}

/** `0-4, 7, 9-12` */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function notASubtensor(view: BlockView, item: string): TaoscopeError {
  return new TaoscopeError('unsupported', {
    failed: 'this chain keeps no subnets',
    got: `${view.runtime.specName} ${view.runtime.specVersion} without ${PALLET}.${item}`,
    expected: 'a Subtensor runtime',
    todo: 'check that the endpoint is a Bittensor node',
  });
}
