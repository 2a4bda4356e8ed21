import { type AccountId, type Hex, toHex } from '../../shared/index.ts';
import { encodeAll, type Runtime } from '../codec/index.ts';

/** Writes storage of a fake block by the codecs of a runtime. */
export function createStorageWriter(runtime: Runtime, storage: Map<Hex, Hex> = new Map()) {
  const put = (pallet: string, item: string, keys: readonly unknown[], value: unknown): void => {
    const entry = runtime.storage(pallet, item);
    if (entry === undefined) throw new Error(`no storage ${pallet}.${item}`);
    storage.set(entry.key(keys), toHex(encodeAll(entry.value, value)));
  };
  return {
    storage,
    put,
    subtensor: (item: string, keys: readonly unknown[], value: unknown) =>
      put('SubtensorModule', item, keys, value),
  };
}

/** An account told apart by two small numbers. */
export function accountOf(kind: number, index: number): AccountId {
  const account = new Uint8Array(32).fill(kind);
  account[0] = index & 0xff;
  account[1] = index >> 8;
  return account;
}

export interface SubnetShape {
  readonly netuid: number;
  readonly n: number;
  readonly mechanisms?: number;
  readonly block: number;
}

/** A subnet of `n` neurons whose every number follows from its uid, written as the chain keeps it. */
export function writeSubnet(
  runtime: Runtime,
  storage: Map<Hex, Hex>,
  { netuid, n, mechanisms = 1, block }: SubnetShape,
): void {
  const { put, subtensor } = createStorageWriter(runtime, storage);
  const has = (item: string) => runtime.storage('SubtensorModule', item) !== undefined;
  const uids = Array.from({ length: n }, (_, uid) => uid);
  put('System', 'Number', [], block);
  put('Timestamp', 'Now', [], 1_700_000_000_000n);
  subtensor('NetworksAdded', [netuid], true);
  subtensor('SubnetworkN', [netuid], n);
  if (mechanisms > 1) subtensor('MechanismCountCurrent', [netuid], mechanisms);
  subtensor(
    'Active',
    [netuid],
    uids.map((uid) => uid % 2 === 0),
  );
  subtensor(
    'ValidatorPermit',
    [netuid],
    uids.map((uid) => uid % 3 === 0),
  );
  for (const [item, factor] of [
    ['Rank', 1],
    ['Trust', 2],
    ['PruningScores', 3],
    ['Consensus', 4],
    ['Dividends', 5],
    ['ValidatorTrust', 6],
    ['StakeWeight', 7],
  ] as const) {
    if (has(item))
      subtensor(
        item,
        [netuid],
        uids.map((uid) => uid * factor),
      );
  }
  subtensor(
    'Emission',
    [netuid],
    uids.map((uid) => BigInt(uid) * 1_000_000_007n),
  );
  for (let mechanism = 0; mechanism < mechanisms; mechanism++) {
    const index = mechanism * 4096 + netuid;
    subtensor(
      'Incentive',
      [index],
      uids.map((uid) => uid * 8 + mechanism),
    );
    subtensor(
      'LastUpdate',
      [index],
      uids.map((uid) => BigInt(block - uid - mechanism)),
    );
  }
  for (const uid of uids) {
    const hotkey = accountOf(1, uid);
    subtensor('Keys', [netuid, uid], hotkey);
    subtensor('BlockAtRegistration', [netuid, uid], BigInt(uid * 10));
    subtensor('Owner', [hotkey], accountOf(2, uid % 4));
    if (has('TotalHotkeyAlpha')) subtensor('TotalHotkeyAlpha', [hotkey, netuid], BigInt(uid) * 10n ** 12n);
    if (uid % 2 === 1) subtensor('Axons', [netuid, hotkey], axonRaw(uid));
    if (uid % 5 === 1)
      subtensor('Prometheus', [netuid, hotkey], {
        block: 5n,
        version: uid,
        ip: 0x01020304n,
        port: 9090,
        ip_type: 4,
      });
  }
}

/** `AxonInfo` of a uid, as the codecs give it. */
export function axonRaw(uid: number) {
  return {
    block: BigInt(uid + 100),
    version: 900,
    ip: uid === 3 ? 0x2001_0db8_0000_0000_0000_0000_0000_0001n : 0x0a00_0000n + BigInt(uid),
    port: 8091,
    ip_type: uid === 3 ? 6 : 4,
    protocol: 4,
    placeholder1: 0,
    placeholder2: 0,
  };
}
