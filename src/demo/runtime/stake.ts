import type { AccountId } from '../../shared/index.ts';
import type { StateReader } from './storage.ts';

/** Stakes of a hotkey on a subnet, rao. */
export interface Stake {
  readonly alpha: bigint;
  /** Root stake of the hotkey. */
  readonly tao: bigint;
  /** What counts in consensus: alpha + tao x TaoWeight / 2^64. */
  readonly total: bigint;
}

/** Stake of a hotkey. The demo has no child keys, so alpha is what the hotkey holds. */
export function stakeOf(state: StateReader, netuid: number, hotkey: AccountId): Stake {
  const alpha = state.sub<bigint>('TotalHotkeyAlpha', hotkey, netuid);
  const tao = netuid === 0 ? 0n : state.sub<bigint>('TotalHotkeyAlpha', hotkey, 0);
  const total = alpha + ((tao * state.sub<bigint>('TaoWeight')) >> 64n);
  return { alpha, tao, total };
}

/** The hotkeys of a subnet by uid. */
export function hotkeysOf(state: StateReader, netuid: number): AccountId[] {
  const n = state.sub<number>('SubnetworkN', netuid);
  return Array.from({ length: n }, (_, uid) => state.sub<AccountId>('Keys', netuid, uid));
}

/** Netuids that exist, ascending. */
export function netuidsOf(state: StateReader): number[] {
  const total = state.sub<number>('TotalNetworks');
  return Array.from({ length: total }, (_, netuid) => netuid).filter((netuid) =>
    state.sub<boolean>('NetworksAdded', netuid),
  );
}

/** Storage index of a mechanism's weights, bonds, incentives and last updates (`mechanism x 4096 + netuid`). */
export function storageIndex(netuid: number, mechanism: number): number {
  return mechanism * 4096 + netuid;
}
