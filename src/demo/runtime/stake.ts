import type { AccountId } from '../../shared/index.ts';
import type { StateReader } from './storage.ts';

/** Stakes of a hotkey on a subnet, rao. Both parts are what is left after its children, with what its parents lend it. */
export interface Stake {
  readonly alpha: bigint;
  /** Root stake. */
  readonly tao: bigint;
  /** What counts in consensus: alpha + tao x TaoWeight / 2^64. */
  readonly total: bigint;
}

/** A share of stake that is lent, as a part of 2^64, and to whom or by whom. */
export type Lent = readonly [share: bigint, hotkey: AccountId];

/** Stake of a hotkey (`get_stake_weights_for_network` in `pallets/subtensor/src/staking/stake_utils.rs`). */
export function stakeOf(state: StateReader, netuid: number, hotkey: AccountId): Stake {
  const children = state.sub<Lent[]>('ChildKeys', hotkey, netuid);
  const parents = state.sub<Lent[]>('ParentKeys', hotkey, netuid);
  const counted = (pool: number) => {
    const own = state.sub<bigint>('TotalHotkeyAlpha', hotkey, pool);
    const given = children.reduce((sum, [share]) => sum + partOf(own, share), 0n);
    const got = parents.reduce(
      (sum, [share, parent]) => sum + partOf(state.sub<bigint>('TotalHotkeyAlpha', parent, pool), share),
      0n,
    );
    return own - given + got;
  };
  const alpha = counted(netuid);
  const tao = netuid === 0 ? 0n : counted(0);
  const total = alpha + ((tao * state.sub<bigint>('TaoWeight')) >> 64n);
  return { alpha, tao, total };
}

function partOf(stake: bigint, share: bigint): bigint {
  return (stake * share) >> 64n;
}

/** The hotkeys of a subnet by uid. */
export function hotkeysOf(state: StateReader, netuid: number): AccountId[] {
  const n = state.sub<number>('SubnetworkN', netuid);
  return Array.from({ length: n }, (_, uid) => state.sub<AccountId>('Keys', netuid, uid));
}

const HIGHEST_NETUID = 64;

/** Netuids that exist, ascending. */
export function netuidsOf(state: StateReader): number[] {
  // The chain walks the keys of the map; here they are found by their count, for netuids need not follow each other.
  const total = state.sub<number>('TotalNetworks');
  const found: number[] = [];
  for (let netuid = 0; found.length < total && netuid <= HIGHEST_NETUID; netuid++) {
    if (state.sub<boolean>('NetworksAdded', netuid)) found.push(netuid);
  }
  return found;
}

/** Storage index of a mechanism's weights, bonds, incentives and last updates (`mechanism x 4096 + netuid`). */
export function storageIndex(netuid: number, mechanism: number): number {
  return mechanism * 4096 + netuid;
}
